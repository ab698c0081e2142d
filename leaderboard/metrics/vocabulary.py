"""Words and types that all of the maths shares."""

from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LARGEST_COUNT = 2**63 - 1
"""What a 64-bit integer counts: products of a few counts stay far below the largest float."""

Direction = Literal["higher", "lower"]
"""Which way a metric is better."""


class MetricInputError(ValueError):
    """An argument no definition covers: wrong shape, empty, out of range, a clock that runs backwards.

    It marks a fault of the caller. A quantity that could not be measured is not an error but `None`.
    """


def require(condition: bool, message: str) -> None:
    if not condition:
        raise MetricInputError(message)


def is_count(value: float, least: int = 0) -> bool:
    """Whether `value` is whole, at least `least` and at most LARGEST_COUNT; so neither infinite nor NaN."""
    return bool(least <= value <= LARGEST_COUNT and value % 1 == 0)


def as_finite(value: float) -> float:
    """The result of a computation, unless it left the floats. Raises MetricInputError for infinity and NaN."""
    require(isfinite(value), "the result is larger than a float holds")
    return value


def as_floats(values: ArrayLike) -> FloatArray:
    """`values` as an array of floats, `None` as NaN; not a copy where it is one already.

    Raises MetricInputError for text, dates and complex numbers, rows of different lengths, and whole numbers larger
    than a float holds.
    """
    try:
        found = np.asarray(values)
        require(found.dtype.kind in "biuf" or (found.dtype.kind == "O" and not _has_text(found)), "numbers")
        return found.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError):  # MetricInputError is one; a whole number may be too large
        raise MetricInputError("numbers, in rows of one length; not text, dates or complex numbers") from None


def _has_text(found: NDArray[np.object_]) -> bool:
    return any(isinstance(value, str | bytes) for value in found.flat)


def as_costs(values: ArrayLike, direction: Direction) -> FloatArray:
    """Copy of `values` in which lower is better whatever the metric's direction.

    Missing (`None`, NaN) becomes NaN. An infinite value is the worst real value in either direction: it says
    "never correct", so it must not win where higher is better.
    """
    require(direction in {"higher", "lower"}, f"direction is 'higher' or 'lower', not {direction!r}")
    costs = as_floats(values).copy()
    if direction == "higher":
        np.negative(costs, out=costs)
    costs[np.isinf(costs)] = np.inf
    return costs
