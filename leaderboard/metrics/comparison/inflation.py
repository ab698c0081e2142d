"""What long outputs can do to energy, and the limits that hold it (arXiv 2401.11170; the limits are Perwatt rules)."""

from math import isfinite

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_finite, as_floats, require

TOKEN_HEADROOM = 4
WALL_FLOOR_S = 30.0
ALARM_FACTOR = 8.0
ALARM_QUANTILE = 0.999


def inflation_factor(benign: ArrayLike, stressed: ArrayLike) -> float:
    """Mean under stress / mean benign, of output tokens, energy or latency: 100 to 787 tokens is 7.87.

    `(n,)` and `(m,)` amounts in one unit; only recorded stress sets are used, no attack is made. Raises
    MetricInputError for no amounts, a negative or infinite one, a benign mean of 0, or a factor that no float holds.
    """
    calm, loaded = _amounts(benign), _amounts(stressed)
    require(float(calm.mean()) > 0, "the benign mean is positive")
    return as_finite(float(loaded.mean()) / float(calm.mean()))


def energy_bound_j(prefill_energy_j: float, decode_energy_per_token_j: float, token_limit: int) -> float:
    """Most that a request may use, in J: prefill + limit * energy per token. Linear in the limit. A Perwatt rule.

    It binds only as far as its two energies are worst cases (`worst_case_bound_j`). Raises MetricInputError for a
    negative or infinite energy or a negative limit.
    """
    require(all(isfinite(part) and 0 <= part <= 1e15 for part in (prefill_energy_j, decode_energy_per_token_j)),
            "energies lie in 0..1e15 J")  # fmt: skip
    require(0 <= token_limit <= 1e15, "a token limit is not negative")
    return prefill_energy_j + token_limit * decode_energy_per_token_j


def worst_case_bound_j(
    prefill_energy_j: ArrayLike, decode_energy_j: ArrayLike, output_tokens: ArrayLike, token_limit: int
) -> float:
    """`energy_bound_j` from measured requests, all `(n,)`: the largest prefill and the largest energy per token.

    Never below a measured request within the limit. Energy per token grows with context, so requests near the limit
    should be among them. Raises MetricInputError for no requests, lengths that differ or amounts that are not positive.
    """
    prefill, decode, tokens = (_amounts(row) for row in (prefill_energy_j, decode_energy_j, output_tokens))
    require(prefill.shape == decode.shape == tokens.shape, "one prefill, decode and token count per request")
    require(bool((prefill > 0).all() and (tokens >= 1).all()), "a request has prefill energy and output tokens")
    return energy_bound_j(float(prefill.max()), float((decode / tokens).max()), token_limit)


def output_token_limit(reference_p99_tokens: float, context_limit: int) -> int:
    """Hard limit of output tokens of a task: 4 * p99 of the reference outputs, never above the context limit.

    A Perwatt rule. At least 1. Raises MetricInputError for a reference that is not positive and finite or a context
    limit below 1.
    """
    require(isfinite(reference_p99_tokens) and reference_p99_tokens > 0, "a reference length is positive and finite")
    require(context_limit >= 1, "a context limit is at least one token")
    return max(1, int(min(TOKEN_HEADROOM * reference_p99_tokens, context_limit)))


def wall_time_limit_s(token_limit: int, median_tpot_s: float, median_ttft_s: float) -> float:
    """Wall time after which a request is stopped: limit * 3 * median TPOT + 10 * median TTFT, at least 30 s.

    A Perwatt rule. Raises MetricInputError for a token limit outside 1..1e15 or a time outside 0..1e9 s.
    """
    require(1 <= token_limit <= 1e15, "a token limit is at least 1")
    require(
        all(isfinite(time) and 0 <= time <= 1e9 for time in (median_tpot_s, median_ttft_s)), "a time lies in 0..1e9"
    )
    return max(WALL_FLOOR_S, token_limit * 3 * median_tpot_s + 10 * median_ttft_s)


def job_energy_limit_j(rated_power_w: float, time_limit_s: float) -> float:
    """Energy at which a job is stopped, in J: rated power * time limit.

    A Perwatt rule. Raises MetricInputError for a power (W) or time (s) that is not positive or beyond 1e15.
    """
    require(all(isfinite(part) and 0 < part <= 1e15 for part in (rated_power_w, time_limit_s)),
            "power and time are positive")  # fmt: skip
    return rated_power_w * time_limit_s


def alarm_threshold(history: ArrayLike) -> float:
    """Tokens or energy of a query above which it raises an alarm: 8 * median, or p99.9 where that is less.

    `(n,)` earlier amounts of the task. The alarm changes no score. A Perwatt rule. Errors as `inflation_factor`.
    """
    amounts = _amounts(history)
    return float(min(ALARM_FACTOR * np.median(amounts), np.quantile(amounts, ALARM_QUANTILE)))


def _amounts(values: ArrayLike) -> FloatArray:
    amounts = as_floats(values)
    require(amounts.ndim == 1 and amounts.size >= 1, "at least one amount, one per query")
    require(bool((np.isfinite(amounts) & (amounts >= 0) & (amounts <= 1e15)).all()), "an amount lies in 0..1e15")
    return amounts
