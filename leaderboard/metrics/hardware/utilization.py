"""Shares of a peak that a run reached, and what a sequence of kernels loses below it (arXiv 2404.03617)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isclose

from leaderboard.metrics.hardware.roofline import Machine, RooflinePoint, Work, network_least_s, roofline_point
from leaderboard.metrics.vocabulary import as_finite, require


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a limit. Above 1 it is kept and not clipped: `exceeds` says that a count, peak or clock is wrong,
    or, for scaling, that the base was slower than it had to be. Raises MetricInputError where no float holds it.
    """

    value: float

    def __post_init__(self) -> None:
        as_finite(self.value)

    @property
    def exceeds(self) -> bool:
        return self.value > 1


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel of a waterline: its roofline point, its time at the peak rate, and what is lost above that.

    `lost_s` = measured - ideal time, `None` without a measured time. `under_water`: its intensity lies below the
    machine's ridge, so memory bounds it.
    """

    point: RooflinePoint
    ideal_s: float
    lost_s: float | None

    @property
    def under_water(self) -> bool:
        return self.point.bound == "memory"


@dataclass(frozen=True, slots=True)
class Waterline:
    """Kernels in their order, the sum of their ideal times, and the least time that memory allows, in s."""

    kernels: tuple[Kernel, ...]
    ideal_s: float
    least_s: float

    @property
    def highest_efficiency(self) -> float:
        """Ideal / least time, in 0..1: the efficiency that the sequence cannot exceed."""
        return self.ideal_s / self.least_s


def ideal_latency_s(operations: float, peak_op_per_s: float) -> float:
    """Time at the peak rate, in s: operations / peak. Raises MetricInputError unless both are positive and finite, and
    for a time that no float holds.
    """
    require(0 < operations < inf and 0 < peak_op_per_s < inf, "operations and peak rate are positive and finite")
    seconds = as_finite(operations / peak_op_per_s)
    require(seconds > 0, "the time is smaller than a float holds")
    return seconds


def computational_efficiency(operations: float, latency_s: float, peak_op_per_s: float) -> Share:
    """Efficiency e = operations / (peak * latency), so that latency = operations / (peak * e) (arXiv 2404.03617).

    Above 1 it says that the peak or the count is wrong. Raises MetricInputError unless all are positive and finite.
    """
    require(0 < latency_s < inf, "a latency is positive and finite")
    return Share(ideal_latency_s(operations, peak_op_per_s) / latency_s)


def efficiency_gap(operations: float, latency_s: float, peak_op_per_s: float) -> float:
    """Actual / ideal latency = 1 / efficiency, 1 or more: the distance in a gap plot with a logarithmic axis.

    How the paper draws the plot is unverified. Raises MetricInputError as `computational_efficiency`, and for a
    latency below the ideal one.
    """
    share = computational_efficiency(operations, latency_s, peak_op_per_s)
    require(not share.exceeds, "a latency below the ideal one: the count, the peak or the clock is wrong")
    return as_finite(latency_s / ideal_latency_s(operations, peak_op_per_s))


def model_flop_utilization(model_flop_per_s: float, peak_flop_per_s: float) -> Share:
    """MFU = FLOP/s that the model needs / peak FLOP/s at the precision used. Recomputation does not count as needed.

    Raises MetricInputError unless the peak is positive, the rate not negative, and both finite.
    """
    require(0 <= model_flop_per_s < inf and 0 < peak_flop_per_s < inf, "a rate and a positive peak, both finite")
    return Share(model_flop_per_s / peak_flop_per_s)


def memory_bandwidth_utilization(
    parameter_bytes: float, kv_bytes: float, tpot_s: float, peak_byte_per_s: float
) -> Share:
    """MBU = (parameter bytes + KV bytes) / time per output token / peak bandwidth. Standard, for batch-1 decoding.

    Raises MetricInputError for a negative size, a time or peak that is not positive, or anything not finite.
    """
    require(0 < parameter_bytes < inf and 0 <= kv_bytes < inf, "sizes are finite, that of the parameters positive")
    require(0 < tpot_s < inf and 0 < peak_byte_per_s < inf, "time and bandwidth are positive and finite")
    return Share((parameter_bytes + kv_bytes) / tpot_s / peak_byte_per_s)


def waterline(kernels: Sequence[Work], machine: Machine, measured_s: Sequence[float] | None = None) -> Waterline:
    """The roofline carried over to a sequence of kernels (named in arXiv 2404.03617; its details are unverified).

    Least time = sum of max(operations / peak, bytes / bandwidth) over kernels. `measured_s` has one time per kernel.
    Raises MetricInputError for no kernels, none that does anything, or a measured time below the kernel's least.
    """
    points = [roofline_point(work, machine) for work in kernels]
    least_s = network_least_s(kernels, machine)
    require(least_s > 0, "some kernel does something")
    ideal = [work.operations / machine.peak_op_per_s for work in kernels]
    lost: list[float | None] = [None] * len(points)
    if measured_s is not None:
        require(len(measured_s) == len(points), "one measured time per kernel")
        fits = [point.least_s <= time < inf for point, time in zip(points, measured_s, strict=True)]
        require(all(fits), "a measured time is finite and not below the roofline's")
        lost = [time - best for time, best in zip(measured_s, ideal, strict=True)]
    rows = tuple(Kernel(*row) for row in zip(points, ideal, lost, strict=True))
    return Waterline(rows, sum(ideal), least_s)


def layer_times_agree(layer_s: Sequence[float], model_s: float, tolerance: float = 0.05) -> bool:
    """Whether the layers' times sum to the model's within a relative tolerance (5 % is our choice).

    Where they do not, the layers were measured apart from each other or some are missing, and their losses do not add
    up to the model's. Raises MetricInputError for no layers, times that are negative or not finite, or a tolerance
    outside 0..1.
    """
    require(len(layer_s) >= 1 and all(0 <= time < inf for time in layer_s), "finite times, and at least one layer")
    require(0 < model_s < inf and 0 <= tolerance <= 1, "a positive, finite time of the model, a tolerance in 0..1")
    return isclose(sum(layer_s), model_s, rel_tol=0, abs_tol=tolerance * model_s)
