from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, token_saving, tokens_by_difficulty, tokens_per_correct


def test_items_without_an_answer_count_their_tokens():
    assert tokens_per_correct([1, 0, 1], [100, 800, 300]) == 600


def test_no_right_answer_is_infinitely_expensive_and_no_token_is_no_figure():
    assert tokens_per_correct([0, 0], [10, 20]) == inf
    assert tokens_per_correct([1, 0], [0, 0]) is None


answers = st.lists(st.tuples(st.booleans(), st.integers(1, 10_000)), min_size=1, max_size=20)


@given(answers.filter(lambda rows: any(right for right, _ in rows)))
def test_half_the_tokens_at_equal_accuracy_halve_it(rows):
    correct, tokens = zip(*rows, strict=True)
    halved = [count / 2 for count in tokens]
    assert tokens_per_correct(correct, halved) == pytest.approx(tokens_per_correct(correct, tokens) / 2)


def test_wasted_thinking_on_easy_items_shows():
    groups = tokens_by_difficulty([1, 1, 0, 1], [900, 700, 400, 400], ["easy", "easy", "hard", "hard"])
    assert list(groups) == ["easy", "hard"]
    assert (groups["easy"].items, groups["easy"].accuracy, groups["easy"].mean_tokens) == (2, 1.0, 800)
    assert groups["easy"].tokens_per_correct == groups["hard"].tokens_per_correct == 800


def test_saving_tokens_at_the_price_of_accuracy_does_not_dominate():
    saving = token_saving(0.8, 1000, 0.75, 500)
    assert saving.accuracy_change_per_token == pytest.approx(-0.0001)
    assert not saving.dominates
    assert token_saving(0.8, 1000, 0.8, 500).dominates
    assert token_saving(0.8, 1000, 0.81, 1000).dominates
    assert not token_saving(0.8, 1000, 0.8, 1000).dominates


def test_where_no_token_was_saved_there_is_nothing_to_divide_by():
    assert token_saving(0.8, 500, 0.9, 1000).accuracy_change_per_token is None
    assert token_saving(0.8, 500, 0.9, 500).accuracy_change_per_token is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: tokens_per_correct([], []),
        lambda: tokens_per_correct([1], [1, 2]),
        lambda: tokens_per_correct([2], [1]),
        lambda: tokens_per_correct([1], [-1]),
        lambda: tokens_per_correct([1], [nan]),
        lambda: tokens_by_difficulty([1], [1], []),
        lambda: token_saving(1.1, 1, 1, 1),
        lambda: token_saving(1, nan, 1, 1),
    ],
)
def test_what_no_definition_covers_is_refused(call):
    with pytest.raises(MetricInputError):
        call()
