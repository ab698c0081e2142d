"""A reference job against a device's own baseline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.health.judging import LATENCY_LIMIT, Observed, judge
from leaderboard.health.models import Verdict
from leaderboard.protocol import GuardVerdict

LEAST = 580


def seen(latency_s=1e-3, *, power_w=None, source="", guard=GuardVerdict.CLEAN, correct=587):
    return Observed("f" * 64, guard, correct, latency_s, power_w, source)


def verdict(observed, *baseline):
    return judge(observed, baseline, least_correct=LEAST).verdict


def test_the_first_check_begins_the_baseline():
    found = judge(seen(), (), least_correct=LEAST)
    assert found.verdict == Verdict.GOOD
    assert found.latency_ratio is None
    assert "begins here" in found.sentence


@pytest.mark.parametrize(
    "factor, expected", [(1.0, "good"), (1.09, "good"), (0.91, "good"), (1.2, "drifted"), (0.8, "drifted")]
)
def test_slower_and_faster_than_the_limit_are_drift(factor, expected):
    assert verdict(seen(1e-3 * factor), seen(), seen(), seen()) == expected


def test_the_median_of_the_baseline_is_the_measure_and_one_odd_check_moves_nothing():
    assert verdict(seen(), seen(), seen(), seen(2e-3)) == Verdict.GOOD


def test_power_drifts_only_against_the_same_meter():
    before = [seen(power_w=50, source="rapl")] * 3
    assert verdict(seen(power_w=60, source="rapl"), *before) == Verdict.DRIFTED
    assert verdict(seen(power_w=60, source="wall"), *before) == Verdict.GOOD
    assert verdict(seen(), *before) == Verdict.GOOD


def test_wrong_answers_fail_whatever_the_speed():
    found = judge(seen(correct=LEAST - 1), [seen()], least_correct=LEAST)
    assert found.verdict == Verdict.FAILED
    assert "579" in found.sentence


@pytest.mark.parametrize("guard", [GuardVerdict.NOISY, GuardVerdict.THROTTLED, GuardVerdict.REJECTED])
def test_a_disturbed_check_says_nothing_of_the_device(guard):
    assert verdict(seen(9.0, guard=guard, correct=0), seen()) == Verdict.INCONCLUSIVE


@given(st.floats(1e-7, 10), st.floats(0.5, 2))
def test_the_verdict_depends_on_the_ratio_alone(latency_s, factor):
    found = judge(seen(latency_s * factor), [seen(latency_s)], least_correct=LEAST)
    assert found.latency_ratio == pytest.approx(factor)
    if abs(abs(factor - 1) - LATENCY_LIMIT) > 1e-9:
        assert (found.verdict == Verdict.DRIFTED) == (abs(factor - 1) > LATENCY_LIMIT)
