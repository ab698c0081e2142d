"""The precision of an ONNX file's weights, read from its protobuf fields: an agent does not carry the onnx package.

Field numbers and data types are those of onnx.proto: ModelProto.graph 7; GraphProto.node 1, .initializer 5;
NodeProto.attribute 5; AttributeProto.t 5; TensorProto.dims 1, .data_type 2. A test compares with the onnx package.
"""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

UNKNOWN = "unknown"
# Indices, shapes, truth values and text (int32, int64, bool, string) are no weights.
_PRECISIONS = {
    1: "fp32",
    2: "int8",
    3: "int8",
    10: "fp16",
    11: "fp64",
    16: "bf16",
    17: "fp8",
    18: "fp8",
    19: "fp8",
    20: "fp8",
    21: "int4",
    22: "int4",
}
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def weights_precision(path: Path) -> str:
    """The precision that most weights of the file have; `unknown` where the file cannot be read.

    A graph without weight tensors keeps its numbers in node attributes (trees, linear models of ONNX-ML), which are
    32-bit floats by definition.
    """
    try:
        counts = _count(memoryview(path.read_bytes()))
    except (OSError, ValueError, IndexError):
        return UNKNOWN
    return counts.most_common(1)[0][0] if counts else "fp32"


def _count(model: memoryview) -> Counter[str]:
    counts: Counter[str] = Counter()
    for graph in _messages(model, 7):
        constants = (
            tensor
            for node in _messages(graph, 1)
            for attribute in _messages(node, 5)
            for tensor in _messages(attribute, 5)
        )
        for tensor in (*_messages(graph, 5), *constants):
            precision, elements = _describe(tensor)
            if precision:
                counts[precision] += elements
    return counts


def _describe(tensor: memoryview) -> tuple[str | None, int]:
    dims: list[int] = []
    data_type = 0
    for number, value in _fields(tensor):
        if number == 1:
            dims += [value] if isinstance(value, int) else _packed(value)
        elif number == 2 and isinstance(value, int):
            data_type = value
    return _PRECISIONS.get(data_type), math.prod(dims)


def _messages(message: memoryview, wanted: int) -> Iterator[memoryview]:
    for number, value in _fields(message):
        if number == wanted and isinstance(value, memoryview):
            yield value


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        kind = tag & 7
        if kind == _VARINT:
            value, position = _varint(message, position)
            yield tag >> 3, value
            continue
        size = {_FIXED64: 8, _FIXED32: 4}.get(kind)
        if kind == _BYTES:
            size, position = _varint(message, position)
        if size is None or position + size > len(message):
            raise ValueError("not a protobuf message")
        yield tag >> 3, message[position : position + size]
        position += size


def _packed(values: memoryview) -> list[int]:
    position, found = 0, []
    while position < len(values):
        value, position = _varint(values, position)
        found.append(value)
    return found


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
        if shift > 63:
            raise ValueError("not a protobuf number")
