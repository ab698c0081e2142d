"""Speed of the metrics beside a reference in the same run, alternated. Reports, and fails nothing.

    python -m tests.bench.bench_metrics [--pairs 9] [--cpu]

Each line is the median of the paired ratios reference / ours (how many times as fast ours is), with its 95 % bootstrap
interval, and the bar it is held to: it fails when the whole interval is below. `--cpu` counts processor time in place
of the clock's, for a machine that others use too. A rival that is not installed is named (`uv sync --group bench`).

OpenBLAS uses all cores unless OPENBLAS_NUM_THREADS says otherwise. With `--cpu` say 1: its threads count as they wait.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np

from leaderboard.metrics import (
    INTERVAL_DRAWS,
    front_mask,
    integrate_power_j,
    joint_mean_draws,
    joint_ratio_draws,
    median_over_repeats_draws,
    percentile_interval,
    rank_intervals,
)

Work = Callable[[], object]

LOWER = ("lower", "lower")
POINTS = 1_000_000
ENTRIES, ITEMS, RANKED = 100, 600, 300
SAMPLES = 10_000_000
LOOPED = 500
"""Resamples that the plain loop is timed for; it is as long for each of them."""

PEAK = """
import numpy
from pathlib import Path
from leaderboard.metrics import INTERVAL_DRAWS, joint_ratio_draws
generator = numpy.random.default_rng(0)
values = generator.random((2, {entries}, {items})) + 1
joint_ratio_draws(*values, INTERVAL_DRAWS, seed=1)
lines = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""
"""The largest resident memory of a process, which Linux alone tells; `ru_maxrss` would include this one's."""


class Bench:
    def __init__(self, pairs: int, clock: Callable[[], float]) -> None:
        self.pairs, self.clock = pairs, clock

    def seconds(self, work: Work) -> float:
        start = self.clock()
        work()
        return self.clock() - start

    def line(self, name: str, ours: Work, reference: Work, at_least: float | None, scale: float = 1) -> None:
        """Time both in turn, after once unmeasured; the reference's time is multiplied by `scale`."""
        ours()
        reference()
        took = []
        for pair in range(self.pairs):
            sides = (ours, reference) if pair % 2 == 0 else (reference, ours)
            found = {side: self.seconds(side) for side in sides}
            took.append((found[ours], found[reference] * scale))
        ratios = [theirs / mine for mine, theirs in took]
        interval = percentile_interval(median_over_repeats_draws(ratios, INTERVAL_DRAWS, seed=0))
        assert interval is not None
        mine, theirs = np.median(took, axis=0) * 1e3
        verdict = "no bar"
        if at_least is not None:
            verdict = f"bar {at_least:g}: {'pass' if interval.high >= at_least else 'FAIL'}"
        print(
            f"{name:<55}{mine:9.1f} ms, reference {theirs:9.1f} ms: {np.median(ratios):7.2f} times as fast, "
            f"{interval.low:.2f} to {interval.high:.2f}; {verdict}",
            flush=True,
        )


def clouds() -> dict[str, np.ndarray]:
    """Points as they come: independent, along a trade-off with noise, all on the front, and with many equals."""
    generator = np.random.default_rng(0)
    x = generator.random(POINTS)
    return {
        "independent": np.column_stack([x, generator.random(POINTS)]),
        "a noisy trade-off": np.column_stack([x, 1 - x + generator.random(POINTS) / 10]),
        "a trade-off": np.column_stack([x, 1 - x]),
        "a grid": generator.integers(0, 1000, (POINTS, 2)).astype(float),
    }


def front_rivals(cloud: str) -> dict[str, Callable[[np.ndarray], object]]:
    """paretoset looks at each front point found so far: with a million of them that takes hours, so it sits out."""
    rivals: dict[str, Callable[[np.ndarray], object]] = {}
    if installed("moocore"):
        import moocore

        rivals["moocore"] = lambda points: moocore.is_nondominated(points, keep_weakly=True)
    if installed("paretoset") and cloud != "a trade-off":
        from paretoset import paretoset

        rivals["paretoset"] = lambda points: paretoset(points, distinct=False)
    if installed("pymoo"):
        from pymoo.util.nds.non_dominated_sorting import find_non_dominated

        rivals["pymoo"] = find_non_dominated
    return rivals


