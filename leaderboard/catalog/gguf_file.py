"""What a submitted GGUF file says of itself, read without running it. The file is hostile until proven dull.

Every count and length in it is a claim: each is held against what is left of the file before anything is read or made,
and of the metadata only what is needed is kept.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO, Literal

from leaderboard.catalog.file_words import NotGguf

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MAX_PAIRS = 4096
MAX_TENSORS = 65536
MAX_NAME = 1024
MAX_DIMENSIONS = 4
MAX_LISTED = 4_000_000
"""Elements of all lists together: a vocabulary of a million words has three lists."""
DEFAULT_ALIGNMENT = 32
_STRING, _LIST = 8, 9
_WIDTHS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_INTEGERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 10: "<Q", 11: "<q"}
# Type of a tensor: its name, weights in a block, bytes of a block; as ggml numbers them.
TENSOR_TYPES: Mapping[int, tuple[str, int, int]] = {
    0: ("fp32", 1, 4),
    1: ("fp16", 1, 2),
    2: ("q4_0", 32, 18),
    3: ("q4_1", 32, 20),
    6: ("q5_0", 32, 22),
    7: ("q5_1", 32, 24),
    8: ("q8_0", 32, 34),
    10: ("q2_k", 256, 84),
    11: ("q3_k", 256, 110),
    12: ("q4_k", 256, 144),
    13: ("q5_k", 256, 176),
    14: ("q6_k", 256, 210),
    16: ("iq2_xxs", 256, 66),
    17: ("iq2_xs", 256, 74),
    18: ("iq3_xxs", 256, 98),
    19: ("iq1_s", 256, 50),
    20: ("iq4_nl", 32, 18),
    21: ("iq3_s", 256, 110),
    22: ("iq2_s", 256, 82),
    23: ("iq4_xs", 256, 136),
    24: ("int8", 1, 1),
    25: ("int16", 1, 2),
    26: ("int32", 1, 4),
    27: ("int64", 1, 8),
    28: ("fp64", 1, 8),
    29: ("iq1_m", 256, 56),
    30: ("bf16", 1, 2),
    34: ("tq1_0", 256, 54),
    35: ("tq2_0", 256, 66),
    39: ("mxfp4", 32, 17),
}


@dataclass(frozen=True)
class GgufSignature:
    """What a file declares: its architecture, its weights, and the type that most of them have."""

    architecture: str
    parameters: int
    precision: str
    tensors: int


def read_gguf(file: Path) -> GgufSignature:
    """Return what the file declares; raises NotGguf."""
    with file.open("rb") as stream:
        return _Reader(stream, file.stat().st_size).signature()


class _Reader:
    def __init__(self, stream: BinaryIO, size_bytes: int) -> None:
        self._stream = stream
        self._size = size_bytes
        self._listed = 0
        self._facts: dict[str, str | int] = {}
        self._weights: dict[str, int] = {}
        self._claimed = 0

    def signature(self) -> GgufSignature:
        if self._take(4) != MAGIC:
            raise NotGguf("bytes")
        version = self._integer("<I")
        if version not in VERSIONS:
            raise NotGguf("version", version=version)
        tensors, pairs = self._integer("<Q"), self._integer("<Q")
        if not 0 < tensors <= MAX_TENSORS or pairs > MAX_PAIRS:
            raise NotGguf("counts", tensors=tensors, facts=pairs)
        for _ in range(pairs):
            self._read_pair()
        self._read_tensors(tensors)
        return self._checked(tensors)

    def _checked(self, tensors: int) -> GgufSignature:
        architecture = self._facts.get("general.architecture")
        if not isinstance(architecture, str) or not architecture:
            raise NotGguf("no_architecture")
        parts = self._facts.get("split.count", 1)
        if parts not in {0, 1}:
            raise NotGguf("parts", parts=parts)
        precision = max(self._weights, key=lambda name: self._weights[name])
        return GgufSignature(architecture[:60], sum(self._weights.values()), precision, tensors)

    def _read_pair(self) -> None:
        key = self._name("fact_name")
        if key in self._facts:
            raise NotGguf("fact_twice", name=repr(key[:60]))
        self._facts[key] = self._value(self._integer("<I"))

    def _value(self, kind: int) -> str | int:
        """Return a text or a whole number; what is neither is passed over, and reads as an empty text."""
        if kind == _STRING:
            return self._passed_text()
        if kind == _LIST:
            self._pass_list()
            return ""
        if kind in _INTEGERS:
            return self._integer(_INTEGERS[kind])
        if kind in _WIDTHS:
            self._skip(_WIDTHS[kind])
            return ""
        raise NotGguf("fact_type", type=kind)

    def _passed_text(self) -> str:
        length = self._integer("<Q")
        kept = min(length, MAX_NAME)
        text = self._take(kept)
        self._skip(length - kept)
        return text.decode(errors="replace").replace("\x00", "\ufffd")

    def _pass_list(self) -> None:
        kind, count = self._integer("<I"), self._integer("<Q")
        self._listed += count
        if self._listed > MAX_LISTED:
            raise NotGguf("lists", most=MAX_LISTED)
        if kind == _STRING:
            for _ in range(count):
                self._skip(self._integer("<Q"))
        elif kind in _WIDTHS:
            self._skip(count * _WIDTHS[kind])
        else:
            raise NotGguf("list_type", type=kind)

    def _read_tensors(self, count: int) -> None:
        ends: list[int] = []
        names: set[str] = set()
        for _ in range(count):
            name = self._name("tensor_name")
            if name in names:
                raise NotGguf("tensor_twice", name=repr(name[:60]))
            names.add(name)
            ends.append(self._tensor_end(name[:60]))
        alignment = self._facts.get("general.alignment", DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or not 1 <= alignment <= 65536:
            raise NotGguf("alignment")
        data = -(-self._stream.tell() // alignment) * alignment
        if data + max(ends) > self._size:
            raise NotGguf("cut_short", end=data + max(ends), size_bytes=self._size)
        if self._claimed > self._size - data:
            raise NotGguf("shared")

    def _tensor_end(self, name: str) -> int:
        dimensions = self._integer("<I")
        if not 1 <= dimensions <= MAX_DIMENSIONS:
            raise NotGguf("dimensions", name=repr(name), count=dimensions)
        shape = [self._integer("<Q") for _ in range(dimensions)]
        kind, offset = self._integer("<I"), self._integer("<Q")
        if kind not in TENSOR_TYPES:
            raise NotGguf("tensor_type", name=repr(name), type=kind)
        label, block, block_bytes = TENSOR_TYPES[kind]
        weights = prod(shape)
        if not weights or shape[0] % block:
            raise NotGguf("shape", name=repr(name), shape=shape, type=label)
        self._weights[label] = self._weights.get(label, 0) + weights
        size = weights // block * block_bytes
        self._claimed += size
        return offset + size

    def _name(self, what: Literal["fact_name", "tensor_name"]) -> str:
        length = self._integer("<Q")
        if not 0 < length <= MAX_NAME:
            raise NotGguf(what, length=length)
        try:
            return self._take(length).decode()
        except UnicodeDecodeError:
            raise NotGguf(f"{what}_text") from None

    def _integer(self, form: str) -> int:
        value: int = struct.unpack(form, self._take(struct.calcsize(form)))[0]
        return value

    def _take(self, length: int) -> bytes:
        found = self._stream.read(length)
        if len(found) < length:
            raise NotGguf("header")
        return found

    def _skip(self, length: int) -> None:
        if length > self._size - self._stream.tell():
            raise NotGguf("too_long")
        self._stream.seek(length, 1)
