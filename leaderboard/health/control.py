"""The reference job over time, against the device's own baselines: what a control chart is drawn from. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

from leaderboard.health.judging import LATENCY_LIMIT, POWER_LIMIT
from leaderboard.health.models import BASELINE_CHECKS, Verdict
from leaderboard.health.selectors import CheckView

LEAST_POINTS = 5


@dataclass(frozen=True, slots=True)
class Point:
    at: datetime
    value: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Period:
    """Points of one baseline: `centre` is its median, `low` and `high` are where a check calls it drift."""

    points: tuple[Point, ...]
    centre: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Break:
    """From this time on nothing before is comparable."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Series:
    """Empty periods with `why_none` where there are too few points to draw."""

    unit: str
    periods: tuple[Period, ...]
    breaks: tuple[Break, ...]
    count: int
    why_none: str


def latency_series(checks: Sequence[CheckView]) -> Series:
    """Return the median latency in seconds; `checks` may come in any order."""
    return _series(checks, lambda check: check.latency_p50_s, LATENCY_LIMIT, "s")


def power_series(checks: Sequence[CheckView]) -> Series:
    """Return the mean power in watts, of the source that metered the newest check that has one."""
    known = [check for check in checks if check.mean_power_w is not None]
    source = max(known, key=lambda check: check.asked_at).power_source if known else ""
    mine = [check for check in checks if check.power_source in {source, ""}]
    return _series(mine, lambda check: check.mean_power_w, POWER_LIMIT, "W")


def _series(checks: Sequence[CheckView], value: Callable[[CheckView], float | None], limit: float, unit: str) -> Series:
    ordered = sorted((check for check in checks if value(check) is not None), key=lambda check: check.asked_at)
    if len(ordered) < LEAST_POINTS:
        why = f"{len(ordered)} of the {LEAST_POINTS} checks that a chart needs have measured it."
        return Series(unit, (), (), len(ordered), why)
    periods = tuple(_period(group, value, limit) for group in _groups(ordered))
    return Series(unit, periods, _breaks(ordered), len(ordered), "")


def _groups(ordered: Sequence[CheckView]) -> list[list[CheckView]]:
    groups: list[list[CheckView]] = []
    for check in ordered:
        if not groups or check.starts_baseline:
            groups.append([])
        groups[-1].append(check)
    return groups


def _period(group: Sequence[CheckView], value: Callable[[CheckView], float | None], limit: float) -> Period:
    points = tuple(Point(check.asked_at, value(check) or 0.0, check.verdict) for check in group)
    good = [point.value for point in points if point.verdict == Verdict.GOOD][:BASELINE_CHECKS]
    centre = median(good or [point.value for point in points])
    return Period(points, centre, centre * (1 - limit), centre * (1 + limit))


def _breaks(ordered: Sequence[CheckView]) -> tuple[Break, ...]:
    found = []
    for before, check in pairwise(ordered):
        if check.fingerprint != before.fingerprint:
            found.append(Break(check.asked_at, "the machine changed"))
        elif check.starts_baseline:
            found.append(Break(check.asked_at, "a new baseline was accepted"))
    return tuple(found)
