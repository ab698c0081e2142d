"""The scores of a run that streamed text: its times, its tokens, and what a token cost. Pure, no database.

One request is one call of one item, so the whole answer of a request takes the latency of its call.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from leaderboard.metrics.efficiency import energy_per_correct_j
from leaderboard.metrics.energy.tokens import decode_energy_per_token_j
from leaderboard.metrics.serving.latency import minimum_calls
from leaderboard.metrics.statistics.resampling import ratio_of_means_draws
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import MissingReason, Repeat, Streamed
from leaderboard.scoring import evidence as ev
from leaderboard.scoring.readings import PhaseEnergy, SourceEnergy
from leaderboard.scoring.run import Draft, Run, Spread, hidden_by_guard, over_repeats, tail_hidden_by_guard

PHASE_METRICS = ("energy_per_output_token_j", "prefill_energy_j", "decode_energy_per_token_j")
"""The scores of generation that need an energy, for each scope and provenance."""


def generation_scores(run: Run, accuracy: Spread) -> tuple[Draft, ...]:
    """Return the times and the tokens; grading has seen to it that every repeat streamed."""
    repeats = run.measured.repeats
    calls = sum(repeat.calls for repeat in repeats)
    whole = over_repeats(run, lambda repeat: repeat.median_s)
    return (
        _first_token(run),
        _time(run, "tpot_p50_s", ev.TPOT, lambda streamed: streamed.tpot_p50_s),
        _gaps(run),
        Draft("e2e_p50_s", whole, calls, quantities=((ev.LATENCY, ""),)),
        *_tokens(run, accuracy),
    )


def _first_token(run: Run) -> Draft:
    """Withheld where the server answered from prompts that it had read before: that is a cache hit's time."""
    draft = _time(run, "ttft_p50_s", ev.TTFT, lambda streamed: streamed.ttft_p50_s)
    if any(streamed_of(repeat).cached_tokens for repeat in run.measured.repeats):
        return replace(draft, spread=None, missing=MissingReason.WITHHELD)
    return draft


def streamed_of(repeat: Repeat) -> Streamed:
    if repeat.streamed is None:
        raise TypeError("only runs that streamed are scored here")
    return repeat.streamed


def _time(run: Run, metric: str, quantity: str, part: Callable[[Streamed], float | None]) -> Draft:
    """Median over repeats of a median over requests; missing where no repeat has one: answers of one token."""
    calls = sum(repeat.calls for repeat in run.measured.repeats)
    found = [part(streamed_of(repeat)) for repeat in run.measured.repeats]
    blank = Draft(metric, None, calls, MissingReason.NOT_APPLICABLE, quantities=((quantity, ""),))
    if any(time is None for time in found):
        return blank if not any(found) else replace(blank, missing=MissingReason.TOO_FEW_SAMPLES)
    return replace(blank, missing=None, spread=over_repeats(run, lambda repeat: part(streamed_of(repeat))))


def _gaps(run: Run) -> Draft:
    """A tail: only a passed guard lets it through, and only enough gaps in every repeat."""
    gaps = [max(0, streamed_of(repeat).output_tokens - repeat.calls) for repeat in run.measured.repeats]
    draft = _time(run, "itl_p99_s", ev.ITL, lambda streamed: streamed.itl_p99_s)
    reason = draft.missing or tail_hidden_by_guard(run.measured.guard)
    if not draft.missing and min(gaps) < minimum_calls(99):
        reason = reason or MissingReason.TOO_FEW_SAMPLES
    return replace(draft, n=sum(gaps), missing=reason, spread=None if reason else draft.spread)


def _tokens(run: Run, accuracy: Spread) -> tuple[Draft, ...]:
    repeats = run.measured.repeats
    tokens = [float(streamed_of(repeat).output_tokens) for repeat in repeats]
    items = [float(repeat.items) for repeat in repeats]
    quantities = ((ev.OUTPUT_TOKENS, ""),)
    total, n = int(sum(tokens)), int(sum(items))
    terms = {"output_tokens": total, "items": n}
    hidden = hidden_by_guard(run.measured.guard)
    rate = run.ratio(tokens, [repeat.seconds for repeat in repeats])
    mean = run.ratio(tokens, items)
    return (
        Draft(
            "output_tokens_per_s", None if hidden else rate, total, hidden, quantities=(*quantities, (ev.LATENCY, ""))
        ),
        Draft("output_tokens_mean", mean, n, terms=terms, quantities=quantities),
        _per_correct(run, accuracy, mean, terms),
    )


