from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present.entry import entry_context
from frontend.present.tables import plain_table
from leaderboard.api.files import file_response
from leaderboard.boards.details import BoardRows, EntryDetail
from leaderboard.boards.entry_export import entry_json
from leaderboard.boards.selectors import entry_detail
from leaderboard.catalog import blobs


@require_safe
def entry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    detail = _found(uuid)
    trail = (
        (_("Boards"), "/boards/"),
        (detail.board_title, f"/boards/{detail.board}/"),
        (detail.row.model_name, ""),
    )
    context = {**entry_context(detail), "siblings": plain_table(_siblings(detail), _("The same model elsewhere"))}
    return show(request, "entry.html", context, section="boards", trail=trail)


@require_safe
def as_json(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return HttpResponse(entry_json(_found(uuid)), content_type="application/json")


@require_safe
def trace(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The raw samples behind an entry's energies. Answers of items are not given out: most are those of the key."""
    detail = _found(uuid)
    if not detail.trace.parquet_sha256:
        raise Http404(detail.trace.sentence)
    path = blobs.path(detail.trace.parquet_sha256)
    try:
        answer = file_response(request, path, kind="application/vnd.apache.parquet")
    except FileNotFoundError:
        raise Http404(_("The server has lost this file.")) from None
    answer["Content-Disposition"] = f'attachment; filename="trace-{uuid}.parquet"'
    return answer


def _siblings(detail: EntryDetail) -> BoardRows | None:
    if not detail.siblings:
        return None
    return BoardRows(
        slug=detail.board,
        title=detail.board_title,
        rank_metric=detail.rank_metric,
        x="latency_p50_s",
        y="accuracy",
        scope=detail.scope,
        estimated=detail.estimated,
        rows=detail.siblings,
    )


def _found(uuid: UUID) -> EntryDetail:
    try:
        return entry_detail(uuid)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such entry.")) from None
