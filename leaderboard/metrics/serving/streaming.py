"""Times of streamed answers: first token, tokens after it, gaps between chunks, whole requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from leaderboard.metrics.serving.latency import minimum_calls
from leaderboard.metrics.statistics.intervals import Estimate
from leaderboard.metrics.vocabulary import FloatArray, as_finite, as_floats, is_count, require
from leaderboard.missing import MissingReason


@dataclass(frozen=True, slots=True)
class StreamedRequest:
    """One request on one clock, in s: sent, first token, last token (the end). A failed request has no end.

    An answer of no tokens ends and has no first token. Raises MetricInputError for times that are not finite or run
    backwards, and for a first token that does not fit the count.
    """

    start_s: float
    first_token_s: float | None
    end_s: float | None
    output_tokens: int

    def __post_init__(self) -> None:
        times = [time for time in (self.start_s, self.first_token_s, self.end_s) if time is not None]
        require(all(-inf < time < inf for time in times), "times are finite")
        require(times == sorted(times), "a request starts, gives its first token and ends, in that order")
        as_finite(times[-1] - times[0])
        require(is_count(self.output_tokens), "a count is whole and not negative")
        if self.end_s is not None:
            require((self.first_token_s is None) == (self.output_tokens == 0), "an answer with tokens has a first one")

    @property
    def failed(self) -> bool:
        return self.end_s is None

    @property
    def ttft_s(self) -> float | None:
        return None if self.first_token_s is None else time_to_first_token_s(self.start_s, self.first_token_s)

    @property
    def tpot_s(self) -> float | None:
        if self.first_token_s is None or self.end_s is None:
            return None
        return time_per_output_token_s(self.first_token_s, self.end_s, self.output_tokens)

    @property
    def e2e_s(self) -> float | None:
        return None if self.end_s is None else self.end_s - self.start_s

    @property
    def output_tokens_per_s(self) -> float | None:
        """Tokens / end-to-end time; `None` for a failed request, no tokens, or no time between start and end."""
        return None if self.e2e_s is None or not self.output_tokens else _rate_per_s(self.output_tokens, self.e2e_s)


def time_to_first_token_s(start_s: float, first_token_s: float) -> float:
    """TTFT = t(first token) - t(start), in s (arXiv 2401.09670). Queueing before the first token counts.

    Raises MetricInputError for a time that is not finite, a token before the start, or more time than a float holds.
    """
    require(-inf < start_s <= first_token_s < inf, "a finite start, and no token before it")
    return as_finite(first_token_s - start_s)


def time_per_output_token_s(first_token_s: float, last_token_s: float, output_tokens: int) -> float | None:
    """TPOT = (t(last token) - t(first token)) / (output tokens - 1), in s per token (arXiv 2401.09670).

    `None` (`not_applicable`) for one token: nothing follows the first (the reference code says 0). Raises
    MetricInputError for tokens that are no whole number of at least 1, times that are not finite or run backwards, or
    more time than a float holds.
    """
    require(-inf < first_token_s <= last_token_s < inf, "finite times, the first token's first")
    require(is_count(output_tokens, 1), "an answer with a first token has one token or more")
    seconds = as_finite(last_token_s - first_token_s)
    return seconds / (output_tokens - 1) if output_tokens > 1 else None


def inter_chunk_gaps_s(chunk_times_s: ArrayLike) -> FloatArray:
    """Gaps in s between the arrivals `(n,)` of one answer's chunks: what its reader waits between them, `(n - 1,)`.

    A server that bundles several tokens in a chunk has fewer and longer gaps: never compare it by this number with
    one that does not bundle. Raises MetricInputError for no chunks, or a clock that is not finite or runs backwards.
    """
    times = as_floats(chunk_times_s)
    require(times.ndim == 1 and times.size >= 1, "one arrival per chunk, and at least one chunk")
    require(bool(np.isfinite(times).all()), "arrivals are finite")
    with np.errstate(over="ignore"):  # told by the requirement below
        gaps = np.diff(times)
    require(bool((np.isfinite(gaps) & (gaps >= 0)).all()), "chunks arrive in order, no gap larger than a float holds")
    return gaps


def inter_token_gaps_s(chunk_times_s: ArrayLike, chunk_tokens: Sequence[int]) -> FloatArray:
    """ITL as ML.ENERGY lists it, in s: each later chunk gives its gap, and each token that shares a chunk gives 0.

    All tokens of the first chunk give 0 as well, so an answer of n tokens has n entries (arXiv 2505.06371; read in
    `benchmark.py`). Bundled streams thus have low medians and high tails: `inter_chunk_gaps_s` has no such zeros. A
    chunk of no tokens still gives its gap. Errors as there, and for counts that do not fit the chunks.
    """
    gaps = inter_chunk_gaps_s(chunk_times_s)
    require(len(chunk_tokens) == len(gaps) + 1, "one count per chunk")
    require(all(is_count(tokens) for tokens in chunk_tokens), "counts are whole and not negative")
    require(chunk_tokens[0] >= 1, "the first chunk has tokens")
    entries = [0.0] * chunk_tokens[0]
    for gap, tokens in zip(gaps.tolist(), chunk_tokens[1:], strict=True):
        entries += [gap, *[0.0] * (tokens - 1)]
    return np.array(entries)


def gap_percentile(gaps_s: ArrayLike, percent: int) -> Estimate:
    """Percentile of pooled gaps in s, linear between order statistics; missing below `minimum_calls`.

    Unlike `latency_percentile` it takes gaps of 0. Raises MetricInputError for a gap that is negative or not finite.
    """
    gaps = as_floats(gaps_s)
    require(gaps.ndim == 1 and bool((np.isfinite(gaps) & (gaps >= 0)).all()), "gaps are finite and not negative")
    if gaps.size < minimum_calls(percent):
        return Estimate(None, None, gaps.size, MissingReason.TOO_FEW_SAMPLES)
    return Estimate(float(np.quantile(gaps, percent / 100)), None, gaps.size)


def output_tokens_per_s(requests: Sequence[StreamedRequest]) -> float | None:
    """Output tokens of the requests that ended / time from the first start of all requests to the last end.

    The tokens of a failed request do not count, for nobody knows how long they took; its start does (a Perwatt rule).
    `None` (`not_measured`) when no request ended, or no time passed. Raises MetricInputError for no requests.
    """
    require(len(requests) >= 1, "at least one request")
    ends = [request.end_s for request in requests if request.end_s is not None]
    if not ends:
        return None
    seconds = as_finite(max(ends) - min(request.start_s for request in requests))
    return _rate_per_s(sum(request.output_tokens for request in requests if not request.failed), seconds)


def _rate_per_s(tokens: int, seconds: float) -> float | None:
    """`None` where the time is so short that the clock did not see it."""
    rate = tokens / seconds if seconds > 0 else inf
    return rate if rate < inf else None
