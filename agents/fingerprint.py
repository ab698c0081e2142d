"""What a machine is, as far as it changes a measurement; the same after a reboot.

Readings that move by themselves (clock rates, temperatures, load) are left out.
"""

import functools
import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path

import psutil

from leaderboard.protocol import Environment

PROC = Path("/proc")
SYS = Path("/sys")
_VERSIONS = ("perwatt", "onnxruntime", "numpy", "codecarbon", "nvidia-ml-py", "xllamacpp")
_BOARDS = ("Jetson", "Raspberry Pi")
_SHORT = 200
_QUARTER_GIB = 2**28
UNKNOWN_VERSION = "unknown"


@functools.cache
def environment() -> Environment:
    """Facts of this machine and their digest; read once, because nothing in it changes while a process lives."""
    known = facts()
    return Environment(fingerprint=digest(known), facts=known)


def digest(known: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(known), sort_keys=True).encode()).hexdigest()


def facts(proc: Path = PROC, sys_root: Path = SYS) -> dict[str, str]:
    """Name to value, only what is known; `proc` and `sys_root` are other trees in tests."""
    found = {
        "arch": platform.machine(),
        "os": os_name(),
        "kernel": platform.release(),
        "cpu_count": str(os.cpu_count() or ""),
        "memory_mib": str(memory_mib(sys_root)),
        "python": platform.python_version(),
        **cpu_facts(proc),
        **_governor_facts(sys_root),
        "nvidia_driver": _first_line(proc / "driver/nvidia/version"),
        **{f"version_{name}": _version(name) for name in _VERSIONS},
    }
    return {name: value[:_SHORT] for name, value in found.items() if value}


def memory_mib(sys_root: Path = SYS) -> int:
    """Installed memory in MiB: the blocks that the kernel lists, else its total to the next quarter of a GiB.

    The total alone is what is left after each boot's own reservations, so it moves by a few MiB.
    """
    memory = sys_root / "devices/system/memory"
    try:
        blocks = sum(1 for path in memory.glob("memory[0-9]*") if _first_line(path / "online") != "0")
        installed = blocks * int(_first_line(memory / "block_size_bytes"), 16)
    except ValueError:
        installed = 0
    return installed >> 20 or -(-psutil.virtual_memory().total // _QUARTER_GIB) * (_QUARTER_GIB >> 20)


def cpu_facts(proc: Path = PROC) -> dict[str, str]:
    """Model name, and a digest of the sorted feature flags: microcode and hypervisors take some away."""
    names = {"model name": "cpu_model", "flags": "cpu_flags", "Features": "cpu_flags", "vendor_id": "cpu_vendor"}
    found: dict[str, str] = {}
    for line in _text(proc / "cpuinfo").splitlines():
        key, _, value = line.partition(":")
        name = names.get(key.strip())
        if name and name not in found:
            found[name] = value.strip()
    if flags := found.pop("cpu_flags", ""):
        found["cpu_flags_sha256"] = hashlib.sha256(" ".join(sorted(flags.split())).encode()).hexdigest()
    return found


def cpu_name(proc: Path = PROC) -> str:
    """The processor's name; boards keep theirs in the device tree."""
    return (
        cpu_facts(proc).get("cpu_model")
        or _board_model(proc)
        or platform.processor()
        or platform.machine()
        or "unknown"
    )


def board_name(proc: Path = PROC) -> str | None:
    """The name of a single-board computer whose rails can be read, a Jetson or a Raspberry Pi; else `None`."""
    model = _board_model(proc)
    return model if any(word in model for word in _BOARDS) else None


def is_virtual(proc: Path = PROC) -> bool:
    """Whether the kernel says that it runs under a hypervisor (x86: a processor flag; elsewhere unknown, so false)."""
    return " hypervisor" in _text(proc / "cpuinfo")


def sockets(proc: Path = PROC) -> int:
    """Processor packages, at least 1."""
    lines = _text(proc / "cpuinfo").splitlines()
    return len({line for line in lines if line.startswith("physical id")}) or 1


def os_name() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    except OSError:
        return platform.platform(terse=True)


def boot_id(proc: Path = PROC) -> str:
    """Changes with every boot; not part of the fingerprint."""
    return _text(proc / "sys/kernel/random/boot_id").strip() or f"since-{psutil.boot_time():.0f}"


def _board_model(proc: Path) -> str:
    return _text(proc / "device-tree/model").strip("\0 \n")


def _governor_facts(sys_root: Path) -> dict[str, str]:
    cpus = sys_root / "devices/system/cpu"
    return {
        "governor": _first_line(cpus / "cpu0/cpufreq/scaling_governor"),
        "cpufreq_driver": _first_line(cpus / "cpu0/cpufreq/scaling_driver"),
        "smt": _first_line(cpus / "smt/control"),
        "turbo_disabled": _first_line(cpus / "intel_pstate/no_turbo"),
        "boost": _first_line(cpus / "cpufreq/boost"),
    }


def agent_version() -> str:
    """Of the installed distribution; `unknown` where the agent runs from a folder of sources, as in its container."""
    return _version("perwatt") or UNKNOWN_VERSION


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _first_line(path: Path) -> str:
    return _text(path).partition("\n")[0].strip()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
