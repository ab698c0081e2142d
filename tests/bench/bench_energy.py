"""Our energy sources beside those of others, on the same sensors in the same windows.

    python -m tests.bench.bench_energy [--zeus PYTHON] [--seconds 10] [--windows 3]

* NVML against zeus, on the stub of the vendor's library (or on the card, with --card): bar 0.5 %.
* RAPL against CodeCarbon's own reader, on a tree whose counters run at 20 W and 30 W: bar 0.1 %.
* The estimate of one model alone and beside two busy neighbours, while the guard says `noisy`: bar 10 %.

zeus and what it needs are 400 MB, so it is in no dependency group. Make it an environment of its own:

    python -m venv /tmp/zeus && /tmp/zeus/bin/pip install zeus nvidia-ml-py

and name it: `--zeus /tmp/zeus/bin/python`. Without one that part says so and is left out. Both readers run in that
interpreter, one inside the other, so powers are compared: the windows differ by the microseconds of the calls.
"""

import argparse
import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from agents.child_process import spawn
from agents.energy import rapl
from leaderboard.protocol import Limits, MeasuringProtocol, Report
from tests.agents.energy.trees import put
from tests.agents.measuring import MODELS, order

ROOT = Path(__file__).parents[2]
STUB = ROOT / "tests/agents/energy/nvml_stub.c"
NVML_BAR, RAPL_BAR, ESTIMATE_BAR = 0.005, 0.001, 0.10

BOTH = """
import json, logging, sys, time
logging.disable(logging.CRITICAL)
from agents.energy import nvml
from zeus.monitor import ZeusMonitor
seconds, windows = float(sys.argv[1]), int(sys.argv[2])
zeus = ZeusMonitor(gpu_indices=[0], cpu_indices=[])
(ours,) = nvml.sources("gpu0")
ours.prepare()
found = []
for number in range(windows):
    zeus.begin_window("w", sync_execution=False)
    ours.start()
    time.sleep(seconds)
    reading = ours.stop()
    theirs = zeus.end_window("w", sync_execution=False)
    integral_w = ours._integral_j() / reading.seconds
    found.append((reading.joules / reading.seconds, theirs.total_energy / theirs.time, integral_w))
ours.close()
print(json.dumps(found))
"""


def compare_nvml(options: argparse.Namespace) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        if not options.card:
            library = Path(folder) / "libnvidia-ml.so.1"
            subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, STUB], check=True)
            environment |= {"LD_LIBRARY_PATH": folder, "NVML_STUB": "counter"}
        done = subprocess.run(
            [options.zeus, "-c", BOTH, str(options.seconds), str(options.windows)],
            capture_output=True,
            check=False,
            env=environment,
            text=True,
        )
    if done.returncode:
        print(f"NVML against zeus: left out; {options.zeus} says {done.stderr.strip().splitlines()[-1]}")
        return
    powers = json.loads(done.stdout.splitlines()[-1])
    worst = max(abs(ours / theirs - 1) for ours, theirs, _ in powers)
    where = "card" if options.card else "stub"
    print(f"NVML against zeus on the {where}, {options.windows} windows of {options.seconds:g} s")
    for ours, theirs, integral in powers:
        print(f"  counter {ours:9.3f} W   zeus {theirs:9.3f} W   power integrated {integral:9.3f} W")
    print(f"  furthest apart {worst:.3%}; bar {NVML_BAR:.1%}: {'met' if worst <= NVML_BAR else 'MISSED'}")


@contextlib.contextmanager
def running_counters() -> Iterator[Path]:
    """A powercap tree of two packages that start at different values and count 20 W and 30 W, a step a millisecond."""
    packages = {"intel-rapl:0": ("package-0", 20.0, 1_000_000), "intel-rapl:1": ("package-1", 30.0, 5_000_000_000)}
    with tempfile.TemporaryDirectory() as folder:
        root, stop, began = Path(folder), threading.Event(), time.monotonic()
        for zone, (name, _, start_uj) in packages.items():
            (root / zone).mkdir()
            put(root / zone, name=name, energy_uj=start_uj, max_energy_range_uj=262_143_328_850)

        def count() -> None:
            while not stop.wait(0.001):
                for zone, (_, watts, start_uj) in packages.items():
                    put(root / zone, energy_uj=start_uj + int((time.monotonic() - began) * watts * 1e6))

        thread = threading.Thread(target=count)
        thread.start()
        try:
            yield root
        finally:
            stop.set()
            thread.join()


def compare_rapl(options: argparse.Namespace) -> None:
    from codecarbon.core.cpu import IntelRAPL
    from codecarbon.core.units import Time

    logging.getLogger("codecarbon").disabled = True
    with running_counters() as root:
        (ours,) = rapl.sources(root)
        ours.prepare()
        theirs = IntelRAPL(rapl_dir=str(root))
        theirs.start()
        ours.start()
        time.sleep(options.seconds)
        reading = ours.stop()
        details = theirs.get_cpu_details(Time(seconds=reading.seconds))
    joules = 3.6e6 * sum(value for key, value in details.items() if "Energy" in key)
    ours_j = reading.joules or float("nan")
    apart = abs(ours_j / joules - 1)
    print(f"RAPL against CodeCarbon's reader, one window of {reading.seconds:.1f} s, two packages")
    print(f"  ours {ours_j:.3f} J   CodeCarbon {joules:.3f} J")
    print(f"  apart {apart:.3%}; bar {RAPL_BAR:.1%}: {'met' if apart <= RAPL_BAR else 'MISSED'}")


def measured(work_dir: Path) -> Report:
    protocol = MeasuringProtocol(guard_quiet_s=0, idle_s=1, repeats=5, repeats_max=5, repeat_min_s=1)
    child = spawn(order(work_dir, MODELS / "mlp256x2.onnx", protocol=protocol, limits=Limits()))
    report = child.wait(600)
    if report is None or report.measured is None:
        raise SystemExit(f"the agent did not measure: {report and report.failed}")
    return report


def joules_per_item(report: Report) -> float:
    assert report.measured is not None
    return median(
        reading.joules / repeat.items
        for repeat in report.measured.repeats
        for reading in repeat.energy
        if reading.source == "codecarbon" and reading.joules
    )


def compare_estimate() -> None:
    with tempfile.TemporaryDirectory() as folder:
        alone = measured(Path(folder) / "alone")
        busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
        try:
            beside = measured(Path(folder) / "beside")
        finally:
            for process in busy:
                process.kill()
                process.wait()
    first, second = joules_per_item(alone), joules_per_item(beside)
    apart = abs(second / first - 1)
    print("CodeCarbon's process estimate of one model, alone and beside two busy neighbours")
    for label, report, joules in (("alone", alone, first), ("beside two", beside, second)):
        assert report.measured is not None
        print(f"  {label:<11} {joules * 1e6:8.3f} uJ per item, guard {report.measured.guard.value}")
    print(f"  apart {apart:.1%}; bar {ESTIMATE_BAR:.0%}: {'met' if apart <= ESTIMATE_BAR else 'MISSED'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zeus", default=sys.executable, help="an interpreter that has zeus")
    parser.add_argument("--card", action="store_true", help="this machine's card instead of the stub")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--windows", type=int, default=3)
    options = parser.parse_args()
    if options.card or shutil.which("gcc"):
        compare_nvml(options)
    else:
        print("NVML against zeus: left out; the stub needs gcc")
    compare_rapl(options)
    compare_estimate()


if __name__ == "__main__":
    main()
