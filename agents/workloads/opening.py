"""The workload that an order asks for. Runtimes are imported where they are needed: most agents lack most of them."""

from agents.child_messages import MeasureOrder
from agents.runtimes.faults import ModelFaultError
from agents.runtimes.text_server import TextServer
from agents.workloads.base import Workload
from agents.workloads.generation import GenerationWorkload
from agents.workloads.items import read_prompts
from agents.workloads.tensors import TensorWorkload
from leaderboard.protocol import Code, ModelContract, RuntimeName


def open_workload(order: MeasureOrder) -> Workload:
    """Nothing is loaded or started yet. Raises ModelFaultError, or ValueError for an order that makes no sense."""
    spec = order.spec
    if spec.runtime is RuntimeName.ONNXRUNTIME:
        return _tensors(order)
    if spec.runtime is RuntimeName.CONTAINER and spec.benchmark.contract is not None:
        return _container_tensors(order, spec.benchmark.contract)
    contract = spec.benchmark.generation
    if contract is None:
        raise ModelFaultError(Code.CONTRACT_MISMATCH, f"{spec.runtime} answers prompts; this benchmark has tensors.")
    if spec.options.batch != 1:
        raise ModelFaultError(Code.CONTRACT_MISMATCH, "Prompts are asked one at a time, so the batch must be 1.")
    prompts = read_prompts(order.inputs_path)
    longest = max(len(prompt.encode()) for prompt in prompts)  # a token has at least one byte
    server = _server(order, context_tokens=longest + contract.max_new_tokens)
    return GenerationWorkload(server, contract, prompts, spec.limits.wall_s)


def _tensors(order: MeasureOrder) -> Workload:
    from agents.runtimes.onnx_runtime import OnnxRuntime

    spec = order.spec
    contract, model_path = spec.benchmark.contract, order.model_path
    if contract is None or model_path is None:
        raise ModelFaultError(
            Code.CONTRACT_MISMATCH, f"{spec.runtime} runs a file on a benchmark of tensors; this is something else."
        )
    return TensorWorkload(order, OnnxRuntime(contract, spec.options, spec.device_key))


def _container_tensors(order: MeasureOrder, contract: ModelContract) -> Workload:
    from agents.runtimes.container import Container
    from agents.runtimes.container_tensors import ContainerTensors

    container = Container(order, protocol="items")
    return TensorWorkload(order, ContainerTensors(container, contract, order.spec.limits))


def _server(order: MeasureOrder, *, context_tokens: int) -> TextServer:
    spec = order.spec
    if spec.runtime is RuntimeName.LLAMA_CPP:
        from agents.runtimes.llama_cpp import LlamaCpp, file_or_fault

        asked = spec.benchmark.generation
        return LlamaCpp(
            file_or_fault(order.model_path),
            threads=spec.options.threads,
            context_tokens=context_tokens,
            chat=asked is not None and asked.api == "chat",
        )
    if spec.runtime is RuntimeName.OPENAI and order.endpoint is not None:
        from agents.runtimes.openai_endpoint import OpenAiEndpoint

        return OpenAiEndpoint(spec.model.reference, order.endpoint)
    if spec.runtime is RuntimeName.CONTAINER:
        from agents.runtimes.container import Container

        return Container(order, protocol="openai")
    raise ValueError(f"this agent cannot run {spec.runtime} for {spec.model.format}")
