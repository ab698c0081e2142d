"""Whether the CPU or the GPU bounds a run: kernel launch and queuing time (arXiv 2504.11750)."""

from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import as_finite, as_floats, require

LaunchBound = Literal["cpu", "gpu"]

PLATEAU_TOLERANCE = 0.2
"""How far above its plateau the time may lie and still be on it: our choice."""


@dataclass(frozen=True, slots=True)
class LaunchTransition:
    """What bounds each batch size, and the last one on the plateau; `None` while no larger one leaves it."""

    last_cpu_bound_batch: int | None
    bounds: tuple[LaunchBound, ...]


@np.errstate(over="ignore", invalid="ignore")  # told by as_finite
def launch_queue_time_s(launch_s: ArrayLike, kernel_start_s: ArrayLike) -> float:
    """TKLQT = sum over kernels of start on the GPU - start of its launch call, in s of one clock; both `(kernels,)`.

    Launches stand in the order of their calls. Raises MetricInputError for no kernels, a time that is not finite,
    launches out of order, a kernel that starts before its launch, or a sum larger than a float holds.
    """
    launches, starts = as_floats(launch_s), as_floats(kernel_start_s)
    require(launches.ndim == 1 and launches.shape == starts.shape, "one launch and one start per kernel")
    require(launches.size >= 1, "at least one kernel")
    require(bool(np.isfinite(launches).all() and np.isfinite(starts).all()), "times are finite")
    require(bool((launches[1:] >= launches[:-1]).all()), "launches stand in the order of their calls")
    require(bool((starts >= launches).all()), "a kernel starts after its launch")
    return as_finite(float((starts - launches).sum()))


@np.errstate(over="ignore")  # every finite time lies below a plateau that overflows
def launch_transition(
    batch_sizes: ArrayLike, tklqt_s: ArrayLike, tolerance: float = PLATEAU_TOLERANCE
) -> LaunchTransition:
    """Where TKLQT leaves its plateau as the batch grows: up to there the CPU's launches bound the run, then the GPU.

    The paper reads the transition off the plateau; how is our choice: its level is the time at the smallest batch, and
    the batch left for good is the last whose time lies within `tolerance` (a share) of it. Raises MetricInputError for
    fewer than two batch sizes, sizes that are not whole and rising, a time not positive and finite, or a negative
    tolerance.
    """
    sizes, times = as_floats(batch_sizes), as_floats(tklqt_s)
    require(sizes.ndim == 1 and sizes.shape == times.shape and sizes.size >= 2, "one time per batch size, two or more")
    require(bool(np.isfinite(sizes).all() and (sizes >= 1).all() and (sizes % 1 == 0).all()), "batch sizes are counts")
    require(bool((np.diff(sizes) > 0).all()), "batch sizes rise")
    require(bool((np.isfinite(times) & (times > 0)).all()), "a time is positive and finite")
    require(0 <= tolerance < inf, "a tolerance is finite and not negative")
    last = int(np.flatnonzero(times <= times[0] * (1 + tolerance))[-1])
    bounds: tuple[LaunchBound, ...] = tuple("cpu" if place <= last else "gpu" for place in range(len(sizes)))
    return LaunchTransition(None if last == len(sizes) - 1 else int(sizes[last]), bounds)
