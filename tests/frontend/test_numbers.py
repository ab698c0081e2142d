import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend import numbers
from leaderboard.boards.rows import Cell
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import Provenance


def cell(value, low=None, high=None, provenance=Provenance.MEASURED):
    return Cell(value, low, high, provenance, None, 1, None)


@pytest.mark.parametrize(
    ("value", "low", "high", "text", "interval"),
    [
        (0.632, 0.613, 0.651, "63.2", "61.3–65.1"),
        (0.9917, 0.9806, 0.9964, "99.17", "98.06–99.64"),
        (0.97, None, None, "97.0", ""),
        (0.0, 0.0, 0.006, "0", "0.00–0.60"),
    ],
)
def test_decimals_follow_two_digits_of_the_half_width(value, low, high, text, interval):
    shown = numbers.figure(cell(value, low, high), numbers.Scale(100, "%"))
    assert (shown.text, shown.interval) == (text, interval)


def test_an_estimate_never_shows_more_than_two_digits():
    shown = numbers.figure(cell(51.139, 51.13, 51.15, Provenance.ESTIMATED), numbers.Scale(1, "µJ"))
    assert shown == numbers.Figure("51")
    assert numbers.figure(cell(0.0996, provenance=Provenance.ESTIMATED), numbers.Scale(1, "J")).text == "0.10"


def test_infinity_zero_and_missing_are_three_different_things():
    shown = [numbers.figure(cell(value), numbers.Scale(1, "J")).text for value in (math.inf, 0.0, None)]
    assert shown == ["∞", "0", "–"]


def test_a_minus_is_a_minus_and_thousands_are_set_apart():
    assert numbers.fixed(-12345.678, 1) == "−12\N{NARROW NO-BREAK SPACE}345.7"
    assert numbers.fixed(-0.0001, 1) == "0.0"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.00042, "420 µs"), (0.0009996, "1.00 ms"), (12.3, "12.3 s"), (0.0, "0 s"), (4e-12, "0.00400 ns")],
)
def test_prose_uses_si_prefixes(value, text):
    assert numbers.si(value, "s").replace(numbers.SPACE, " ") == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5"), (20.0, "20"), (1000.0, "1\u202f000"), (0.0, "0"), (2.5e-3, "0.0025")]
)
def test_ticks_are_written_short(value, text):
    assert numbers.compact(value) == text


def test_a_column_has_one_unit_chosen_by_its_middle_value():
    scale = numbers.scale_of(METRICS["latency_p50_s"], [2e-6, 5e-6, 0.9, None, math.inf])
    assert (round(scale.factor), scale.unit) == (1_000_000, "µs")


def test_money_is_counted_for_more_items_until_it_can_be_read():
    scale = numbers.scale_of(METRICS["cost_of_pass_usd"], [4e-12, 5e-12])
    assert scale == numbers.Scale(1e12, "USD per trillion")
    assert numbers.scale_of(METRICS["cost_of_pass_usd"], [None]).unit == "USD per million"


def test_a_factor_of_ten_is_joined_by_a_times_sign():
    assert "×" in numbers.in_words(cell(0.13), METRICS["ipw"])


def test_a_sentence_names_values_briefly():
    assert numbers.brief(cell(0.991666, 0.98, 0.996), METRICS["accuracy"]).replace(numbers.SPACE, " ") == "99.2 %"


@pytest.mark.parametrize(("count", "text"), [(512, "512 B"), (2048, "2.00 KiB"), (8 * 2**30, "8.00 GiB")])
def test_bytes_are_counted_in_powers_of_two(count, text):
    assert numbers.bytes_in_words(count).replace(numbers.SPACE, " ") == text


@given(
    value=st.floats(allow_nan=False, allow_infinity=True),
    low=st.none() | st.floats(allow_nan=False),
    high=st.none() | st.floats(allow_nan=False),
    provenance=st.sampled_from(Provenance),
    metric=st.sampled_from(list(METRICS.values())),
)
def test_no_number_breaks_the_formatting(value, low, high, provenance, metric):
    shown = cell(value, low, high, provenance)
    assert numbers.in_words(shown, metric)
    assert numbers.brief(shown, metric)
    assert "e" not in numbers.figure(shown, numbers.scale_of(metric, [value])).text


@given(st.floats(min_value=1e-9, max_value=1e12), st.integers(1, 4))
def test_the_shown_digits_are_right_to_half_of_the_last_one(value, digits):
    decimals = numbers.decimals_of(value, digits)
    shown = float(numbers.fixed(value, decimals).replace(numbers.GROUP, ""))
    assert abs(shown - value) <= 0.5000001 * 10.0**-decimals
