"""Energy of a trace of ten million samples, checks included, beside `numpy.trapezoid`. Reports, and fails nothing.

    python -m tests.bench.bench_integration [samples] [pairs]

The two alternate, so that a busy machine slows both. The target is a paired ratio of 2 or less.
"""

import sys
import time
from collections.abc import Callable

import numpy as np

from leaderboard.metrics import integrate_power_j


def main() -> None:
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    generator = np.random.default_rng(1)
    times, power = np.cumsum(generator.uniform(0.01, 0.09, samples)), generator.uniform(50, 400, samples)
    took = []
    for pair in range(pairs):
        order = (ours, theirs) if pair % 2 else (theirs, ours)
        seconds = {function: timed(lambda function=function: function(times, power)) for function in order}
        took.append((seconds[ours], seconds[theirs]))
    mine, reference = np.array(took).T
    ratios = mine / reference
    resampled = [np.median(generator.choice(ratios, pairs)) for _ in range(4000)]
    low, high = np.quantile(resampled, [0.025, 0.975])
    off = ours(times, power) / theirs(times, power) - 1
    print(f"integrate_power_j   {np.median(mine) * 1e3:6.0f} ms for {samples:,} samples")
    print(f"numpy.trapezoid     {np.median(reference) * 1e3:6.0f} ms, unchecked")
    print(f"paired ratio        {np.median(ratios):6.2f}   (95 % {low:.2f} to {high:.2f}; the target is 2 or less)")
    print(f"relative difference {off:.1e}")


def ours(times: np.ndarray, power: np.ndarray) -> float:
    return integrate_power_j(times, power)


def theirs(times: np.ndarray, power: np.ndarray) -> float:
    return float(np.trapezoid(power, times))


def timed(call: Callable[[], float]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
