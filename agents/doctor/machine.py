"""The machine: GRD-01 what the guard can see, GRD-02 quiet now, CFG-01 governor, CFG-02 turbo, MEM-01, THM-01."""

import time
from collections.abc import Callable, Iterator, Mapping

import psutil

from agents.doctor.base import Check, Verdict
from agents.fingerprint import environment
from agents.guard import QUIET_OTHERS_BUSY_CORES, Guard
from leaderboard.protocol import GuardReading

LOOK_S = 0.5
_LITTLE_BYTES, _FEW_BYTES = 256 * 2**20, 2**30
_LITTLE_HEADROOM_C = 15.0
_TUNE = "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"


def checks_of(guard: Guard | None = None, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[Check]:
    watch = guard or Guard()
    watch.start()
    sleep(LOOK_S)
    seen = watch.stop()
    facts = environment().facts
    yield _guard(seen)
    yield _quiet(seen)
    yield _governor(facts)
    yield _turbo(facts)
    yield _memory(psutil.virtual_memory().available)
    yield _temperature()


def _guard(seen: GuardReading) -> Check:
    files = {
        "/proc/pressure/cpu": (seen.pressure_share, "boot with psi=1"),
        "/proc/self/task/*/schedstat": (seen.run_queue_wait_share, "a kernel with CONFIG_SCHED_INFO"),
        "/proc/stat": (seen.steal_share, "mount /proc"),
    }
    absent = {name: fix for name, (share, fix) in files.items() if share is None}
    if absent:
        evidence = f"the guard cannot read {', '.join(absent)}: every run's verdict will be `unknown`"
        return Check("GRD-01", Verdict.WARN, evidence, "; ".join(absent.values()))
    return Check("GRD-01", Verdict.PASS, "the guard reads pressure, run-queue wait and steal")


def _quiet(seen: GuardReading) -> Check:
    others = seen.others_busy_cores
    if others is None:
        return Check("GRD-02", Verdict.SKIP, "whether other work runs cannot be seen")
    evidence = f"other work keeps {others:.2f} cores busy (limit {QUIET_OTHERS_BUSY_CORES})"
    if others > QUIET_OTHERS_BUSY_CORES:
        return Check("GRD-02", Verdict.WARN, evidence, "stop it while a model is measured, else the run is `noisy`")
    return Check("GRD-02", Verdict.PASS, evidence)


def _governor(facts: Mapping[str, str]) -> Check:
    governor = facts.get("governor")
    if governor is None:
        return Check("CFG-01", Verdict.SKIP, "the kernel shows no frequency governor (often so on virtual machines)")
    if governor != "performance":
        evidence = f"governor {governor!r}: clocks follow the load, and latency with them"
        return Check("CFG-01", Verdict.WARN, evidence, _TUNE)
    return Check("CFG-01", Verdict.PASS, "governor 'performance'")


def _turbo(facts: Mapping[str, str]) -> Check:
    """Either is a fair machine; which one it is stands in every fingerprint."""
    if facts.get("turbo_disabled") == "1" or facts.get("boost") == "0":
        return Check("CFG-02", Verdict.PASS, "turbo is off: clocks do not depend on temperature")
    if "turbo_disabled" in facts or "boost" in facts:
        return Check("CFG-02", Verdict.PASS, "turbo is on: short runs are faster than long ones")
    return Check("CFG-02", Verdict.SKIP, "the kernel does not say whether turbo is on")


def _memory(available: int) -> Check:
    evidence = f"{available / 2**30:.1f} GiB of memory are free"
    if available < _LITTLE_BYTES:
        return Check("MEM-01", Verdict.FAIL, evidence, "stop other programs: no model fits")
    if available < _FEW_BYTES:
        return Check("MEM-01", Verdict.WARN, evidence, "only small models fit; stop other programs")
    return Check("MEM-01", Verdict.PASS, evidence)


def _temperature() -> Check:
    sensors = psutil.sensors_temperatures() if hasattr(psutil, "sensors_temperatures") else {}
    known = [sensor for group in sensors.values() for sensor in group if sensor.current and sensor.current > 0]
    if not known:
        return Check("THM-01", Verdict.SKIP, "no temperature sensor is to be seen")
    hottest = max(known, key=lambda sensor: sensor.current)
    limit = hottest.high or hottest.critical
    if not limit:
        return Check("THM-01", Verdict.PASS, f"{hottest.current:.0f} C, its limit is not stated")
    evidence = f"{hottest.current:.0f} C, headroom {limit - hottest.current:.0f} C"
    if limit - hottest.current < _LITTLE_HEADROOM_C:
        return Check("THM-01", Verdict.WARN, evidence, "it will throttle: better cooling, or a pause")
    return Check("THM-01", Verdict.PASS, evidence)
