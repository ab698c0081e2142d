from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from leaderboard.metrics import (
    MetricInputError,
    RankInterval,
    accuracy_draws,
    item_indices,
    rank_intervals,
    tie_bands,
)
from leaderboard.metrics.statistics import ranks

draw_tables = arrays(float, st.tuples(st.integers(1, 12), st.just(40)), elements=st.integers(0, 6).map(float))


def exact(values, draws=20):
    """Draws of values that are known exactly: each repeated."""
    return np.repeat(np.array(values, dtype=float)[:, None], draws, axis=1)


def test_exact_values_have_one_rank_each_and_equal_values_share_the_better():
    values = [3.0, 1.0, 2.0, 1.0]
    assert rank_intervals(values, exact(values), "lower") == (
        RankInterval(4, 4, 4, 4),
        RankInterval(1, 1, 2, 1),
        RankInterval(3, 3, 3, 3),
        RankInterval(1, 1, 2, 1),
    )
    assert [r.rank for r in rank_intervals(values, exact(values), "higher")] == [1, 3, 2, 3]


def test_missing_ranks_nowhere_and_infinity_below_every_real_value():
    values = [None, inf, 0.0, nan, -1.0]
    for direction, order in [("lower", [3, 2, 1]), ("higher", [3, 1, 2])]:
        ranks = rank_intervals(values, exact(values), direction)
        assert ranks[0] is None
        assert ranks[3] is None
        assert [ranks[i].rank for i in (1, 2, 4)] == order
    assert tie_bands(values, exact(values), "lower") == (None, 2, 1, None, 0)


def test_two_that_are_never_correct_are_tied():
    values = [inf, 1.0, inf]
    draws = np.array([[inf] * 20, [1.0] * 20, [inf] * 20])
    assert tie_bands(values, draws, "lower") == (1, 0, 1)


def test_a_band_holds_whom_the_paired_interval_does_not_separate_from_its_leader():
    generator = np.random.default_rng(1)
    noise = generator.normal(size=2000)
    values = np.array([10.0, 10.5, 12.0, 20.0])
    draws = values[:, None] + np.stack([noise, generator.normal(size=2000), noise, noise])
    # The third shares the leader's noise: paired, 2 apart is clear; the second does not.
    assert tie_bands(values, draws, "lower") == (0, 0, 1, 2)


@pytest.mark.parametrize(("reversals", "bands"), [(1, (0, 1)), (2, (0, 0))])
def test_more_than_a_fortieth_of_the_resamples_reversed_is_a_tie(reversals, bands):
    """41 draws: the 2.5 % order statistic of the differences is the second smallest."""
    difference = np.array([-1.0] * reversals + [1.0] * (41 - reversals))
    draws = np.stack([np.zeros(41), difference])
    assert tie_bands([0.0, 1.0], draws, "lower") == bands
    assert tie_bands([0.0, -1.0], -draws, "higher") == bands
    # The same holds when the resamples contradict the values: they speak against a tie as clearly.
    assert tie_bands([0.0, 1.0], -draws, "lower") == bands


def test_an_uncertain_entry_stays_with_the_leader_from_whom_a_better_known_one_is_separated():
    generator = np.random.default_rng(2)
    values = np.array([1.0, 2.0, 3.0])
    draws = values[:, None] + generator.normal(size=(3, 2000)) * [[0.01], [0.01], [5.0]]
    assert tie_bands(values, draws, "lower") == (0, 1, 0)


def test_models_a_few_items_apart_on_600_items_are_tied():
    """The bundled benchmark's case: 600 items resolve differences of one to two points, not less."""
    outcomes = np.ones((3, 600))
    outcomes[0, :12] = 0
    outcomes[1, 10:23] = 0
    outcomes[2, :60] = 0
    indices = item_indices(600, 500, seed=1)
    draws = np.stack([accuracy_draws(row, indices) for row in outcomes])
    values = outcomes.mean(axis=1)
    assert tie_bands(values, draws, "higher") == (0, 0, 1)
    assert rank_intervals(values, draws, "higher")[2] == RankInterval(3, 3, 3, 3)


