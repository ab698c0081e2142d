"""Service level objectives: who meets them, at what rate, and how tight they could be (arXiv 2401.09670)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.serving.streaming import StreamedRequest
from leaderboard.metrics.vocabulary import as_finite, as_floats, is_count, require

DEFAULT_TARGET = 0.9
"""Share of requests that must meet the objectives, as in the paper."""


@dataclass(frozen=True, slots=True)
class ServiceObjectives:
    """Limits in s on the time to the first token and on the time per token after it. Equality meets them."""

    ttft_s: float
    tpot_s: float

    def __post_init__(self) -> None:
        require(0 < self.ttft_s < inf and 0 < self.tpot_s < inf, "a limit is positive and finite")

    def scaled(self, factor: float) -> Self:
        return type(self)(self.ttft_s * factor, self.tpot_s * factor)


@dataclass(frozen=True, slots=True)
class Goodput:
    """A rate in requests/s, or what the sweep allows to say: `at_least` its last rate, or `below` its first."""

    value_per_s: float | None = None
    at_least_per_s: float | None = None
    below_per_s: float | None = None

    def __post_init__(self) -> None:
        known = [rate for rate in (self.value_per_s, self.at_least_per_s, self.below_per_s) if rate is not None]
        require(len(known) == 1 and 0 < known[0] < inf, "one positive, finite rate: a value or a bound")

    def per_gpu(self, gpus: int) -> Self:
        """Divided by the GPUs of prefill and decode together. Raises MetricInputError for none."""
        require(is_count(gpus, 1), "a whole number of GPUs, and at least one")
        rates = (self.value_per_s, self.at_least_per_s, self.below_per_s)
        return type(self)(*(None if rate is None else rate / gpus for rate in rates))


def needed_scale(request: StreamedRequest, objectives: ServiceObjectives) -> float:
    """Smallest factor on both limits at which the request meets them: max(TTFT / limit, TPOT / limit).

    One token has no TPOT and is judged by its TTFT alone. A failed request, or an answer of no tokens, needs
    infinitely much: it meets nothing (a Perwatt rule). Raises MetricInputError for a factor larger than a float holds.
    """
    if request.failed or request.ttft_s is None:
        return inf
    return as_finite(max(request.ttft_s / objectives.ttft_s, (request.tpot_s or 0.0) / objectives.tpot_s))


def meets_objectives(request: StreamedRequest, objectives: ServiceObjectives) -> bool:
    """TTFT <= limit and TPOT <= limit, jointly; exceptions as `needed_scale`."""
    if request.failed or request.ttft_s is None:
        return False
    return request.ttft_s <= objectives.ttft_s and (request.tpot_s or 0.0) <= objectives.tpot_s


def slo_attainment(requests: Sequence[StreamedRequest], objectives: ServiceObjectives) -> float:
    """Share of requests in 0..1 that meet both limits, failed ones counted as missing (arXiv 2401.09670).

    The joint test. The simulator of the paper tests each limit's percentile by itself, which is weaker. Raises
    MetricInputError for no requests.
    """
    require(len(requests) >= 1, "at least one request")
    return sum(meets_objectives(request, objectives) for request in requests) / len(requests)


def goodput(rates_per_s: ArrayLike, attainment: ArrayLike, target: float = DEFAULT_TARGET) -> Goodput:
    """Largest request rate with attainment >= target, read off a sweep.

    `rates_per_s` `(n,)` rise; `attainment` `(n,)` in 0..1. Linear between the rates around the *first* fall below the
    target; the paper's code takes the first rate. Without one the sweep's end is a bound and not a value (a Perwatt
    rule): `at_least` the last rate when all attain, `below` the first when that one already misses, whatever happens
    later. Raises MetricInputError for no rates, rates that do not rise, or a share outside 0..1.
    """
    rates, shares = as_floats(rates_per_s), as_floats(attainment)
    require(rates.ndim == 1 and rates.shape == shares.shape and rates.size >= 1, "one attainment per rate, one or more")
    require(bool((np.isfinite(rates) & (rates > 0)).all() and (np.diff(rates) > 0).all()), "positive rates that rise")
    require(bool(((shares >= 0) & (shares <= 1)).all()), "attainment is a share in 0..1")
    require(0 < target <= 1, "the target is a share above 0")
    missing = np.flatnonzero(shares < target)
    if not missing.size:
        return Goodput(at_least_per_s=float(rates[-1]))
    first = int(missing[0])
    if first == 0:
        return Goodput(below_per_s=float(rates[0]))
    above, below = float(shares[first - 1]), float(shares[first])
    step = (above - target) / (above - below)
    return Goodput(value_per_s=float(rates[first - 1] + step * (rates[first] - rates[first - 1])))


def tightest_slo_scale(
    requests: Sequence[StreamedRequest], objectives: ServiceObjectives, target: float = DEFAULT_TARGET
) -> float:
    """Smallest factor on both limits at which the target is still met, at the rate of these requests.

    Exact, from each request's `needed_scale`: the smallest k/n >= target decides. Infinite (not feasible) when fewer
    requests than that gave an answer. Below 1 there is room. Raises MetricInputError for no requests or a target
    outside (0, 1].
    """
    require(len(requests) >= 1, "at least one request")
    require(0 < target <= 1, "the target is a share above 0")
    scales = sorted(needed_scale(request, objectives) for request in requests)
    return next(scale for rank, scale in enumerate(scales, 1) if rank / len(scales) >= target)
