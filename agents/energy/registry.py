"""All energy sources of a device. The method is chosen here, before a run, and never swapped during it."""

from agents.energy import codecarbon_estimate, nvml, rapl
from agents.energy.base import EnergySource
from agents.process_tree import ProcessTree
from leaderboard.protocol import DeviceInfo, EnergySourceInfo


def probe_cpu_sources() -> tuple[EnergySourceInfo, ...]:
    """Every way to learn joules of the CPU, present or not; also NVML where no GPU could carry its line."""
    absent = nvml.absent()
    return (*rapl.probe(), *((absent,) if absent else ()), codecarbon_estimate.probe())


def probe_gpus() -> tuple[DeviceInfo, ...]:
    return nvml.devices()


def open_sources(device_key: str, operator_w: float | None, served_by: ProcessTree | None = None) -> list[EnergySource]:
    """Those that can measure this device now, best provenance first. Each stays within its own scope.

    `served_by` is the process beside this one whose work counts as well.
    """
    if device_key.startswith("gpu"):
        return [*nvml.sources(device_key)]
    return [*rapl.sources(), *codecarbon_estimate.sources(operator_w, served_by)]
