"""The one shape of every energy source."""

from typing import Protocol

from leaderboard.protocol import EnergyReading, EnergySourceInfo, MissingReason


class SourceError(Exception):
    """A source that the probe found cannot be used after all; the message says why."""


class EnergySource(Protocol):
    """Joules of a window. One object serves many windows, one after the other, from one thread."""

    info: EnergySourceInfo

    def prepare(self) -> None:
        """Whatever is slow or noisy, once, before the first window. Raises SourceError."""

    def start(self) -> None:
        """Open a window; returns in milliseconds."""

    def stop(self) -> EnergyReading:
        """Close it. A window that cannot be read is a reading with `joules=None` and its reason, never an error."""

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
