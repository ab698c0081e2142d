from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leaderboard.metrics import (
    MetricInputError,
    accuracy_draws,
    delta_method_se,
    item_indices,
    joint_mean_draws,
    joint_ratio_draws,
    mean_draws,
    ratio_of_means_draws,
)
from leaderboard.metrics.statistics import joint

numbers = st.one_of(st.integers(0, 1).map(float), st.floats(-1e3, 1e3), st.just(nan), st.just(3e8))
tables = arrays(float, st.tuples(st.integers(0, 8), st.integers(1, 12)), elements=numbers)


@given(tables, st.integers(1, 40), st.integers(0, 2**63))
@settings(max_examples=60, deadline=None)
def test_the_means_are_those_of_the_indices_to_rounding(table, draws, seed):
    indices = item_indices(table.shape[1], draws, seed)
    means = joint_mean_draws(table, draws, seed)
    assert means.shape == (len(table), draws)
    for entry, row in zip(means, table, strict=True):
        scale = np.nanmax(np.abs(row), initial=0.0)
        np.testing.assert_allclose(entry, mean_draws(row, indices), rtol=1e-13, atol=1e-13 * scale)


@pytest.mark.parametrize(("items", "draws"), [(7, 30_000), (600, 3000), (30_000, 50)])
def test_parts_of_any_size_hold_the_same_resamples_as_one_index_matrix(items, draws):
    indices = item_indices(items, draws, seed=5)
    blocks = np.concatenate([block.copy() for block in joint.resample_counts(items, draws, seed=5)])
    assert blocks.shape == (draws, items)
    for row in (0, draws // 2, draws - 1):
        np.testing.assert_array_equal(blocks[row], np.bincount(indices[row], minlength=items))


@pytest.mark.parametrize("entries", [3, 9])
def test_a_product_cut_into_parts_changes_nothing(monkeypatch, entries):
    values = np.random.default_rng(1).random((entries, 50))
    values[1] = values[1] > 0.5
    whole = joint_mean_draws(values, 1000, seed=2)
    monkeypatch.setattr(joint, "PRODUCT_CELLS", 777)
    monkeypatch.setattr(joint, "_COUNT_CELLS", 170)
    np.testing.assert_allclose(joint_mean_draws(values, 1000, seed=2), whole, rtol=1e-14)


@pytest.mark.parametrize("entries", [1, 6])
def test_draws_of_outcomes_are_bit_for_bit_the_stored_ones(entries):
    """Scores that were stored before the product took over stay paired with new ones."""
    outcomes = (np.random.default_rng(3).random((entries, 600)) < 0.9).astype(float)
    indices = item_indices(600, 10_000, seed=8)
    means = joint_mean_draws(outcomes, 10_000, seed=8)
    for entry, row in zip(means, outcomes, strict=True):
        np.testing.assert_array_equal(entry, accuracy_draws(row, indices))


def test_fewer_draws_are_the_first_columns_of_more():
    values = np.random.default_rng(4).random((3, 200))
    np.testing.assert_allclose(
        joint_mean_draws(values, 300, seed=1), joint_mean_draws(values, 9000, seed=1)[:, :300], rtol=1e-14
    )


def test_ratios_of_many_entries_are_the_ratios_one_by_one():
    generator = np.random.default_rng(5)
    tops, bottoms = (generator.random((6, 80)) < 0.7).astype(float), generator.random((6, 80)) + 0.5
    bottoms[2], bottoms[3, 7] = 0.0, nan
    indices = item_indices(80, 2000, seed=6)
    for entry, ratios in enumerate(joint_ratio_draws(tops, bottoms, 2000, seed=6)):
        expected = ratio_of_means_draws(tops[entry], bottoms[entry], indices)
        np.testing.assert_allclose(ratios, expected, rtol=1e-13)
    spread = joint_ratio_draws(tops[:1], bottoms[:1], 10_000, seed=7).std()
    assert spread == pytest.approx(delta_method_se(tops[0], bottoms[0]), rel=0.05)


def test_a_ratio_beyond_the_range_of_a_number_is_infinite():
    assert joint_ratio_draws([[1e300]], [[1e-300]], 2, seed=0).tolist() == [[inf, inf]]


@pytest.mark.parametrize("values", [[1.0, 2.0], np.empty((2, 0)), [[1.0, inf]], [[1e308, 1e308]]])
def test_values_without_a_finite_mean_are_refused(values):
    with pytest.raises(MetricInputError):
        joint_mean_draws(values, 5, seed=1)


@pytest.mark.parametrize(("draws", "seed"), [(0, 1), (5, -1)])
def test_no_draws_and_a_negative_seed_are_refused(draws, seed):
    with pytest.raises(MetricInputError):
        joint_mean_draws([[1.0]], draws, seed)


def test_numerators_and_denominators_are_pairs():
    with pytest.raises(MetricInputError):
        joint_ratio_draws([[1.0, 2.0]], [[1.0]], 5, seed=1)
