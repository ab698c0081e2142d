from math import inf, nan

import numpy as np
import pytest

from leaderboard.metrics import (
    MetricInputError,
    mlperf_energy_per_query_mj,
    mlperf_mean_power_w,
    mlperf_offline_samples_per_j,
    mlperf_stream_samples_per_j,
    mlperf_tiny_energy_j,
    mlperf_tiny_window_j,
    window_mean_power_w,
)
from tests.metrics.recordings import untether_wall_log


def test_the_published_energy_comes_out_to_the_last_digit():
    log = untether_wall_log()
    mean_w = mlperf_mean_power_w(log.times_s, log.power_w, log.begin_s, log.end_s)
    assert mlperf_energy_per_query_mj(mean_w, 600, log.queries) == 29.238986918361313
    assert log.power_w.mean() != pytest.approx(mean_w, rel=0.01)  # the whole file is another number


def test_at_one_reading_a_second_the_rule_is_close_to_the_trapezoid():
    log = untether_wall_log()
    over_time = window_mean_power_w(log.times_s, log.power_w, log.begin_s, log.end_s)
    assert over_time == pytest.approx(231.1185, rel=1e-4)


def test_only_readings_above_zero_strictly_inside_count():
    assert mlperf_mean_power_w([0, 1, 2, 3, 4, 5], [900, 10, 0, -5, 30, 900], 0, 5) == 20


def test_a_window_without_a_reading_has_no_power():
    assert mlperf_mean_power_w([0, 1], [5, 5], 0, 1) is None
    assert mlperf_mean_power_w([0, 1, 2], [5, 0, 5], 0, 2) is None
    assert mlperf_mean_power_w([], [], 0, 1) is None


@pytest.mark.parametrize(
    ("times", "power", "begin", "end"),
    [
        ([0, 1], [5], 0, 1),
        ([0, nan], [5, 5], 0, 1),
        ([0, 1], [5, inf], 0, 1),
        ([1, 0], [5, 5], 0, 1),
        ([0, 1], [5, 5], 1, 1),
        ([0, 1], [5, 5], nan, 1),
    ],
)
def test_a_log_that_is_none_is_refused(times, power, begin, end):
    with pytest.raises(MetricInputError):
        mlperf_mean_power_w(times, power, begin, end)


def test_a_query_of_eight_samples_counts_eight():
    assert mlperf_stream_samples_per_j(8, 61.3166967) == pytest.approx(8 * mlperf_stream_samples_per_j(1, 61.3166967))


@pytest.mark.parametrize("bad", [0, -1, nan, inf])
def test_power_energy_and_time_that_were_not_measured_are_refused(bad):
    for function, arguments in (
        (mlperf_energy_per_query_mj, (bad, 600, 10)),
        (mlperf_energy_per_query_mj, (200, bad, 10)),
        (mlperf_stream_samples_per_j, (1, bad)),
        (mlperf_offline_samples_per_j, (bad, 100)),
        (mlperf_offline_samples_per_j, (100, bad)),
        (mlperf_tiny_window_j, (bad, 10, 5)),
        (mlperf_tiny_energy_j, ([1, 1, 1, 1, bad],)),
    ):
        with pytest.raises(MetricInputError):
            function(*arguments)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        case
        for bad in (0, inf, nan)
        for case in (
            (mlperf_energy_per_query_mj, (1.0, 1.0, bad)),
            (mlperf_stream_samples_per_j, (bad, 1)),
            (mlperf_tiny_window_j, (1, 10, bad)),
        )
    ],
)
def test_nothing_done_and_no_count_at_all_are_refused(function, arguments):
    with pytest.raises(MetricInputError):
        function(*arguments)


def test_a_tiny_window_is_its_energy_over_its_inferences():
    assert mlperf_tiny_window_j(2.0, 10.0, 1000) == pytest.approx(2e-3)


def test_a_tiny_window_lasts_ten_seconds_at_least():
    with pytest.raises(MetricInputError):
        mlperf_tiny_window_j(2.0, 9.99, 1000)


def test_tiny_takes_the_median_of_exactly_five_windows():
    assert mlperf_tiny_energy_j([5, 1, 100, 2, 3]) == 3
    for windows in (4, 6, 0):
        with pytest.raises(MetricInputError):
            mlperf_tiny_energy_j(np.ones(windows))
