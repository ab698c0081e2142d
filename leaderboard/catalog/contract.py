"""Does a model's declared signature fit a benchmark's contract? What cannot be known from the file is left open."""

from leaderboard.catalog.onnx_file import Signature, Tensor
from leaderboard.protocol import ModelContract, TensorContract


def describe(tensor: Tensor) -> str:
    if tensor.shape is None:
        return f"{tensor.dtype} of unknown shape"
    return f"{tensor.dtype} [{', '.join('?' if part is None else str(part) for part in tensor.shape)}]"


def describe_contract(tensor: TensorContract) -> str:
    return f"{tensor.dtype} [{', '.join(str(part) for part in tensor.shape)}]"


def misfit(signature: Signature, contract: ModelContract, *, batch: int) -> str | None:
    """Return what was expected and what was found, or None when the model fits."""
    found = [describe(tensor) for tensor in signature.inputs]
    wanted = [describe_contract(tensor) for tensor in contract.inputs]
    if len(found) != len(wanted) or not all(
        _fits(tensor, part, batch) for tensor, part in zip(signature.inputs, contract.inputs, strict=True)
    ):
        return f"Expected the inputs {'; '.join(wanted)}; found {'; '.join(found) or 'none'}."
    if not signature.outputs or not any(_fits(signature.outputs[0], part, batch) for part in contract.outputs):
        first = describe(signature.outputs[0]) if signature.outputs else "none"
        options = " or ".join(describe_contract(part) for part in contract.outputs)
        return f"Expected the first output to be {options}; found {first}."
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
