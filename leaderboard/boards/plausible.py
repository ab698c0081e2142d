"""What a report of streamed text may state, so that no number of it contradicts another. Pure, no database."""

from leaderboard.protocol import GenerationContract, Measured, PrefillWindow, Repeat, Streamed

PLAUSIBLE = (1e-12, 1e12)
"""Seconds and joules of a window lie in between; what does not would overflow in ratios."""
ROUNDING = 1e-6
"""Share by which a median may exceed what it is a part of: both were rounded on their way."""


class Unscorable(Exception):
    """The report cannot be scored: the agent's fault, never the model's. `reason` is one sentence for its log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
    if streamed.output_tokens > most:
        return f"states {streamed.output_tokens} tokens; {repeat.calls} requests may have {most} at most"
    if streamed.cached_tokens is not None and streamed.cached_tokens > streamed.prompt_tokens:
        return f"states {streamed.cached_tokens} cached tokens of prompts that have {streamed.prompt_tokens}"
    # A first token comes no later than the end of its request, so neither do their medians.
    if streamed.ttft_p50_s > repeat.median_s * (1 + ROUNDING):
        return f"states a first token after {streamed.ttft_p50_s} s of answers that took {repeat.median_s} s"
    if not all(PLAUSIBLE[0] <= time <= PLAUSIBLE[1] for time in _times(streamed)):
        return "states a time of a token that cannot be"
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
    amounts = [window.seconds, *(reading.joules for reading in window.energy if reading.joules is not None)]
    if not all(PLAUSIBLE[0] <= amount <= PLAUSIBLE[1] for amount in amounts):
        raise Unscorable(f"Prefill window {number} states a duration or an energy that cannot be.")
    sources = [reading.source for reading in window.energy]
    if len(set(sources)) != len(sources):
        raise Unscorable(f"Prefill window {number} states one energy source twice.")
