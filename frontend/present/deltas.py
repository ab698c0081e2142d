"""Differences, ratios and probabilities as they are read, with their intervals in the same decimals."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend import numbers
from leaderboard.boards.rows import Cell
from leaderboard.metrics.statistics.intervals import Interval

RATIO_DECIMALS = 2
"""Least decimals of a ratio near 1, where two digits alone would say nothing."""


@dataclass(frozen=True, slots=True)
class Delta:
    """A signed difference with its unit, or a ratio after a times sign; the interval may be unknown."""

    text: str
    interval: str


def difference(value: float | None, interval: Interval | None, cell: Cell, scale: numbers.Scale) -> Delta | None:
    """Decimals follow the interval and the provenance of `cell`, as those of a value do."""
    if value is None or not math.isfinite(value):
        return None
    decimals = numbers.decimals_for(_as_cell(value, interval, cell), scale.factor)
    ends = [_signed(end * scale.factor, decimals) for end in (interval.low, interval.high)] if interval else []
    return Delta(numbers.with_unit(_signed(value * scale.factor, decimals), scale.unit), _between(ends))


def ratio(value: float | None, interval: Interval | None, cell: Cell) -> Delta | None:
    if value is None or not math.isfinite(value):
        return None
    decimals = numbers.decimals_for(_as_cell(value, interval, cell), 1.0)
    if 0.1 <= value < 10:
        decimals = max(decimals, RATIO_DECIMALS)
    ends = [numbers.fixed(end, decimals) for end in (interval.low, interval.high)] if interval else []
    return Delta(f"×{numbers.fixed(value, decimals)}", _between(ends))


def share(probability: float) -> str:
    """A share of the resamples in percent; never 0 or 100 of what is not certain."""
    if 0 < probability < 0.01:
        return f"< 1{numbers.SPACE}%"
    if 0.99 < probability < 1:
        return f"> 99{numbers.SPACE}%"
    return numbers.with_unit(numbers.fixed(probability * 100, 0), "%")


def _as_cell(value: float, interval: Interval | None, cell: Cell) -> Cell:
    low, high = (interval.low, interval.high) if interval else (None, None)
    return Cell(value, low, high, cell.provenance, cell.scope, cell.n, None)


def _between(ends: list[str]) -> str:
    """Nothing where both ends are within the last digit shown: they would only repeat the value."""
    if not ends or ends[0] == ends[1]:
        return ""
    return _("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}


def _signed(value: float, decimals: int) -> str:
    text = numbers.fixed(value, decimals)
    return f"+{text}" if value > 0 and text.strip("0.") else text
