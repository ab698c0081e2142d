"""What published papers report, in every form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.forms import csv_answer, json_answer
from frontend.pages.page import show
from frontend.present.literature import PATH, chosen, csv_lines, literature_context, records
from leaderboard.boards.literature.selectors import comparable_boards, reported_figures
from leaderboard.boards.reported.reading import reported_titles


@require_safe
def literature(request: HttpRequest) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    figures = reported_figures()
    shown = chosen(figures, query)[1]
    # A form sends every field; the view's address is what a reader should see and pass on.
    if not shown.notes and query != shown.query:
        return redirect(f"{PATH}?{shown.query}" if shown.query else PATH)
    context = literature_context(figures, query, comparable_boards(figures), reported_titles())
    return show(
        request,
        "literature.html",
        context,
        section="methods",
        trail=((_("Methods"), "/methods/"), (_("Literature"), "")),
        keys=None,
    )


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    found, shown = chosen(reported_figures(), request.META.get("QUERY_STRING", ""))
    ignored = [{"key": note.key, "value": note.value, "reason": note.reason} for note in shown.notes]
    return json_answer({"query": shown.query, "ignored": ignored, "count": len(found), "figures": records(found)})


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    return csv_answer(csv_lines(chosen(reported_figures(), request.META.get("QUERY_STRING", ""))[0]), "literature")