def installed(package: str) -> bool:
    return find_spec(package) is not None


def fronts(bench: Bench) -> None:
    for cloud, points in clouds().items():
        for rival, front in front_rivals(cloud).items():
            bench.line(
                f"front, {cloud}, beside {rival}",
                lambda points=points: front_mask(points, LOWER),
                lambda points=points, front=front: front(points),
                at_least=1,
            )


def joint_bootstrap(bench: Bench) -> None:
    generator = np.random.default_rng(1)
    tops = (generator.random((ENTRIES, ITEMS)) < generator.uniform(0.3, 0.95, (ENTRIES, 1))).astype(float)
    bottoms = generator.uniform(50, 150, (ENTRIES, ITEMS))

    def loop() -> np.ndarray:
        rng = np.random.default_rng(1)
        ratios = np.empty((ENTRIES, LOOPED))
        for draw in range(LOOPED):
            drawn = rng.integers(0, ITEMS, ITEMS)
            ratios[:, draw] = tops[:, drawn].mean(axis=1) / bottoms[:, drawn].mean(axis=1)
        return ratios

    bench.line(
        f"joint bootstrap, {ENTRIES} entries, {ITEMS} items",
        lambda: joint_ratio_draws(tops, bottoms, INTERVAL_DRAWS, seed=1),
        loop,
        at_least=20,
        scale=INTERVAL_DRAWS / LOOPED,
    )
    code = PEAK.format(entries=ENTRIES, items=ITEMS)
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    peak = int(answer) / 1024
    verdict = "pass" if peak <= 1024 else "FAIL"
    print(f"joint bootstrap, peak memory of a process that does it: {peak:.0f} MiB; bar 1024: {verdict}")


def ranks(bench: Bench) -> None:
    generator = np.random.default_rng(2)
    outcomes = (generator.random((RANKED, ITEMS)) < generator.uniform(0.5, 0.99, (RANKED, 1))).astype(float)
    power = generator.uniform(50, 150, (RANKED, ITEMS))
    for name, values in {"outcomes, many ties": outcomes, "no ties": power}.items():
        draws = joint_mean_draws(values, INTERVAL_DRAWS, seed=1)
        by_resample = np.ascontiguousarray(draws.T)
        means = values.mean(axis=1)

        def ranked(values: np.ndarray = values, means: np.ndarray = means) -> object:
            return rank_intervals(means, joint_mean_draws(values, INTERVAL_DRAWS, seed=1), "higher")

        def sorted_only(values: np.ndarray = values, by_resample: np.ndarray = by_resample) -> object:
            return joint_mean_draws(values, INTERVAL_DRAWS, seed=1), np.argsort(by_resample, axis=1)

        bench.line(f"ranks of {RANKED}, {name}, with the resampling", ranked, sorted_only, at_least=0.5)
        bench.line(
            f"ranks of {RANKED}, {name}, without",
            lambda means=means, draws=draws: rank_intervals(means, draws, "higher"),
            lambda by_resample=by_resample: np.argsort(by_resample, axis=1),
            at_least=None,
        )


def energy(bench: Bench) -> None:
    seconds = np.cumsum(np.random.default_rng(3).uniform(0.0009, 0.0011, SAMPLES))
    watts = np.random.default_rng(4).uniform(50, 150, SAMPLES)
    bench.line(
        f"energy of {SAMPLES:,} samples, beside np.trapezoid",
        lambda: integrate_power_j(seconds, watts),
        lambda: np.trapezoid(watts, seconds),
        at_least=0.5,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--cpu", action="store_true")
    chosen = parser.parse_args()
    bench = Bench(chosen.pairs, time.process_time if chosen.cpu else time.perf_counter)
    absent = [rival for rival in ("moocore", "paretoset", "pymoo") if not installed(rival)]
    print(f"rivals that are not installed: {', '.join(absent) or 'none'}")
    for part in (fronts, joint_bootstrap, ranks, energy):
        part(bench)


if __name__ == "__main__":
    main()
