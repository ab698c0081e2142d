"""What a report of streamed text may state, so that no number of it contradicts another. Pure, no database."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from leaderboard.protocol import EnergyReading, GenerationContract, Measured, PrefillWindow, Repeat, Streamed

PLAUSIBLE = (1e-12, 1e12)
"""Seconds and joules of a window lie in between; what does not would overflow in ratios."""
ROUNDING = 1e-6
"""Share by which a median may exceed what it is a part of: both were rounded on their way."""


METER_SHARE = 0.1
METER_S = 5.0
"""A meter may have run so much longer or shorter than its window: it starts and stops beside others, under load."""
HISTOGRAM_DECADES = 30


class Unscorable(Exception):
    """The report cannot be scored: the agent's fault, never the model's. `reason` is one sentence for its log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_repeat(repeat: Repeat, number: int) -> None:
    """Raise Unscorable for a window whose numbers contradict each other, or that cannot be."""
    fault = _time_fault(repeat) or _energy_fault(repeat.energy, repeat.seconds)
    if fault:
        raise Unscorable(f"Repeat {number} {fault}.")


def check_surroundings(measured: Measured) -> None:
    """As `check_repeat`, for what stands beside the repeats: loading, idling, the histogram."""
    times = (measured.load_s, measured.first_call_s)
    idle = (*measured.idle_before, *measured.idle_after)
    amounts = [amount for reading in idle if reading.joules is not None for amount in (reading.joules, reading.seconds)]
    if max(times) > PLAUSIBLE[1] or not _are_plausible(amounts):
        raise Unscorable("The report states a time of loading, or an idle energy, that cannot be.")
    histogram = measured.histogram
    decades = max(map(abs, histogram.counts), default=0) / histogram.bins_per_decade
    if not _are_plausible([histogram.low_s]) or decades > HISTOGRAM_DECADES:
        raise Unscorable("The report has a histogram of durations that cannot be.")


def _time_fault(repeat: Repeat) -> str:
    tails = [tail for tail in (repeat.p90_s, repeat.p99_s) if tail is not None]
    if not _are_plausible([repeat.seconds, repeat.median_s, repeat.mean_s, *tails]) or repeat.cpu_s > PLAUSIBLE[1]:
        return "states a duration or an energy that cannot be"
    more = 1 + ROUNDING
    if repeat.mean_s * repeat.calls > repeat.seconds * more:
        return f"states {repeat.calls} calls of {repeat.mean_s} s on average within {repeat.seconds} s"
    # Half of the calls take the median or longer.
    if repeat.median_s > 2 * repeat.mean_s * more:
        return f"states a median of {repeat.median_s} s with a mean of {repeat.mean_s} s"
    ordered = [repeat.median_s, *tails, repeat.seconds]
    if any(low > high * more for low, high in pairwise(ordered)):
        return "states a percentile that is under a lower one, or over the whole window"
    return ""


def _energy_fault(energy: Sequence[EnergyReading], seconds: float) -> str:
    """A meter runs from before the window to shortly after it, so its energy is of all of it and of little else."""
    for reading in energy:
        if reading.joules is None:
            continue
        if not _are_plausible([reading.joules]):
            return "states a duration or an energy that cannot be"
        if not seconds * (1 - METER_SHARE) <= reading.seconds <= seconds * (1 + METER_SHARE) + METER_S:
            return f"states the energy of {reading.seconds} s by {reading.source} for a window of {seconds} s"
    return ""


def _are_plausible(amounts: Iterable[float]) -> bool:
    return all(PLAUSIBLE[0] <= amount <= PLAUSIBLE[1] for amount in amounts)


def check_streams(measured: Measured, generation: GenerationContract) -> None:
    """Raise Unscorable for windows that did not stream, or that state what requests of this contract cannot do."""
    for number, repeat in enumerate(measured.repeats, start=1):
        fault = _fault(repeat, generation)
        if fault:
            raise Unscorable(f"Repeat {number} {fault}.")
    tokens = sum(repeat.streamed.output_tokens for repeat in measured.repeats if repeat.streamed)
    if not tokens and any(measured.texts):
        raise Unscorable("The report has texts, and no token that they are made of.")
    for number, window in enumerate(measured.prefill, start=1):
        _check_prefill(number, window)


def _fault(repeat: Repeat, generation: GenerationContract) -> str:
    streamed = repeat.streamed
    if streamed is None:
        return "has no streamed requests, and the benchmark asks for text"
    most = repeat.calls * generation.max_new_tokens
    if streamed.output_tokens > most or streamed.prompt_tokens < repeat.calls:
        return (
            f"states {streamed.output_tokens} tokens; {repeat.calls} requests may have {most} at most, and have a "
            f"prompt of one token at least, of which it states {streamed.prompt_tokens}"
        )
    if streamed.cached_tokens is not None and streamed.cached_tokens > streamed.prompt_tokens:
        return f"states {streamed.cached_tokens} cached tokens of prompts that have {streamed.prompt_tokens}"
    # A first token comes no later than the end of its request, so neither do their medians.
    if streamed.ttft_p50_s > repeat.median_s * (1 + ROUNDING):
        return f"states a first token after {streamed.ttft_p50_s} s of answers that took {repeat.median_s} s"
    return _token_fault(streamed, repeat.seconds)


def _token_fault(streamed: Streamed, seconds: float) -> str:
    if not _are_plausible(_times(streamed)):
        return "states a time of a token that cannot be"
    if max(streamed.tpot_p50_s or 0.0, streamed.itl_p99_s or 0.0) > seconds * (1 + ROUNDING):
        return f"states tokens that are further apart than the {seconds} s of all of it"
    return ""


def _times(streamed: Streamed) -> list[float]:
    times = (
        streamed.ttft_p50_s,
        streamed.tpot_p50_s,
        streamed.itl_p99_s,
        streamed.server_prefill_p50_s,
        streamed.server_tpot_p50_s,
    )
    return [time for time in times if time is not None]


def _check_prefill(number: int, window: PrefillWindow) -> None:
    fault = "" if _are_plausible([window.seconds]) else "states a duration or an energy that cannot be"
    if fault := fault or _energy_fault(window.energy, window.seconds):
        raise Unscorable(f"Prefill window {number} {fault}.")
    sources = [reading.source for reading in window.energy]
    if len(set(sources)) != len(sources):
        raise Unscorable(f"Prefill window {number} states one energy source twice.")
