from math import inf, nan

import pytest

from leaderboard.metrics import (
    GrossAndNet,
    MetricInputError,
    MissingReason,
    gross_and_net,
    idle_baseline,
    net_energy_j,
)


def test_net_energy_is_gross_minus_what_idling_would_have_used():
    assert net_energy_j(31.25, 50.0, 0.2) == pytest.approx(21.25)


def test_a_load_that_does_not_rise_above_idle_has_no_net_energy():
    assert net_energy_j(10.0, 50.0, 0.2) is None
    assert net_energy_j(9.0, 50.0, 0.2) is None


@pytest.mark.parametrize("arguments", [(0, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, 0), (nan, 1, 1), (1, 1, inf)])
def test_net_energy_refuses_what_was_not_measured(arguments):
    with pytest.raises(MetricInputError):
        net_energy_j(*arguments)


def test_gross_stands_beside_net_and_says_why_net_is_missing():
    assert gross_and_net(31.25, 50.0, 0.2) == GrossAndNet(31.25, pytest.approx(21.25), None)
    assert gross_and_net(9.0, 50.0, 0.2) == GrossAndNet(9.0, None, MissingReason.BELOW_IDLE)
    assert gross_and_net(9.0, None, 0.2) == GrossAndNet(9.0, None, MissingReason.NOT_MEASURED)


@pytest.mark.parametrize("arguments", [(0, 1, 1), (0, None, 1), (1, None, 0), (1, -1, 1), (inf, None, 1)])
def test_gross_energy_that_was_not_measured_is_refused(arguments):
    with pytest.raises(MetricInputError):
        gross_and_net(*arguments)


def test_idle_power_that_drifts_by_more_than_a_tenth_is_flagged():
    assert idle_baseline(10.0, 10.5).mean_power_w == pytest.approx(10.25)
    assert not idle_baseline(10.0, 10.5).drifted
    assert idle_baseline(10.0, 11.5).drifted
    assert idle_baseline(10.0, 8.5).drift == pytest.approx(-0.15)
    assert idle_baseline(10.0, 8.5).drifted


@pytest.mark.parametrize("arguments", [(0, 1), (1, 0), (nan, 1), (1, inf), (-1, 1)])
def test_an_idle_power_that_is_none_is_refused(arguments):
    with pytest.raises(MetricInputError):
        idle_baseline(*arguments)