def _per_correct(run: Run, accuracy: Spread, mean: Spread, terms: dict[str, int]) -> Draft:
    blank = Draft(
        "tokens_per_correct",
        None,
        len(run.outcomes),
        MissingReason.NOT_APPLICABLE,
        terms=terms,
        quantities=((ev.OUTCOMES, ""), (ev.OUTPUT_TOKENS, "")),
    )
    # The quotient of energy per correct answer, of tokens: a mean over items by the share of right ones.
    value = energy_per_correct_j(accuracy.value, mean.value)
    if value is None or accuracy.draws is None or mean.draws is None:
        return blank
    drawn = energy_per_correct_j(accuracy.draws, mean.draws)
    return replace(blank, missing=None, spread=Spread(value, drawn))


def phase_scores(run: Run, source: SourceEnergy, prefill: PhaseEnergy | None) -> tuple[Draft, ...]:
    """Return PHASE_METRICS of one source. Prefill has windows of its own; decoding is what they leave of the others."""
    blank = Draft(
        "",
        None,
        len(source.used),
        scope=source.scope,
        provenance=source.provenance,
        quantities=((ev.energy_quantity(source.scope), source.source), (ev.OUTPUT_TOKENS, "")),
    )
    reason = hidden_by_guard(run.measured.guard) or source.missing
    if reason is not None:
        blank = replace(blank, missing=reason)
        return tuple(replace(blank, metric=metric) for metric in PHASE_METRICS)
    return _per_token(blank, run, source), *_phases(blank, run, source, prefill)


def no_phase_scores(reason: MissingReason) -> tuple[Draft, ...]:
    return tuple(Draft(metric, None, 0, reason, provenance=None) for metric in PHASE_METRICS)


def _per_token(blank: Draft, run: Run, source: SourceEnergy) -> Draft:
    draft = replace(blank, metric="energy_per_output_token_j")
    tokens = [float(window.output_tokens) for window in source.used]
    if not sum(tokens):
        return replace(draft, missing=MissingReason.NOT_APPLICABLE)
    terms = {"joules": source.joules, "output_tokens": int(sum(tokens)), "windows": len(source.used)}
    return replace(draft, spread=run.ratio([window.joules for window in source.used], tokens), terms=terms)


def _phases(blank: Draft, run: Run, source: SourceEnergy, prefill: PhaseEnergy | None) -> tuple[Draft, Draft]:
    reading = replace(blank, metric="prefill_energy_j", n=len(prefill.joules) if prefill else 0)
    decoding = replace(blank, metric="decode_energy_per_token_j")
    if prefill is None:
        return (
            replace(reading, missing=MissingReason.NOT_MEASURED),
            replace(decoding, missing=MissingReason.NOT_MEASURED),
        )
    behind = ((ev.prefill_quantity(source.scope), source.source),)
    reading = replace(reading, quantities=behind)
    decoding = replace(decoding, quantities=(*blank.quantities, *behind))
    if prefill.missing is not None:
        return replace(reading, missing=prefill.missing), replace(decoding, missing=prefill.missing)
    per_request = sum(prefill.joules) / sum(prefill.requests)
    drawn = ratio_of_means_draws(prefill.joules, prefill.requests, run.repeat_indices(len(prefill.joules)))
    terms = {"joules": sum(prefill.joules), "requests": sum(prefill.requests)}
    reading = replace(reading, spread=Spread(per_request, drawn), terms=terms)
    return reading, _decoding(decoding, run, source, Spread(per_request, drawn))


def _decoding(draft: Draft, run: Run, source: SourceEnergy, prefill: Spread) -> Draft:
    """(energy of the timed windows - prefill of as many requests) / tokens after the first ones."""
    joules = [window.joules for window in source.used]
    requests = [float(window.items) for window in source.used]
    tokens = [float(window.output_tokens) for window in source.used]
    if sum(tokens) <= sum(requests):
        return replace(draft, missing=MissingReason.NOT_APPLICABLE)
    left = sum(joules) - prefill.value * sum(requests)
    if left <= 0:
        return replace(draft, missing=MissingReason.WINDOW_TOO_SHORT)
    value = decode_energy_per_token_j(left, int(sum(tokens)), int(sum(requests)))
    if value is None:
        return replace(draft, missing=MissingReason.NOT_APPLICABLE)
    terms = {"prefill_energy_j": prefill.value, "output_tokens": int(sum(tokens)), "requests": int(sum(requests))}
    return replace(draft, spread=Spread(value, _decoding_draws(run, source, prefill)), terms=terms)


def _decoding_draws(run: Run, source: SourceEnergy, prefill: Spread) -> FloatArray:
    requests = [float(window.items) for window in source.used]
    energy = run.ratio([window.joules for window in source.used], requests).draws
    tokens = run.ratio([float(window.output_tokens) for window in source.used], requests).draws
    if energy is None or tokens is None or prefill.draws is None:
        raise TypeError("means are resampled")
    later = np.where(tokens > 1, tokens - 1, np.nan)
    return np.asarray((energy - prefill.draws) / later, dtype=np.float64)
