"""All energy sources of a device, best first: wall meter, hardware counter or rail sensor, estimate.

The method is chosen here, before a run, and never swapped during it.
"""

from collections.abc import Mapping

from agents.energy import codecarbon_estimate, http_meter, ina3221, nvml, pmic, rapl
from agents.energy.base import EnergySource
from agents.energy.http_meter import Probed
from agents.energy.nvml_watch import IsOurs, is_own
from agents.meters import Meter
from agents.process_tree import ProcessTree
from leaderboard.protocol import DeviceInfo, DeviceKind, EnergySourceInfo

__all__ = ["BOARD", "Probed", "open_sources", "probe_board_sources", "probe_cpu_sources", "probe_gpus", "probe_meters"]

Meters = Mapping[str, Meter]

BOARD = DeviceKind.BOARD.value
"""The key of the device that a single-board computer is as a whole: its rails are read for it."""


def probe_meters(meters: Meters) -> Probed:
    """Once for all devices: a meter that hangs takes two seconds."""
    return http_meter.probe(meters)


def probe_cpu_sources(probed: Probed, *, is_board: bool) -> tuple[EnergySourceInfo, ...]:
    """Every way to learn joules of the CPU, present or not; also those that no other device here could carry."""
    no_card = nvml.absent()
    return (
        *(probed.behind("cpu") if probed.meters else (http_meter.absent(),)),
        *rapl.probe(),
        *((no_card,) if no_card else ()),
        *(() if is_board else _probe_rails()),
        codecarbon_estimate.probe(),
    )


def probe_board_sources(probed: Probed) -> tuple[EnergySourceInfo, ...]:
    return (*probed.behind(BOARD), *_probe_rails(), codecarbon_estimate.probe())


def probe_gpus(probed: Probed) -> tuple[DeviceInfo, ...]:
    return tuple(
        card.model_copy(update={"energy_sources": (*probed.behind(card.key), *card.energy_sources)})
        for card in nvml.devices()
    )


def open_sources(
    device_key: str, operator_w: float | None, served_by: ProcessTree | None = None, *, meters: Meters | None = None
) -> list[EnergySource]:
    """Those that can measure this device now, best provenance first. Each stays within its own scope.

    `served_by` is the process beside this one whose work counts as well.
    """
    behind_meters = http_meter.sources(meters or {}, device_key)
    if device_key.startswith("gpu"):
        return [*behind_meters, *nvml.sources(device_key, _is_ours(served_by))]
    rails = [*ina3221.sources(), *pmic.sources()] if device_key == BOARD else rapl.sources()
    return [*behind_meters, *rails, *codecarbon_estimate.sources(operator_w, served_by)]


def _is_ours(served_by: ProcessTree | None) -> IsOurs:
    """The calling process, what it started, and the server that it measures."""

    def is_ours(pid: int) -> bool:
        return is_own(pid) or (served_by is not None and any(one.pid == pid for one in served_by.members()))

    return is_ours


def _probe_rails() -> tuple[EnergySourceInfo, ...]:
    return ina3221.probe(), pmic.probe()
