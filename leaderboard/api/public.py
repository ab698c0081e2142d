"""/api/v1: what people and their scripts call. Thin: parse, one domain call, answer."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NoReturn
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import NinjaAPI, Status

from leaderboard.accounts.models import User
from leaderboard.api import problems, shapes
from leaderboard.api.auth import UserAuth, reader
from leaderboard.boards import exports, selectors
from leaderboard.boards.models import Board
from leaderboard.catalog.blobs import TooLarge
from leaderboard.catalog.model_file import NotGguf, NotOnnx
from leaderboard.catalog.models import Benchmark
from leaderboard.catalog.services import store_artefact
from leaderboard.clock import database_now
from leaderboard.devices.selectors import device_list
from leaderboard.metrics.registry import METRICS, UnknownMetric, metric
from leaderboard.runs.endings import request_cancel
from leaderboard.runs.selectors import JobView, find_job, job_view, jobs_of, may_manage, submission_jobs
from leaderboard.runs.submitting import submit
from leaderboard.submissions.requests import SubmissionRequest
from leaderboard.submissions.services import Refused

api = NinjaAPI(
    title="Perwatt",
    version="1",
    description="Submit models, follow their jobs, read the boards.",
    auth=UserAuth(),
    docs_url=None,
    urls_namespace="api-v1",
)
problems.install(api)


_RAW = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problems.response(
        request,
        problems.ProblemError(
            422,
            error.faults[0].code,
            error.faults[0].message,
            detail=str(error),
            hint=error.faults[0].hint,
            errors=[asdict(fault) for fault in error.faults],
        ),
    )


def _user(request: HttpRequest) -> User:
    user: User = request.auth  # type: ignore[attr-defined]  # set by UserAuth
    return user


@api.post(
    "/artefacts",
    response={201: shapes.ArtefactAnswer},
    summary="Upload a model file (raw body)",
    openapi_extra={"requestBody": {"required": True, "content": _RAW}},
)
def post_artefact(request: HttpRequest) -> Status[dict[str, Any]]:
    """The body is the file itself, ONNX or GGUF. The same bytes again are the same artefact."""
    try:
        artefact = store_artefact(chunks=_chunks(request), by=_user(request), now=database_now())
    except TooLarge as error:
        limit = f"The limit is {error.limit / 1024**2:.0f} MiB."
        problems.refuse(
            413, "too_large", "The file is over the size limit.", detail=limit, hint="Submit a smaller one."
        )
    except NotOnnx as error:
        hint = "Export the model as one self-contained ONNX file, or convert it to GGUF, and upload that."
        problems.refuse(
            422, "not_onnx", "This is not an ONNX model that can be run here.", detail=str(error), hint=hint
        )
    except NotGguf as error:
        hint = "Convert the model with llama.cpp's own script into one whole GGUF file and upload that."
        problems.refuse(422, "not_gguf", "This is not a GGUF model that can be run here.", detail=str(error), hint=hint)
    except OSError as error:
        hint = "An operator must free disk space; nothing of the upload was kept."
        problems.refuse(507, "no_space", "The file could not be stored.", detail=error.strerror or "", hint=hint)
    return Status(201, {"sha256": artefact.sha256, "size": artefact.size_bytes, "format": artefact.format})


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(1024**2):
        yield chunk


@api.post("/submissions", response={201: shapes.SubmissionAnswer}, summary="Ask for a measurement")
def post_submission(request: HttpRequest, body: SubmissionRequest) -> Status[dict[str, Any]]:
    """Send `Idempotency-Key` to make a repeat safe: the same key answers the same submission.

    A model is an uploaded file by its `sha256`, or something served elsewhere by `format` and `reference`: an
    `endpoint` that an agent's operator has named, or a `container` image by digest, `name@sha256:...`.
    """
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > 100:
        problems.refuse(400, "bad_idempotency_key", "The Idempotency-Key is longer than 100 characters.")
    submission = submit(request=body, by=_user(request), idempotency_key=key, now=database_now())
    jobs = [{"id": uuid, "url": _job_url(uuid)} for uuid in submission_jobs(submission.pk)]
    return Status(201, {"id": submission.uuid, "jobs": jobs})


@api.get("/jobs", response=list[shapes.JobAnswer], summary="My jobs, newest first")
def get_jobs(request: HttpRequest) -> list[dict[str, Any]]:
    return [_job(view) for view in jobs_of(_user(request), now=database_now())]


@api.get("/jobs/{job_id}", auth=None, response=shapes.JobAnswer, summary="Follow a job")
def get_job(request: HttpRequest, job_id: UUID) -> dict[str, Any]:
    return _job(_found(job_id, reader(request)))


@api.get("/jobs/{job_id}/log", response={200: str}, summary="The log of a job, for its owner and staff")
def get_job_log(request: HttpRequest, job_id: UUID) -> HttpResponse:
    view = _found(job_id, _user(request))
    if not view.is_mine:
        _not_yours()
    text = "".join(attempt.log or "" for attempt in view.attempts)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@api.post("/jobs/{job_id}/cancel", response=shapes.JobAnswer, summary="Cancel a job")
def post_cancel(request: HttpRequest, job_id: UUID) -> dict[str, Any]:
    """Repeatable. A job that is measured stops within 20 seconds; one that is over stays as it is."""
    job = find_job(job_id)
    if job is None:
        _no_job(job_id)
    if not may_manage(job, _user(request)):
        _not_yours()
    request_cancel(job=job, now=database_now())
    return _job(_found(job_id, _user(request)))


def _found(job_id: UUID, user: User | None) -> JobView:
    view = job_view(job_id, user=user, now=database_now())
    if view is None:
        _no_job(job_id)
    return view


def _no_job(job_id: UUID) -> NoReturn:
    problems.refuse(404, "unknown_job", f"There is no job {job_id}.", hint="GET /api/v1/jobs lists yours.")


def _not_yours() -> NoReturn:
    hint = "Its log, cancel and retry belong to whoever submitted it, and to staff."
    problems.refuse(403, "not_yours", "This job was submitted by somebody else.", hint=hint)


def _job_url(uuid: UUID) -> str:
    return reverse("api-v1:get_job", args=[uuid])


def _job(view: JobView) -> dict[str, Any]:
    current = view.current
    values = asdict(view)
    values |= {
        "url": _job_url(view.id),
        "html_url": f"/jobs/{view.id}/",
        "log_url": f"{_job_url(view.id)}/log",
        "phase": current.phase if current and not view.is_over else None,
        "progress": current.progress if current and not view.is_over else None,
        "entry_url": f"/entries/{view.entry}/" if view.entry else None,
    }
    return values


@api.get("/benchmarks", auth=None, response=list[shapes.BenchmarkAnswer], summary="What can be measured")
def get_benchmarks(request: HttpRequest) -> list[Benchmark]:
    return list(Benchmark.objects.order_by("slug", "-version"))


@api.get("/devices", auth=None, response=list[shapes.DeviceAnswer], summary="What can measure")
def get_devices(request: HttpRequest) -> list[dict[str, Any]]:
    return [asdict(view) for view in device_list(now=database_now())]


@api.get("/metrics", auth=None, response=list[shapes.MetricAnswer], summary="What each number says")
def get_metrics(request: HttpRequest) -> list[dict[str, Any]]:
    """Every metric with its formula, source and worked example. `status` U or P: the formula is Perwatt's own."""
    return [record.described() for record in METRICS.values()]


@api.get("/metrics/{key}", auth=None, response=shapes.MetricAnswer, summary="What one number says")
def get_metric(request: HttpRequest, key: str) -> dict[str, Any]:
    try:
        return metric(key).described()
    except UnknownMetric as error:
        problems.refuse(404, "unknown_metric", f"{str(error)[0].upper()}{str(error)[1:]}.")


@api.get("/boards/{slug}", auth=None, summary="A board: the same bytes as /boards/SLUG.json")
def get_board(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        view = selectors.board_view(slug, request.META.get("QUERY_STRING", ""))
    except Board.DoesNotExist:
        problems.refuse(404, "unknown_board", f"There is no board {slug!r}.", hint="GET /boards/ lists them.")
    return HttpResponse(exports.to_json(view), content_type="application/json")
