"""Submissions that compute the same function: compared on probe inputs, confirmed on a second set of them.

The idea is that of unified functional hashing. A hash of rounded outputs misses equals whose noise straddles a rounding
edge, so the outputs themselves are compared: with thousands of submissions that is still a few milliseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

Match = Literal["same", "collision"]


@dataclass(frozen=True, slots=True)
class ProbeOutputs:
    """What one submission answers on the two probe sets: arrays of any shape, the same for all submissions."""

    first: ArrayLike
    second: ArrayLike


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An earlier submission that agrees on the first probes: "same" on the second too, or a "collision"."""

    name: str
    match: Match


def find_duplicates(
    outputs: ProbeOutputs, known: Mapping[str, ProbeOutputs], tolerance: float = 1e-5
) -> tuple[Duplicate, ...]:
    """Earlier submissions whose outputs differ by at most `tolerance` (absolute) on every first probe.

    Only "same" is a duplicate whose evaluation may be reused; a "collision" says that the first probes are too few. An
    earlier submission of another output shape is another function. Raises MetricInputError for no probes, an output
    that is not finite, or a tolerance that is negative or not finite.
    """
    require(np.isfinite(tolerance) and tolerance >= 0, "a tolerance is finite and not negative")
    first, second = _outputs(outputs.first), _outputs(outputs.second)
    found = []
    for name, earlier in known.items():
        if _agree(first, _outputs(earlier.first), tolerance):
            same = _agree(second, _outputs(earlier.second), tolerance)
            found.append(Duplicate(name, "same" if same else "collision"))
    return tuple(found)


def _agree(left: FloatArray, right: FloatArray, tolerance: float) -> bool:
    return left.shape == right.shape and float(np.abs(left - right).max()) <= tolerance


def _outputs(values: ArrayLike) -> FloatArray:
    array = as_floats(values)
    require(array.size >= 1, "at least one probe")
    require(bool((np.abs(array) <= 1e100).all()), "an output is a number within 1e100 of 0")
    return array
