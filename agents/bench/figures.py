"""The figures of a report, by the formulas and the resamples that a server uses. Pure.

Without a job there is no seed of its repeats; the attempt's id stands in for it, so that a saved report always says
the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leaderboard.metrics.efficiency import energy_per_correct_j, intelligence_per_watt
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
from leaderboard.metrics.vocabulary import FloatArray, MissingReason
from leaderboard.protocol import EnergyReading, GuardVerdict, Measured, Provenance, Repeat

# As on a server: bounds the draws of a large item set.
_DRAWN_ITEMS = 25_000_000
_MIN_WINDOWS = 3  # an interval over repeats needs three


@dataclass(frozen=True)
class Figure:
    """A metric of the registry by its key; a value that is None has its reason."""

    metric: str
    value: float | None
    low: float | None = None
    high: float | None = None
    missing: MissingReason | None = None
    is_estimate: bool = False


@dataclass(frozen=True)
class Seeds:
    items: int
    repeats: int


@dataclass(frozen=True)
class Resampled:
    """How items and repeats are drawn: jointly for every figure of a report."""

    outcomes: FloatArray
    draws: int
    seeds: Seeds

    def indices(self, repeats: int) -> IndexMatrix:
        return item_indices(repeats, self.draws, self.seeds.repeats)

    def accuracies(self) -> FloatArray:
        means: FloatArray = joint_mean_draws(self.outcomes[None, :], self.draws, self.seeds.items)[0]
        return means

    def ratios(self, tops: Sequence[float], bottoms: Sequence[float]) -> tuple[float, FloatArray]:
        """Sum over sum, one number of each for every repeat, and its draws."""
        return sum(tops) / sum(bottoms), ratio_of_means_draws(tops, bottoms, self.indices(len(tops)))


def outcomes_of(measured: Measured, key: Sequence[int] | np.ndarray) -> FloatArray:
    """1.0 for each right answer, 0.0 for each wrong one, `(n,)`."""
    return np.asarray(np.array(measured.answers, dtype=np.int64) == np.asarray(key), dtype=np.float64)


def resampled(outcomes: FloatArray, seeds: Seeds) -> Resampled:
    draws = max(STORED_DRAWS, min(INTERVAL_DRAWS, _DRAWN_ITEMS // len(outcomes)))
    return Resampled(outcomes, draws, seeds)


def figures(measured: Measured, drawn: Resampled) -> tuple[Figure, ...]:
    """Accuracy, speed and size."""
    repeats, hidden = measured.repeats, _hidden(measured.guard)
    correct, n = int(drawn.outcomes.sum()), len(drawn.outcomes)
    wilson = wilson_interval(correct, n)
    mean = drawn.ratios([repeat.mean_s * repeat.calls for repeat in repeats], [repeat.calls for repeat in repeats])
    throughput = drawn.ratios([repeat.items for repeat in repeats], [repeat.seconds for repeat in repeats])
    memory = measured.memory_peak_bytes
    return (
        Figure("accuracy", accuracy(drawn.outcomes), wilson.low, wilson.high),
        _median(drawn, "latency_p50_s", [repeat.median_s for repeat in repeats]),
        Figure("latency_mean_s", None, missing=hidden) if hidden else _ranged("latency_mean_s", *mean),
        _tail(measured, drawn, "latency_p90_s", 90, [repeat.p90_s for repeat in repeats]),
        _tail(measured, drawn, "latency_p99_s", 99, [repeat.p99_s for repeat in repeats]),
        Figure("throughput_per_s", None, missing=hidden) if hidden else _ranged("throughput_per_s", *throughput),
        Figure("cold_start_s", cold_start_s(measured.load_s, measured.first_call_s)),
        Figure("memory_peak_bytes", memory, missing=None if memory else MissingReason.NOT_MEASURED),
    )


ENERGY_METRICS = ("energy_per_item_j", "mean_power_w", "energy_per_correct_j", "ipw", "idle_power_w")


def energy_figures(measured: Measured, drawn: Resampled, source: str) -> tuple[Figure, ...]:
    """The figures of one source; sources are never added up."""
    windows = _windows(measured.repeats, source)
    used = [(repeat, reading) for repeat, reading in windows if reading.joules is not None and reading.seconds > 0]
    reason = _hidden(measured.guard)
    if reason is None and len(used) < _MIN_WINDOWS:
        reason = next((reading.missing for _, reading in windows if reading.missing), MissingReason.NOT_MEASURED)
    if reason is not None:
        return tuple(Figure(metric, None, missing=reason) for metric in ENERGY_METRICS)
    joules = [reading.joules or 0.0 for _, reading in used]
    energy = drawn.ratios(joules, [repeat.items for repeat, _ in used])
    power = drawn.ratios(joules, [reading.seconds for _, reading in used])
    right, rights = accuracy(drawn.outcomes), drawn.accuracies()
    is_estimate = windows[0][1].provenance is Provenance.ESTIMATED
    return (
        _ranged("energy_per_item_j", *energy, is_estimate=is_estimate),
        _ranged("mean_power_w", *power, is_estimate=is_estimate),
        _ranged(
            "energy_per_correct_j",
            energy_per_correct_j(right, energy[0]),
            energy_per_correct_j(rights, energy[1]),
            is_estimate=is_estimate,
        ),
        _ranged(
            "ipw",
            intelligence_per_watt(right, power[0]),
            intelligence_per_watt(rights, power[1]),
            is_estimate=is_estimate,
        ),
        _idle_power(measured, source),
    )


def _idle_power(measured: Measured, source: str) -> Figure:
    idle = [one for one in (*measured.idle_before, *measured.idle_after) if one.source == source]
    known = [(one.joules, one.seconds) for one in idle if one.joules is not None and one.seconds > 0]
    is_estimate = any(one.provenance is Provenance.ESTIMATED for one in idle)
    if not known:
        reason = next((one.missing for one in idle if one.missing), MissingReason.NOT_MEASURED)
        return Figure("idle_power_w", None, missing=reason)
    watts = sum(joules for joules, _ in known) / sum(seconds for _, seconds in known)
    return Figure("idle_power_w", watts, is_estimate=is_estimate)


def _windows(repeats: Sequence[Repeat], source: str) -> list[tuple[Repeat, EnergyReading]]:
    return [(repeat, reading) for repeat in repeats for reading in repeat.energy if reading.source == source]


def _hidden(verdict: GuardVerdict) -> MissingReason | None:
    """Why means, throughput and energy are not shown: other work would be in them."""
    if verdict is GuardVerdict.NOISY:
        return MissingReason.NOISY_MACHINE
    return MissingReason.WITHHELD if verdict is GuardVerdict.REJECTED else None


def _tail(measured: Measured, drawn: Resampled, metric: str, percent: int, values: Sequence[float | None]) -> Figure:
    """Only a passed guard lets a tail through, and only repeats with enough calls have one."""
    known = [value for value in values if value is not None]
    if measured.guard is not GuardVerdict.CLEAN:
        return Figure(metric, None, missing=_hidden(measured.guard) or MissingReason.WITHHELD)
    enough = all(repeat.calls >= minimum_calls(percent) for repeat in measured.repeats)
    if len(known) < len(values) or not enough:
        return Figure(metric, None, missing=MissingReason.TOO_FEW_SAMPLES)
    return _median(drawn, metric, known)


def _median(drawn: Resampled, metric: str, values: Sequence[float]) -> Figure:
    draws = median_over_repeats_draws(values, drawn.draws, drawn.seeds.repeats)
    return _ranged(metric, float(np.median(values)), draws)


def _ranged(metric: str, value: float | None, draws: FloatArray | None, *, is_estimate: bool = False) -> Figure:
    found = None if draws is None else percentile_interval(draws)
    if value is None:
        return Figure(metric, None, missing=MissingReason.NO_POWER)
    low, high = (found.low, found.high) if found else (None, None)
    return Figure(metric, value, low, high, is_estimate=is_estimate)
