from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import LaunchTransition, MetricInputError, launch_queue_time_s, launch_transition

gaps = st.lists(st.floats(0, 1), min_size=2, max_size=20)


def tklqt(kernels, gap_s):
    launches = np.arange(kernels) * 1e-5
    return launch_queue_time_s(launches, launches + gap_s)


def test_constant_launch_gaps_are_cpu_bound():
    batches = [1, 2, 4, 8]
    transition = launch_transition(batches, [tklqt(100, 5e-6) for _ in batches])
    assert transition == LaunchTransition(None, ("cpu",) * 4)


def test_gaps_that_grow_after_batch_8_give_a_transition_at_8():
    batches = [1, 2, 4, 8, 16, 32]
    times = [tklqt(100, 5e-6 * max(1, batch / 8)) for batch in batches]
    transition = launch_transition(batches, times)
    assert transition.last_cpu_bound_batch == 8
    assert transition.bounds == ("cpu",) * 4 + ("gpu",) * 2


def test_a_passing_rise_is_no_transition():
    assert launch_transition([1, 2, 4, 8], [1.0, 1.5, 1.0, 3.0]).last_cpu_bound_batch == 4


@given(gaps)
def test_fewer_fused_kernels_lower_the_time(waits):
    launches = np.arange(len(waits), dtype=float)
    fused = launch_queue_time_s(launches[1:], launches[1:] + waits[1:])
    unfused = launch_queue_time_s(launches, launches + waits)
    assert fused <= unfused or fused == pytest.approx(unfused)


@pytest.mark.parametrize(
    ("launches", "starts"),
    [([], []), ([1.0], []), ([1.0], [0.5]), ([1.0, 0.5], [2.0, 2.0]), ([nan], [1.0]), ([0.0], [inf])],
)
def test_timestamps_out_of_order_are_refused(launches, starts):
    with pytest.raises(MetricInputError):
        launch_queue_time_s(launches, starts)


@pytest.mark.parametrize(
    "arguments",
    [
        ([1], [1.0]),
        ([2, 1], [1.0, 1.0]),
        ([1, 1.5], [1.0, 1.0]),
        ([0, 1], [1.0, 1.0]),
        ([1, 2], [1.0]),
        ([1, 2], [0.0, 1.0]),
        ([1, 2], [1.0, nan]),
        ([1, 2], [1.0, 1.0], -0.1),
        ([1, 2], [1.0, 1.0], inf),
    ],
)
def test_sweeps_that_are_none_are_refused(arguments):
    with pytest.raises(MetricInputError):
        launch_transition(*arguments)
