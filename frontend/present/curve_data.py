"""The curve of a spread as rows of a table, few enough to read, and whole, as CSV."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from frontend import numbers
from frontend.charts.ecdf import Curve
from frontend.present.device_index import csv_field

MOST_ROWS = 20
"""A longer curve has a row for each of so many equal shares."""
LEAST_SHARE = 0.001


Counted = Literal["calls", "repeats"]


@dataclass(frozen=True, slots=True)
class CurveRow:
    """So many of the values, and this share of them, are no larger than `value`."""

    value: str
    count: str
    share: str


@dataclass(frozen=True, slots=True)
class CurveData:
    """A curve over `n` values; `column` is what they are and `counted` what there is one of for each: the names that
    the CSV has. `same` is what all of them have in common.
    """

    curve: Curve
    n: int
    column: str
    counted: Counted
    unit: str
    digits: int
    same: Mapping[str, str]

    def rows(self) -> tuple[CurveRow, ...]:
        return tuple(
            CurveRow(
                numbers.si(value, self.unit, self.digits),
                numbers.fixed(round(share * self.n), 0),
                _percent(share),
            )
            for value, share in _thinned(self.curve.points)
        )

    def lines(self) -> Iterator[Sequence[str]]:
        yield (self.column, self.counted, "share", *self.same)
        for value, share in self.curve.points:
            yield (repr(value), str(round(share * self.n)), repr(share), *map(csv_field, self.same.values()))


def _percent(share: float) -> str:
    """To a tenth; a few of many are not none of them, nor all but a few all."""
    if 0 < share < LEAST_SHARE:
        return f"<{numbers.SPACE}{_percent(LEAST_SHARE)}"
    if 1 - LEAST_SHARE < share < 1:
        return f">{numbers.SPACE}{_percent(1 - LEAST_SHARE)}"
    return numbers.with_unit(numbers.fixed(share * 100, 1), "%")


def _thinned(points: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """The least value, and the first at or above each share; all of a short curve."""
    if len(points) <= MOST_ROWS:
        return points
    places = [0]
    for step in range(1, MOST_ROWS + 1):
        least = step / MOST_ROWS - 1e-9
        places.append(next(place for place, (_, share) in enumerate(points) if share >= least))
    return [points[place] for place in dict.fromkeys(places)]
