from math import inf, log, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap
from statsmodels.stats.weightstats import ttost_paired

from leaderboard.metrics import (
    Interval,
    MetricInputError,
    by_item,
    compare_paired,
    difference_draws,
    equivalence_verdict,
    log_ratio_draws,
    paired_effect_size,
    percentile_interval,
)

HUMAINS = Interval(-3.1, 4.7)
"""Points between two models on 500 items, arXiv 2510.25933: bootstrap 95 % interval."""


def test_the_published_interval_is_equivalent_at_five_points_and_not_at_three():
    assert equivalence_verdict(HUMAINS, 5) == "equivalent"
    assert equivalence_verdict(HUMAINS, 3) == "undecided"


@pytest.mark.parametrize(
    ("low", "high", "margin", "direction", "word"),
    [
        (6, 9, 5, "higher", "better"),
        (6, 9, 5, "lower", "worse"),
        (-9, -6, 5, "higher", "worse"),
        (-9, -6, 5, "lower", "better"),
        (1, 2, 5, "higher", "equivalent"),
        (1, 6, 5, "higher", "better"),
        (-1, 6, 5, "higher", "undecided"),
        (0, 6, 5, "higher", "undecided"),
        (0, 0, 0.1, "higher", "equivalent"),
        (-5, 0, 5, "higher", "undecided"),
    ],
)
def test_the_verdicts(low, high, margin, direction, word):
    assert equivalence_verdict(Interval(low, high), margin, direction) == word


def test_equivalence_looks_at_its_own_narrower_interval():
    assert equivalence_verdict(Interval(-1, 6), 5, equivalence_interval=Interval(0, 4)) == "equivalent"


@pytest.mark.parametrize("margin", [0, -1, inf, nan])
def test_a_margin_is_positive(margin):
    with pytest.raises(MetricInputError):
        equivalence_verdict(HUMAINS, margin)


@pytest.mark.parametrize("way", ["sideways", "", None])
def test_a_direction_is_higher_or_lower(way):
    for interval in (HUMAINS, Interval(6, 9), Interval(0, 0)):
        with pytest.raises(MetricInputError):
            equivalence_verdict(interval, 5, way)
    with pytest.raises(MetricInputError):
        compare_paired([1, 0], [0, 1], 0.1, way)


@given(st.lists(st.integers(0, 1), min_size=2, max_size=40), st.floats(1e-6, 1))
@settings(max_examples=15, deadline=None)
def test_identical_outcomes_have_p_1_and_are_equivalent_by_the_rule_of_three(outcomes, margin):
    found = compare_paired(outcomes, outcomes, margin)
    assert (found.difference, found.p_value, found.effect_size) == (0, 1, 0)
    assert found.interval == found.equivalence_interval == Interval(0, 0)
    n = len(outcomes)
    assert found.verdict == ("equivalent" if n >= 5 and -log(0.05) / n < margin else "undecided")


@pytest.mark.parametrize(("n", "word"), [(149, "undecided"), (150, "equivalent"), (500, "equivalent")])
def test_identical_outcomes_of_an_ordinary_benchmark_are_equivalent_at_two_points(n, word):
    assert compare_paired([1] * n, [1] * n, 0.02).verdict == word


@pytest.mark.parametrize(("n", "word"), [(2, "undecided"), (4, "undecided"), (5, "equivalent")])
def test_identical_measurements_are_equivalent_from_five_pairs_on(n, word):
    assert compare_paired([2.5] * n, [2.5] * n, 0.1).verdict == word


def test_better_needs_the_exact_test_beside_the_interval():
    """Four items of 600 differ, all in favour of the first: the interval excludes 0, McNemar's p is .125."""
    found = compare_paired([1] * 4 + [0] * 596, [0] * 600, 0.001)
    assert found.interval.low > 0
    assert found.p_value == pytest.approx(0.125)
    assert found.verdict == "undecided"
    assert compare_paired([1] * 6 + [0] * 594, [0] * 600, 0.001).verdict == "better"
    assert compare_paired([0] * 600, [1] * 6 + [0] * 594, 0.001).verdict == "worse"


@pytest.mark.parametrize("n", [3, 5, 8])
def test_few_pairs_of_equal_systems_are_called_different_in_one_of_twenty_at_most(n):
    generator = np.random.default_rng(n)
    verdicts = [compare_paired(*generator.normal(size=(2, n)), 1e-3).verdict for _ in range(150)]
    assert np.mean([verdict in {"better", "worse"} for verdict in verdicts]) <= 0.09


def test_a_comparison_says_what_its_parts_say_and_mirrors():
    generator = np.random.default_rng(1)
    hard = generator.random(400)
    first, second = (generator.random((2, 400)) * [[1.0], [1.15]] < hard).astype(float)
    there, back = compare_paired(first, second, 0.02), compare_paired(second, first, 0.02)
    assert there.difference == pytest.approx(first.mean() - second.mean())
    assert there.interval == percentile_interval(difference_draws(first, second))
    assert there.interval.low < there.equivalence_interval.low < there.difference
    assert there.difference < there.equivalence_interval.high < there.interval.high
    assert back.difference == -there.difference
    assert back.interval.low == pytest.approx(-there.interval.high)
    assert back.p_value == there.p_value
    assert {there.verdict, back.verdict} in ({"better", "worse"}, {"undecided"})
    assert compare_paired(first, second, 0.02) == there


