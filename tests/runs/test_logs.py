from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.runs.logs import log_lines
from leaderboard.runs.selectors import AttemptView
from tests.factories import NOW

texts = st.text(st.sampled_from("ab\n\r\x1b[31m\x07]"), max_size=40)


def attempt(log, *, number=1, state="claimed"):
    return AttemptView(uuid4(), number, "lab-1", state, "measuring", 0.5, "", NOW, NOW, None, NOW, (), "", "", log)


@given(texts, texts)
def test_a_line_keeps_its_number_and_its_text_while_the_log_grows(log, more):
    before, after = log_lines([attempt(log)]), log_lines([attempt(log + more)])
    assert after[: len(before)] == before


@given(texts, texts)
def test_a_line_keeps_its_number_when_a_later_attempt_begins(log, more):
    lost = attempt(log, state="lost")
    before, after = log_lines([lost]), log_lines([lost, attempt(more, number=2)])
    assert after[: len(before)] == before
    assert [line.number for line in after] == list(range(1, len(after) + 1))
    assert not {character for line in after for character in line.text} & set("\x1b\r\n\x07")


@pytest.mark.parametrize(
    ("log", "lines"),
    [
        (None, []),
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a"]),
        ("a\n\nb", ["a", "", "b"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("1 %\r2 %\r3 %\n", ["3 %"]),
        ("\x1b[1;31mred\x1b[0m and \x1b]0;title\x07plain\tkept", ["red and plain\tkept"]),
        ("bell\x07 \x9b31m c1", ["bell 31m c1"]),
    ],
)
def test_a_log_is_whole_lines_without_what_moves_a_terminal(log, lines):
    assert [line.text for line in log_lines([attempt(log, state="done")])] == lines
