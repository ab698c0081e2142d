from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, latency_aware_score

fractions, latencies = st.floats(0, 1), st.floats(1e-3, 1e3)


def test_the_published_points_order_as_published():
    """arXiv 1807.11626: 75.2 % at 78 ms stands before 74.96 % at 79 ms."""
    assert latency_aware_score(0.752, 0.078, 0.08) > latency_aware_score(0.7496, 0.079, 0.08)


@given(fractions, latencies)
def test_at_the_target_the_score_is_the_accuracy(accuracy, latency):
    assert latency_aware_score(accuracy, latency, latency) == pytest.approx(accuracy)


@given(fractions, latencies, latencies)
def test_without_exponents_latency_does_not_count(accuracy, latency, target):
    assert latency_aware_score(accuracy, latency, target, below=0.0, above=0.0) == accuracy


@given(fractions, fractions, latencies)
def test_beyond_a_hard_limit_every_model_ranks_below_the_feasible_ones(good, poor, target):
    late = latency_aware_score(good, target * 1.01, target, below=0.0, above=-inf)
    assert late == -inf < latency_aware_score(poor, target, target, below=0.0, above=-inf)


@given(st.floats(0.01, 1), latencies, latencies)
def test_the_score_never_rises_with_latency(accuracy, one, other):
    fast, slow = sorted([one, other])
    assert latency_aware_score(accuracy, fast, 1.0) >= latency_aware_score(accuracy, slow, 1.0)


def test_a_doubled_latency_costs_about_five_percent():
    assert latency_aware_score(1.0, 0.16, 0.08) == pytest.approx(2**-0.07)


@pytest.mark.parametrize(
    "arguments",
    [
        (1.1, 1, 1),
        (nan, 1, 1),
        (0.5, 0, 1),
        (0.5, 1, nan),
        (0.5, inf, 1),
        (0.5, 1, 1, 0.1),
        (0.5, 1, 1, -inf),
        (0.5, 1, 1, 0, 0.1),
        (0.5, 1, 1, 0, nan),
        (0.5, 1e-300, 1e300, -10),
    ],
)
def test_what_no_definition_covers_is_refused(arguments):
    with pytest.raises(MetricInputError):
        latency_aware_score(*arguments)
