"""From a graded run to scores: value, interval, draws, and the measurements each came from. Pure, no database.

Every score has its draws from the same resamples: row d of all of them holds the same items (`item_seed`, one for
each item set, so that entries are paired) and the same repeats of this run (`repeat_seed`). Ratios of draws are
therefore joint bootstraps.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from leaderboard.metrics.quantities import accuracy, cold_start_s
from leaderboard.metrics.serving.latency import minimum_calls
from leaderboard.metrics.statistics.intervals import percentile_interval, wilson_interval
from leaderboard.metrics.statistics.joint import joint_mean_draws
from leaderboard.metrics.statistics.resampling import (
    INTERVAL_DRAWS,
    STORED_DRAWS,
    IndexMatrix,
    item_indices,
    median_over_repeats_draws,
    ratio_of_means_draws,
)
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import GuardVerdict, Measured, MissingReason, Provenance, Repeat, Scope
from leaderboard.scoring import evidence as ev

# Bounds the draws of a large item set: its interval is narrow, fewer draws place it as well. Stored scores have it so.
_DRAWN_ITEMS = 25_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """A number and its draws, `(draws,)`; without draws it is exact."""

    value: float
    draws: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One Score before it is a row. `quantities` are the (quantity, source) of the measurements behind it."""

    metric: str
    spread: Spread | None
    n: int
    missing: MissingReason | None = None
    scope: Scope | None = None
    provenance: Provenance | None = Provenance.MEASURED
    interval: tuple[float, float] | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    quantities: tuple[tuple[str, str], ...] = ()

    def bounds(self) -> tuple[float | None, float | None]:
        if self.interval is not None or self.spread is None:
            return self.interval or (None, None)
        found = None if self.spread.draws is None else percentile_interval(self.spread.draws)
        return (found.low, found.high) if found else (None, None)

    def stored_draws(self) -> bytes | None:
        if self.spread is None or self.spread.draws is None:
            return None
        return self.spread.draws[:STORED_DRAWS].astype("<f4").tobytes()


@dataclass(frozen=True, slots=True)
class Run:
    """A graded run, and how its items and repeats are resampled."""

    measured: Measured
    outcomes: FloatArray
    item_seed: int
    repeat_seed: int

    @property
    def draws(self) -> int:
        return max(STORED_DRAWS, min(INTERVAL_DRAWS, _DRAWN_ITEMS // len(self.outcomes)))

    def repeat_indices(self, repeats: int) -> IndexMatrix:
        return item_indices(repeats, self.draws, self.repeat_seed)

    def accuracy(self) -> Spread:
        drawn = joint_mean_draws(self.outcomes[None, :], self.draws, self.item_seed)
        return Spread(accuracy(self.outcomes), drawn[0])

    def ratio(self, tops: Sequence[float], bottoms: Sequence[float]) -> Spread:
        """Sum of `tops` / sum of `bottoms`, one number of each for every repeat; resampled over repeats."""
        draws = ratio_of_means_draws(tops, bottoms, self.repeat_indices(len(tops)))
        return Spread(sum(tops) / sum(bottoms), draws)


def hidden_by_guard(verdict: GuardVerdict) -> MissingReason | None:
    """Why means, throughput and energy of a run are not shown: other work would be in them."""
    if verdict is GuardVerdict.NOISY:
        return MissingReason.NOISY_MACHINE
    return MissingReason.WITHHELD if verdict is GuardVerdict.REJECTED else None


def tail_hidden_by_guard(verdict: GuardVerdict) -> MissingReason | None:
    """As `hidden_by_guard`, for tail percentiles, which only a passed guard lets through: unknown is not passed."""
    if verdict is GuardVerdict.CLEAN:
        return None
    return hidden_by_guard(verdict) or MissingReason.WITHHELD


def quality(run: Run, spread: Spread) -> Draft:
    correct, n = int(run.outcomes.sum()), len(run.outcomes)
    wilson = wilson_interval(correct, n)
    return Draft(
        "accuracy",
        spread,
        n,
        interval=(wilson.low, wilson.high),
        terms={"correct": correct, "items": n, "interval": "wilson"},
        quantities=((ev.OUTCOMES, ""),),
    )


def speed(run: Run) -> tuple[Draft, ...]:
    repeats, calls = run.measured.repeats, sum(repeat.calls for repeat in run.measured.repeats)
    items = sum(repeat.items for repeat in repeats)
    hidden = hidden_by_guard(run.measured.guard)
    latency = ((ev.LATENCY, ""),)
    mean = run.ratio([repeat.mean_s * repeat.calls for repeat in repeats], [repeat.calls for repeat in repeats])
    throughput = run.ratio([repeat.items for repeat in repeats], [repeat.seconds for repeat in repeats])
    cpu = run.ratio([repeat.cpu_s for repeat in repeats], [repeat.items for repeat in repeats])
    cold = cold_start_s(run.measured.load_s, run.measured.first_call_s)
    return (
        Draft("latency_p50_s", over_repeats(run, lambda r: r.median_s), calls, quantities=latency),
        _tail(run, "latency_p90_s", 90, lambda repeat: repeat.p90_s),
        _tail(run, "latency_p99_s", 99, lambda repeat: repeat.p99_s),
        Draft("latency_mean_s", None if hidden else mean, calls, hidden, quantities=latency),
        Draft("throughput_per_s", None if hidden else throughput, items, hidden, quantities=latency),
        Draft("cpu_s_per_item", cpu, items, quantities=((ev.CPU_TIME, ""),)),
        Draft("cold_start_s", Spread(cold), 1, quantities=((ev.LOAD, ""), (ev.FIRST_CALL, ""))),
    )


def size(run: Run, *, artefact_bytes: int | None, parameters: int | None) -> tuple[Draft, ...]:
    memory = run.measured.memory_peak_bytes
    return (
        _exact("artefact_bytes", artefact_bytes, MissingReason.NOT_APPLICABLE),
        _exact("parameters", parameters, MissingReason.NOT_APPLICABLE),
        _exact("memory_peak_bytes", memory, MissingReason.NOT_MEASURED, ((ev.MEMORY, ""),)),
    )


def _exact(
    metric: str, value: int | None, reason: MissingReason, quantities: tuple[tuple[str, str], ...] = ()
) -> Draft:
    if value is None:
        return Draft(metric, None, 0, reason, quantities=quantities)
    return Draft(metric, Spread(float(value)), 1, quantities=quantities)


def over_repeats(run: Run, part: Callable[[Repeat], float | None]) -> Spread:
    values = np.array([part(repeat) for repeat in run.measured.repeats], dtype=np.float64)
    return Spread(float(np.median(values)), median_over_repeats_draws(values, run.draws, run.repeat_seed))


def _tail(run: Run, metric: str, percent: int, part: Callable[[Repeat], float | None]) -> Draft:
    """Median over repeats of a percentile that every repeat has enough calls for."""
    repeats, latency = run.measured.repeats, ((ev.LATENCY, ""),)
    calls = sum(repeat.calls for repeat in repeats)
    reason = tail_hidden_by_guard(run.measured.guard)
    if any(part(repeat) is None or repeat.calls < minimum_calls(percent) for repeat in repeats):
        reason = reason or MissingReason.TOO_FEW_SAMPLES
    spread = None if reason else over_repeats(run, part)
    return Draft(metric, spread, calls, reason, quantities=latency)
