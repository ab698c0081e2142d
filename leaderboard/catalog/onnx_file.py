"""What a submitted ONNX file says of itself, read without running it. The file is hostile until proven dull."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import onnx
from google.protobuf.message import DecodeError

from leaderboard.catalog.file_words import NotOnnx

ALLOWED_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
_TYPE_NAMES = {value: name.lower() for name, value in onnx.TensorProto.DataType.items()}
_DTYPES = {"float": "float32", "double": "float64"}
_PRECISIONS = (("int8", {"int8", "uint8"}), ("int4", {"int4", "uint4"}), ("fp16", {"float16"}), ("bf16", {"bfloat16"}))


@dataclass(frozen=True)
class Tensor:
    name: str
    dtype: str
    shape: tuple[int | str | None, ...] | None


@dataclass(frozen=True)
class Signature:
    """Inputs and outputs as declared; the number of stored parameters and the precision most of them have."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    parameters: int
    precision: str


def read_signature(file: Path) -> Signature:
    """Return what the file declares; raises NotOnnx."""
    model = onnx.ModelProto()
    content = file.read_bytes()
    try:
        model.ParseFromString(content)
    except DecodeError:
        raise NotOnnx("bytes") from None
    return _signature(model, len(content))


def _signature(model: onnx.ModelProto, size_bytes: int) -> Signature:
    if not model.graph.node or not model.opset_import:
        raise NotOnnx("no_graph")
    _refuse_foreign_parts(model)
    stored = {tensor.name for tensor in model.graph.initializer}
    inputs = tuple(_tensor(info) for info in model.graph.input if info.name not in stored)
    outputs = tuple(_tensor(info) for info in model.graph.output)
    parameters, precision = _weights(model)
    # The smallest weight takes half a byte; a tensor's stated size is a claim until then.
    if parameters > 2 * size_bytes:
        raise NotOnnx("weights", weights=parameters, size_bytes=size_bytes)
    return Signature(inputs, outputs, parameters, precision)


def _refuse_foreign_parts(model: onnx.ModelProto) -> None:
    if model.functions:
        raise NotOnnx("functions")
    for node in _nodes(model.graph):
        if node.domain not in ALLOWED_DOMAINS:
            raise NotOnnx("domain", operator=node.op_type, domain=repr(node.domain))
    if model.training_info:
        raise NotOnnx("training")
    for tensor in _tensors(model.graph):
        if any(part < 0 for part in tensor.dims):
            raise NotOnnx("negative", name=repr(tensor.name))
        if tensor.external_data or tensor.data_location == onnx.TensorProto.EXTERNAL:
            raise NotOnnx("external", name=repr(tensor.name))


def _graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    waiting = [graph]
    while waiting:
        current = waiting.pop()
        yield current
        for node in current.node:
            for attribute in node.attribute:
                waiting.extend(attribute.graphs)
                if attribute.HasField("g"):
                    waiting.append(attribute.g)


def _nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    for part in _graphs(graph):
        yield from part.node


def _tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    for part in _graphs(graph):
        yield from part.initializer
        for sparse in part.sparse_initializer:
            yield from (sparse.values, sparse.indices)
        for node in part.node:
            for attribute in node.attribute:
                yield from _attribute_tensors(attribute)


def _attribute_tensors(attribute: onnx.AttributeProto) -> Iterator[onnx.TensorProto]:
    yield from attribute.tensors
    if attribute.HasField("t"):
        yield attribute.t
    sparse = [*attribute.sparse_tensors, *([attribute.sparse_tensor] if attribute.HasField("sparse_tensor") else [])]
    for item in sparse:
        yield from (item.values, item.indices)


def _tensor(info: onnx.ValueInfoProto) -> Tensor:
    kind = info.type.tensor_type
    name = _TYPE_NAMES.get(kind.elem_type, "undefined") if info.type.HasField("tensor_type") else "not a tensor"
    shape = tuple(_dimension(item) for item in kind.shape.dim) if kind.HasField("shape") else None
    return Tensor(_clean(info.name)[:200], _DTYPES.get(name, name), shape)


def _dimension(item: onnx.TensorShapeProto.Dimension) -> int | str | None:
    if item.HasField("dim_value"):
        return item.dim_value
    return _clean(item.dim_param)[:40] or None


def _clean(name: str | bytes) -> str:
    # protobuf hands out bytes where a name is no UTF-8; a database refuses NUL, and what stands here is only shown.
    if isinstance(name, bytes):
        raise NotOnnx("name")
    return name.replace("\x00", "\ufffd")


def _weights(model: onnx.ModelProto) -> tuple[int, str]:
    """Count what was learnt: stored tensors, and the floats of tree and linear operators; int64 holds shapes."""
    sizes: dict[str, int] = {}
    for tensor in _stored_tensors(model.graph):
        name = _TYPE_NAMES.get(tensor.data_type, "undefined")
        sizes[name] = sizes.get(name, 0) + prod(tensor.dims)
    sizes.pop("int64", None)
    sizes["float"] = sizes.get("float", 0) + sum(_floats_in(node) for node in _nodes(model.graph))
    total = sum(sizes.values())
    for label, names in _PRECISIONS:
        if total and sum(sizes.get(name, 0) for name in names) * 2 > total:
            return total, label
    return total, "fp32"


def _stored_tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    for part in _graphs(graph):
        yield from part.initializer
        for node in part.node:
            if node.op_type == "Constant":
                yield from (attribute.t for attribute in node.attribute if attribute.HasField("t"))


def _floats_in(node: onnx.NodeProto) -> int:
    if node.domain != "ai.onnx.ml":
        return 0
    tensors = (attribute.t for attribute in node.attribute if attribute.HasField("t"))
    in_tensors = sum(prod(item.dims) for item in tensors if item.data_type == onnx.TensorProto.FLOAT)
    return in_tensors + sum(len(attribute.floats) for attribute in node.attribute)


def from_json(value: dict[str, Any]) -> Signature:
    """Return the signature that `dataclasses.asdict` wrote to a JSON column."""
    parts = {
        name: tuple(
            Tensor(item["name"], item["dtype"], None if item["shape"] is None else tuple(item["shape"]))
            for item in value[name]
        )
        for name in ("inputs", "outputs")
    }
    return Signature(parts["inputs"], parts["outputs"], value["parameters"], value["precision"])
