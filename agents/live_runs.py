"""Runs of power that an agent has told of an attempt, and the few that a heartbeat holds: plain numbers, no NumPy.

The process that waits and beats knows these alone; what makes them of samples is the measuring process's.
"""

import math

from leaderboard.protocol import MAX_LIVE_BINS, MAX_LIVE_RUNS, LivePower, PowerRun


def short(watts: float) -> float:
    """Four digits: more than is drawn, and few bytes."""
    return float(f"{watts:.4g}")


def with_news(known: LivePower | None, news: LivePower) -> LivePower:
    """Append runs, and make all of them coarser as often as it takes to have no more bins than a heartbeat may."""
    told = [*(known.runs if known else ()), *news.runs][:MAX_LIVE_RUNS]
    while sum(len(run.mean_w) for run in told) > MAX_LIVE_BINS and any(len(run.mean_w) > 1 for run in told):
        told = [coarser(run) for run in told]
    return news.model_copy(update={"runs": tuple(told)})


def coarser(run: PowerRun) -> PowerRun:
    """The same stretch and the same joules in half as many bins."""
    before = len(run.mean_w)
    after = math.ceil(before / 2)
    shares = [_shares(index * before / after, (index + 1) * before / after) for index in range(after)]
    return run.model_copy(
        update={
            "bin_s": run.bin_s * before / after,
            "low_w": tuple(min(run.low_w[at] for at, _ in parts) for parts in shares),
            "mean_w": tuple(
                short(sum(run.mean_w[at] * share for at, share in parts) * after / before) for parts in shares
            ),
            "high_w": tuple(max(run.high_w[at] for at, _ in parts) for parts in shares),
        }
    )


def _shares(start: float, end: float) -> list[tuple[int, float]]:
    """Which old bins, and how much of each, lie between two places counted in old bins."""
    places = range(int(start), math.ceil(end - 1e-9))
    return [(at, min(end, at + 1) - max(start, at)) for at in places]
