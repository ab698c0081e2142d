"""Two systems on the same items: difference with its interval, equivalence at a margin, effect size, verdict.

Paper: Humains-Junior, arXiv 2510.25933 (paired bootstrap, permutation test and TOST on identical items). The order in
which the verdicts are tried is a Perwatt rule: a difference inside the margin is one that the asker called negligible,
so "equivalent" is said even where the interval excludes zero. That "better" and "worse" also need the exact test, and
"equivalent" enough pairs, are Perwatt rules too: with few pairs, or few that differ, the bootstrap interval is too
narrow to be trusted alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import copysign, inf, log
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.statistics.intervals import Interval, percentile_interval
from leaderboard.metrics.statistics.joint import joint_mean_draws
from leaderboard.metrics.statistics.resampling import INTERVAL_DRAWS
from leaderboard.metrics.statistics.testing import is_binary, paired_p_value, pairs
from leaderboard.metrics.vocabulary import Direction, FloatArray, MetricInputError, require

Verdict = Literal["better", "worse", "equivalent", "undecided"]


@dataclass(frozen=True, slots=True)
class PairedComparison:
    """First minus second on the same items, in the unit of the values.

    `interval` has level 1 - alpha and tells better from worse; `equivalence_interval` has level 1 - 2 alpha, which is
    what two one-sided tests at alpha look at. `p_value` is that of `paired_p_value`, `effect_size` that of
    `paired_effect_size`.
    """

    difference: float
    interval: Interval
    equivalence_interval: Interval
    p_value: float
    effect_size: float
    verdict: Verdict


def by_item(first: Mapping[str, float], second: Mapping[str, float]) -> tuple[FloatArray, FloatArray]:
    """Values of both in one order, from values by item. Raises MetricInputError when the items are not the same:
    a comparison of different items is no paired one.
    """
    require(first.keys() == second.keys(), f"{len(first.keys() ^ second.keys())} items are in one set alone")
    order = sorted(first)
    return pairs([first[item] for item in order], [second[item] for item in order])


def difference_draws(first: ArrayLike, second: ArrayLike, draws: int = INTERVAL_DRAWS, seed: int = 0) -> FloatArray:
    """Paired bootstrap of mean(first) - mean(second): `(n,)` twice -> `(draws,)`; both share each resample.

    Raises MetricInputError for values that are not paired or not finite, none, no draws or a negative seed.
    """
    one, other = joint_mean_draws(np.stack(pairs(first, second)), draws, seed)
    return np.asarray(one - other)


def log_ratio_draws(first: ArrayLike, second: ArrayLike, draws: int = INTERVAL_DRAWS, seed: int = 0) -> FloatArray:
    """Paired bootstrap of ln(mean(first) / mean(second)): energy and latency, where a factor is what compares.

    0 is no difference, ln 1.05 is 5 % more. Raises MetricInputError also for values that are not positive.
    """
    table = np.stack(pairs(first, second))
    require(bool((table > 0).all()), "a ratio needs positive values")
    one, other = np.log(joint_mean_draws(table, draws, seed))
    return np.asarray(one - other)


def paired_effect_size(first: ArrayLike, second: ArrayLike) -> float:
    """Cohen's d of paired values: mean(first - second) / sd(first - second), divisor n - 1; a plain number.

    0 when no item differs, infinite when all differ by the same. Source: Cohen 1988. Raises MetricInputError for
    values that are not paired or not finite, or fewer than two pairs.
    """
    one, other = pairs(first, second)
    require(len(one) >= 2, "an effect size needs two pairs")
    apart = one / 2 - other / 2  # halves, so that no difference overflows
    if bool((apart == apart[0]).all()):
        return 0.0 if apart[0] == 0 else copysign(inf, apart[0])
    apart /= np.abs(apart).max()
    return float(apart.mean() / apart.std(ddof=1))


def equivalence_verdict(
    interval: Interval, margin: float, direction: Direction = "higher", equivalence_interval: Interval | None = None
) -> Verdict:
    """What an interval of first minus second says of the first, at a margin in the same unit.

    "equivalent" when the interval for equivalence (the same one unless given) lies inside -margin..margin, ends
    excluded; else "better" or "worse" when the interval excludes 0; else "undecided". -3.1..4.7 is equivalent at 5
    and undecided at 3. Raises MetricInputError unless the margin is positive and finite, or for another direction.
    """
    require(direction in {"higher", "lower"}, f"direction is 'higher' or 'lower', not {direction!r}")
    require(0 < margin < inf, "a margin is positive and finite")
    within = equivalence_interval or interval
    if -margin < within.low and within.high < margin:
        return "equivalent"
    if 0 in interval:
        return "undecided"
    return "better" if (interval.low > 0) == (direction == "higher") else "worse"


def compare_paired(
    first: ArrayLike,
    second: ArrayLike,
    margin: float,
    direction: Direction = "higher",
    alpha: float = 0.05,
    seed: int = 0,
) -> PairedComparison:
    """Compare two systems by their values on the same items, `(n,)` twice: INTERVAL_DRAWS paired resamples for the
    intervals, as many sign patterns for the p-value, and TOST by the bootstrap interval of level 1 - 2 alpha.

    The verdict is that of `equivalence_verdict` where two Perwatt rules allow it, and "undecided" where they do not.
    "better" and "worse" need p <= alpha beside an interval that excludes 0. "equivalent" needs so many pairs that an
    exact one-sided test could reach alpha (2^-n <= alpha: 5 at .05) and, of outcomes 0 and 1, that the rule of three
    -ln(alpha) / n (3 / n at .05), the largest share of differing items that n equal ones leave possible, lies within
    the margin: identical outcomes are equivalent at .02 from 150 items on.

    Outcomes and verdict hold for these items, this judge and no others: check that both had the same. Raises
    MetricInputError for values that are not paired or not finite, fewer than two pairs, a margin that is not positive,
    another direction or alpha outside (0, 0.5).
    """
    require(0 < alpha < 0.5, "alpha lies between 0 and a half")
    one, other = pairs(first, second)
    sample = difference_draws(one, other, seed=seed)
    wide, narrow = _interval(sample, 1 - alpha), _interval(sample, 1 - 2 * alpha)
    p_value = paired_p_value(one, other, seed)
    verdict = equivalence_verdict(wide, margin, direction, narrow)
    borne_out = _enough_pairs(one, other, margin, alpha) if verdict == "equivalent" else p_value <= alpha
    return PairedComparison(
        difference=float(one.mean() - other.mean()),
        interval=wide,
        equivalence_interval=narrow,
        p_value=p_value,
        effect_size=paired_effect_size(one, other),
        verdict=verdict if borne_out else "undecided",
    )


def _enough_pairs(first: FloatArray, second: FloatArray, margin: float, alpha: float) -> bool:
    n = len(first)
    return bool(0.5**n <= alpha) and (not is_binary(first, second) or -log(alpha) / n < margin)


def _interval(sample: FloatArray, level: float) -> Interval:
    found = percentile_interval(sample, level)
    if found is None:  # pairs are finite, and so are their means
        raise MetricInputError("a difference that is no number")
    return found
