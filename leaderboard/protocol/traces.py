"""The raw samples behind a report's energies, as they lie in `power.npz`; docs/traces.md has the layout.

Beside the arrays of each trace the file holds `manifest`: the JSON of a TraceManifest as bytes.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from leaderboard.protocol.base import Count, Short, Wire
from leaderboard.protocol.report import PhaseMark
from leaderboard.protocol.words import EnergyMethod

POWER_FILE = "power.npz"
OUTCOMES_FILE = "outcomes.npz"
CALLS_FILE = "calls.npz"
"""When the calls of the repeats ran: an addition to protocol 1 that an older agent does not send."""
MANIFEST = "manifest"
MAX_TRACES = 64
MAX_WINDOWS = 200
MAX_CALLS = 100_000

# Seconds since the measurement began, as phases have them; a window may begin a moment before the first of them.
Moment = Annotated[float, Field(ge=-3600, le=1e7)]


class TraceKind(StrEnum):
    """What the numbers of a trace are: power in W, an energy counter in J, or CPU seconds spent so far."""

    POWER_W = "power_w"
    COUNTER_J = "counter_j"
    CPU_S = "cpu_s"


KIND_OF_METHOD = {
    EnergyMethod.COUNTER_DIFFERENCE: TraceKind.COUNTER_J,
    EnergyMethod.POWER_INTEGRAL: TraceKind.POWER_W,
    EnergyMethod.TIME_TIMES_CONSTANT: TraceKind.CPU_S,
}
"""Which traces make up a reading; what else its source recorded stands beside it as a witness."""


class WindowKind(StrEnum):
    """Which window of the report samples belong to; `set_aside` was measured once more and counts for nothing."""

    IDLE_BEFORE = "idle_before"
    REPEAT = "repeat"
    PREFILL = "prefill"
    IDLE_AFTER = "idle_after"
    SET_ASIDE = "set_aside"


class WindowMark(Wire):
    kind: WindowKind
    index: Count
    start_s: Moment
    end_s: Moment


class TraceLine(Wire):
    """One trace. `range_j` is where a counter wraps, `watts` what a busy CPU is charged with where time is counted."""

    source: Short
    part: Short = ""
    kind: TraceKind
    range_j: Annotated[float, Field(gt=0)] | None = None
    watts: Annotated[float, Field(gt=0)] | None = None


class TraceManifest(Wire):
    version: Literal[1] = 1
    traces: Annotated[tuple[TraceLine, ...], Field(max_length=MAX_TRACES)]
    windows: Annotated[tuple[WindowMark, ...], Field(max_length=MAX_WINDOWS)]
    phases: Annotated[tuple[PhaseMark, ...], Field(max_length=100)] = ()
