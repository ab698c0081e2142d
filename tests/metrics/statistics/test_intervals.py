from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, norm
from statsmodels.stats.proportion import proportion_confint

from leaderboard.metrics import (
    Estimate,
    Interval,
    MetricInputError,
    MissingReason,
    percentile_interval,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(84, 128, 0.570496, 0.732898), (0, 10, 0, 0.277533), (10, 10, 0.722467, 1), (27, 165, 0.114965, 0.227613)],
)
def test_worked_wilson_intervals_come_out(successes, n, low, high):
    interval = wilson_interval(successes, n)
    assert interval.low == pytest.approx(low, abs=5e-7)
    assert interval.high == pytest.approx(high, abs=5e-7)


counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_wilson_stays_inside_the_unit_range_and_contains_the_share(count):
    successes, n = count
    interval = wilson_interval(successes, n)
    assert 0 <= interval.low < interval.high <= 1
    assert successes / n in interval


@given(counts)
def test_wilson_mirrors_when_successes_and_failures_swap(count):
    successes, n = count
    interval, mirrored = wilson_interval(successes, n), wilson_interval(n - successes, n)
    assert mirrored.low == pytest.approx(1 - interval.high, abs=1e-12)
    assert mirrored.high == pytest.approx(1 - interval.low, abs=1e-12)


@given(counts)
def test_wilson_agrees_with_scipy(count):
    successes, n = count
    theirs = binomtest(successes, n).proportion_ci(0.95, method="wilson")
    interval = wilson_interval(successes, n)
    assert (interval.low, interval.high) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


@given(counts, st.floats(0.5, 4))
@settings(max_examples=50, deadline=None)
def test_wilson_agrees_with_statsmodels_at_any_level(count, z):
    successes, n = count
    theirs = proportion_confint(successes, n, alpha=2 * norm.sf(z), method="wilson")
    interval = wilson_interval(successes, n, z)
    assert (interval.low, interval.high) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5), (1, -1)])
def test_wilson_refuses_impossible_counts(successes, n):
    with pytest.raises(MetricInputError):
        wilson_interval(successes, n)


def test_wilson_covers_the_true_share_in_about_95_of_100_benchmarks():
    generator = np.random.default_rng(20)
    shares = generator.uniform(0.05, 0.99, 3000)
    covered = [
        share in wilson_interval(int(k), 600) for share, k in zip(shares, generator.binomial(600, shares), strict=True)
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.015)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.floats(0.1, 0.99))
def test_a_percentile_interval_agrees_with_linear_quantiles_whatever_the_order(draws, level):
    interval = percentile_interval(draws[::-1], level)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    assert interval.low == pytest.approx(low, rel=1e-9, abs=1e-6)
    assert interval.high == pytest.approx(high, rel=1e-9, abs=1e-6)


def test_an_infinite_draw_widens_the_interval_and_never_makes_it_missing():
    assert percentile_interval([1.0] * 97 + [inf] * 4) == Interval(1.0, inf)
    assert percentile_interval([1.0] * 100 + [inf]) == Interval(1.0, 1.0)
    assert percentile_interval([inf, inf]) == Interval(inf, inf)
    assert percentile_interval([1.0, inf]) == Interval(1.0, inf)


def test_a_missing_draw_leaves_no_interval():
    assert percentile_interval([1.0, nan, 2.0]) is None


@pytest.mark.parametrize(("draws", "level"), [([], 0.95), ([1.0], 0.0), ([1.0], 1.0), ([1.0], nan)])
def test_a_percentile_interval_of_nothing_is_refused(draws, level):
    with pytest.raises(MetricInputError):
        percentile_interval(draws, level)


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.0), (nan, 1.0)])
def test_an_interval_runs_from_low_to_high(low, high):
    with pytest.raises(MetricInputError):
        Interval(low, high)


def test_an_estimate_has_a_value_or_a_reason():
    assert Estimate(None, None, 3, MissingReason.TOO_FEW_SAMPLES).missing == "too_few_samples"
    with pytest.raises(MetricInputError):
        Estimate(None, None, 3)
    with pytest.raises(MetricInputError):
        Estimate(1.0, None, 3, MissingReason.FAILED)


@pytest.mark.parametrize(("successes", "n"), [(0, inf), (1.5, 3), (1, 3.5), (1, nan), (nan, 3), (1.0, 3.0)])
def test_a_share_is_one_of_whole_numbers(successes, n):
    with pytest.raises(MetricInputError):
        wilson_interval(successes, n)
    assert wilson_interval(np.int64(1), np.int32(3)) == wilson_interval(1, 3)
