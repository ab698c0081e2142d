from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, Vote, majority_vote, self_refinement_cost_usd, token_cost_usd


def test_the_largest_group_wins_and_all_samples_are_paid_for():
    assert majority_vote(["4", "5", "5"], [0.1, 0.2, 0.3]) == Vote("5", 2, pytest.approx(0.6))


def test_of_groups_of_one_size_the_first_wins():
    assert majority_vote(["5", "4", "4", "5"], [1] * 4).answer == "5"
    assert majority_vote(["a", "b", "c"], [1] * 3).answer == "a"


def test_answers_are_equal_when_their_key_is_and_the_first_of_them_is_returned():
    vote = majority_vote(["3", " 4.0", "4"], [1] * 3, key=float)
    assert (vote.answer, vote.votes) == (" 4.0", 2)


def test_an_answer_that_could_not_be_extracted_can_win_and_is_wrong():
    assert majority_vote([None, None, "4"], [1] * 3).answer is None


@pytest.mark.parametrize(
    ("answers", "costs"), [([], []), (["a"], [1, 2]), (["a"], [-1]), (["a"], [nan]), (["a"], [inf]), ([["a"]], [1])]
)
def test_a_vote_that_does_not_fit_is_refused(answers, costs):
    with pytest.raises(MetricInputError):
        majority_vote(answers, costs)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=9))
def test_no_group_is_larger_than_the_winner(answers):
    vote = majority_vote(answers, [1.0] * len(answers))
    assert vote.votes == answers.count(vote.answer) == max(map(answers.count, answers))
    assert vote.cost_usd == len(answers)


def test_a_refinement_pays_for_both_calls_and_reads_the_first_output_again():
    cost = self_refinement_cost_usd(500, 4000, 3000, 3e-6, 7e-6, instruction_tokens=50)
    assert cost == pytest.approx((500 + 4550) * 3e-6 + 7000 * 7e-6)
    assert cost > 2 * token_cost_usd(500, 3000, 3e-6, 7e-6)


@pytest.mark.parametrize("arguments", [(-1, 1, 1, 1, 1), (1, 1, 1, -1, 1), (1, 1, 1, 1, nan), (1, 1, 1, 1, 1, -1)])
def test_a_refinement_that_is_none_is_refused(arguments):
    with pytest.raises(MetricInputError):
        self_refinement_cost_usd(*arguments)
