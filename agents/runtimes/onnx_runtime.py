"""ONNX Runtime on the CPU, or on an NVIDIA GPU where its build for CUDA is installed.

Intra-op threads are part of an entry's identity; one inter-op thread, sequential. Worker threads spin between parts of
a call, as by default: without it two threads were up to twice as slow on a small model, one thread is the same.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from agents.runtimes.base import Answers, Items
from agents.runtimes.contract import Tensor, answers_of, check_contract, has_fixed_batch
from agents.runtimes.faults import ModelFaultError, fault_of
from agents.runtimes.onnx_weights import UNKNOWN, weights_precision
from leaderboard.protocol import Code, ModelContract, Options

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
CUDA_DISTRIBUTION = "onnxruntime-gpu"

_DTYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(int8)": "int8",
    "tensor(uint8)": "uint8",
}


class OnnxRuntime:
    call: Callable[[Any, Any], Any]
    wanted: list[str]
    served_by = None

    def __init__(self, contract: ModelContract, options: Options, device_key: str = "cpu") -> None:
        import onnxruntime

        self.version: str = onnxruntime.__version__
        self.provider = CUDA if device_key.startswith("gpu") else CPU
        self._device_id = int(device_key.removeprefix("gpu")) if self.provider == CUDA else None
        self.precision = UNKNOWN
        self.fixed_batch = False
        self._contract = contract
        self._options = options
        self._input_name = ""

    def load(self, path: Path) -> None:
        session = self._session(path)
        inputs, outputs = _tensors(session.get_inputs()), _tensors(session.get_outputs())
        check_contract(self._contract, inputs, outputs, self._options.batch)
        self._input_name = inputs[0].name
        self.fixed_batch = has_fixed_batch(inputs[0])
        # The session's own method: what is timed is what a plain loop over session.run would time.
        self.call = session.run
        self.wanted = [outputs[0].name]

    def describe(self, path: Path) -> None:
        self.precision = weights_precision(path)

    def close(self) -> None:
        """Nothing was started."""

    def feed(self, batch: Items) -> dict[str, Items]:
        return {self._input_name: np.ascontiguousarray(batch)}

    def answers(self, outputs: Any, n: int) -> Answers:
        return answers_of(outputs[0], n, self._contract)

    def _session(self, path: Path) -> Any:
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = self._options.threads
        settings.inter_op_num_threads = 1
        settings.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        try:
            session = onnxruntime.InferenceSession(path, settings, providers=[self._asked()])
        except MemoryError:
            raise
        except Exception as error:  # ONNX Runtime's errors share no other base
            raise fault_of(error, Code.CANNOT_LOAD, f"onnxruntime {self.version} could not load the model") from error
        if session.get_providers()[0] != self.provider:
            # It falls back to the CPU in silence; that would be a number of another device.
            raise ModelFaultError(
                Code.UNHEALTHY,
                f"onnxruntime {self.version} offers {', '.join(session.get_providers())} here, and no {self.provider}: "
                f"install {CUDA_DISTRIBUTION} with the CUDA libraries that it needs.",
            )
        return session

    def _asked(self) -> str | tuple[str, dict[str, int]]:
        return self.provider if self._device_id is None else (self.provider, {"device_id": self._device_id})


def _tensors(described: list[Any]) -> list[Tensor]:
    return [Tensor(node.name, _DTYPES.get(node.type, node.type), tuple(node.shape or ())) for node in described]
