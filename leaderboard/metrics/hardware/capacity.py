"""What fits on a device: long contexts, users beside each other, whole models (after arXiv 2405.08944)."""

from dataclasses import dataclass
from enum import StrEnum
from math import floor, inf

from leaderboard.metrics.vocabulary import as_finite, is_count, require


@dataclass(frozen=True, slots=True)
class CacheShape:
    """What one token leaves in the KV cache: layers, KV heads, head size, bytes per value."""

    layers: int
    kv_heads: int
    head_size: int
    value_bytes: float = 2.0

    def __post_init__(self) -> None:
        sizes = (self.layers, self.kv_heads, self.head_size)
        require(all(is_count(size, 1) for size in sizes), "sizes are whole and at least 1")
        require(0 < self.value_bytes < inf, "bytes per value are positive and finite")
        as_finite(self.bytes_per_token)

    @property
    def bytes_per_token(self) -> float:
        return 2 * self.layers * self.kv_heads * self.head_size * self.value_bytes


class Usability(StrEnum):
    """Verdict on a model on a device, the worst first."""

    DOES_NOT_FIT = "does_not_fit"
    TOO_SLOW = "too_slow"
    NOT_MEASURED = "not_measured"
    USABLE = "usable"


def kv_cache_bytes(shape: CacheShape, tokens: int) -> float:
    """KV cache of one sequence: 2 * layers * KV heads * head size * bytes * tokens. Raises MetricInputError for a
    count that is negative or not whole, or a size larger than a float holds.
    """
    require(is_count(tokens), "a count is whole and not negative")
    return as_finite(shape.bytes_per_token * tokens)


def concurrent_users(memory_bytes: float, weight_bytes: float, kv_bytes_per_user: float) -> int:
    """Users whose caches fit beside the weights: floor((memory - weights) / cache of one); 0 for weights above memory.

    Raises MetricInputError for a size that is not finite, a negative memory or weights, a cache of nothing, or
    more users than a float holds.
    """
    require(0 <= memory_bytes < inf and 0 <= weight_bytes < inf, "sizes are finite and not negative")
    require(0 < kv_bytes_per_user < inf, "a user's cache is positive and finite")
    return max(floor(as_finite((memory_bytes - weight_bytes) / kv_bytes_per_user)), 0)


def prefill_least_s(parameters: float, tokens: int, attention_width: int, peak_flop_per_s: float) -> float:
    """Least time to read a prompt, in s: tokens * (2 * parameters + 2 * tokens * attention_width) / peak.

    `attention_width` is layers * query heads * head size. Causal attention costs half of 4 * tokens^2 * width (derived;
    the paper's own wording was not read). Raises MetricInputError for sizes that are not positive, counts that
    are not whole, or a time larger than a float holds.
    """
    require(0 < parameters < inf and 0 < peak_flop_per_s < inf, "parameters and peak are positive and finite")
    require(is_count(tokens, 1) and is_count(attention_width, 1), "sizes are whole and at least 1")
    return as_finite(tokens * (2 * parameters + 2.0 * tokens * attention_width) / peak_flop_per_s)


def decode_token_least_s(weight_bytes: float, kv_bytes: float, bandwidth_byte_per_s: float) -> float:
    """Least time of one decoded token of a batch, in s: (weights + all caches read) / bandwidth.

    Raises MetricInputError for weights or bandwidth not positive, negative caches, or anything not finite.
    """
    require(0 < weight_bytes < inf and 0 <= kv_bytes < inf, "sizes are finite, that of the weights positive")
    require(0 < bandwidth_byte_per_s < inf, "a bandwidth is positive and finite")
    return as_finite((weight_bytes + kv_bytes) / bandwidth_byte_per_s)


def context_switch_least_s(out_bytes: float, in_bytes: float, link_byte_per_s: float) -> float:
    """Least time to put one user's cache out to the host and get another's in, in s: both / link bandwidth.

    One direction after the other: the sum is our reading. Raises MetricInputError for a negative size, a link that is
    not positive, or anything not finite.
    """
    require(0 <= out_bytes < inf and 0 <= in_bytes < inf, "sizes are finite and not negative")
    require(0 < link_byte_per_s < inf, "a bandwidth is positive and finite")
    return as_finite((out_bytes + in_bytes) / link_byte_per_s)


def usability(
    needed_bytes: float, memory_bytes: float, latency_s: float | None, limit_s: float, network_s: float = 0.0
) -> Usability:
    """Whether a model fits a device and answers within its user's limit; equality does both (after arXiv 2504.00002).

    `network_s` is added to the latency: it counts for a cloud tier. What does not fit has no latency to judge. `None`
    for a latency not measured. Raises MetricInputError for sizes, times or limits that are not positive and finite.
    """
    require(0 < needed_bytes < inf and 0 < memory_bytes < inf, "sizes are positive and finite")
    require(0 < limit_s < inf and 0 <= network_s < inf, "a positive limit and a network time, both finite")
    require(latency_s is None or 0 < latency_s < inf, "a measured latency is positive and finite")
    if needed_bytes > memory_bytes:
        return Usability.DOES_NOT_FIT
    if latency_s is None:
        return Usability.NOT_MEASURED
    return Usability.USABLE if latency_s + network_s <= limit_s else Usability.TOO_SLOW
