from decimal import Decimal
from math import inf, nan

import numpy as np
import pytest

from leaderboard.metrics import MetricInputError, under_sampling
from tests.metrics.recordings import jetson_decode_cells


def implied_windows_s(energy, power):
    """Energy / power of each printed cell, in decimals: no float, and nothing of the guard's."""
    return [Decimal(str(joules)) / Decimal(str(watts)) for joules, watts in zip(energy, power, strict=True)]


@pytest.mark.parametrize(("tolerance_s", "cells"), [(0.001, 201), (0.002, 215), (0.005, 235)])
def test_the_guard_flags_the_published_cells_that_are_sums_of_whole_seconds(tolerance_s, cells):
    energy, power = jetson_decode_cells()
    flags = under_sampling(energy, power, tolerance_s=tolerance_s)
    assert flags.whole_periods.shape == (336,)
    whole = {
        cell
        for cell, window in enumerate(implied_windows_s(energy, power))
        if min(window % 1, 1 - window % 1) <= Decimal(str(tolerance_s))
    }
    assert set(np.flatnonzero(flags.whole_periods)) == whole
    assert len(whole) == cells


def test_the_guard_flags_the_published_cells_under_ten_seconds():
    energy, power = jetson_decode_cells()
    short = {cell for cell, window in enumerate(implied_windows_s(energy, power)) if window < 10}
    assert set(np.flatnonzero(under_sampling(energy, power).short)) == short
    assert len(short) == 80


def test_honest_windows_are_flagged_about_as_often_as_chance_has_it():
    seconds = np.random.default_rng(1).uniform(10, 1000, 100_000)
    flags = under_sampling(seconds * 7.3, np.full(seconds.shape, 7.3))
    assert flags.whole_periods.mean() == pytest.approx(0.004, rel=0.15)
    assert not flags.short.any()


def test_another_period_is_another_grid():
    flags = under_sampling([10.25, 10.5], [1, 1], period_s=0.5)
    assert flags.whole_periods.tolist() == [False, True]


@pytest.mark.parametrize(("energy", "power"), [([0], [1]), ([1], [0]), ([nan], [1]), ([1], [inf]), ([1, 2], [1])])
def test_cells_that_were_not_measured_are_refused(energy, power):
    with pytest.raises(MetricInputError):
        under_sampling(energy, power)


@pytest.mark.parametrize("limits", [{"period_s": 0}, {"tolerance_s": -1}, {"min_window_s": nan}])
def test_limits_that_are_none_are_refused(limits):
    with pytest.raises(MetricInputError):
        under_sampling([1], [1], **limits)
