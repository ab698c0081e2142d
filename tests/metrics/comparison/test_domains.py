from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, domain_specialization

scores = st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1), min_size=2).filter(lambda s: "a" in s)


def test_equal_scores_have_no_gap_and_transfer_whole():
    found = domain_specialization({"law": 0.6, "code": 0.6, "maths": 0.6}, "law")
    assert (found.generalization_gap, found.transfer_ratio, found.specialization_index) == (0, 1, 0)


def test_loss_outside_the_domain_alone_makes_the_gap_positive():
    before, after = ({"law": 0.8, "code": code} for code in (0.8, 0.5))
    assert domain_specialization(before, "law").generalization_gap == 0
    assert domain_specialization(after, "law").generalization_gap == pytest.approx(0.3)


def test_a_domain_without_a_right_answer_transfers_nothing_that_could_be_divided_by():
    found = domain_specialization({"law": 0.0, "code": 0.5}, "law")
    assert (found.transfer_ratio, found.specialization_index) == (None, -1.0)
    nothing = domain_specialization({"law": 0.0, "code": 0.0}, "law")
    assert (nothing.transfer_ratio, nothing.specialization_index) == (None, None)


@given(scores)
def test_the_index_lies_between_minus_one_and_one_with_the_sign_of_the_gap(table):
    found = domain_specialization(table, "a")
    index = found.specialization_index
    assert index is None or (-1 <= index <= 1 and index * found.generalization_gap >= 0)


@pytest.mark.parametrize(
    ("table", "domain"),
    [
        ({"a": 1.0}, "a"),
        ({"a": 1.0, "b": 1.0}, "c"),
        ({"a": -1.0, "b": 1.0}, "a"),
        ({"a": nan, "b": 1.0}, "a"),
        ({}, "a"),
    ],
)
def test_what_no_definition_covers_is_refused(table, domain):
    with pytest.raises(MetricInputError):
        domain_specialization(table, domain)
