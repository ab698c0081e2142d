"""Cost of an attempt: at token prices, or self-hosted with its terms kept apart (after arXiv 2504.13359)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.vocabulary import FloatArray, as_floats, require

JOULES_PER_KWH = 3.6e6
SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class CostTerms:
    """What one attempt costs, term by term, in USD. `None`: no rate is known, so the term is left out and said so."""

    energy_usd: float | None
    device_usd: float | None
    token_usd: float | None = None

    @property
    def total_usd(self) -> float | None:
        """Sum of the known terms; `None` (`no_price`) when none is known."""
        known = [term for term in (self.energy_usd, self.device_usd, self.token_usd) if term is not None]
        return sum(known) if known else None

    @property
    def included(self) -> tuple[str, ...]:
        """Names of the known terms: a column is named after them."""
        return tuple(name for name in ("energy", "device", "token") if getattr(self, f"{name}_usd") is not None)


def attempt_cost(
    energy_j: float | None,
    seconds: float,
    usd_per_kwh: float,
    device_usd_per_hour: float | None = None,
    token_usd: float | None = None,
) -> CostTerms:
    """Cost of a self-hosted attempt: energy_j / 3.6e6 * USD/kWh, and seconds / 3600 * USD/h (a Perwatt rule).

    `energy_j` `None`: not measured, so its term is `None`. `token_usd` is a price paid per token beside them, if any.
    Raises MetricInputError for energy <= 0, negative time, rates or price, or anything not finite.
    """
    require(energy_j is None or (np.isfinite(energy_j) and energy_j > 0), "measured energy is positive and finite")
    for amount in (seconds, usd_per_kwh, device_usd_per_hour, token_usd):
        require(amount is None or (np.isfinite(amount) and amount >= 0), "time and rates are finite, not negative")
    terms = CostTerms(
        energy_usd=None if energy_j is None else energy_j / JOULES_PER_KWH * usd_per_kwh,
        device_usd=None if device_usd_per_hour is None else seconds * device_usd_per_hour / SECONDS_PER_HOUR,
        token_usd=token_usd,
    )
    require(terms.total_usd is None or terms.total_usd < np.inf, "the cost is larger than a float holds")
    return terms


def token_cost_usd(
    prompt_tokens: ArrayLike, output_tokens: ArrayLike, usd_per_prompt_token: float, usd_per_output_token: float
) -> FloatArray:
    """Cost of each run at token prices, in USD: prompt * price_in + output * price_out (arXiv 2504.13359).

    The two counts have one shape, or shapes that broadcast to one. Raises MetricInputError for counts or prices that
    are negative or not finite, or shapes that do not fit.
    """
    prompt, output = as_floats(prompt_tokens), as_floats(output_tokens)
    for count in (prompt, output):
        require(bool((np.isfinite(count) & (count >= 0)).all()), "token counts are finite and not negative")
    for price in (usd_per_prompt_token, usd_per_output_token):
        require(0 <= price < np.inf, "token prices are finite and not negative")
    require(_fit(prompt, output), f"shapes do not fit: {prompt.shape} and {output.shape}")
    with np.errstate(over="ignore"):
        cost = as_floats(prompt * usd_per_prompt_token + output * usd_per_output_token)
    require(bool(np.isfinite(cost).all()), "the cost is larger than a float holds")
    return cost


def _fit(first: FloatArray, second: FloatArray) -> bool:
    try:
        np.broadcast_shapes(first.shape, second.shape)
    except ValueError:
        return False
    return True
