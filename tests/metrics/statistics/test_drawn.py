from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard import metrics
from leaderboard.metrics import MetricInputError, compare_draws, within_limit
from tests.metrics.documented import only_documented

positive = st.floats(1e-3, 1e3)
pairs = st.lists(st.tuples(positive, positive), min_size=1, max_size=40)
anything = st.lists(st.one_of(st.floats(), st.sampled_from([0.0, inf, -inf, nan, 1e308])), max_size=8)
directions = st.sampled_from(["higher", "lower"])


@given(pairs, directions)
@settings(max_examples=100)
def test_turning_a_comparison_round_turns_all_of_it_round(drawn, direction):
    one, other = np.array(drawn).T
    there, back = compare_draws(one, other, direction), compare_draws(other, one, direction)
    assert there.probability_better == pytest.approx(1 - back.probability_better)
    assert there.p_value == pytest.approx(back.p_value)
    assert there.difference.low == pytest.approx(-back.difference.high)


@given(pairs, directions, st.floats(0.01, 100))
@settings(max_examples=100)
def test_another_unit_changes_the_difference_and_nothing_else(drawn, direction, factor):
    one, other = np.array(drawn).T
    plain, scaled = compare_draws(one, other, direction), compare_draws(one * factor, other * factor, direction)
    assert scaled.difference.low == pytest.approx(plain.difference.low * factor, abs=1e-6 * factor)
    assert scaled.ratio.low == pytest.approx(plain.ratio.low)
    assert scaled.p_value == pytest.approx(plain.p_value, abs=1e-6)


@given(anything, anything, st.sampled_from(["higher", "lower", "sideways"]))
@settings(max_examples=150)
def test_any_two_vectors_compare_or_are_refused(one, other, direction):
    found = only_documented(lambda: compare_draws(one, other, direction))
    assert found is None or (0 <= found.p_value <= 1 and 0 <= found.probability_better <= 1)


@given(anything, st.floats(), st.sampled_from(["min", "max", "most"]))
@settings(max_examples=150)
def test_any_limit_is_met_or_refused(draws, limit, bound):
    only_documented(lambda: within_limit(draws, limit, bound))


@given(st.lists(positive, min_size=1, max_size=40), positive, positive)
def test_a_laxer_limit_is_never_met_less_often(draws, limit, more):
    assert within_limit(draws, limit + more, "max").mean() >= within_limit(draws, limit, "max").mean()
    assert within_limit(draws, limit + more, "min").mean() <= within_limit(draws, limit, "min").mean()


@given(st.lists(positive, min_size=1, max_size=40), positive, positive)
def test_both_limits_are_met_no_more_often_than_each_and_no_less_than_is_left(draws, low, high):
    lows, highs = within_limit(draws, low, "min"), within_limit(draws, high, "max")
    both = (lows & highs).mean()
    assert max(0.0, lows.mean() + highs.mean() - 1) - 1e-12 <= both <= min(lows.mean(), highs.mean())


def test_the_p_value_counts_the_resamples_that_disagree():
    # 2 * (1 + 3) / (1 + 99): of 99 resamples 3 say that the contender is slower.
    contender = np.array([2.0] * 3 + [0.5] * 96)
    assert compare_draws(contender, np.ones(99), "lower").p_value == pytest.approx(0.08)


def test_where_all_resamples_agree_the_tail_is_that_of_a_normal_distribution():
    # Mean 5, spread 1: erfc(5 / sqrt 2), where counting alone would stop at 2 / 5.
    found = compare_draws([4.0, 6.0, 4.0, 6.0], np.zeros(4), "higher")
    assert found.p_value == pytest.approx(5.733e-7, rel=1e-3)
    assert compare_draws([5.0] * 4, np.zeros(4), "higher").p_value == pytest.approx(0.4)


def test_of_equal_entries_the_p_value_is_nearly_uniform():
    rng = np.random.default_rng(5)
    nulls = rng.normal(0, 1, (400, 2))
    found = [compare_draws(rng.normal(one, 1, 500), rng.normal(other, 1, 500), "lower").p_value for one, other in nulls]
    assert 0.02 < np.mean(np.array(found) <= 0.05) < 0.09


def test_never_correct_is_the_worst_and_two_of_them_are_equal():
    never = np.full(50, inf)
    assert compare_draws(never, np.ones(50), "lower").probability_better == 0
    both = compare_draws(never, never, "lower")
    assert (both.probability_better, both.p_value, both.difference, both.ratio) == (0.5, 1.0, None, None)


def test_a_missing_draw_compares_with_nothing():
    assert compare_draws([1.0, nan], [1.0, 2.0], "lower") is None


def test_a_ratio_to_nothing_is_none():
    found = compare_draws([1.0, 2.0], [0.0, 1.0], "higher")
    assert found.ratio is None
    assert found.difference is not None


def test_a_value_at_its_limit_meets_it_after_rounding_to_its_stored_form():
    assert within_limit(np.array([0.95], dtype="<f4"), 0.95, "min").all()
    assert within_limit(np.array([0.7], dtype="<f4"), 0.7, "max").all()


def test_draws_that_are_not_paired_are_refused():
    for one, other in (([1.0], [1.0, 2.0]), ([], []), ([[1.0]], [[1.0]])):
        with pytest.raises(MetricInputError):
            metrics.compare_draws(one, other, "lower")
