from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present.model import model_context, model_json
from frontend.present.models import chosen, models_context, models_csv, models_json
from leaderboard.boards.model_selectors import ModelPage, model_list, model_page


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    context = models_context(model_list(), request.GET)
    return show(request, "models.html", context, section="models", trail=((_("Models"), ""),))


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
    found = _found(slug)
    trail = ((_("Models"), "/models/"), (found.name, ""))
    return show(request, "model.html", model_context(found), section="models", trail=trail)


@require_safe
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    return JsonResponse(model_json(_found(slug)))


def _found(slug: str) -> ModelPage:
    try:
        return model_page(slug)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such model.")) from None
