"""A model's tensors against a benchmark's contract, and its outputs against what can be scored."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.runtimes.base import Answers
from agents.runtimes.faults import ModelFaultError
from leaderboard.protocol import Code, ModelContract, TensorContract

Dimension = int | str | None


@dataclass(frozen=True)
class Tensor:
    """A tensor as a runtime describes it; a dimension that is a name or `None` is decided at run time."""

    name: str
    dtype: str
    shape: tuple[Dimension, ...]

    def __str__(self) -> str:
        return f"{self.name!r} {self.dtype} {_shape_text(self.shape)}"


def check_contract(contract: ModelContract, inputs: Sequence[Tensor], outputs: Sequence[Tensor], batch: int) -> None:
    """Raises ModelFaultError(CONTRACT_MISMATCH) with what was found and what is expected."""
    fits_inputs = len(inputs) == len(contract.inputs) and all(
        _fits(found, wanted, batch) for found, wanted in zip(inputs, contract.inputs, strict=True)
    )
    if not fits_inputs:
        _refuse("inputs", inputs, contract.inputs, " and ", batch)
    if not outputs or not any(_fits(outputs[0], wanted, batch) for wanted in contract.outputs):
        _refuse("first output", outputs[:1], contract.outputs, " or ", batch)


def answers_of(output: object, n: int, contract: ModelContract) -> Answers:
    """Class per item from the first output for `n` items: labels as they are, scores by their largest.

    Raises ModelFaultError(WRONG_OUTPUT) for another type or shape, and for a score that is not a number.
    """
    if not isinstance(output, np.ndarray):
        raise ModelFaultError(Code.WRONG_OUTPUT, f"The first output is a {type(output).__name__}, not a tensor.")
    for wanted in contract.outputs:
        shape = tuple(n if size == "N" else size for size in wanted.shape)
        if output.dtype == np.dtype(wanted.dtype) and output.shape == shape:
            return _labels(output)
    expected = " or ".join(f"{wanted.dtype} {_shape_text(wanted.shape)}" for wanted in contract.outputs)
    found = f"{output.dtype} {_shape_text(output.shape)}"
    raise ModelFaultError(Code.WRONG_OUTPUT, f"For {n} items the model answered {found}; expected {expected}.")


def has_fixed_batch(tensor: Tensor) -> bool:
    return bool(tensor.shape) and isinstance(tensor.shape[0], int)


def _labels(output: NDArray[np.generic]) -> Answers:
    if output.ndim == 1:
        return np.asarray(output, dtype=np.int64)
    if bad := int(np.isnan(output).any(axis=1).sum()):
        raise ModelFaultError(
            Code.WRONG_OUTPUT, f"{bad} of {len(output)} items got a score that is not a number (NaN)."
        )
    return np.asarray(np.argmax(output, axis=1), dtype=np.int64)


def _fits(found: Tensor, wanted: TensorContract, batch: int) -> bool:
    """What the file leaves open (a name, nothing, or no shape at all) is checked on the real output instead."""
    if found.dtype != wanted.dtype:
        return False
    if not found.shape:
        return True
    return len(found.shape) == len(wanted.shape) and all(
        not isinstance(size, int) or size == (batch if expected == "N" else expected)
        for size, expected in zip(found.shape, wanted.shape, strict=True)
    )


def _refuse(what: str, found: Sequence[Tensor], wanted: Sequence[TensorContract], joiner: str, batch: int) -> None:
    expected = joiner.join(f"{tensor.dtype} {_shape_text(tensor.shape)}" for tensor in wanted)
    present = ", ".join(map(str, found)) or "none"
    raise ModelFaultError(
        Code.CONTRACT_MISMATCH, f"{what}: found {present}; expected {expected} (N is the batch, here {batch})."
    )


def _shape_text(shape: Sequence[Dimension]) -> str:
    return f"[{', '.join('?' if size is None else str(size) for size in shape)}]"
