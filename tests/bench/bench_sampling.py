"""What sampling costs: CPU time of a sampler at 20 Hz, and what it does to the median latency of calls beside it.

    python -m tests.bench.bench_sampling [--seconds 10] [--pairs 12]

Readers are the real ones: RAPL and INA3221 on trees in a temporary folder, and NVML through the real pynvml on the
stub library of the tests, with counter, power and clock reasons (needs gcc; a driver may take longer than the stub).
CPU time is that of the whole process, which only sleeps beside the sampler. The bar: under 1 % of a core.

Each pair is two windows of calls into a bundled model in one process, one of them beside a sampler; which comes first
alternates. The bar: the 95 % interval of the median paired ratio reaches below 1.02.
"""

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path
from statistics import median

import numpy as np

from agents.energy import ina3221, rapl
from agents.sampling import Sampler
from leaderboard.metrics.statistics.intervals import percentile_interval
from leaderboard.metrics.statistics.resampling import INTERVAL_DRAWS, median_over_repeats_draws
from tests.agents.energy.trees import jetson
from tests.agents.measuring import DIGITS, MODELS

PERIOD_S = 0.05
CPU_BAR = 0.01
LATENCY_BAR = 1.02
NVML_STUB = Path(__file__).parents[1] / "agents/energy/nvml_stub.c"


def rapl_reader(folder):
    for number in range(2):
        zone = folder / f"intel-rapl:{number}"
        zone.mkdir()
        for name, text in (("name", f"package-{number}"), ("energy_uj", "123456"), ("max_energy_range_uj", "9" * 12)):
            (zone / name).write_text(text)
    (source,) = rapl.sources(folder)
    return source._read


def ina3221_reader(folder):
    """On files; a sensor behind a slow bus takes longer, and sleeps meanwhile."""
    jetson(folder / "hwmon")
    (source,) = ina3221.sources(folder / "hwmon")
    return source._sampler._read


def nvml_reader(folder):
    """The reader on the stub, or None without a compiler; the library is loaded before pynvml asks for it by name."""
    if shutil.which("gcc") is None:
        return None
    library = folder / "libnvidia-ml.so.1"
    soname = "-Wl,-soname,libnvidia-ml.so.1"
    subprocess.run(["gcc", "-shared", "-fPIC", soname, "-o", library, NVML_STUB], check=True)
    os.environ["NVML_STUB"] = "counter"
    ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
    from agents.energy import nvml

    (source,) = nvml.sources("gpu0")
    source.prepare()
    return source._read


def cpu_share(read, seconds):
    """CPU time of the process over wall time, beside a sampler or (`read` None) beside nothing."""
    sampler = Sampler(read or tuple, PERIOD_S)
    if read:
        sampler.start()
    cpu_s, wall_s = time.process_time(), time.monotonic()
    time.sleep(seconds)
    share = (time.process_time() - cpu_s) / (time.monotonic() - wall_s)
    if read:
        sampler.stop()
    return share


def calls():
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(MODELS / "mlp64.onnx", settings, providers=["CPUExecutionProvider"])
    names, name = [session.get_outputs()[0].name], session.get_inputs()[0].name
    feeds = [{name: item[None, :]} for item in np.load(DIGITS / "inputs.npy")]
    return lambda feed: session.run(names, feed), feeds


def median_s(call, feeds, seconds):
    took, turns, end = [], cycle(feeds), time.perf_counter() + seconds
    while time.perf_counter() < end:
        feed = next(turns)
        start = time.perf_counter_ns()
        call(feed)
        took.append(time.perf_counter_ns() - start)
    return median(took) / 1e9


def beside_sampler(read, call, feeds, seconds):
    sampler = Sampler(read, PERIOD_S)
    sampler.start()
    try:
        return median_s(call, feeds, seconds)
    finally:
        sampler.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--pairs", type=int, default=12)
    chosen = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as folder:
        builders = {"rapl": rapl_reader, "ina3221": ina3221_reader, "nvml (stub)": nvml_reader}
        readers = {name: build(Path(folder)) for name, build in builders.items()}
        print(f"nothing     {cpu_share(None, chosen.seconds):8.4%} of a core")
        for name, read in readers.items():
            if read is None:
                print(f"{name:11} not measured: no gcc here")
                continue
            share = cpu_share(read, chosen.seconds)
            good &= share < CPU_BAR
            print(f"{name:11} {share:8.4%} of a core at {1 / PERIOD_S:g} Hz: {'pass' if share < CPU_BAR else 'FAIL'}")
        call, feeds = calls()
        median_s(call, feeds, 0.5)
        ratios = []
        for pair in range(chosen.pairs):
            sides = {
                "with": lambda: beside_sampler(readers["rapl"], call, feeds, 1.0),
                "without": lambda: median_s(call, feeds, 1.0),
            }
            took = {name: sides[name]() for name in (sides if pair % 2 == 0 else reversed(sides))}
            ratios.append(took["with"] / took["without"])
        interval = percentile_interval(median_over_repeats_draws(ratios, INTERVAL_DRAWS, seed=0))
        good &= interval.low < LATENCY_BAR
        print(
            f"median latency beside a sampler / without: {np.median(ratios):.4f}, 95 % interval {interval.low:.4f} to "
            f"{interval.high:.4f}: {'pass' if interval.low < LATENCY_BAR else 'FAIL'}"
        )
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
