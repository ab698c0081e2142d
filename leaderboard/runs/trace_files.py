"""Reading what an agent sent: `power.npz` and `outcomes.npz`, as hostile as any upload.

Nothing is unpickled, and nothing is believed: the size of a member before it is unpacked, the shape in its header
before memory is taken for it, and what the arrays say of each other before they are used. The layout: docs/traces.md.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import MANIFEST, MAX_TRACES, TraceLine, TraceManifest, WindowMark

MAX_MEMBERS = 3 * MAX_TRACES + 1
MAX_UNPACKED_BYTES = 128 * 1024**2
_MAX_HEADER_BYTES = 4096
_READ_HEADER = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
# What the standard library says of archives that are broken or made to break it.
_UNPACKING = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)
_SLACK_S = 1e-3  # a sample may lie so far outside its window: times went through floats twice

IntArray = NDArray[np.int64]


class BadTrace(Exception):
    """The file is not what it should be; the message is one sentence that says where."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace over all windows: samples of window w are those from `offsets[w]` to `offsets[w + 1]`."""

    line: TraceLine
    times_s: FloatArray
    values: FloatArray
    offsets: IntArray

    def window(self, index: int) -> tuple[FloatArray, FloatArray]:
        part = slice(self.offsets[index], self.offsets[index + 1])
        return self.times_s[part], self.values[part]


@dataclass(frozen=True, slots=True)
class PowerFile:
    windows: tuple[WindowMark, ...]
    traces: tuple[Trace, ...]
    manifest: TraceManifest


def read_power(path: Path) -> PowerFile:
    """Raises BadTrace, OSError."""
    arrays = read_arrays(path)
    manifest = _manifest(arrays.pop(MANIFEST, None))
    _check_windows(manifest.windows)
    names = {f"{part}_{i}" for i in range(len(manifest.traces)) for part in ("times_s", "values", "offsets")}
    if set(arrays) != names:
        raise BadTrace("The arrays of the file are not those that its manifest describes.")
    traces = tuple(_trace(arrays, number, line, manifest) for number, line in enumerate(manifest.traces))
    return PowerFile(manifest.windows, traces, manifest)


def read_outcomes(path: Path) -> tuple[int, ...] | tuple[str, ...]:
    """Labels or texts, in item order. Raises BadTrace, OSError."""
    arrays = read_arrays(path)
    if set(arrays) == {"answers"} and arrays["answers"].dtype == np.int64:
        return tuple(arrays["answers"].tolist())
    if set(arrays) != {"texts_utf8", "texts_offsets"}:
        raise BadTrace("The file holds neither answers nor texts.")
    return tuple(_texts(arrays["texts_utf8"], arrays["texts_offsets"]))


def _texts(content: NDArray[np.generic], offsets: NDArray[np.generic]) -> Iterator[str]:
    if content.dtype != np.uint8 or not are_offsets(offsets, len(content)):
        raise BadTrace("The texts of the file do not lie where it says.")
    bounds = offsets.tolist()
    try:
        for start, end in pairwise(bounds):
            yield content[start:end].tobytes().decode()
    except UnicodeDecodeError:
        raise BadTrace("A text of the file is no UTF-8.") from None


def _manifest(content: NDArray[np.generic] | None) -> TraceManifest:
    if content is None or content.dtype != np.uint8:
        raise BadTrace("The file has no manifest.")
    try:
        return TraceManifest.model_validate_json(content.tobytes())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadTrace(f"The manifest cannot be read at {where or 'its start'}: {first['msg']}.") from None


def _trace(arrays: dict[str, NDArray[np.generic]], number: int, line: TraceLine, manifest: TraceManifest) -> Trace:
    name = f"{line.source} {line.part}".strip()
    times, values, offsets = (arrays[f"{part}_{number}"] for part in ("times_s", "values", "offsets"))
    if times.dtype != np.float64 or values.dtype != np.float64 or times.shape != values.shape:
        raise BadTrace(f"The trace of {name} has not one value for each time.")
    if len(offsets) != len(manifest.windows) + 1 or not are_offsets(offsets, len(times)):
        raise BadTrace(f"The windows of the trace of {name} do not lie where the file says.")
    trace = Trace(line, times.astype(np.float64), values.astype(np.float64), offsets.astype(np.int64))
    if not (np.isfinite(trace.times_s).all() and np.isfinite(trace.values).all() and (trace.values >= 0).all()):
        raise BadTrace(f"The trace of {name} has a value that is negative or no number.")
    for index, mark in enumerate(manifest.windows):
        _check_times(trace.window(index)[0], mark, name)
    return trace


def _check_windows(marks: Sequence[WindowMark]) -> None:
    """One measurement has one window at a time, each with a name of its own; one without samples has no length."""
    if len({(mark.kind, mark.index) for mark in marks}) < len(marks):
        raise BadTrace("A window of the file is there twice.")
    in_time = sorted((mark for mark in marks if mark.start_s != mark.end_s), key=lambda mark: mark.start_s)
    for mark, following in pairwise(in_time):
        if mark.end_s < mark.start_s or following.start_s < mark.end_s - _SLACK_S:
            raise BadTrace(
                f"The windows {mark.kind} {mark.index + 1} and {following.kind} {following.index + 1} overlap."
            )


def _check_times(times_s: FloatArray, mark: WindowMark, name: str) -> None:
    if not len(times_s):
        return
    if not (np.diff(times_s) > 0).all():
        raise BadTrace(f"The clock of the trace of {name} does not advance in {mark.kind} {mark.index + 1}.")
    if times_s[0] < mark.start_s - _SLACK_S or times_s[-1] > mark.end_s + _SLACK_S:
        raise BadTrace(f"The trace of {name} leaves its window {mark.kind} {mark.index + 1}.")


def are_offsets(offsets: NDArray[np.generic], length: int) -> bool:
    """Whether they cut `length` elements into parts, from the first to the last."""
    if offsets.dtype != np.int64 or not len(offsets):
        return False
    steps = np.diff(offsets.astype(np.int64))
    return int(offsets[0]) == 0 and int(offsets[-1]) == length and bool((steps >= 0).all())


def read_arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    """Return the rows of numbers in an archive, by name; raises BadTrace, OSError."""
    content = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                raise BadTrace("The file holds more than a trace may have.")
            return {member.filename.removesuffix(".npy"): _array(archive, member) for member in members}
    except _UNPACKING as error:
        raise BadTrace(f"The file cannot be unpacked ({type(error).__name__}).") from None


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[np.generic]:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadTrace(f"{member.filename} is packed in a way that no trace is.")
    with archive.open(member) as packed:
        content = packed.read(member.file_size)
    stream = io.BytesIO(content)
    try:
        read_header = _READ_HEADER[np.lib.format.read_magic(stream)]
        shape, _, dtype = read_header(stream, max_header_size=_MAX_HEADER_BYTES)
    except (ValueError, KeyError):
        raise BadTrace(f"{member.filename} has no header of an array.") from None
    if len(shape) != 1 or dtype.str not in ("<f8", "<i8", "|u1"):
        raise BadTrace(f"{member.filename} is no row of numbers that a trace has.")
    if shape[0] * dtype.itemsize != len(content) - stream.tell():
        raise BadTrace(f"{member.filename} has not the length that its header says.")
    return np.frombuffer(content, dtype=dtype, offset=stream.tell())
