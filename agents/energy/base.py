"""The one shape of every energy source."""

from dataclasses import dataclass
from typing import Protocol

from agents.sampling import Series
from leaderboard.protocol import EnergyReading, EnergySourceInfo, MissingReason, TraceKind


class SourceError(Exception):
    """A source that the probe found cannot be used after all; the message says why."""


@dataclass(frozen=True)
class RawTrace:
    """Raw samples of one window: times in s on `time.monotonic`, values in the unit of `kind`.

    `part` names one of several counters or rails that are added up. `range_j` is where a counter wraps. `watts` goes
    with CPU seconds: what a second of a busy CPU is charged with.
    """

    kind: TraceKind
    series: Series
    part: str = ""
    range_j: float | None = None
    watts: float | None = None


class EnergySource(Protocol):
    """Joules of a window. One object serves many windows, one after the other, from one thread.

    What a source must do about traces: sample with `agents.sampling.Sampler`, whose first and last row are the very
    readings that the joules come from; keep the samples of the window that `stop` closed; and give them out in
    `traces`. The server adds up what those of the kind of the source's method say (`KIND_OF_METHOD`: counters their
    steps, powers the trapezoid, CPU seconds times `watts`), and marks the result where that is over 1 % away from
    `joules`. So no correction may be in the one and not in the other. Traces of another kind are kept as witnesses.
    A sensor that is gone, stands still or steps back is told by `agents.energy.windows`.
    """

    info: EnergySourceInfo
    window_s: float
    """How long a repeat has to be for it, in s; 0 leaves that to the protocol."""

    def prepare(self) -> None:
        """Whatever is slow or noisy, once, before the first window. Raises SourceError."""

    def start(self) -> None:
        """Open a window; returns in milliseconds."""

    def stop(self) -> EnergyReading:
        """Close it. A window that cannot be read is a reading with `joules=None` and its reason, never an error."""

    def traces(self) -> tuple[RawTrace, ...]:
        """Raw samples of the window that was closed last; empty where there are none, whatever its reading said."""

    def close(self) -> None:
        """Give back handles and threads."""


def reading(  # noqa: PLR0913 -- the fields of the reading, by keyword
    info: EnergySourceInfo,
    *,
    seconds: float,
    joules: float | None,
    missing: MissingReason | None = None,
    samples: int = 0,
    counters_j: tuple[float, float] | None = None,
    warnings: tuple[str, ...] = (),
) -> EnergyReading:
    """A reading of the source `info` describes. Energy of 0 J or less is no power, whatever the meter's reason.

    `counters_j` is the counter as it stood at start and stop, before any correction, in J.
    """
    if joules is not None and joules <= 0:
        joules, missing = None, MissingReason.NO_POWER
    return EnergyReading(
        source=info.key,
        scope=info.scope,
        provenance=info.provenance,
        method=info.method,
        seconds=seconds,
        joules=joules,
        missing=missing,
        resolution_s=info.resolution_s,
        samples=samples,
        counter_start=counters_j[0] if counters_j else None,
        counter_end=counters_j[1] if counters_j else None,
        rated_power_w=info.rated_power_w,
        rated_power_origin=info.rated_power_origin,
        warnings=warnings,
    )
