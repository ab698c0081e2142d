from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, energy_stars

energies = st.lists(st.integers(1, 50).map(float), min_size=1, max_size=30)


def test_the_two_readings_of_the_published_text_differ():
    assert energy_stars([1, 2, 3, 4, 100]) == (5, 4, 3, 2, 1)
    assert energy_stars([1, 2, 3, 4, 100], "width") == (5, 5, 5, 5, 1)


@pytest.mark.parametrize("bands", ["quantile", "width"])
def test_equals_all_have_five_and_so_has_one_alone(bands):
    assert energy_stars([3.0, 3.0, 3.0], bands) == (5, 5, 5)
    assert energy_stars([3.0], bands) == (5,)
    assert energy_stars([], bands) == ()


@pytest.mark.parametrize("bands", ["quantile", "width"])
def test_what_was_not_measured_has_no_stars_and_takes_no_part(bands):
    assert energy_stars([1.0, None, nan, 0.0, -1.0, inf, 9.0], bands) == (
        5,
        *[None] * 5,
        energy_stars([1.0, 9.0], bands)[1],
    )


@given(energies, st.sampled_from(["quantile", "width"]))
def test_less_energy_never_has_fewer_stars_and_the_least_has_five(values, bands):
    stars = energy_stars(values, bands)
    ordered = [star for _, star in sorted(zip(values, stars, strict=True), key=lambda pair: (pair[0], -pair[1]))]
    assert ordered == sorted(stars, reverse=True)
    assert ordered[0] == 5
    assert set(stars) <= {1, 2, 3, 4, 5}


@given(energies, st.floats(0.5, 4))
def test_the_unit_does_not_matter_to_the_ranked_bands(values, factor):
    assert energy_stars([value * factor for value in values]) == energy_stars(values)


def test_five_distinct_models_have_one_star_each():
    assert sorted(energy_stars([5, 1, 4, 2, 3])) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("call", [lambda: energy_stars([[1.0]]), lambda: energy_stars([1.0], "thirds")])
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
