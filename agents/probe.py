"""What this machine has: devices, runtimes, and every way to learn joules, present or not."""

import importlib.metadata
import platform
import textwrap
from collections.abc import Iterable, Iterator, Mapping

import psutil

from agents import engine
from agents.energy.registry import BOARD, Probed, probe_board_sources, probe_cpu_sources, probe_gpus, probe_meters
from agents.fingerprint import board_name, boot_id, cpu_facts, cpu_name, environment, os_name
from agents.meters import Meter
from agents.runtimes import llama_cpp
from leaderboard.protocol import DeviceInfo, DeviceKind, EnergySourceInfo, Inventory, RuntimeName

_MIN_WIDTH = 40
SOURCE_CODES = {
    "rapl": "PWR-01",
    "rapl-psys": "PWR-02",
    "nvml": "PWR-03",
    "codecarbon": "PWR-04",
    "ina3221": "PWR-05",
    "pmic": "PWR-06",
    "meter": "PWR-07",
}


def probe_inventory(endpoints: Iterable[str] = (), meters: Mapping[str, Meter] | None = None) -> Inventory:
    """`endpoints` are the names of servers that whoever runs this device lets be measured, `meters` its wall meters.

    Each meter is asked once, for two seconds at most.
    """
    known, probed = environment(), probe_meters(meters or {})
    return Inventory(
        hostname=platform.node()[:200] or "unknown",
        os=os_name()[:200],
        arch=platform.machine(),
        python=platform.python_version(),
        agent_version=known.facts.get("version_perwatt", "unknown"),
        boot_id=boot_id(),
        fingerprint=known.fingerprint,
        devices=(
            *_processor_devices(tuple(sorted(endpoints)), probed),
            *(_with_runtimes(gpu) for gpu in probe_gpus(probed)),
        ),
    )


def _with_runtimes(gpu: DeviceInfo) -> DeviceInfo:
    """What can run on a card: the libraries' builds for it, which only a measurement loads."""
    from agents.runtimes.onnx_runtime import CUDA_DISTRIBUTION

    built = bool(_installed(CUDA_DISTRIBUTION))
    return gpu.model_copy(update={"runtimes": (RuntimeName.ONNXRUNTIME,) if built else ()})


def _installed(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def probe_lines(inventory: Inventory, width: int = 80) -> list[str]:
    """Plain text of at most `width` columns: one coded line per fact, its detail and its fix indented below."""
    width = max(width, _MIN_WIDTH)
    lines = [*_wrapped(f"perwatt agent probe   {inventory.hostname}", width, "")]
    lines += _wrapped(f"{inventory.os}, {inventory.arch}, Python {inventory.python}", width, "")
    for number, device in enumerate(inventory.devices, start=1):
        lines += ["", *_device_lines(device, width, f"DEV-{number:02}")]
    sources = [source for device in inventory.devices for source in device.energy_sources]
    present = sum(source.present for source in sources)
    lines += ["", f"{len(sources)} energy sources: {present} present, {len(sources) - present} absent"]
    return lines


def _device_lines(device: DeviceInfo, width: int, code: str) -> Iterator[str]:
    facts = [device.name]
    facts += [f"{device.cores} cores"] if device.cores else []
    facts += [f"{device.memory_bytes / 2**30:.1f} GiB"] if device.memory_bytes else []
    yield from _wrapped(f"{code}  {device.key:<4}  {', '.join(facts)}", width)
    yield from _wrapped(f"        runs  {', '.join(device.runtimes) or 'nothing yet'}", width)
    for source in device.energy_sources:
        yield from _source_lines(source, width)


def source_code(key: str) -> str:
    """The code of a source by its key; meters have names of their own and share one."""
    return SOURCE_CODES.get("meter" if key.startswith("meter-") else key, "PWR-99")


def _source_lines(source: EnergySourceInfo, width: int) -> Iterator[str]:
    code = source_code(source.key)
    state = "yes" if source.present else "no "
    yield from _wrapped(f"{code}  {state}   {source.key}: {source.provenance.value}, scope {source.scope.value}", width)
    power = f"rated {source.rated_power_w:g} W ({source.rated_power_origin})" if source.rated_power_w else ""
    for text in (source.detail, power, source.why_absent, f"fix: {source.fix}" if source.fix else ""):
        if text:
            yield from _wrapped(f"              {text}", width)


def _wrapped(text: str, width: int, hang: str = " " * 14) -> list[str]:
    start = text[: len(text) - len(text.lstrip())]
    return textwrap.wrap(
        text.strip(), width, initial_indent=start, subsequent_indent=hang, break_on_hyphens=False, drop_whitespace=True
    )


def _processor_devices(endpoints: tuple[str, ...], probed: Probed) -> tuple[DeviceInfo, ...]:
    """The CPU; and on a single-board computer the board itself, which the CPU runs models for and whose rails count."""
    board = board_name()
    cpu = _cpu(endpoints, probe_cpu_sources(probed, is_board=board is not None))
    if board is None:
        return (cpu,)
    sources = probe_board_sources(probed)
    changes = {"key": BOARD, "kind": DeviceKind.BOARD, "name": board[:200], "energy_sources": sources}
    return cpu, cpu.model_copy(update=changes)


def _runtimes(endpoints: tuple[str, ...]) -> tuple[RuntimeName, ...]:
    """Those that can be used now, on the processor."""
    optional = (
        (RuntimeName.LLAMA_CPP, llama_cpp.is_usable()),
        (RuntimeName.OPENAI, bool(endpoints)),
        (RuntimeName.CONTAINER, engine.is_usable()),
    )
    return (RuntimeName.ONNXRUNTIME, *(name for name, is_here in optional if is_here))


def _cpu(endpoints: tuple[str, ...], sources: tuple[EnergySourceInfo, ...]) -> DeviceInfo:
    known = environment().facts
    names = ("governor", "cpufreq_driver", "smt", "cpu_flags_sha256", "kernel")
    return DeviceInfo(
        key="cpu",
        kind=DeviceKind.CPU,
        name=cpu_name()[:200],
        vendor=cpu_facts().get("cpu_vendor", "")[:200],
        cores=psutil.cpu_count(logical=True),
        memory_bytes=psutil.virtual_memory().total,
        runtimes=_runtimes(endpoints),
        energy_sources=sources,
        facts={name: known[name] for name in names if name in known}
        | ({"endpoints": ", ".join(endpoints)[:200]} if endpoints else {}),
    )
