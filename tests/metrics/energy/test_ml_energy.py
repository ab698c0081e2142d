from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    SteadyWindow,
    ml_energy_generation_energy_j,
    ml_energy_steady_state,
    steady_tokens,
    steady_window,
)


def test_the_steady_state_runs_from_full_slots_to_the_first_empty_ones():
    first_tokens = [1, 2, 5, 6, 7, 8, 9, 10]
    finishes = [4, 5, 6, 12, 13, 14, 15, 16]
    # Two slots: full at 2 s, and 8 - 2 - 1 = 5 requests are done at 13 s.
    assert steady_window(first_tokens, finishes, 2) == SteadyWindow(2, 13)


def test_the_order_of_requests_does_not_matter():
    first, done = np.array([5.0, 1, 2, 8, 7, 6]), np.array([6.0, 4, 5, 14, 12, 11])
    order = np.random.default_rng(1).permutation(6)
    assert steady_window(first, done, 2) == steady_window(first[order], done[order], 2)


def test_too_few_requests_have_no_steady_state():
    assert steady_window([1, 2, 3], [4, 5, 6], 2) is None
    assert steady_window([], [], 1) is None
    assert steady_window([1, 1, 10, 10, 10], [2, 2, 11, 11, 11], 3) is None  # one is done before three have begun


@pytest.mark.parametrize(
    ("first", "done", "slots"), [([1], [2, 3], 1), ([1], [nan], 1), ([2], [1], 1), ([1], [2], 0), ([[1]], [[2]], 1)]
)
def test_requests_that_do_not_fit_are_refused(first, done, slots):
    with pytest.raises(MetricInputError):
        steady_window(first, done, slots)


def test_tokens_of_the_window_are_counted_and_never_none():
    window = SteadyWindow(2, 4)
    assert steady_tokens([1, 2, 3, 4, 5], window) == 3
    assert steady_tokens([9.0], window) == 1
    with pytest.raises(MetricInputError):
        steady_tokens([nan], window)


def test_no_token_counts_as_one():
    assert ml_energy_steady_state(10.0, 0, 2.0).energy_per_token_j == 10.0


@given(st.floats(1e-3, 1e6), st.integers(1, 10**6), st.floats(1e-3, 1e4))
def test_energy_of_a_token_is_power_over_throughput(energy_j, tokens, seconds):
    state = ml_energy_steady_state(energy_j, tokens, seconds)
    assert state.energy_per_token_j == pytest.approx(state.mean_power_w / state.tokens_per_s)


@pytest.mark.parametrize("arguments", [(0, 1, 1), (1, -1, 1), (1, 1, 0), (nan, 1, 1), (1, 1, inf), (1, 1, 5e-324)])
def test_a_steady_state_that_was_not_measured_is_refused(arguments):
    with pytest.raises(MetricInputError):
        ml_energy_steady_state(*arguments)


def test_a_request_needs_a_finite_length():
    for tokens in (-1, nan, inf):
        with pytest.raises(MetricInputError):
            ml_energy_steady_state(1, 1, 1).energy_per_request_j(tokens)


def test_an_image_takes_its_share_of_the_batch():
    assert ml_energy_generation_energy_j(400, 10, 8) == 500
    for arguments in ((0, 1, 1), (1, nan, 1), (1, 1, 0), (1e308, 1e308, 1)):
        with pytest.raises(MetricInputError):
            ml_energy_generation_energy_j(*arguments)