def test_where_lower_is_better_less_is_better():
    energy = np.random.default_rng(2).normal(10, 1, 200)
    assert compare_paired(energy, energy + 2, 0.5, "lower").verdict == "better"
    assert compare_paired(energy, energy + 2, 0.5, "higher").verdict == "worse"
    assert compare_paired(energy, energy + 0.1, 0.5, "lower").verdict == "equivalent"


def test_the_paired_interval_agrees_with_scipy():
    generator = np.random.default_rng(3)
    first = generator.normal(0, 1, 120)
    second = first * 0.8 + generator.normal(0.1, 0.5, 120)
    theirs = bootstrap(
        (first, second),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=9999,
        method="percentile",
        rng=np.random.default_rng(4),
    ).confidence_interval
    ours = percentile_interval(difference_draws(first, second))
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_equivalence_by_the_bootstrap_agrees_with_two_one_sided_t_tests():
    generator = np.random.default_rng(5)
    agreed = []
    for _ in range(40):
        first = generator.normal(0, 1, 100)
        second = first + generator.normal(generator.uniform(0, 0.6), 1, 100)
        theirs = ttost_paired(first, second, -0.4, 0.4)[0] < 0.05
        agreed.append(theirs == (compare_paired(first, second, 0.4).verdict == "equivalent"))
    assert np.mean(agreed) >= 0.9


def test_two_systems_apart_by_the_margin_are_seldom_called_equivalent():
    """The error of TOST at its boundary: near alpha at most."""
    generator = np.random.default_rng(6)
    wrong = []
    for seed in range(200):
        apart = generator.normal(0.3, 1, 150)
        interval = percentile_interval(difference_draws(apart, np.zeros(150), 400, seed), 0.9)
        wrong.append(equivalence_verdict(interval, 0.3) == "equivalent")
    assert np.mean(wrong) == pytest.approx(0.05, abs=0.045)


def test_the_interval_of_equal_systems_excludes_zero_in_one_of_twenty():
    generator = np.random.default_rng(7)
    excluded = [
        0 not in percentile_interval(difference_draws(*generator.normal(size=(2, 150)), 400, seed))
        for seed in range(300)
    ]
    assert np.mean(excluded) == pytest.approx(0.05, abs=0.04)


def test_a_log_ratio_reads_as_a_factor_and_mirrors():
    energy = np.random.default_rng(8).uniform(1, 3, 100)
    draws = log_ratio_draws(energy * 1.05, energy, 500)
    np.testing.assert_allclose(draws, log(1.05), rtol=1e-12)
    other = np.random.default_rng(9).uniform(1, 3, 100)
    np.testing.assert_allclose(log_ratio_draws(energy, other, 500), -log_ratio_draws(other, energy, 500), atol=1e-12)
    with pytest.raises(MetricInputError):
        log_ratio_draws([1.0, 0.0], [1.0, 1.0])


def test_the_effect_size_is_cohens_d_of_the_differences():
    first, second = [3.0, 5.0, 4.0, 8.0], [1.0, 4.0, 4.0, 5.0]
    apart = np.subtract(first, second)
    assert paired_effect_size(first, second) == pytest.approx(apart.mean() / apart.std(ddof=1))
    assert paired_effect_size(second, first) == -paired_effect_size(first, second)
    assert paired_effect_size([1, 2], [0, 1]) == inf
    assert paired_effect_size([0, 1], [1, 2]) == -inf
    assert paired_effect_size([1, 1], [1, 1]) == 0
    assert paired_effect_size([1, 1e-200], [1, 0]) == pytest.approx(2**-0.5)


def test_values_by_item_are_paired_by_item_and_other_items_are_refused():
    first, second = by_item({"a": 1, "b": 0}, {"b": 0.5, "a": 0})
    assert (first.tolist(), second.tolist()) == ([1, 0], [0, 0.5])
    for other in ({"a": 1}, {"a": 1, "c": 0}, {"a": 1, "b": nan}):
        with pytest.raises(MetricInputError):
            by_item({"a": 1, "b": 0}, other)
    with pytest.raises(MetricInputError):
        by_item({}, {})


@pytest.mark.parametrize(
    ("first", "second"), [([1, 0], [1]), ([], []), ([1, 1], [1, nan]), ([1], [1]), ([inf, 1], [1, 1])]
)
def test_unpaired_values_are_refused(first, second):
    with pytest.raises(MetricInputError):
        compare_paired(first, second, 0.1)


@pytest.mark.parametrize("alpha", [0, 0.5, -1, nan])
def test_alpha_is_less_than_a_half(alpha):
    with pytest.raises(MetricInputError):
        compare_paired([1, 0], [0, 1], 0.1, alpha=alpha)
