"""Where the time of a request goes, stage by stage (after arXiv 2403.12981: server overheads around inference)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from types import MappingProxyType

import numpy as np

from leaderboard.metrics.vocabulary import as_finite, require

INFERENCE = "inference"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of one stage of a request, in s of the request's clock. A stage may have several."""

    name: str
    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        require(-inf < self.start_s <= self.end_s < inf, "a stage ends no sooner than it starts, at finite times")
        require(self.name not in ("", OTHER), f"a stage has a name, and {OTHER!r} is what no stage covers")


@dataclass(frozen=True, slots=True)
class StageBreakdown:
    """Time of each stage by name, in s, and of no stage (`other_s`); together they are `total_s`.

    `inference_s` is the time in which inference runs, alone or beside others; `None` when no such stage was marked.
    """

    total_s: float
    stages_s: Mapping[str, float]
    other_s: float
    inference_s: float | None

    @property
    def non_inference_share(self) -> float | None:
        """Share of the request's time in which inference does not run; `None` (`not_measured`) without its mark.

        Time of another stage beside inference is no overhead: it delays nobody.
        """
        return None if self.inference_s is None else max(0.0, 1 - self.inference_s / self.total_s)


def stage_breakdown(start_s: float, end_s: float, stages: Sequence[Stage]) -> StageBreakdown:
    """Split the time of one request, in s, over its stages; `inference` names the one that is not overhead.

    Time in which several stages run is split evenly among them, so that overlap never sums to more than the total;
    time that no stage covers is `other`. Both are Perwatt rules. Raises MetricInputError for a request of no time
    or of more than a float holds, or a stage that reaches beyond it (then the clocks differ).
    """
    require(-inf < start_s < end_s < inf, "a request takes time, at finite times")
    require(all(start_s <= stage.start_s and stage.end_s <= end_s for stage in stages), "a stage lies in its request")
    total_s = as_finite(end_s - start_s)
    names = sorted({stage.name for stage in stages})
    edges = np.unique([start_s, end_s, *(edge for stage in stages for edge in (stage.start_s, stage.end_s))])
    lengths = np.diff(edges)
    running = np.zeros((len(names), len(lengths)), dtype=np.bool_)
    for stage in stages:
        running[names.index(stage.name)] |= (stage.start_s <= edges[:-1]) & (edges[1:] <= stage.end_s)
    at_once = running.sum(axis=0)
    split = (running * (lengths / np.maximum(at_once, 1))).sum(axis=1)
    inference = float(lengths[running[names.index(INFERENCE)]].sum()) if INFERENCE in names else None
    return StageBreakdown(
        total_s=total_s,
        stages_s=MappingProxyType(dict(zip(names, split.tolist(), strict=True))),
        other_s=float(lengths[at_once == 0].sum()),
        inference_s=inference,
    )


def throughput_overhead_share(served_per_s: float, inference_only_per_s: float) -> float:
    """Share of the throughput that a server loses around inference: 1 - served / inference alone.

    A Perwatt rule beside the shares of latency: stages of different requests overlap, so the two differ. Raises
    MetricInputError unless 0 <= served <= inference alone, which is positive and finite.
    """
    require(0 < inference_only_per_s < inf, "a rate is positive and finite")
    require(0 <= served_per_s <= inference_only_per_s, "a server is not faster than inference alone")
    return 1 - served_per_s / inference_only_per_s
