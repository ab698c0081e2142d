import pytest

from agents.steadiness import drift, mean_median_gap, series_warnings
from leaderboard.protocol import GuardReading, Repeat


def repeat(median_s, mean_s=None):
    return Repeat(
        calls=1,
        items=1,
        seconds=1,
        median_s=median_s,
        mean_s=mean_s or median_s,
        p90_s=None,
        p99_s=None,
        cpu_s=1,
        guard=GuardReading(verdict="clean"),
    )


def test_repeats_of_a_steady_machine_say_nothing():
    assert series_warnings([repeat(1.0, 1.05), repeat(1.02, 1.08), repeat(0.99, 1.0)]) == ()


@pytest.mark.parametrize(
    ("mean_s", "told"), [(1.09, ()), (1.11, ("mean_median_disagree",)), (6.0, ("mean_median_disagree",))]
)
def test_a_mean_a_tenth_away_from_its_median_is_told(mean_s, told):
    assert series_warnings([repeat(1.0, mean_s)] * 5) == told


@pytest.mark.parametrize(("mean_s", "told"), [(9.9e-6, ()), (10.1e-6, ("mean_median_disagree",))])
def test_microseconds_on_the_calls_of_a_quick_model_are_their_noise(mean_s, told):
    assert series_warnings([repeat(5e-6, mean_s)] * 5) == told


def test_one_repeat_that_was_hit_does_not_speak_for_all():
    assert mean_median_gap([repeat(1.0, 1.01)] * 4 + [repeat(1.0, 9.0)]) == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("medians_s", "told"),
    [
        ([1.0, 1.0, 1.0, 1.0, 1.04], ()),
        ([1.0, 1.02, 1.04, 1.05, 1.07], ("repeat_drift",)),
        ([1.07, 1.05, 1.0, 1.0, 1.0], ("repeat_drift",)),
        ([1.0, 1.2, 1.0], ()),
    ],
)
def test_a_series_that_ends_elsewhere_than_it_began_drifts(medians_s, told):
    assert series_warnings([repeat(median_s) for median_s in medians_s]) == told


def test_a_drift_has_a_sign():
    assert drift([repeat(1.0), repeat(1.0), repeat(1.1)]) == pytest.approx(0.1)
    assert drift([repeat(1.1), repeat(1.0), repeat(1.0)]) == pytest.approx(-1 / 11)
