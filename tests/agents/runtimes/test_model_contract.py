import numpy as np
import pytest

from agents.runtimes.contract import Tensor, answers_of, check_contract
from agents.runtimes.faults import ModelFaultError
from leaderboard.protocol import Code, ModelContract, TensorContract

DIGITS = ModelContract(
    inputs=(TensorContract(dtype="float32", shape=("N", 64)),),
    outputs=(
        TensorContract(dtype="int64", shape=("N",), meaning="labels"),
        TensorContract(dtype="float32", shape=("N", 10), meaning="scores"),
    ),
)
PIXELS = Tensor("pixels", "float32", ("N", 64))
SCORES = Tensor("scores", "float32", ("N", 10))


@pytest.mark.parametrize(
    "output",
    [
        SCORES,
        Tensor("label", "int64", ("batch",)),
        Tensor("scores", "float32", (None, None)),
        Tensor("scores", "float32", ()),
        Tensor("scores", "float32", (4, 10)),
    ],
)
def test_labels_or_scores_fit_and_what_the_file_leaves_open_is_let_through(output):
    check_contract(DIGITS, [PIXELS], [output, Tensor("anything", "sequence", ())], batch=4)


@pytest.mark.parametrize(
    ("inputs", "outputs", "said"),
    [
        ([], [SCORES], "inputs: found none; expected float32 [N, 64]"),
        ([PIXELS, PIXELS], [SCORES], "inputs: found 'pixels' float32 [N, 64], 'pixels' float32 [N, 64]"),
        ([Tensor("x", "float64", ("N", 64))], [SCORES], "'x' float64 [N, 64]"),
        ([Tensor("x", "float32", ("N", 8, 8))], [SCORES], "'x' float32 [N, 8, 8]"),
        ([Tensor("x", "float32", (1, 64))], [SCORES], "N is the batch, here 4"),
        ([PIXELS], [Tensor("y", "float32", ("N", 11))], "first output: found 'y' float32 [N, 11]"),
        ([PIXELS], [Tensor("y", "int32", ("N",))], "expected int64 [N] or float32 [N, 10]"),
        ([PIXELS], [], "first output: found none"),
    ],
)
def test_anything_else_is_refused_with_what_was_found_and_what_is_expected(inputs, outputs, said):
    with pytest.raises(ModelFaultError) as refusal:
        check_contract(DIGITS, inputs, outputs, batch=4)

    assert refusal.value.code is Code.CONTRACT_MISMATCH
    assert said in str(refusal.value)


def test_labels_are_taken_as_they_are_and_scores_by_their_largest():
    scores = np.zeros((3, 10), np.float32)
    scores[[0, 1, 2], [7, 0, 9]] = 1

    assert answers_of(np.array([3, 1, 2]), 3, DIGITS).tolist() == [3, 1, 2]
    assert answers_of(scores, 3, DIGITS).tolist() == [7, 0, 9]


@pytest.mark.parametrize(
    "output",
    [
        np.zeros((3, 11), np.float32),
        np.zeros((2, 10), np.float32),
        np.zeros((3, 10), np.float64),
        np.zeros(3, np.int32),
        np.zeros((), np.int64),
        [{0: 0.5}],
    ],
)
def test_another_shape_or_type_is_wrong_output(output):
    with pytest.raises(ModelFaultError) as refusal:
        answers_of(output, 3, DIGITS)

    assert refusal.value.code is Code.WRONG_OUTPUT


def test_a_score_that_is_not_a_number_is_wrong_output_with_how_many():
    scores = np.zeros((3, 10), np.float32)
    scores[1, 4] = np.nan

    with pytest.raises(ModelFaultError, match="1 of 3 items") as refusal:
        answers_of(scores, 3, DIGITS)

    assert refusal.value.code is Code.WRONG_OUTPUT


def test_infinite_scores_are_answers():
    scores = np.full((1, 10), -np.inf, np.float32)
    scores[0, 4] = np.inf

    assert answers_of(scores, 1, DIGITS).tolist() == [4]
