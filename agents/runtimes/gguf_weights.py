"""The precision of a GGUF file's weights, from its table of tensors; only for a file that llama.cpp has loaded.

The layout is that of ggml's `docs/gguf.md`, version 2 and 3; `general.file_type` is what a writer says and is not read.
"""

import io
import math
import struct
from collections import Counter
from pathlib import Path
from typing import BinaryIO

UNKNOWN = "unknown"
# ggml_type by number, as `ggml.h` has them.
_TYPES = {
    0: "fp32", 1: "fp16", 2: "q4_0", 3: "q4_1", 6: "q5_0", 7: "q5_1", 8: "q8_0", 10: "q2_k", 11: "q3_k", 12: "q4_k",
    13: "q5_k", 14: "q6_k", 15: "q8_k", 16: "iq2_xxs", 17: "iq2_xs", 18: "iq3_xxs", 19: "iq1_s", 20: "iq4_nl",
    21: "iq3_s", 22: "iq2_s", 23: "iq4_xs", 28: "fp64", 29: "iq1_m", 30: "bf16", 34: "tq1_0", 35: "tq2_0", 39: "mxfp4",
}  # fmt: skip
_STRING, _ARRAY = 8, 9
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_MOST_ENTRIES = 1 << 20
_MOST_DIMENSIONS = 8


def gguf_precision(path: Path) -> str:
    """The type that most weights of the file have; `unknown` where the file cannot be read."""
    try:
        with path.open("rb") as file:
            counts = _count(file)
    except (OSError, ValueError, KeyError, struct.error, RecursionError):
        return UNKNOWN
    return counts.most_common(1)[0][0] if counts else UNKNOWN


def _count(file: BinaryIO) -> Counter[str]:
    magic, version, tensors, entries = struct.unpack("<4sIQQ", _read(file, 24))
    if magic != b"GGUF" or version not in (2, 3) or max(tensors, entries) > _MOST_ENTRIES:
        raise ValueError
    for _ in range(entries):
        _skip_text(file)
        _skip_value(file, _number(file, 4))
    counts: Counter[str] = Counter()
    for _ in range(tensors):
        _skip_text(file)
        dimensions = _number(file, 4)
        if dimensions > _MOST_DIMENSIONS:
            raise ValueError
        elements = math.prod(_number(file, 8) for _ in range(dimensions))
        counts[_TYPES.get(_number(file, 4), UNKNOWN)] += elements
        _skip(file, 8)
    return counts


def _skip_value(file: BinaryIO, kind: int) -> None:
    if kind == _STRING:
        _skip_text(file)
    elif kind == _ARRAY:
        of, length = _number(file, 4), _number(file, 8)
        if of in _SIZES:
            _skip(file, _SIZES[of] * length)
        elif length > _MOST_ENTRIES:
            raise ValueError
        else:
            for _ in range(length):
                _skip_value(file, of)
    else:
        _skip(file, _SIZES[kind])


def _skip_text(file: BinaryIO) -> None:
    _skip(file, _number(file, 8))


def _skip(file: BinaryIO, count: int) -> None:
    if count >= 1 << 40:
        raise ValueError
    file.seek(count, io.SEEK_CUR)


def _number(file: BinaryIO, size: int) -> int:
    return int.from_bytes(_read(file, size), "little")


def _read(file: BinaryIO, size: int) -> bytes:
    found = file.read(size)
    if len(found) != size:
        raise ValueError
    return found
