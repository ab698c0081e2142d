"""Which entries are feasible, which of them are chosen, who just missed, and what to relax. Pure, no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import ceil, floor, inf, isfinite, log10

import numpy as np

from leaderboard.boards.choose.shapes import Certainty, Limit, Missed, Need, Relaxation, Sure
from leaderboard.boards.rows import Row
from leaderboard.metrics.pareto.fronts import front_mask
from leaderboard.metrics.registry import METRICS
from leaderboard.metrics.statistics.drawn import within_limit
from leaderboard.metrics.vocabulary import FloatArray

MOST_CARDS = 5
MOST_MISSED = 4
SURE, PROBABLE = 0.95, 0.5


def number(row: Row, metric: str) -> float | None:
    cell = row.cells.get(metric)
    return cell.value if cell else None


def meets(row: Row, limit: Limit) -> bool:
    """A missing or infinite value meets no upper limit: the rule of a board's `min.` and `max.`."""
    value = number(row, limit.metric)
    if value is None:
        return False
    return value >= limit.value if limit.bound == "min" else value <= limit.value


def chosen(feasible: Sequence[Row], needs: Mapping[Need, str]) -> tuple[tuple[Row, tuple[Need, ...]], ...]:
    """Return the front of the feasible rows over all needs, in the order of the cards, each with what it is best in.

    The best in the first need comes first, then the best in the next, then the others by the first need. Of equally
    good ones the better in the following needs stands for all. A row that lacks one of the values is not on it.
    """
    if not feasible or not needs:
        return ()
    directions = [METRICS[metric].direction for metric in needs.values()]
    points = np.array([[number(row, metric) for metric in needs.values()] for row in feasible], dtype=np.float64)
    front = [row for row, on in zip(feasible, front_mask(points, directions), strict=True) if on]
    if not front:
        return ()
    best = {need: min(front, key=_by([metric, *needs.values()])) for need, metric in needs.items()}
    first = dict.fromkeys(row.id for row in best.values())
    rest = sorted(front, key=_by(list(needs.values())))
    by_id = {row.id: row for row in front}
    ordered = [by_id[one] for one in first] + [row for row in rest if row.id not in first]
    return tuple((row, tuple(need for need in needs if best[need].id == row.id)) for row in ordered)


def how_sure(row: Row, limit: Limit, draws: FloatArray | None) -> Sure:
    """`draws` are the row's of the limit's metric; None where there are none, and then only a count is certain."""
    if draws is None:
        return Sure(
            limit,
            "meets" if limit.metric in {"artefact_bytes", "parameters"} and meets(row, limit) else "unknown",
            None,
        )
    probability = float(within_limit(draws, limit.value, limit.bound).mean())
    return Sure(limit, certainty_of(probability), probability)


def certainty_of(probability: float) -> Certainty:
    if probability >= SURE:
        return "meets"
    return "probably" if probability >= PROBABLE else "unlikely"


def all_at_once(limits: Sequence[Limit], draws: Mapping[str, FloatArray | None]) -> float | None:
    """Probability of meeting all limits whose metric has draws; None where none has."""
    met = [within_limit(found, one.value, one.bound) for one in limits if (found := draws.get(one.metric)) is not None]
    return float(np.logical_and.reduce(met).mean()) if met else None


def just_missed(rows: Sequence[Row], limits: Sequence[Limit]) -> tuple[Missed, ...]:
    """Return the rows that miss one limit alone and have a finite value there, the nearest first."""
    found = []
    for row in rows:
        failed = [limit for limit in limits if not meets(row, limit)]
        value = number(row, failed[0].metric) if len(failed) == 1 else None
        if value is not None and isfinite(value):
            gap = abs(value - failed[0].value)
            found.append(Missed(row, failed[0], gap, _share(gap, failed[0]), Sure(failed[0], "unknown", None)))
    return tuple(sorted(found, key=lambda missed: (missed.share, str(missed.row.id)))[:MOST_MISSED])


def relaxed(rows: Sequence[Row], limits: Sequence[Limit]) -> tuple[Relaxation, ...]:
    """Return for each limit what it would have to be for somebody to meet all, the smallest change first.

    The new limit has three digits, rounded away from what is asked, so that whoever made it possible meets it.
    """
    found = []
    for limit in limits:
        others = [row for row in rows if all(meets(row, other) for other in limits if other is not limit)]
        values = [value for row in others if (value := number(row, limit.metric)) is not None and isfinite(value)]
        if not values:
            continue
        best = max(values) if limit.bound == "min" else min(values)
        to = _rounded(best, limit)
        eased = replace(limit, value=to)
        yields = sum(1 for row in others if meets(row, eased))
        found.append(Relaxation(limit.key, limit, to, _share(abs(to - limit.value), limit), yields))
    return tuple(sorted(found, key=lambda one: one.share))


def _rounded(value: float, limit: Limit) -> float:
    if value == 0:
        return 0.0
    step = 10.0 ** (floor(log10(abs(value))) - 2)
    if not step:  # below what a float can round
        return value
    outward = floor(value / step) if limit.bound == "min" else ceil(value / step)
    rounded = float(f"{outward * step:.12g}")
    met = rounded <= value if limit.bound == "min" else rounded >= value
    return rounded if met else value


def _share(gap: float, limit: Limit) -> float:
    return gap / abs(limit.value) if limit.value else inf


def _by(metrics: Sequence[str]) -> Callable[[Row], tuple[float | str, ...]]:
    """Best first, metric by metric; then the entry's id."""

    def key(row: Row) -> tuple[float | str, ...]:
        return (*(_cost(number(row, metric), metric) for metric in metrics), str(row.id))

    return key


def _cost(value: float | None, metric: str) -> float:
    if value is None or not isfinite(value):
        return inf
    return -value if METRICS[metric].direction == "higher" else value
