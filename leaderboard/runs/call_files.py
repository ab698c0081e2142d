"""Reading `calls.npz`, when the long calls of the repeats ran: as hostile as any upload. The layout: docs/traces.md."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import MAX_CALLS, Measured
from leaderboard.runs.trace_files import BadTrace, IntArray, are_offsets, read_arrays

_NAMES = frozenset({"starts_s", "ends_s", "first_items", "offsets"})
_SHARE = 1e-3  # by which the calls may take longer than the report says: both were rounded on their way


@dataclass(frozen=True, slots=True)
class CallFile:
    """Calls `(calls,)` in the order of time; those of repeat r are from `offsets[r]` to `offsets[r + 1]`."""

    starts_s: FloatArray
    ends_s: FloatArray
    first_items: IntArray
    offsets: IntArray

    def repeat(self, index: int) -> slice:
        return slice(int(self.offsets[index]), int(self.offsets[index + 1]))


def read_calls(path: Path) -> CallFile:
    """Raises BadTrace, OSError."""
    arrays = read_arrays(path)
    if set(arrays) != _NAMES:
        raise BadTrace("The file holds no calls.")
    starts, ends, items, offsets = (arrays[name] for name in ("starts_s", "ends_s", "first_items", "offsets"))
    if starts.dtype != np.float64 or ends.dtype != np.float64 or items.dtype != np.int64:
        raise BadTrace("The calls of the file are no numbers that calls have.")
    if not len(starts) == len(ends) == len(items) <= MAX_CALLS or not are_offsets(offsets, len(starts)):
        raise BadTrace("The calls of the file do not lie where it says.")
    calls = CallFile(
        starts.astype(np.float64), ends.astype(np.float64), items.astype(np.int64), offsets.astype(np.int64)
    )
    _check_order(calls)
    return calls


def fault_of_calls(calls: CallFile, measured: Measured) -> str:
    """Return what in a file of calls is not as the report says; empty where nothing is."""
    if len(calls.offsets) != len(measured.repeats) + 1:
        return "It has not the repeats of the report."
    items = len(measured.answers or measured.texts)
    if len(calls.first_items) and not (calls.first_items.min() >= 0 and calls.first_items.max() < items):
        return "It has calls of items that the benchmark has not."
    for index, repeat in enumerate(measured.repeats):
        part = calls.repeat(index)
        lasted_s = float((calls.ends_s[part] - calls.starts_s[part]).sum())
        if part.stop - part.start > repeat.calls:
            return f"It has more calls of repeat {index + 1} than the report."
        if lasted_s > repeat.mean_s * repeat.calls * (1 + _SHARE):
            return f"Its calls of repeat {index + 1} take longer than the report says."
    return ""


def _check_order(calls: CallFile) -> None:
    if not (np.isfinite(calls.starts_s).all() and np.isfinite(calls.ends_s).all()):
        raise BadTrace("A call of the file begins or ends at no time.")
    if not (calls.starts_s < calls.ends_s).all() or not (calls.ends_s[:-1] <= calls.starts_s[1:]).all():
        raise BadTrace("The calls of the file overlap, or end before they begin.")
