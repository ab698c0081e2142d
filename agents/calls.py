"""When the long calls of a timed window ran: what the energy of one item is found by, on the server."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.metrics.vocabulary import FloatArray

LONG_NS = 50_000_000
"""Of a shorter call nothing is kept but its duration: no source is read so often that its energy could be told."""
_LEAST_SHARE = 0.5


@dataclass(frozen=True)
class Calls:
    """Long calls, `(calls,)` each: start and end in s on `time.monotonic`, and the first of the items answered."""

    starts_s: FloatArray
    ends_s: FloatArray
    first_items: NDArray[np.int64]


def calls_of(starts_ns: "array[int]", calls_ns: "array[int]", first_items: Sequence[int]) -> Calls | None:
    """From the starts of the long calls and the durations of all; call i was given feed i, over and over.

    None where fewer than half of the calls are long, or nobody knows which items they answered.
    """
    lasted_ns = np.frombuffer(calls_ns, dtype=np.int64)
    long = np.flatnonzero(lasted_ns >= LONG_NS)
    if not first_items or not len(long) or len(long) != len(starts_ns) or len(long) < _LEAST_SHARE * len(lasted_ns):
        return None
    starts = np.frombuffer(starts_ns, dtype=np.int64)
    items = np.asarray(first_items, dtype=np.int64)[long % len(first_items)]
    return Calls(starts / 1e9, (starts + lasted_ns[long]) / 1e9, items)
