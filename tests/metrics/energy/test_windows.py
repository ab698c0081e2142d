from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    MissingReason,
    QueryEnergy,
    integrate_power_j,
    query_energies,
    window_energy_j,
)

TIMES_S = np.arange(0, 10.05, 0.05)


def test_each_query_gets_the_energy_between_its_own_marks():
    power = np.where(TIMES_S < 5, 100.0, 200.0)
    first, second = query_energies(TIMES_S, power, [1.0, 6.0], [2.0, 8.5])
    assert first.energy_j == pytest.approx(100.0)
    assert second.energy_j == pytest.approx(500.0)
    assert (first.mean_power_w, second.mean_power_w) == pytest.approx((100.0, 200.0))


def test_what_lies_between_two_queries_is_charged_to_neither():
    power = np.where((TIMES_S > 3) & (TIMES_S < 6), 500.0, 100.0)
    queries = query_energies(TIMES_S, power, [1.0, 7.0], [2.0, 8.0])
    assert [query.energy_j for query in queries] == pytest.approx([100.0, 100.0])


def test_a_query_shorter_than_ten_samples_has_no_energy_of_its_own():
    short, long = query_energies(TIMES_S, np.full(TIMES_S.shape, 100.0), [1.01, 2.01], [1.44, 2.53])
    assert short == QueryEnergy(None, None, 8, MissingReason.TOO_FEW_SAMPLES)
    assert long.samples == 10
    assert long.energy_j == pytest.approx(52.0)


def test_a_query_between_two_samples_has_none():
    (query,) = query_energies(TIMES_S, np.full(TIMES_S.shape, 100.0), [1.01], [1.04], min_samples=1)
    assert query == QueryEnergy(None, None, 0, MissingReason.TOO_FEW_SAMPLES)


def test_a_query_that_the_trace_does_not_cover_has_no_energy():
    power = np.full(TIMES_S.shape, 100.0)
    before, inside, after = query_energies(TIMES_S, power, [-1.0, 4.0, 9.0], [1.0, 5.0, 11.0])
    assert before.missing == after.missing == MissingReason.TOO_FEW_SAMPLES
    assert inside.energy_j == pytest.approx(100.0)


def test_a_query_that_meets_a_gap_has_no_energy():
    times = TIMES_S[(TIMES_S < 3) | (TIMES_S > 4)]
    power = np.full(times.shape, 100.0)
    marks = ([1.0, 2.5, 5.0], [2.0, 4.5, 6.0])
    assert [query.missing for query in query_energies(times, power, *marks)] == [None, None, None]
    reasons = [query.missing for query in query_energies(times, power, *marks, longest_gap_s=0.2)]
    assert reasons == [None, MissingReason.TOO_FEW_SAMPLES, None]


def test_a_query_without_power_is_missing_and_not_free():
    (query,) = query_energies(TIMES_S, np.zeros(TIMES_S.shape), [1.0], [2.0])
    assert (query.energy_j, query.missing) == (None, MissingReason.NO_POWER)


def test_no_queries_have_no_energies():
    assert query_energies(TIMES_S, np.ones(TIMES_S.shape), [], []) == ()


@given(st.data())
def test_queries_that_touch_share_the_energy_of_the_whole_trace(data):
    steps = data.draw(st.lists(st.floats(1e-2, 10), min_size=2, max_size=30))
    times = np.cumsum(steps)
    power = np.array(data.draw(st.lists(st.floats(0.1, 1e3), min_size=len(steps), max_size=len(steps))))
    shares = data.draw(st.lists(st.floats(0, 1), max_size=6))
    inner = np.clip(times[0] + np.array(shares) * (times[-1] - times[0]), times[0], times[-1])  # rounding may leave it
    cuts = np.unique([times[0], *inner, times[-1]])
    queries = query_energies(times, power, cuts[:-1], cuts[1:], min_samples=1)
    for query, start, end in zip(queries, cuts[:-1], cuts[1:], strict=True):
        if query.samples:
            assert query.energy_j == pytest.approx(window_energy_j(times, power, float(start), float(end)))
        else:
            assert query.missing == MissingReason.TOO_FEW_SAMPLES
    if all(query.samples for query in queries):
        assert sum(query.energy_j for query in queries) == pytest.approx(integrate_power_j(times, power))


@pytest.mark.parametrize(
    ("starts", "ends"),
    [([1], [1]), ([2], [1]), ([nan], [1]), ([1], [inf]), ([1, 2], [3]), ([1, 2], [3, 4]), ([3, 1], [4, 2])],
    ids=["empty", "backwards", "NaN", "infinite", "lengths", "overlap", "out of order"],
)
def test_marks_that_are_no_queries_are_refused(starts, ends):
    with pytest.raises(MetricInputError):
        query_energies(TIMES_S, np.ones(TIMES_S.shape), starts, ends)


def test_a_query_needs_a_sample():
    with pytest.raises(MetricInputError):
        query_energies(TIMES_S, np.ones(TIMES_S.shape), [1], [2], min_samples=0)
