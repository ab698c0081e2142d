from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.forms import csv_answer
from frontend.pages.page import show
from frontend.present.model import model_context, model_json
from frontend.present.model_filters import ModelView, address_of, asked_scope, model_lines, model_view
from frontend.present.models import KEYS, chosen, models_context, models_csv, models_json
from leaderboard.boards.model_selectors import model_list, model_page


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
def model(request: HttpRequest, slug: str) -> HttpResponse:
    view, query = _found(request, slug), request.META.get("QUERY_STRING", "")
    # A form sends every field; the view's address is what a reader should see and pass on.
    if not view.shown.notes and query != view.shown.query:
        return redirect(address_of(slug, view.shown.query))
    trail = ((_("Models"), "/models/"), (view.model.name, ""))
    return show(request, "model.html", model_context(view), section="models", trail=trail)


@require_safe
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    return JsonResponse(model_json(_found(request, slug)))


@require_safe
def as_csv(request: HttpRequest, slug: str) -> HttpResponse:
    return csv_answer(model_lines(_found(request, slug)), slug)


def _found(request: HttpRequest, slug: str) -> ModelView:
    query = request.META.get("QUERY_STRING", "")
    try:
        return model_view(model_page(slug, scope=asked_scope(query)), query)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such model.")) from None
