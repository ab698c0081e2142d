"""Stars of the AI Energy Score: five for the least energy, of models of one task (and class) on one device."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import as_floats, require

STARS = 5


def energy_stars(energies: ArrayLike, bands: Literal["quantile", "width"] = "quantile") -> tuple[int | None, ...]:
    """1 to 5 stars for each of `(n,)` energies in one unit and one scope (published: GPU Wh per 1000 queries, H100).

    The published text allows two readings. "quantile" (our default, a Perwatt rule): fifths of the models, so a star
    depends on the number of models with strictly less energy, and equals share the better band. "width": fifths of the
    energy range, where one wasteful model makes all others look alike. All equal: 5 for everyone (a Perwatt rule).
    Energy that is missing, <= 0 or not finite was not measured: `None`, and the model takes no part. Stars change with
    the field. Raises MetricInputError for anything but one number per model.
    """
    values = as_floats(energies)
    require(values.ndim == 1, "one energy per model")
    require(bands in {"quantile", "width"}, f"bands are 'quantile' or 'width', not {bands!r}")
    measured = np.isfinite(values) & (values > 0)
    known = values[measured]
    if not known.size:
        return (None,) * len(values)
    if bands == "quantile":
        fifths = np.searchsorted(np.sort(known), known, side="left") * STARS // len(known)
    else:
        span = float(np.ptp(known))
        fifths = np.floor((known - known.min()) / (span or 1.0) * STARS).astype(np.int64)
    stars = iter((STARS - np.minimum(fifths, STARS - 1)).tolist())
    return tuple(next(stars) if here else None for here in measured.tolist())
