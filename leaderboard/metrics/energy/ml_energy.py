"""Energy by the rules of the ML.ENERGY Benchmark (arXiv 2505.06371): a serving system in its steady state."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require


@dataclass(frozen=True, slots=True)
class SteadyWindow:
    """The instants in s between which a server had all its slots in use."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class SteadyState:
    """Energy of a token in J, mean power in W and throughput in tokens/s of one steady-state window."""

    energy_per_token_j: float
    mean_power_w: float
    tokens_per_s: float

    def energy_per_request_j(self, output_tokens: float) -> float:
        """Energy in J of a request with so many output tokens, or of the mean request with their mean."""
        require(0 <= output_tokens < np.inf, "a number of tokens is finite and not negative")
        return self.energy_per_token_j * output_tokens


def steady_window(first_tokens_s: ArrayLike, finishes_s: ArrayLike, max_num_seqs: int) -> SteadyWindow | None:
    """From when `max_num_seqs` requests have a first token until n - max_num_seqs - 1 of the n requests are done.

    Both `(n,)`, in s on one clock. `None` (`window_too_short`) where there is no such window: too few requests, or
    the end is not after the start. Source: `benchmark.py` of ml-energy/benchmark. Raises MetricInputError for
    lists that differ, times that are not finite, a request done before its first token, or no slot.
    """
    first, done = as_floats(first_tokens_s), as_floats(finishes_s)
    require(first.ndim == 1 and first.shape == done.shape, f"{first.shape} first tokens, {done.shape} finishes")
    require(bool(np.isfinite(first).all() and np.isfinite(done).all()), "times are finite")
    require(bool((first <= done).all()), "a request is done after its first token")
    require(max_num_seqs >= 1, "a server has at least one slot")
    finished = first.size - max_num_seqs - 1
    if finished < 1:
        return None
    start, end = _nth(first, max_num_seqs), _nth(done, finished)
    return SteadyWindow(start, end) if start < end else None


def steady_tokens(token_times_s: ArrayLike, window: SteadyWindow) -> int:
    """Tokens generated in a window, its ends included; 1 at least, as the benchmark counts.

    Raises MetricInputError for a time that is not finite.
    """
    times = as_floats(token_times_s)
    require(bool(np.isfinite(times).all()), "times are finite")
    return max(1, int(((times >= window.start_s) & (times <= window.end_s)).sum()))


def ml_energy_steady_state(energy_j: float, tokens: int, seconds: float) -> SteadyState:
    """Divide the energy in J of a steady-state window by its tokens, and both by its duration in s.

    So energy per token = mean power / throughput. Fewer than one token counts as one, as in the benchmark.
    GPU energy from a counter, gross. Raises MetricInputError unless energy and duration are positive and finite and the
    count is not negative.
    """
    require(0 < energy_j < np.inf and 0 < seconds < np.inf, "energy and duration are positive and finite")
    require(tokens >= 0, "a count is not negative")
    counted = max(1, tokens)
    power_w, tokens_per_s = energy_j / seconds, counted / seconds
    require(power_w < np.inf and tokens_per_s < np.inf, "power and throughput are larger than a float holds")
    return SteadyState(energy_j / counted, power_w, tokens_per_s)


def ml_energy_generation_energy_j(mean_power_w: float, batch_latency_s: float, batch_size: int) -> float:
    """Energy in J of one image or video of a diffusion model: mean power * batch latency / batch size.

    Raises MetricInputError unless power and latency are positive and finite and the batch is not empty.
    """
    require(0 < mean_power_w < np.inf and 0 < batch_latency_s < np.inf, "power and latency are positive and finite")
    require(batch_size >= 1, "a batch holds at least one item")
    energy_j = mean_power_w * batch_latency_s / batch_size
    require(energy_j < np.inf, "the energy is larger than a float holds")
    return energy_j


def _nth(times: FloatArray, count: int) -> float:
    return float(np.partition(times, count - 1)[count - 1])
