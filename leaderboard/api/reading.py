"""What `/api/v1` tells everybody: entries, boards, and what can be measured where, by what metric."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from leaderboard.api import problems, shapes
from leaderboard.api.auth import reader
from leaderboard.boards import exports, selectors
from leaderboard.boards.entry_export import entry_json
from leaderboard.boards.models import Board, Entry
from leaderboard.catalog.models import Benchmark
from leaderboard.clock import database_now
from leaderboard.devices.selectors import device_list
from leaderboard.metrics.registry import METRICS, UnknownMetric, metric

router = Router()


@router.get("/entries/{entry_id}", auth=None, summary="An entry: the same bytes as /entries/ID.json")
def get_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """A private one is answered to whoever submitted it and to staff."""
    try:
        found = selectors.entry_detail(entry_id, user=reader(request))
    except Entry.DoesNotExist:
        problems.refuse(404, "unknown_entry", f"There is no entry {entry_id}.", hint="A job's `entry_url` names its.")
    return HttpResponse(entry_json(found), content_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/benchmarks", auth=None, response=list[shapes.BenchmarkAnswer], summary="What can be measured")
def get_benchmarks(request: HttpRequest) -> list[Benchmark]:
    return list(Benchmark.objects.order_by("slug", "-version"))


@router.get("/devices", auth=None, response=list[shapes.DeviceAnswer], summary="What can measure")
def get_devices(request: HttpRequest) -> list[dict[str, Any]]:
    return [asdict(view) for view in device_list(now=database_now())]


@router.get("/metrics", auth=None, response=list[shapes.MetricAnswer], summary="What each number says")
def get_metrics(request: HttpRequest) -> list[dict[str, Any]]:
    """Every metric with its formula, source and worked example. `status` U or P: the formula is Perwatt's own."""
    return [record.described() for record in METRICS.values()]


@router.get("/metrics/{key}", auth=None, response=shapes.MetricAnswer, summary="What one number says")
def get_metric(request: HttpRequest, key: str) -> dict[str, Any]:
    try:
        return metric(key).described()
    except UnknownMetric as error:
        problems.refuse(404, "unknown_metric", f"{str(error)[0].upper()}{str(error)[1:]}.")


@router.get("/boards/{slug}", auth=None, summary="A board: the same bytes as /boards/SLUG.json")
def get_board(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        view = selectors.board_view(slug, request.META.get("QUERY_STRING", ""))
    except Board.DoesNotExist:
        problems.refuse(404, "unknown_board", f"There is no board {slug!r}.", hint="GET /boards/ lists them.")
    return HttpResponse(exports.to_json(view), content_type="application/json")
