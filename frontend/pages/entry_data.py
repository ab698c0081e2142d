"""What the charts of an entry's page show, as CSV: an address for each. A chart that is not there has none."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.entries import measured_entry
from frontend.pages.forms import csv_answer
from frontend.pages.signed_in import for_reader
from frontend.present.repeats import repeats_lines
from frontend.present.spread import Spread, energy_spread, latency_spread
from frontend.present.trace import Sampled, sampled
from frontend.present.trace_data import power_lines, window_lines
from leaderboard.boards.pool import HEADLINE_ENERGY
from leaderboard.runs.trace_files import BadTrace


@require_safe
@for_reader
def latencies(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _answer(_lines(latency_spread(measured_entry(request, uuid))), "latencies", uuid)


@require_safe
@for_reader
def energies(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _answer(_lines(energy_spread(measured_entry(request, uuid))), "energies", uuid)


@require_safe
@for_reader
def repeats(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = measured_entry(request, uuid)
    return _answer(repeats_lines(found) if found.repeats else None, "repeats", uuid)


@require_safe
@for_reader
def power(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _sampled(request, uuid)
    return _answer(power_lines(found) if found else None, "trace", uuid)


@require_safe
@for_reader
def windows(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _sampled(request, uuid)
    return _answer(window_lines(found) if found else None, "windows", uuid)


def _sampled(request: HttpRequest, uuid: UUID) -> Sampled | None:
    found = measured_entry(request, uuid)
    try:
        return sampled(found.trace, found.measured, found.row.cells.get(HEADLINE_ENERGY))
    except (BadTrace, OSError):
        return None


def _lines(spread: Spread | None) -> Iterable[Sequence[str]] | None:
    return spread.data.lines() if spread else None


def _answer(lines: Iterable[Sequence[str]] | None, name: str, uuid: UUID) -> HttpResponse:
    if lines is None:
        raise Http404(_("The page of this entry has no such chart."))
    return csv_answer(lines, f"{name}-{uuid}")
