"""Two uncertain numbers at once: the region in which a share of their joint resamples lies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

FEWEST_PAIRS = 40
"""Resamples below which a region of 95 % would rest on one or two of them."""

_FLAT, _LEAST = 1e-9, 1e-150


@dataclass(frozen=True, slots=True)
class JointRegion:
    """`outline` `(corners, 2)` runs once around; `correlation` is that of the two numbers over the resamples."""

    outline: FloatArray
    correlation: float


def joint_region(x: ArrayLike, y: ArrayLike, share: float = 0.95, corners: int = 48) -> JointRegion | None:
    """The ellipse around the centre of the joint draws `(draws,)` twice that holds `share` of them.

    Its shape is their covariance, and its size the `share` quantile of their Mahalanobis distances, so no normal
    distribution is assumed for how far it reaches. Where one number follows from the other it is a line. Pass
    logarithms where the plot's axis is logarithmic. None where a number does not vary, or where so many draws are
    missing or infinite that fewer than `share` of them, or than FEWEST_PAIRS, are left. Davison and Hinkley, Bootstrap
    Methods and their Application, 1997, section 5.8. Raises MetricInputError for draws of two shapes, a share outside
    0..1, or fewer than three corners.
    """
    across, up = as_floats(x), as_floats(y)
    require(across.ndim == 1 and across.shape == up.shape, "joint draws are two vectors of one length")
    require(0 < share < 1, "a share lies between 0 and 1")
    require(corners >= 3, "an outline has at least three corners")
    pairs = np.column_stack([across, up])
    known = pairs[np.isfinite(pairs).all(axis=1)]
    if len(known) < max(FEWEST_PAIRS, share * len(pairs)):
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        centre, spread = known.mean(axis=0), known.std(axis=0)
    # A spread beyond the range of a number, or lost in rounding, is none that could be drawn.
    if not (np.isfinite(spread).all() and (spread > _FLAT * np.abs(centre)).all() and (spread > _LEAST).all()):
        return None
    standard = (known - centre) / spread
    _, sizes, directions = np.linalg.svd(standard, full_matrices=False)
    sizes = np.where(sizes > _FLAT * sizes[0], sizes, 0.0) / np.sqrt(len(standard))
    along = standard @ directions.T
    distances = np.sqrt(((along[:, sizes > 0] / sizes[sizes > 0]) ** 2).sum(axis=1))
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    circle = np.column_stack([np.cos(angle), np.sin(angle)]) * float(np.quantile(distances, share, method="higher"))
    correlation = float(np.clip((standard[:, 0] * standard[:, 1]).mean(), -1.0, 1.0))
    return JointRegion(centre + (circle * sizes) @ directions * spread, correlation)
