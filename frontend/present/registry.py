"""The words of the registries below, in the language that is spoken now.

What they belong to knows no Django and speaks English; pages read their records from here. `texts` is what a catalogue
of messages takes up: exactly what is translated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext

from leaderboard.boards.compare.powers import NOT_DRAWN
from leaderboard.boards.said import Said
from leaderboard.boards.trace_view import TRACE_WORDS, UNREADABLE
from leaderboard.metrics.definition import STATUS_WORDS, Metric, Status
from leaderboard.metrics.registry import METRICS as IN_ENGLISH
from leaderboard.protocol import ERROR_CODES, FAILURES, Code, ErrorCode, Failure
from leaderboard.runs.estimates import START_NOTES
from leaderboard.runs.reasons import NOT_GOOD, WAITS, Reason, filled
from leaderboard.submissions.faults import NONE, NONE_YET, WORDINGS, Fault

OF_METRIC = ("name", "short_name", "source", "missing_rule", "infinity_rule", "summary", "misleads")
OF_ERROR = ("about", "sentence", "hint")
OF_FAILURE = ("fault", "sentence", "hint")
DIRECTIONS = ("higher", "lower")
COUNTED_FOR = tuple(dict.fromkeys(unit for one in IN_ENGLISH.values() for _, unit in one.counted_for if " " in unit))
UNITS = ("items/s", "tokens/s", *COUNTED_FOR)
"""Units with words in them; the others are signs."""
MOST_LANGUAGES = 16


class _Metrics(Mapping[str, Metric]):
    """The registry of metrics: each look-up is in the language of whoever asks."""

    def __getitem__(self, key: str) -> Metric:
        return in_language(get_language())[key]

    def __iter__(self) -> Iterator[str]:
        return iter(IN_ENGLISH)

    def __len__(self) -> int:
        return len(IN_ENGLISH)


METRICS: Mapping[str, Metric] = _Metrics()


@lru_cache(MOST_LANGUAGES)
def in_language(language: str | None) -> Mapping[str, Metric]:
    """The registry in the language that is active, which the caller names so that it is kept for the next one."""
    if language is None or language.partition("-")[0] == "en":
        return IN_ENGLISH
    return {key: _metric(metric) for key, metric in IN_ENGLISH.items()}


def _metric(metric: Metric) -> Metric:
    counted_for = tuple((factor, _unit(unit)) for factor, unit in metric.counted_for)
    example = replace(metric.example, citation=translated(metric.example.citation))
    return replace(
        metric,
        display_unit=_unit(metric.display_unit),
        counted_for=counted_for,
        example=example,
        **_said(metric, OF_METRIC),
    )


def _unit(unit: str) -> str:
    return translated(unit) if unit in UNITS else unit


def translated(text: str) -> str:
    """A text of a registry. Of an empty one gettext would return the head of its catalogue."""
    return gettext(text) if text else ""


def status_words(status: Status) -> str:
    return translated(STATUS_WORDS[status])


def error_codes() -> dict[str, ErrorCode]:
    return {code: replace(error, **_said(error, OF_ERROR)) for code, error in ERROR_CODES.items()}


def failures() -> dict[Code, Failure]:
    return {code: replace(failure, **_said(failure, OF_FAILURE)) for code, failure in FAILURES.items()}


def spoken(reason: Reason) -> Reason:
    """Why a job ended or waits. Names of devices, and what an operator wrote, are as they are."""
    values = {name: translated(value) if value == NOT_GOOD else value for name, value in reason.values.items()}
    return replace(
        reason,
        sentence=filled(translated(reason.template), values),
        fault=translated(reason.fault),
        hint=translated(reason.hint),
    )


def spoken_fault(fault: Fault) -> Fault:
    """What is wrong with a submission. Names and numbers are as they are."""
    if fault.wording is None:
        return replace(fault, message=translated(fault.message), hint=translated(fault.hint))
    values = {name: _word(value) for name, value in fault.values.items()}
    message, hint = (translated(text).format_map(values) for text in (fault.wording.message, fault.wording.hint))
    return replace(fault, message=message, hint=hint)


def spoken_sentence(said: Said) -> str:
    return filled(translated(said.template), said.values)


def _word(value: object) -> object:
    return translated(value) if value in (NONE, NONE_YET) and isinstance(value, str) else value


def texts() -> Iterator[tuple[str, str]]:
    """Yield the module and the text of everything here that can be translated; some come more than once."""
    here = "leaderboard/metrics/definition.py"
    yield from ((here, text) for text in (*DIRECTIONS, *UNITS, *STATUS_WORDS.values()))
    for metric in IN_ENGLISH.values():
        known = (*_texts(metric, OF_METRIC), metric.example.citation)
        yield from (("leaderboard/metrics/definitions", text) for text in known)
    for found, names, module in ((ERROR_CODES, OF_ERROR, "error_codes"), (FAILURES, OF_FAILURE, "failures")):
        for record in found.values():
            yield from ((f"leaderboard/protocol/{module}.py", text) for text in _texts(record, names))
    waits = (NOT_GOOD, *(text for wait in WAITS.values() for text in _texts(wait, OF_FAILURE)))
    yield from (("leaderboard/runs/reasons.py", text) for text in waits)
    yield from (("leaderboard/runs/estimates.py", text) for text in START_NOTES)
    yield from (("leaderboard/boards/trace_view.py", text) for text in (UNREADABLE.template, *TRACE_WORDS.values()))
    yield from (("leaderboard/boards/compare/powers.py", text) for text in NOT_DRAWN.values())
    faults = (NONE, NONE_YET, *(text for wording in WORDINGS.values() for text in (wording.message, wording.hint)))
    yield from (("leaderboard/submissions/faults.py", text) for text in faults)


def _texts(record: object, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for name in names if (text := getattr(record, name)))


def _said(record: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: translated(getattr(record, name)) for name in names}
