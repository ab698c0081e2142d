"""What can be said of a contender beside the baseline, metric by metric. Pure, no database.

Perwatt's rules: "better" and "worse" need a paired 95 % interval of the difference that excludes zero and an adjusted
p-value of at most .05. Two energies from different meters are not told apart within METER_ERROR of each other. A value
without an interval is compared with nothing, unless it is a count that has no uncertainty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isinf

from leaderboard.boards.compare.shapes import Versus, Why
from leaderboard.boards.rows import Cell
from leaderboard.metrics.registry import METRICS
from leaderboard.metrics.statistics.drawn import compare_draws
from leaderboard.metrics.statistics.testing import holm, mcnemar_exact
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import Provenance, Scope

ALPHA = 0.05
COUNTED = frozenset({"artefact_bytes", "parameters"})
"""Read from the file itself: there is nothing to resample."""
METER_ERROR = 0.15
"""Largest stated error of software counters and estimates (10-15 %, arXiv 2511.07885); a wall meter has less."""
_MEASURED = frozenset({Provenance.MEASURED, Provenance.COUNTER})


@dataclass(frozen=True, slots=True)
class Side:
    """One entry's cell of a metric with its draws, `(draws,)`, and outcomes, `(items,)`; None where it has none."""

    cell: Cell
    draws: FloatArray | None
    device: str
    outcomes: FloatArray | None = None


def versus_of(metric: str, contender: Side, baseline: Side) -> Versus:
    """Say everything but Holm's adjustment, which needs all rows: `adjusted` is still None."""
    why = _in_the_way(metric, contender, baseline)
    if why or metric in COUNTED:
        counted = metric in COUNTED and not why
        return _counted(metric, contender.cell, baseline.cell) if counted else Versus("incomparable", why)
    return _drawn(metric, contender, baseline)


def adjusted(lines: Mapping[str, Versus], pairs: Mapping[str, tuple[Side, Side]]) -> dict[str, Versus]:
    """Return the verdicts of one contender, by metric, with p-values adjusted over all that were tested."""
    tested = {metric: found.p_value for metric, found in lines.items() if found.p_value is not None}
    p_values = dict(zip(tested, holm(list(tested.values())).tolist(), strict=True))
    return {
        metric: _judged(metric, replace(found, adjusted=p_values[metric]), *pairs[metric])
        if metric in p_values
        else found
        for metric, found in lines.items()
    }


def _in_the_way(metric: str, contender: Side, baseline: Side) -> Why:
    cells = contender.cell, baseline.cell
    if any(cell.value is None for cell in cells):
        return "missing"
    if METRICS[metric].scoped and _kind(contender.cell) != _kind(baseline.cell):
        return "provenance"
    return "" if metric in COUNTED else _unresampled((contender, baseline))


def _unresampled(sides: Sequence[Side]) -> Why:
    for side in sides:
        has_interval = side.cell.low is not None and side.cell.high is not None
        if side.draws is not None and (has_interval or side.cell.infinite):
            continue
        if side.cell.provenance is Provenance.REPORTED:
            return "undrawn" if has_interval else "unpublished"
        return "undrawn" if has_interval else "once"
    return ""


def _kind(cell: Cell) -> str:
    return "measured" if cell.provenance in _MEASURED else str(cell.provenance)


def _counted(metric: str, contender: Cell, baseline: Cell) -> Versus:
    one, other = contender.value or 0.0, baseline.value or 0.0
    if one == other:
        return Versus("unclear", "equal", difference=0.0, ratio=1.0)
    better = (one < other) == (METRICS[metric].direction == "lower")
    return Versus(
        "better" if better else "worse",
        "exact",
        difference=one - other,
        ratio=one / other if other > 0 else None,
    )


def _drawn(metric: str, contender: Side, baseline: Side) -> Versus:
    found = None
    if contender.draws is not None and baseline.draws is not None:
        found = compare_draws(contender.draws, baseline.draws, METRICS[metric].direction)
    if found is None:
        return Versus("incomparable", "undrawn")
    one, other = contender.cell.value or 0.0, baseline.cell.value or 0.0
    infinite = isinf(one) or isinf(other)
    p_value = found.p_value
    if metric == "accuracy" and contender.outcomes is not None and baseline.outcomes is not None:
        p_value = mcnemar_exact(contender.outcomes, baseline.outcomes).p_value
    return Versus(
        "unclear",
        "infinite" if infinite else "",
        difference=None if infinite else one - other,
        difference_interval=None if infinite else found.difference,
        ratio=None if infinite or other <= 0 else one / other,
        ratio_interval=None if infinite else found.ratio,
        probability_better=found.probability_better,
        p_value=p_value,
    )


def _judged(metric: str, found: Versus, contender: Side, baseline: Side) -> Versus:
    if not (_excludes_nothing(found) and found.adjusted is not None and found.adjusted <= ALPHA):
        return found
    if _within_the_meters(metric, found, contender, baseline):
        return replace(found, why="meter")
    return replace(found, verdict="better" if (found.probability_better or 0.0) > 0.5 else "worse")


def _excludes_nothing(found: Versus) -> bool:
    """Whether 95 % of the resamples lie on one side of no difference."""
    if found.difference_interval is not None:
        return 0 not in found.difference_interval
    share = found.probability_better
    return share is not None and not ALPHA / 2 < share < 1 - ALPHA / 2


def _within_the_meters(metric: str, found: Versus, contender: Side, baseline: Side) -> bool:
    if not METRICS[metric].scoped or contender.device == baseline.device or contender.cell.scope is Scope.WALL:
        return False
    return found.ratio is not None and 1 / (1 + METER_ERROR) < found.ratio < 1 + METER_ERROR
