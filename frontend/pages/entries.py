from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.pages.moderation import ModerationForm, decide
from frontend.pages.page import show
from frontend.pages.signed_in import asking, for_reader
from frontend.present.entry import entry_context
from frontend.present.entry_reported import reported_context
from frontend.present.tables import plain_table
from leaderboard.accounts.models import User
from leaderboard.api.files import file_response
from leaderboard.boards.details import BoardRows, EntryDetail
from leaderboard.boards.entry_export import entry_json
from leaderboard.boards.reported.export import reported_json
from leaderboard.boards.reported.reading import ReportedDetail, reported_detail
from leaderboard.boards.selectors import entry_detail
from leaderboard.boards.short_ids import entries_called
from leaderboard.catalog import blobs
from leaderboard.clock import database_now


@require_safe
@for_reader
def entry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _any(request, uuid)
    return _reported_page(request, found) if isinstance(found, ReportedDetail) else _page(request, found)


@require_safe
def short(request: HttpRequest, name: str) -> HttpResponseBase:
    return entry(request, _called(request, name))


@require_safe
def short_as_json(request: HttpRequest, name: str) -> HttpResponseBase:
    return as_json(request, _called(request, name))


@require_POST
def moderate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A decision of staff; what is wrong with one is said on the page, which keeps what was typed."""
    user = request.user
    if not isinstance(user, User) or not user.is_staff:
        raise PermissionDenied(_("Only staff decides about entries."))
    form = ModerationForm(measured_entry(request, uuid).status, request.POST)
    if decide(form, uuid, by=user, now=database_now()):
        return redirect(f"/entries/{uuid}/#history")
    return _page(request, measured_entry(request, uuid), form)


@require_safe
@for_reader
def as_json(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _any(request, uuid)
    told = reported_json(found) if isinstance(found, ReportedDetail) else entry_json(found)
    return HttpResponse(told, content_type="application/json")


@require_safe
@for_reader
def trace(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The raw samples behind an entry's energies. Answers of items are not given out: most are those of the key."""
    detail = measured_entry(request, uuid)
    if not detail.trace.parquet_sha256:
        raise Http404(detail.trace.sentence)
    path = blobs.path(detail.trace.parquet_sha256)
    try:
        answer = file_response(request, path, kind="application/vnd.apache.parquet")
    except FileNotFoundError:
        raise Http404(_("The server has lost this file.")) from None
    answer["Content-Disposition"] = f'attachment; filename="trace-{uuid}.parquet"'
    return answer


def _reported_page(request: HttpRequest, detail: ReportedDetail) -> HttpResponse:
    trail = ((_("Boards"), "/boards/"), (detail.source.title, f"/boards/{detail.slug}/"), (detail.row.model_name, ""))
    return show(request, "entry_reported.html", reported_context(detail), section="boards", trail=trail)


def _page(request: HttpRequest, detail: EntryDetail, form: ModerationForm | None = None) -> HttpResponse:
    trail = (
        (_("Boards"), "/boards/"),
        (detail.board_title, f"/boards/{detail.board}/"),
        (detail.row.model_name, ""),
    )
    address = request.build_absolute_uri(f"/entries/{detail.id}/")
    staff = isinstance(request.user, User) and request.user.is_staff
    context = {
        **entry_context(detail, address),
        "siblings": plain_table(_siblings(detail), _("The same model elsewhere")),
        "moderation": (form or ModerationForm(detail.status)) if staff and detail.status != "private" else None,
    }
    answer = show(request, "entry.html", context, section="boards", trail=trail)
    if form is not None:
        answer.status_code = 422
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


def _called(request: HttpRequest, name: str) -> UUID:
    found = entries_called([name], user=asking(request))
    if not found:
        raise Http404(_("There is no such entry."))
    if len(found) > 1:
        raise Http404(_("More than one entry begins like this: %s.") % ", ".join(found))
    return UUID(found[0])


def _any(request: HttpRequest, uuid: UUID) -> EntryDetail | ReportedDetail:
    """Return an entry, or else what somebody has reported under that id."""
    try:
        return entry_detail(uuid, user=asking(request))
    except ObjectDoesNotExist:
        reported = reported_detail(uuid)
    if reported is None:
        raise Http404(_("There is no such entry."))
    return reported


def measured_entry(request: HttpRequest, uuid: UUID) -> EntryDetail:
    """Return an entry that whoever asks may see, and nothing that somebody has reported; raises Http404."""
    try:
        return entry_detail(uuid, user=asking(request))
    except ObjectDoesNotExist:
        raise Http404(_("There is no such entry.")) from None