@given(draw_tables, st.sampled_from(["higher", "lower"]))
def test_ranks_and_their_intervals_agree_with_scipy(draws, direction):
    sign = 1 if direction == "lower" else -1
    values = draws.mean(axis=1)
    own = rankdata(sign * values, method="min")
    best, worst = rankdata(sign * draws, method="min", axis=0), rankdata(sign * draws, method="max", axis=0)
    lows = np.minimum(np.quantile(best, 0.025, axis=1, method="lower"), own)
    highs = np.maximum(np.quantile(worst, 0.975, axis=1, method="higher"), own)
    found = rank_intervals(values, draws, direction)
    assert [(r.rank, r.low, r.high) for r in found] == list(zip(own, lows, highs, strict=True))
    assert [r.median for r in found] == np.median(best, axis=1).tolist()


@given(draw_tables)
def test_an_interval_contains_the_rank_and_stays_within_the_field(draws):
    for interval in rank_intervals(draws[:, 0], draws, "lower"):
        assert 1 <= interval.low <= interval.rank <= interval.high <= len(draws)


@given(draw_tables, st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_matter(draws, random):
    values = draws.mean(axis=1) + np.arange(len(draws)) * 1e-6  # no equal values: their leader is the first of them
    order = list(range(len(draws)))
    random.shuffle(order)
    for function in (rank_intervals, tie_bands):
        before, after = function(values, draws, "lower"), function(values[order], draws[order], "lower")
        assert after == tuple(before[i] for i in order)


@given(draw_tables)
def test_bands_are_numbered_from_the_best_without_gaps(draws):
    values = draws.mean(axis=1)
    bands = tie_bands(values, draws, "lower")
    assert bands[int(np.argmin(values))] == 0
    assert sorted(set(bands)) == list(range(max(bands) + 1))
    first_of_band = [values[[b == band for b in bands]].min() for band in range(max(bands) + 1)]
    assert first_of_band == sorted(first_of_band)


@given(draw_tables)
def test_mirrored_values_rank_the_same_in_the_other_direction(draws):
    values = draws.mean(axis=1)
    assert rank_intervals(values, draws, "lower") == rank_intervals(-values, -draws, "higher")
    assert tie_bands(values, draws, "lower") == tie_bands(-values, -draws, "higher")


def test_nobody_ranks_in_an_empty_or_wholly_missing_field():
    for function in (rank_intervals, tie_bands):
        assert function([], np.empty((0, 20)), "lower") == ()
        assert function([None, nan], exact([nan, nan]), "lower") == (None, None)


@pytest.mark.parametrize(
    ("values", "draws"),
    [
        ([1.0], [[1.0, nan]]),
        ([1.0, 2.0], [[1.0, 1.0]]),
        ([1.0], [1.0]),
        ([[1.0]], [[1.0]]),
        ([1.0], np.empty((1, 0))),
    ],
)
@pytest.mark.parametrize("function", [rank_intervals, tie_bands])
def test_a_value_without_complete_draws_is_refused(function, values, draws):
    with pytest.raises(MetricInputError):
        function(values, draws, "lower")


@pytest.mark.parametrize("decimals", [1, 9])
@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_a_large_field_is_ranked_in_another_way_with_the_same_ranks(monkeypatch, direction, decimals):
    draws = np.random.default_rng(3).random((40, 250)).round(decimals)
    draws[5, ::7], draws[6, ::5] = inf, -inf
    values = draws.mean(axis=1)
    tallied = rank_intervals(values, draws, direction)
    monkeypatch.setattr(ranks, "_TALLIED_ENTRIES", 0)
    monkeypatch.setattr(ranks, "_BLOCK_CELLS", 1000)
    assert rank_intervals(values, draws, direction) == tallied


def test_the_median_rank_lies_between_two_ranks_when_the_resamples_do():
    draws = np.array([[1.0, 3.0], [2.0, 2.0]])
    assert [found.median for found in rank_intervals([1.0, 2.0], draws, "lower")] == [1.5, 1.5]


@pytest.mark.parametrize("level", [0, 1, nan])
@pytest.mark.parametrize("function", [rank_intervals, tie_bands])
def test_a_level_lies_between_0_and_1(function, level):
    with pytest.raises(MetricInputError):
        function([1.0], [[1.0]], "lower", level)
