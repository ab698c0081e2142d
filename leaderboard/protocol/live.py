"""Power while an attempt is still measured: provisional, for people who watch; no number on a board comes from it."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from leaderboard.protocol.base import Short, Wire
from leaderboard.protocol.words import Phase, Provenance, Scope

MAX_LIVE_BINS = 600
MAX_LIVE_RUNS = 200
_SLACK_S = 2e-3  # times are rounded to a millisecond on their way

Watts = Annotated[float, Field(ge=0, le=1e6)]
Row = Annotated[tuple[Watts, ...], Field(min_length=1, max_length=MAX_LIVE_BINS)]


class PowerRun(Wire):
    """A stretch that was sampled without a gap, in bins of `bin_s` seconds from `start_s` on.

    Seconds since the measurement began, on the monotonic clock that phases have too.
    """

    phase: Phase
    start_s: Annotated[float, Field(ge=0, le=1e7)]
    bin_s: Annotated[float, Field(gt=0, le=1e5)]
    low_w: Row
    mean_w: Row
    high_w: Row

    @property
    def end_s(self) -> float:
        return self.start_s + self.bin_s * len(self.mean_w)

    @model_validator(mode="after")
    def _rows_match(self) -> Self:
        if not len(self.low_w) == len(self.mean_w) == len(self.high_w):
            raise ValueError("a bin has a smallest, a mean and a largest power")
        if any(not low <= mean <= high for low, mean, high in zip(self.low_w, self.mean_w, self.high_w, strict=True)):
            raise ValueError("the mean of a bin lies between its smallest and its largest power")
        return self


class LivePower(Wire):
    """All runs of an attempt so far, of one energy source, in the order of time; between two nothing was sampled."""

    source: Short
    scope: Scope
    provenance: Provenance
    runs: Annotated[tuple[PowerRun, ...], Field(max_length=MAX_LIVE_RUNS)]

    @model_validator(mode="after")
    def _in_order_and_few(self) -> Self:
        if sum(len(run.mean_w) for run in self.runs) > MAX_LIVE_BINS:
            raise ValueError(f"an attempt has at most {MAX_LIVE_BINS} bins")
        if any(later.start_s < earlier.end_s - _SLACK_S for earlier, later in pairwise(self.runs)):
            raise ValueError("runs follow each other and do not overlap")
        return self
