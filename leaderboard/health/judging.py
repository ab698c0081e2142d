"""What a finished reference job says of its device. Pure: numbers in, verdict and sentence out."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from leaderboard.health.models import Verdict
from leaderboard.protocol import GuardVerdict

LATENCY_LIMIT = 0.10
"""Medians hold to 2 or 3 per cent between repeats, also under contention; three times that is drift."""
POWER_LIMIT = 0.15


@dataclass(frozen=True, slots=True)
class Observed:
    """What one reference job measured. Power is of one source that meters, or None: an estimate cannot drift."""

    fingerprint: str
    guard: GuardVerdict
    correct: int
    latency_p50_s: float
    mean_power_w: float | None = None
    power_source: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    sentence: str
    latency_ratio: float | None = None
    power_ratio: float | None = None


def judge(observed: Observed, baseline: Sequence[Observed], *, least_correct: int) -> Judgement:
    """Compare with the median of the baseline; an empty baseline begins with this check, if it is good.

    Slower and faster are both drift: numbers from before and after would not be of one machine.
    """
    if observed.guard is not GuardVerdict.CLEAN and observed.guard is not GuardVerdict.UNKNOWN:
        return Judgement(Verdict.INCONCLUSIVE, f"The machine was {observed.guard.value}; it is checked again.")
    if observed.correct < least_correct:
        wrong = f"The reference model got {observed.correct} items right; {least_correct} are known to be."
        return Judgement(Verdict.FAILED, f"{wrong} The runtime or the memory of this device is at fault.")
    latency = _ratio(observed.latency_p50_s, [one.latency_p50_s for one in baseline])
    power = _ratio(observed.mean_power_w, [one.mean_power_w for one in baseline if _same_meter(one, observed)])
    drifts = [*_drift("median latency", latency, LATENCY_LIMIT), *_drift("mean power", power, POWER_LIMIT)]
    if drifts:
        return Judgement(Verdict.DRIFTED, f"{' and '.join(drifts)}, against its own baseline.", latency, power)
    first = "The first check: the baseline begins here." if not baseline else "As its baseline."
    return Judgement(Verdict.GOOD, first, latency, power)


def _same_meter(one: Observed, other: Observed) -> bool:
    return one.power_source == other.power_source


def _ratio(value: float | None, before: Sequence[float | None]) -> float | None:
    known = [number for number in before if number is not None]
    return value / median(known) if value is not None and known else None


def _drift(name: str, ratio: float | None, limit: float) -> list[str]:
    if ratio is None or abs(ratio - 1) <= limit:
        return []
    return [f"The {name} moved by {ratio - 1:+.0%} (the limit is {limit:.0%})"]
