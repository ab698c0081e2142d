from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, decode_energy_per_token_j


def test_the_first_token_of_each_answer_is_not_a_decoded_one():
    assert decode_energy_per_token_j(42.0, 24, 3) == 2.0


def test_answers_of_one_token_have_no_decode_energy():
    assert decode_energy_per_token_j(0.0, 3, 3) is None


@given(st.floats(0, 1e9), st.integers(1, 100), st.integers(1, 10_000))
def test_decoded_tokens_share_the_whole_energy(energy_j, requests, decoded):
    each_j = decode_energy_per_token_j(energy_j, requests + decoded, requests)
    assert each_j * decoded == pytest.approx(energy_j)


@pytest.mark.parametrize(
    "arguments", [(-1, 24, 3), (nan, 24, 3), (inf, 24, 3), (42, 24, 0), (42, 2, 3), (42, nan, 3), (42, 24, nan)]
)
def test_an_energy_or_a_count_that_cannot_be_is_refused(arguments):
    with pytest.raises(MetricInputError):
        decode_energy_per_token_j(*arguments)
