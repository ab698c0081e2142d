"""Pages made of what the code itself says: metrics, methods, the API."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.page import show
from frontend.present import reference, words
from frontend.present.glossary import glossary_of, page_of
from frontend.present.literature import of_metric
from frontend.present.registry import METRICS, failures
from leaderboard.accounts.limits import CALLS
from leaderboard.boards.literature.selectors import reported_figures
from leaderboard.metrics.definition import Metric
from leaderboard.protocol import MeasuringProtocol


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    context = {"groups": glossary_of(METRICS.values())}
    return show(request, "metrics.html", context, section="metrics", trail=((_("Metrics"), ""),))


@require_safe
def metric(request: HttpRequest, key: str) -> HttpResponse:
    found = _found(key)
    trail = ((_("Metrics"), "/metrics/"), (found.name, ""))
    context = {**page_of(found), "literature": of_metric(reported_figures(), key)}
    return show(request, "metric.html", context, section="metrics", trail=trail)


def _found(key: str) -> Metric:
    found = METRICS.get(key)
    if found is None:
        raise Http404(_("There is no such metric."))
    return found


@require_safe
def metrics_as_json(_request: HttpRequest) -> HttpResponse:
    return JsonResponse([record.described() for record in METRICS.values()], safe=False)


@require_safe
def metric_as_json(_request: HttpRequest, key: str) -> HttpResponse:
    return JsonResponse(_found(key).described())


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    context = {
        "protocol": MeasuringProtocol(),
        "provenances": [
            (item.value, words.PROVENANCE_NAMES[item], meaning) for item, meaning in words.PROVENANCE_MEANING.items()
        ],
        "scopes": [(item.value, words.SCOPE_NAMES[item], meaning) for item, meaning in words.SCOPE_MEANING.items()],
        "failures": [(code.value, failure) for code, failure in failures().items()],
    }
    return show(request, "methods.html", context, section="methods", trail=((_("Methods"), ""),))


@require_safe
def api_reference(request: HttpRequest) -> HttpResponse:
    # The API is built when the addresses are read; importing it earlier would go round in a circle.
    from leaderboard.api.public import api

    context = {
        "endpoints": reference.endpoints_of(dict(api.get_openapi_schema())),
        "origin": f"{request.scheme}://{request.get_host()}",
        "most_calls": CALLS.most,
    }
    return show(request, "api.html", context, section="api", trail=((_("API"), ""),))
