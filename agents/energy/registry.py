"""All energy sources of a device, best first: wall meter, hardware counter or rail sensor, estimate.

The method is chosen here, before a run, and never swapped during it.
"""

from collections.abc import Mapping

from agents.energy import codecarbon_estimate, http_meter, ina3221, nvml, pmic, rapl
from agents.energy.base import EnergySource
from agents.meters import Meter
from leaderboard.protocol import DeviceInfo, DeviceKind, EnergySourceInfo

Meters = Mapping[str, Meter]

BOARD = DeviceKind.BOARD.value
"""The key of the device that a single-board computer is as a whole: its rails are read for it."""


def probe_cpu_sources(meters: Meters, *, is_board: bool) -> tuple[EnergySourceInfo, ...]:
    """Every way to learn joules of the CPU, present or not; also those that no other device here could carry."""
    no_card = nvml.absent()
    return (
        *(http_meter.probe(meters, "cpu") if meters else (http_meter.absent(),)),
        *rapl.probe(),
        *((no_card,) if no_card else ()),
        *(() if is_board else probe_rails()),
        codecarbon_estimate.probe(),
    )


def probe_board_sources(meters: Meters) -> tuple[EnergySourceInfo, ...]:
    return (*http_meter.probe(meters, BOARD), *probe_rails(), codecarbon_estimate.probe())


def probe_rails() -> tuple[EnergySourceInfo, ...]:
    return ina3221.probe(), pmic.probe()


def probe_gpus(meters: Meters) -> tuple[DeviceInfo, ...]:
    return tuple(
        card.model_copy(update={"energy_sources": (*http_meter.probe(meters, card.key), *card.energy_sources)})
        for card in nvml.devices()
    )


def open_sources(device_key: str, operator_w: float | None, *, meters: Meters) -> list[EnergySource]:
    """Those that can measure this device now, best provenance first. Each stays within its own scope."""
    behind_meters = http_meter.sources(meters, device_key)
    if device_key.startswith("gpu"):
        return [*behind_meters, *nvml.sources(device_key)]
    rails = [*ina3221.sources(), *pmic.sources()] if device_key == BOARD else rapl.sources()
    return [*behind_meters, *rails, *codecarbon_estimate.sources(operator_w)]
