"""The agent's median latency beside a bare ONNX Runtime loop with the same settings.

    python -m tests.bench.bench_agent_latency [--model mlp64] [--batch 1] [--threads 1] [--pairs 12]

Each pair is one whole measurement by the agent, child process and energy sources included, and one process that does
nothing but call `session.run` in a loop; which comes first alternates. Both take the median of the calls of each window
and the median of those medians, over windows of the same number and length. The bar: the 95 % interval of the median
paired ratio reaches below 1.02, so the agent cannot be shown to add 2 %.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np

from agents.child_process import spawn
from leaderboard.metrics.statistics.intervals import percentile_interval
from leaderboard.metrics.statistics.resampling import INTERVAL_DRAWS, median_over_repeats_draws
from leaderboard.protocol import Limits, MeasuringProtocol, Options
from tests.agents.measuring import DIGITS, MODELS, order

BAR = 1.02
WINDOWS = 5
WINDOW_S = 0.5
WARMUP_S = 0.3

BARE = """
import itertools, json, statistics, sys, time
import numpy, onnxruntime
model, inputs, batch, threads, windows, window_s, warmup_s = json.loads(sys.argv[1])
settings = onnxruntime.SessionOptions()
settings.intra_op_num_threads, settings.inter_op_num_threads = threads, 1
session = onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])
names, name = [session.get_outputs()[0].name], session.get_inputs()[0].name
items = numpy.load(inputs)
feeds = [{name: items[i : i + batch]} for i in range(0, len(items) - batch + 1, batch)]

def loop(seconds):
    took, end = [], time.perf_counter() + seconds
    for feed in itertools.cycle(feeds):
        start = time.perf_counter_ns()
        session.run(names, feed)
        took.append(time.perf_counter_ns() - start)
        if time.perf_counter() >= end:
            return statistics.median(took) / 1e9

loop(warmup_s)
print(statistics.median(loop(window_s) for _ in range(windows)))
"""


def bare_median_s(model: Path, options: Options) -> float:
    arguments = [str(model), str(DIGITS / "inputs.npy"), options.batch, options.threads, WINDOWS, WINDOW_S, WARMUP_S]
    done = subprocess.run(
        [sys.executable, "-c", BARE, json.dumps(arguments)], capture_output=True, check=True, text=True
    )
    return float(done.stdout)


def agent_median_s(model: Path, options: Options, work_dir: Path) -> float:
    protocol = MeasuringProtocol(
        guard_quiet_s=0, idle_s=0, warmup_s=WARMUP_S, repeats=WINDOWS, repeats_max=WINDOWS, repeat_min_s=WINDOW_S
    )
    child = spawn(order(work_dir, model, protocol=protocol, options=options, limits=Limits()))
    report = child.wait(600)
    if report is None or report.measured is None:
        raise SystemExit(f"the agent did not measure: {report and report.failed}")
    # A noisy series was measured twice; the bench wants the machine as it is, and pairs take care of the rest.
    return median(repeat.median_s for repeat in report.measured.repeats)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mlp64", choices=sorted(path.stem for path in MODELS.glob("*.onnx")))
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=12)
    chosen = parser.parse_args()
    model, options = MODELS / f"{chosen.model}.onnx", Options(batch=chosen.batch, threads=chosen.threads)
    ratios = []
    print(f"{chosen.model}, batch {chosen.batch}, threads {chosen.threads}: agent / bare loop, medians")
    with tempfile.TemporaryDirectory() as folder:
        for pair in range(chosen.pairs):
            sides = {
                "agent": lambda: agent_median_s(model, options, Path(folder)),
                "bare": lambda: bare_median_s(model, options),
            }
            names = list(sides) if pair % 2 == 0 else list(reversed(sides))
            took = {name: sides[name]() for name in names}
            ratios.append(took["agent"] / took["bare"])
            micro = {name: f"{seconds * 1e6:8.2f} us" for name, seconds in took.items()}
            print(
                f"pair {pair + 1:2}  agent {micro['agent']}  bare {micro['bare']}  ratio {ratios[-1]:.4f}", flush=True
            )
    interval = percentile_interval(median_over_repeats_draws(ratios, INTERVAL_DRAWS, seed=0))
    assert interval is not None
    verdict = "pass" if interval.low < BAR else "FAIL"
    print(f"median ratio {np.median(ratios):.4f}, 95 % interval {interval.low:.4f} to {interval.high:.4f}: {verdict}")
    raise SystemExit(0 if interval.low < BAR else 1)


if __name__ == "__main__":
    main()
