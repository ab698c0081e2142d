"""Ridge regression on standardised features, and jackknife+ bands around its predictions. NumPy alone."""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from leaderboard.metrics.vocabulary import FloatArray

FLAT = 1e-9
"""Spread of a feature below which it says nothing: it is not divided by."""


@dataclass(frozen=True, slots=True)
class Ridge:
    """y = intercept + ((x - means) / scales) . weights."""

    means: FloatArray
    scales: FloatArray
    weights: FloatArray
    intercept: float

    def predict(self, features: FloatArray) -> FloatArray:
        """`(m, d)` features -> `(m,)`."""
        return np.asarray(self.intercept + (features - self.means) / self.scales @ self.weights, dtype=np.float64)


def fit_ridge(features: FloatArray, target: FloatArray, penalty: float) -> Ridge:
    """Least squares with `penalty` * |weights|^2; `(n, d)` features standardised on the n samples, target centred."""
    means, scales = features.mean(axis=0), features.std(axis=0)
    flat = scales < FLAT
    scales = np.where(flat, 1.0, scales)
    z = np.where(flat, 0.0, (features - means) / scales)
    intercept = float(target.mean())
    gram = z.T @ z + penalty * np.eye(z.shape[1])
    weights = np.linalg.solve(gram, z.T @ (target - intercept))
    return Ridge(means, scales, np.where(flat, 0.0, weights), intercept)


def jackknife_plus(
    features: FloatArray, target: FloatArray, places: FloatArray, penalty: float, level: float
) -> tuple[FloatArray, FloatArray] | None:
    """Lower and upper bounds `(m,)` for new targets at `(m, d)` places; `None` for too few samples for the level.

    With mu_i the fit without sample i and R_i = |y_i - mu_i(x_i)|: the floor(a(n+1))-th smallest of mu_i(x) - R_i and
    the ceil((1-a)(n+1))-th smallest of mu_i(x) + R_i, a = 1 - level (Barber et al., arXiv 1905.02928). For
    exchangeable samples and places the coverage is at least 1 - 2a whatever the distribution, and usually about 1 - a.
    """
    count = len(target)
    lower, upper = floor((1 - level) * (count + 1) + FLAT), ceil(level * (count + 1) - FLAT)
    if lower < 1 or upper > count:
        return None
    without = [fit_ridge(np.delete(features, i, 0), np.delete(target, i), penalty) for i in range(count)]
    centres = np.stack([fit.predict(places) for fit in without])
    misses = [abs(target[i] - fit.predict(features[i : i + 1])[0]) for i, fit in enumerate(without)]
    radii = np.array(misses)[:, None]
    return np.sort(centres - radii, axis=0)[lower - 1], np.sort(centres + radii, axis=0)[upper - 1]
