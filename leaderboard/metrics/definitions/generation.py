from collections.abc import Iterable

from leaderboard.metrics.definition import Metric, WorkedExample
from leaderboard.metrics.energy.tokens import decode_energy_per_token_j
from leaderboard.metrics.quantities import per_item
from leaderboard.metrics.reasoning.tokens import tokens_per_correct
from leaderboard.metrics.serving.latency import latency_headline, minimum_calls
from leaderboard.metrics.serving.streaming import (
    StreamedRequest,
    gap_percentile,
    inter_chunk_gaps_s,
    output_tokens_per_s,
)

_OWN = "Perwatt's measurement protocol"
_DISTSERVE = "DistServe, evaluation code"
_DISTSERVE_ARXIV = "2401.09670"
_NO_STREAM = "Missing when the runtime does not stream, or no request gave a token."
_NO_WINDOWS = "Missing when the energy source does not resolve the two phases, or there is no energy source."
# Three requests on one clock, in s: sent, first token, end; and their tokens.
_REQUESTS = {"requests": [[0.0, 0.2, 1.2, 11], [2.0, 2.3, 2.9, 7], [4.0, 4.1, 5.1, 6]]}
_OF_THREE = "three requests: sent, first token, last token, tokens"


def _streamed(requests: list[list[float]]) -> list[StreamedRequest]:
    return [StreamedRequest(start, first, end, int(tokens)) for start, first, end, tokens in requests]


def _median_s(times_s: Iterable[float | None]) -> float | None:
    return latency_headline([[time for time in times_s if time is not None]], seed=1).value


def _ttft_p50_s(requests: list[list[float]]) -> float | None:
    return _median_s(one.ttft_s for one in _streamed(requests))


def _tpot_p50_s(requests: list[list[float]]) -> float | None:
    return _median_s(one.tpot_s for one in _streamed(requests))


def _e2e_p50_s(requests: list[list[float]]) -> float | None:
    return _median_s(one.e2e_s for one in _streamed(requests))


def _output_tokens_per_s(requests: list[list[float]]) -> float | None:
    return output_tokens_per_s(_streamed(requests))


def _itl_p99_s(chunks: int, period_s: float, stall_s: float) -> float | None:
    """The 99th percentile of the gaps between chunks that arrive at one period, the last one late by a stall."""
    arrivals = [period_s * chunk for chunk in range(chunks - 1)]
    return gap_percentile(inter_chunk_gaps_s([*arrivals, arrivals[-1] + period_s + stall_s]), 99).value


