"""What a set of models can answer, which model a query needs, and what routing saves (arXiv 2511.07885, section 2).

`correct` is a table `(models, queries)` of 0 and 1; `sizes` holds one number per model, such as parameters.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboard.metrics.vocabulary import BoolArray, FloatArray, as_floats, require


def query_coverage(correct: ArrayLike) -> FloatArray:
    """Share of the queries that each model answers correctly, `(models,)`: its accuracy.

    Raises MetricInputError for no model or no query, or an outcome that is neither 0 nor 1.
    """
    return np.asarray(_table(correct).mean(axis=1))


def best_of_coverage(correct: ArrayLike) -> float:
    """Share of the queries that at least one model answers correctly: an oracle's, so it rises with more models.

    Errors as `query_coverage`.
    """
    return float(_table(correct).any(axis=0).mean())


def difficulty_levels(correct: ArrayLike, sizes: ArrayLike) -> FloatArray:
    """Size of the smallest model that answers each query, `(queries,)`; infinite where none does.

    Errors as `query_coverage`; also for sizes that are not one positive, finite number per model.
    """
    solved = _table(correct)
    return np.asarray(np.where(solved, _sizes(sizes, len(solved))[:, None], np.inf).min(axis=0))


def oracle_routes(correct: ArrayLike, sizes: ArrayLike) -> NDArray[np.intp]:
    """Row of the smallest model that answers each query, `(queries,)`; -1 sends it to the cloud.

    Of models of one size the first. Errors as `difficulty_levels`.
    """
    solved = _table(correct)
    order = np.argsort(_sizes(sizes, len(solved)), kind="stable")
    return np.asarray(np.where(solved.any(axis=0), order[solved[order].argmax(axis=0)], -1))


def saving_of_routes(
    correct: ArrayLike, sizes: ArrayLike, local: ArrayLike, cloud: ArrayLike, hits: ArrayLike | None = None
) -> float:
    """Share of a resource that routing saves: 1 - resource(policy) / resource(all to the cloud).

    `local` is `(models, queries)` and `cloud` `(queries,)`, both in one unit of energy, compute or money. The oracle
    sends each query to the smallest model that answers it, else to the cloud. `hits`, `(queries,)` of 0 and 1, says
    where a router agrees with the oracle: a misrouted query falls back to the cloud, so quality is kept. Negative
    where the local models take more than the cloud. Errors as `difficulty_levels`; also for amounts that are negative
    or not finite, a cloud that takes nothing, or shapes that do not fit.
    """
    solved, routes = _table(correct), oracle_routes(correct, sizes)
    here, there = as_floats(local), as_floats(cloud)
    require(here.shape == solved.shape and there.shape == solved.shape[1:], "one amount per query, local and cloud")
    require(all(bool((np.isfinite(amount) & (amount >= 0)).all()) for amount in (here, there)), "amounts are finite")
    taken_here = routes >= 0
    if hits is not None:
        taken_here &= _outcomes(hits, solved.shape[1:])
    queries = np.arange(there.size)
    with np.errstate(over="ignore"):
        baseline = float(there.sum())
        spent = float(np.where(taken_here, here[routes, queries], there).sum())
    require(0 < baseline < np.inf and spent / baseline < np.inf, "the cloud's resource is positive and finite")
    return 1 - spent / baseline


def expected_router_saving(oracle_saving: float, accuracy: float) -> float:
    """Saving expected of a router that agrees with the oracle on a share of the queries: accuracy * saving(oracle).

    Derived: exact in the mean when misrouted queries are no dearer than others. Raises MetricInputError for a
    saving above 1 or not finite, or an accuracy outside 0..1.
    """
    require(-np.inf < oracle_saving <= 1, "a saving is finite and at most 1")
    require(0 <= accuracy <= 1, "accuracy is a fraction in 0..1")
    return accuracy * oracle_saving


def _table(correct: ArrayLike) -> BoolArray:
    outcomes = as_floats(correct)
    require(outcomes.ndim == 2 and outcomes.size > 0, "a table (models, queries), neither of them none")
    return _outcomes(outcomes, outcomes.shape)


def _outcomes(values: ArrayLike, shape: tuple[int, ...]) -> BoolArray:
    outcomes = as_floats(values)
    require(outcomes.shape == shape, f"outcomes of shape {outcomes.shape}, not {shape}")
    require(bool(np.isin(outcomes, (0.0, 1.0)).all()), "an outcome is 1 or 0")
    return np.asarray(outcomes == 1)


def _sizes(sizes: ArrayLike, models: int) -> FloatArray:
    size = as_floats(sizes)
    require(size.shape == (models,), "one size per model")
    require(bool((np.isfinite(size) & (size > 0)).all()), "a size is positive and finite")
    return size
