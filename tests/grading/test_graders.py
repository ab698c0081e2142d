"""What counts as right, by every grader, and that no text breaks one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.grading import GRADERS, MAX_KEY, MAX_TEXT, BadKey, UnknownGrader, grader
from leaderboard.grading.choice import picked
from leaderboard.grading.numeric import last_number

TEXTS = st.text(max_size=300)


@pytest.mark.parametrize(
    ("name", "text", "key", "right"),
    [
        ("exact", " 975\n", "975", True),
        ("exact", "9750", "975", False),
        ("exact", "Paris", "paris", False),
        ("choice", "B", "b", True),
        ("choice", "(c) because it is cold", "C", True),
        ("choice", "The answer is **D**.", "D", True),
        ("choice", "Answer: A. No, the answer is B", "B", True),
        ("choice", "A dog", "A", False),
        ("choice", "the answer is a matter of taste", "B", False),
        ("choice", "I don't know", "I", False),
        ("choice", "", "A", False),
        ("numeric", "It costs $1,234.50.", "1234.5", True),
        ("numeric", "5 - 8 = -3", "-3", True),
        ("numeric", "5-3", "3", True),
        ("numeric", "1e3", "1,000", True),
        ("numeric", "about 50 %", "50", True),
        ("numeric", "-$5", "-5", True),
        ("numeric", ".5", "0.5", True),
        ("numeric", "3.0000001", "3", True),
        ("numeric", "3.001", "3", False),
        ("numeric", "1\u2009234\u2009567", "1234567", True),
        ("numeric", "in step 2 100", "100", True),
        ("numeric", "1,23", "23", True),
        ("numeric", "no number at all", "0", False),
        ("numeric", "1e9999", "1", False),
        ("regex", "in Paris, France", r"(?i)\bparis\b", True),
        ("regex", "Paris!", "^Paris$", False),
    ],
)
def test_what_counts_as_right(name, text, key, right):
    assert grader(name).is_right(text, key) is right


@pytest.mark.parametrize(
    ("name", "key", "reason"),
    [
        ("exact", "  ", "empty"),
        ("exact", "x" * (MAX_KEY + 1), "1000 is the limit"),
        ("choice", "AB", "one letter"),
        ("choice", "é", "one letter"),
        ("numeric", "twelve", "no number"),
        ("numeric", "12 apples", "no number"),
        ("numeric", "1e9999", "no number"),
        ("regex", "(", "no pattern"),
        ("regex", r"(a)\1", "no pattern"),
        ("regex", "(?=a)", "no pattern"),
        ("regex", "a" * 201, "200 is the limit"),
        ("regex", "((a{100}){100}){100}", "no pattern"),
    ],
)
def test_an_answer_that_cannot_be_one_is_refused_with_its_reason(name, key, reason):
    with pytest.raises(BadKey, match=reason):
        grader(name).check_key(key)


def test_an_unknown_grader_is_answered_with_the_ones_that_exist():
    with pytest.raises(UnknownGrader, match="exact, choice, numeric, regex"):
        grader("vibes")


@given(TEXTS)
def test_no_text_breaks_a_grader(text):
    for name, key in (("exact", "1"), ("choice", "A"), ("numeric", "1"), ("regex", "a+b")):
        assert isinstance(GRADERS[name].is_right(text, key), bool)


@given(TEXTS.filter(str.strip))
def test_a_text_is_itself_exactly(text):
    assert grader("exact").is_right(f"\n {text} ", text)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.sampled_from(["", "so ", "= ", "\n"]))
def test_a_number_written_out_is_read_back(value, before):
    text = f"{before}{value!r}"
    assert last_number(text) == pytest.approx(value)
    assert grader("numeric").is_right(text, repr(value))


@given(st.integers(-(10**12), 10**12), st.sampled_from(["$", "€", ""]))
def test_thousands_may_be_grouped(value, currency):
    sign, amount = ("-" if value < 0 else ""), abs(value)
    assert last_number(f"It is {sign}{currency}{amount:,}") == value


@given(st.sampled_from("ABCDEF"), st.sampled_from(["{}", "({})", "{}.", "**{}**", "The answer is {}.", "Answer: ({})"]))
def test_a_letter_is_picked_however_it_is_dressed(letter, dress):
    assert picked(dress.format(letter)) == letter
    assert picked(dress.format(letter.lower())) == letter


@pytest.mark.parametrize("name", GRADERS)
def test_the_longest_hostile_text_takes_no_time(name):
    key = {"choice": "A", "numeric": "1", "regex": "(a*)*(a*)*(a|aa)+$"}.get(name, "x")
    began = time.process_time()
    for text in (
        "a" * 10**6,
        "1," * 10**5,
        "1" * 10**6,
        "answer is " * 10**5,
        "(" * 10**6,
        "1,111" * 10**5,
        " " * 10**6,
    ):
        grader(name).is_right(text, key)
    assert time.process_time() - began < 2


def test_what_comes_after_the_longest_text_is_not_read():
    assert not grader("regex").is_right("a" * MAX_TEXT + "b", "b")


def test_a_lone_surrogate_is_no_error():
    assert not grader("regex").is_right("\ud800", "a")
