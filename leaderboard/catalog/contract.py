"""Does a model's declared signature fit a benchmark's contract? What cannot be known from the file is left open."""

from dataclasses import dataclass
from typing import Literal

from leaderboard.catalog.onnx_file import Signature, Tensor
from leaderboard.protocol import ModelContract, TensorContract


@dataclass(frozen=True, slots=True)
class Misfit:
    """Of which tensors the two differ, what the contract wants and what the file has; empty where it has none."""

    part: Literal["inputs", "output"]
    wanted: tuple[str, ...]
    found: tuple[str, ...]


def describe(tensor: Tensor) -> str:
    if tensor.shape is None:
        return f"{tensor.dtype} [...]"
    return f"{tensor.dtype} [{', '.join('?' if part is None else str(part) for part in tensor.shape)}]"


def describe_contract(tensor: TensorContract) -> str:
    return f"{tensor.dtype} [{', '.join(str(part) for part in tensor.shape)}]"


def misfit(signature: Signature, contract: ModelContract, *, batch: int) -> Misfit | None:
    """Return what was expected and what was found, or None when the model fits."""
    found = tuple(map(describe, signature.inputs))
    wanted = tuple(map(describe_contract, contract.inputs))
    if len(found) != len(wanted) or not all(
        _fits(tensor, part, batch) for tensor, part in zip(signature.inputs, contract.inputs, strict=True)
    ):
        return Misfit("inputs", wanted, found)
    if not signature.outputs or not any(_fits(signature.outputs[0], part, batch) for part in contract.outputs):
        answers = tuple(map(describe_contract, contract.outputs))
        return Misfit("output", answers, tuple(map(describe, signature.outputs[:1])))
    return None


def _fits(tensor: Tensor, contract: TensorContract, batch: int) -> bool:
    if tensor.dtype != contract.dtype:
        return False
    if tensor.shape is None:
        return True
    if len(tensor.shape) != len(contract.shape):
        return False
    return all(_dimension_fits(part, want, batch) for part, want in zip(tensor.shape, contract.shape, strict=True))


def _dimension_fits(found: int | str | None, wanted: int | str, batch: int) -> bool:
    if not isinstance(found, int):
        return True
    return found == (batch if wanted == "N" else wanted)