METRICS = (
    Metric(
        key="ttft_p50_s",
        name="Time to first token, median",
        symbol="TTFT",
        unit="s",
        short_name="TTFT",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="median over requests of t(first token) - t(sent)",
        source=_DISTSERVE,
        arxiv=_DISTSERVE_ARXIV,
        status="V",
        missing_rule=_NO_STREAM,
        summary="Time a reader waits before the answer begins, queueing included. The first token comes with the first "
        "chunk that carries text.",
        misleads="It grows with the prompt: compare it on the same prompts. One user says nothing about many.",
        example=WorkedExample(_ttft_p50_s, _REQUESTS, 0.2, _OF_THREE),
    ),
    Metric(
        key="tpot_p50_s",
        name="Time per output token, median",
        symbol="TPOT",
        unit="s",
        short_name="TPOT",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="median over requests of (t(last token) - t(first token)) / (output tokens - 1)",
        source=_DISTSERVE,
        arxiv=_DISTSERVE_ARXIV,
        status="V",
        missing_rule="Missing for answers of one token: nothing follows the first. " + _NO_STREAM,
        summary="Pace of an answer once it has begun. The first token belongs to the time before it.",
        misleads="A mean within each request: a stall in the middle hides in it. The gaps between tokens show it.",
        example=WorkedExample(_tpot_p50_s, _REQUESTS, 0.1, _OF_THREE),
    ),
    Metric(
        key="itl_p99_s",
        name="Gap between chunks, 99th percentile",
        symbol="ITL p99",
        unit="s",
        short_name="ITL p99",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="99th percentile of the gaps between the chunks of all answers",
        source=_OWN,
        status="P",
        missing_rule=f"Missing (too_few_samples) below {minimum_calls(99)} gaps. {_NO_STREAM}",
        summary="Longest wait inside an answer, but for one gap in a hundred. Stalls show here first.",
        misleads="A server that bundles tokens in chunks has fewer and longer gaps than one that does not.",
        example=WorkedExample(
            _itl_p99_s,
            {"chunks": 1101, "period_s": 0.02, "stall_s": 1.0},
            0.02,
            "1100 gaps of 20 ms, one of them 1 s longer",
        ),
    ),
    Metric(
        key="e2e_p50_s",
        name="Time of a whole answer, median",
        symbol="E2E",
        unit="s",
        short_name="Whole answer",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="median over requests of t(last token) - t(sent)",
        source=_OWN,
        status="P",
        missing_rule="Missing when no request ended.",
        summary="Time from sending a request to the end of its answer.",
        misleads="A model that says less is faster: read it beside the tokens of an answer.",
        example=WorkedExample(_e2e_p50_s, _REQUESTS, 1.1, _OF_THREE),
    ),
    Metric(
        key="output_tokens_per_s",
        name="Output tokens per second",
        symbol="tok/s",
        unit="1/s",
        short_name="Output",
        display_unit="tokens/s",
        direction="higher",
        scoped=False,
        log_default=True,
        formula="output tokens of all requests / time from the first sent to the last end",
        source=_OWN,
        status="P",
        missing_rule="Missing when no request ended.",
        summary="Tokens generated in a second, prompts and pauses included in the time.",
        misleads="Tokens of two tokenizers are not the same amount of text.",
        example=WorkedExample(
            _output_tokens_per_s, {"requests": [[0.0, 0.2, 1.2, 11], [1.2, 1.4, 2.0, 7]]}, 9.0, "18 tokens in 2 s"
        ),
    ),
    Metric(
        key="output_tokens_mean",
        name="Output tokens per item",
        symbol="T out",
        unit="1",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="output tokens of all items / items",
        source=_OWN,
        status="P",
        missing_rule="Missing when the runtime reports no usage.",
        summary="How much the model says for one item, by the usage that its runtime reports.",
        misleads="Fewer is only better where the answer is still right: read it beside accuracy.",
        example=WorkedExample(per_item, {"total": 24.0, "items": 3}, 8.0, "24 tokens over three items"),
    ),
    Metric(
        key="energy_per_output_token_j",
        name="Energy per output token",
        symbol="E/tok",
        unit="J",
        short_name="Energy per token",
        direction="lower",
        scoped=True,
        log_default=True,
        formula="energy of the timed pass / output tokens",
        source="Perwatt's rule, over the whole pass; the ML.ENERGY Benchmark (arXiv 2505.06371) counts a steady state",
        status="P",
        missing_rule="Missing at zero output tokens, and when the scope has no energy source.",
        summary="Energy that one generated token costs within the stated boundary, its share of the prompt included.",
        misleads="Short answers to long prompts look dear. The published form counts a steady state of many users.",
        example=WorkedExample(per_item, {"total": 36.0, "items": 24}, 1.5, "36 J for the 24 tokens of a whole pass"),
    ),
    Metric(
        key="prefill_energy_j",
        name="Prefill energy per request",
        symbol="E pre",
        unit="J",
        direction="lower",
        scoped=True,
        log_default=True,
        formula="energy of windows of requests for one token each / their requests",
        source=_OWN,
        status="P",
        missing_rule=_NO_WINDOWS,
        summary="Energy spent on reading the prompt and giving the first token: requests that ask for no more.",
        misleads="It counts waiting as well. Windows under the source's resolution are missing, never guessed.",
        example=WorkedExample(per_item, {"total": 36.0, "items": 3}, 12.0, "36 J in three prefill windows"),
    ),
    Metric(
        key="decode_energy_per_token_j",
        name="Decode energy per token",
        symbol="E dec",
        unit="J",
        direction="lower",
        scoped=True,
        log_default=True,
        formula="(energy of the timed pass - prefill energy x requests) / (output tokens - requests)",
        source=_OWN,
        status="P",
        missing_rule="Missing where no answer went beyond its first token. " + _NO_WINDOWS,
        summary="Energy of each token after the first of its answer: what the prefill windows leave of whole requests.",
        misleads="A difference of two windows, so noise of both is in it. Batching divides it among users.",
        example=WorkedExample(
            decode_energy_per_token_j,
            {"energy_j": 42.0, "output_tokens": 24, "requests": 3},
            2.0,
            "42 J for 24 tokens of three answers, whose first tokens belong to prefill",
        ),
    ),
    Metric(
        key="tokens_per_correct",
        name="Tokens per correct answer",
        symbol="T/c",
        unit="1",
        direction="lower",
        scoped=False,
        log_default=True,
        formula="output tokens of all items / correct items",
        source="Perwatt's rule, after arXiv 2505.22662 and others on the token efficiency of reasoning",
        status="P",
        missing_rule="Missing when no token was produced or the runtime reports no usage.",
        infinity_rule="Infinite at accuracy 0: tokens and no right answer.",
        summary="Tokens generated for one right answer; those of wrong answers are paid for too.",
        misleads="Tokens of two tokenizers are not the same amount of text.",
        example=WorkedExample(
            tokens_per_correct, {"correct": [1, 0, 1], "tokens": [11.0, 7.0, 6.0]}, 12.0, "24 tokens, two right answers"
        ),
    ),
)
