from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.forms import csv_answer
from frontend.pages.page import show
from frontend.present.links import joined
from frontend.present.model import model_context, model_json
from frontend.present.model_filters import ModelView, address_of, asked_scope, model_lines, model_view
from frontend.present.models import KEYS, chosen, models_context, models_csv, models_json
from leaderboard.boards.model_selectors import keys_of, model_list, model_page
from leaderboard.submissions.names import ModelName


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    context = models_context(model_list(), request.GET)
    return show(request, "models.html", context, section="models", trail=((_("Models"), ""),), keys=KEYS)


@require_safe
def index_as_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse(models_json(chosen(model_list(), request.GET)[0]), safe=False)


@require_safe
def index_as_csv(request: HttpRequest) -> HttpResponse:
    text = models_csv(chosen(model_list(), request.GET)[0])
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="models.csv"'
    return answer


@require_safe
def model(request: HttpRequest, slug: str, organisation: str = "") -> HttpResponse:
    return _answer(request, ModelName(organisation, slug), lambda view: _page(request, view))


@require_safe
def as_json(request: HttpRequest, slug: str, organisation: str = "") -> HttpResponse:
    return _answer(request, ModelName(organisation, slug), lambda view: JsonResponse(model_json(view)), form="json")


@require_safe
def as_csv(request: HttpRequest, slug: str, organisation: str = "") -> HttpResponse:
    name = ModelName(organisation, slug)
    return _answer(request, name, lambda view: csv_answer(model_lines(view), slug), form="csv")


def _page(request: HttpRequest, view: ModelView) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    # A form sends every field; the view's address is what a reader should see and pass on.
    if not view.shown.notes and query != view.shown.query:
        return redirect(address_of(view.model.slug, view.shown.query))
    trail = ((_("Models"), "/models/"), (view.model.name, ""))
    return show(request, "model.html", model_context(view), section="models", trail=trail, keys=None)


def _answer(
    request: HttpRequest, asked: ModelName, shown: Callable[[ModelView], HttpResponse], *, form: str = ""
) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    written = "/".join(part for part in (asked.organisation, asked.name) if part)
    try:
        page = model_page(written, scope=asked_scope(query)) if written == asked.key else None
    except ObjectDoesNotExist:
        page = None
    return _elsewhere(asked, query, form) if page is None else shown(model_view(page, query))


def _elsewhere(asked: ModelName, query: str, form: str) -> HttpResponse:
    """Lead to the model's own address; to the list where several bear the name that was asked for. Raises Http404."""
    found = keys_of(ModelName("", asked.name).key)
    if asked.organisation:
        found = tuple(key for key in found if key == asked.key)
    if not found:
        raise Http404(_("There is no such model."))
    if len(found) > 1:
        return redirect(f"/models/?{joined([('q', asked.name)])}")
    return redirect(address_of(found[0], query, form), permanent=True)
