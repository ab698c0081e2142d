"""Two to four entries beside each other; a picker where there are fewer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.forms import csv_file
from frontend.pages.page import show
from frontend.present.compare import compare_context, compare_url, picker_context
from frontend.present.links import joined, merged
from leaderboard.boards.address import parse
from leaderboard.boards.address_values import MAX_LIST
from leaderboard.boards.compare import exports
from leaderboard.boards.compare.chart_exports import latencies_csv, power_csv
from leaderboard.boards.compare.picking import recent, similar
from leaderboard.boards.compare.selectors import comparison
from leaderboard.boards.compare.shapes import Comparison
from leaderboard.boards.short_ids import entries_called, in_full


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    query = _in_full(request.META.get("QUERY_STRING", ""))
    shown = comparison(merged(query))
    # A form sends each entry by itself; the comparison's address is what a reader should see and pass on.
    if not shown.notes and query != shown.query:
        return redirect(compare_url(shown.query))
    ids = tuple(member.id for member in shown.members)
    if len(ids) < 2:
        context = picker_context(shown, recent(ids), similar(ids[0]) if ids else ())
        return show(request, "compare_picker.html", context, section="boards", trail=((_("Compare"), ""),), keys=None)
    picker = picker_context(shown, recent(ids), ()) if len(ids) < 4 else {}
    context = {**picker, **compare_context(shown)}
    return show(request, "compare.html", context, section="boards", trail=((_("Compare"), ""),), keys=None)


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    return HttpResponse(exports.to_json(_comparison(request)), content_type="application/json")


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    return csv_file(exports.to_csv(_comparison(request)), "comparison")


@require_safe
def latencies(request: HttpRequest) -> HttpResponse:
    return csv_file(latencies_csv(_comparison(request)), "comparison-latencies")


@require_safe
def power(request: HttpRequest) -> HttpResponse:
    return csv_file(power_csv(_comparison(request)), "comparison-power")


def _comparison(request: HttpRequest) -> Comparison:
    return comparison(merged(_in_full(request.META.get("QUERY_STRING", ""))))


def _in_full(query: str) -> str:
    """The query with those ids of entries in full that it has in their short form."""
    pairs = parse(query)
    short = [word for key, text in pairs if key in {"e", "base"} for word in text.split("~")[:MAX_LIST]]
    ids = entries_called(short)
    if not ids:
        return query
    return joined((key, "~".join(in_full(word, ids) for word in text.split("~"))) for key, text in pairs)
