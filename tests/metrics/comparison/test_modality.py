from math import nan

import pytest

from leaderboard.metrics import MetricInputError, macro_average, modality_gap


def test_tracks_weigh_the_same():
    assert macro_average({"math": 1.0, "web": 0.0, "facts": 0.5}) == 0.5


def test_a_gap_needs_a_partner():
    assert modality_gap(74.8, 6.1) == pytest.approx(68.7)
    assert modality_gap(None, 6.1) is None
    assert modality_gap(74.8, None) is None


@pytest.mark.parametrize(
    "call", [lambda: macro_average({}), lambda: macro_average({"a": nan}), lambda: modality_gap(nan, 1)]
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
