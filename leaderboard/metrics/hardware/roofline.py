"""The roofline: the least time that work can take on a machine (arXiv 2402.16363; read in LLM-Viewer's code)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import Literal

from leaderboard.metrics.vocabulary import as_finite, is_count, require

Bound = Literal["memory", "compute"]

SOFTMAX_OPERATIONS, NORM_OPERATIONS = 5, 7
"""Operations per element of a softmax and of a normalisation, as the code counts them."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Peak rate in operations/s at the precision used, and memory bandwidth in bytes/s."""

    peak_op_per_s: float
    bandwidth_byte_per_s: float

    def __post_init__(self) -> None:
        require(0 < self.peak_op_per_s < inf and 0 < self.bandwidth_byte_per_s < inf, "rates are positive and finite")
        as_finite(self.ridge_op_per_byte)

    @property
    def ridge_op_per_byte(self) -> float:
        """Intensity from which on the peak rate bounds: peak / bandwidth."""
        return self.peak_op_per_s / self.bandwidth_byte_per_s


@dataclass(frozen=True, slots=True)
class Work:
    """What an operator does: operations, and bytes moved (weights, activations in and out, KV cache)."""

    operations: float
    moved_bytes: float

    def __post_init__(self) -> None:
        require(0 <= self.operations < inf and 0 <= self.moved_bytes < inf, "counts are finite and not negative")

    @property
    def intensity_op_per_byte(self) -> float:
        """Operations / bytes; infinite where no byte moves.

        Raises MetricInputError where bytes move and the ratio is larger than a float holds.
        """
        return as_finite(self.operations / self.moved_bytes) if self.moved_bytes else inf


@dataclass(frozen=True, slots=True)
class RooflinePoint:
    """Place of an operator under a machine's roof, what bounds it, and the least time it takes."""

    intensity_op_per_byte: float
    attainable_op_per_s: float
    bound: Bound
    least_s: float


MACHINES: Mapping[str, Machine] = MappingProxyType(
    {
        "A100-40G": Machine(312e12, 1555e9),
        "A100-80G": Machine(312e12, 2039e9),
        "H100 SXM": Machine(989.5e12, 3072e9),
        "A6000": Machine(154.8e12, 768e9),
    }
)
"""FP16 entries of LLM-Viewer's hardware table. The two A100 differ by their memory alone."""


def linear_layer(
    inputs: int, outputs: int, rows: int, weight_bytes: float = 2.0, activation_bytes: float = 2.0
) -> Work:
    """Work of a dense layer on `rows` rows: the batch when decoding, batch * tokens when reading a prompt.

    2 * rows * inputs * outputs operations; weight_bytes * inputs * outputs + activation_bytes * rows * (inputs +
    outputs) bytes, with bytes per weight and per activation. Raises MetricInputError for a size below 1 or bytes
    that are not positive.
    """
    require(all(is_count(size, 1) for size in (inputs, outputs, rows)), "sizes are whole and at least 1")
    require(0 < weight_bytes < inf and 0 < activation_bytes < inf, "bytes per value are positive and finite")
    weights = inputs * outputs
    return Work(2.0 * rows * weights, weight_bytes * weights + activation_bytes * rows * (inputs + outputs))


def attention_decode(
    context: int, query_heads: int, kv_heads: int, head_size: int, batch: int = 1, value_bytes: float = 2.0
) -> Work:
    """Work of attention for one new token per sequence: q k^T and the weighted sum of v, and the softmax between.

    4 * context * query_heads * head_size + 5 * context * query_heads operations for each sequence; keys and values are
    read once, queries read and outputs written, and scores never leave the chip (fused: a Perwatt rule, the code also
    counts them unfused). Raises MetricInputError for a size below 1, fewer query than KV heads, or bytes not positive.
    """
    sizes = (context, query_heads, kv_heads, head_size, batch)
    require(all(is_count(size, 1) for size in sizes), "sizes are whole and at least 1")
    require(query_heads >= kv_heads, "each KV head serves one query head or more")
    require(0 < value_bytes < inf, "bytes per value are positive and finite")
    operations = context * query_heads * (4 * head_size + SOFTMAX_OPERATIONS)
    values = 2 * head_size * (context * kv_heads + query_heads)
    return Work(float(batch * operations), batch * values * value_bytes)


def roofline_point(work: Work, machine: Machine) -> RooflinePoint:
    """Attainable rate min(peak, intensity * bandwidth), bound and least time of one operator.

    Memory bound below the ridge, compute bound from it on. Without bytes it is compute bound, without operations its
    time is bytes / bandwidth (a Perwatt rule: the code divides by zero there). Raises MetricInputError for a time
    larger than a float holds.
    """
    memory_bound = work.intensity_op_per_byte < machine.ridge_op_per_byte
    attainable = work.intensity_op_per_byte * machine.bandwidth_byte_per_s if memory_bound else machine.peak_op_per_s
    compute_s = work.operations / machine.peak_op_per_s
    memory_s = work.moved_bytes / machine.bandwidth_byte_per_s
    return RooflinePoint(
        intensity_op_per_byte=work.intensity_op_per_byte,
        attainable_op_per_s=min(attainable, machine.peak_op_per_s),
        bound="memory" if memory_bound else "compute",
        least_s=as_finite(max(compute_s, memory_s)),
    )


def network_least_s(operators: Sequence[Work], machine: Machine) -> float:
    """Least time of operators one after the other, in s: the sum of each one's own, and not the roofline of the totals.

    Raises MetricInputError for no operators, or a sum larger than a float holds.
    """
    require(len(operators) >= 1, "at least one operator")
    return as_finite(sum(roofline_point(work, machine).least_s for work in operators))


def share_of_roofline(least_s: float, measured_s: float) -> float:
    """Least / measured time, in 0..1. Raises MetricInputError for a measured time below the least, which no machine can
    do (counts, peak, bandwidth or clock are wrong), and for times that are not finite.
    """
    require(0 <= least_s < inf and 0 < measured_s < inf, "times are finite, and the measured one positive")
    require(measured_s >= least_s, f"{measured_s} s is faster than the roofline's {least_s} s")
    return least_s / measured_s
