"""/api/v1: what people and their scripts call. Thin: parse, one domain call, answer."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any, NoReturn
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query, Status
from ninja.errors import ValidationError

from leaderboard.accounts.models import Right, User
from leaderboard.api import job_events, problems, reading, shapes
from leaderboard.api.auth import UserAuth, reader
from leaderboard.api.jobs import job_url, job_values
from leaderboard.api.rates import quota_values
from leaderboard.boards.publishing import make_public
from leaderboard.clock import database_now
from leaderboard.runs.endings import request_cancel
from leaderboard.runs.estimates import estimate
from leaderboard.runs.logs import log_lines
from leaderboard.runs.models import Job
from leaderboard.runs.quota import quota_of
from leaderboard.runs.retrying import NotRetried, retry
from leaderboard.runs.selectors import JobView, find_job, job_view, jobs_of, may_manage, submission_jobs
from leaderboard.runs.states import OPEN_JOB
from leaderboard.runs.submitting import check_for, submit
from leaderboard.runs.watching import Cursor
from leaderboard.submissions.requests import SubmissionRequest
from leaderboard.submissions.services import Refused
from leaderboard.submissions.uploading import UploadRefused, take_file
from leaderboard.submissions.validating import validate

api = NinjaAPI(
    title="Perwatt",
    version="1",
    description="Submit models, follow their jobs, read the boards.",
    auth=UserAuth(),
    docs_url=None,
    urls_namespace="api-v1",
)
problems.install(api)
api.add_router("", reading.router)


_MOST_LINES = 10**9
_SIGN_IN = "Send a token from /account/tokens/ as a bearer."
_RAW = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problems.response(request, problems.refused(error.faults))


@api.exception_handler(ValidationError)
def _misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Of a submission, what its other fields name is checked as well: everything that is wrong is said at once."""
    match = request.resolver_match
    if match is None or match.url_name != "post_submission":
        return problems.response(request, problems.invalid(error.errors))
    try:
        validate(json.loads(request.body))
    except Refused as refused:
        return _refused(request, refused)
    except ValueError:
        pass  # no JSON at all
    return problems.response(request, problems.invalid(error.errors))


def _user(request: HttpRequest) -> User:
    user: User = request.auth  # type: ignore[attr-defined]  # set by UserAuth
    return user


_UPLOAD_STATUS = {"too_large": 413, "no_space": 507}


@api.post(
    "/artefacts",
    auth=UserAuth(Right.SUBMIT),
    response={201: shapes.ArtefactAnswer},
    summary="Upload a model file (raw body)",
    openapi_extra={"requestBody": {"required": True, "content": _RAW}},
)
def post_artefact(request: HttpRequest) -> Status[dict[str, Any]]:
    """The body is the file itself, ONNX or GGUF. The same bytes again are the same artefact."""
    try:
        artefact = take_file(chunks=_chunks(request), by=_user(request), now=database_now())
    except UploadRefused as error:
        fault = error.fault
        status = _UPLOAD_STATUS.get(fault.code, 422)
        problems.refuse(status, fault.code, error.sentence, detail=error.detail, hint=fault.hint)
    return Status(201, {"sha256": artefact.sha256, "size": artefact.size_bytes, "format": artefact.format})


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(1024**2):
        yield chunk


@api.post(
    "/submissions",
    auth=UserAuth(Right.SUBMIT),
    response={201: shapes.SubmissionAnswer, 200: shapes.DryRunAnswer},
    summary="Ask for a measurement",
)
def post_submission(request: HttpRequest, body: SubmissionRequest, dry_run: bool = False) -> Status[Any]:
    """Send `Idempotency-Key` to make a repeat safe: the same key answers the same submission.

    A model is an uploaded file by its `sha256`, or something served elsewhere by `format` and `reference`: an
    `endpoint` that an agent's operator has named, or a `container` image by digest, `name@sha256:...`. With
    `?dry_run=1` nothing is made: the same errors, or what to expect, from recent jobs.
    """
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > 100:
        hint = "Use at most 100 characters."
        problems.refuse(400, "bad_idempotency_key", "The Idempotency-Key is longer than 100 characters.", hint=hint)
    now = database_now()
    if dry_run:
        by = _user(request)
        expected, quota = estimate(body, check_for(by, body, now=now), now=now), quota_of(by, now=now)
        return Status(200, {"dry_run": True, "estimate": asdict(expected), "quota": quota and quota_values(quota)})
    submission = submit(request=body, by=_user(request), idempotency_key=key, now=now)
    jobs = [{"id": uuid, "url": job_url(uuid)} for uuid in submission_jobs(submission.pk)]
    return Status(201, {"id": submission.uuid, "jobs": jobs})


@api.get("/jobs", response=list[shapes.JobAnswer], summary="My jobs, newest first")
def get_jobs(request: HttpRequest) -> list[dict[str, Any]]:
    return [job_values(view) for view in jobs_of(_user(request), now=database_now())]


@api.get("/jobs/{job_id}", auth=None, response=shapes.JobAnswer, summary="Follow a job")
def get_job(request: HttpRequest, response: HttpResponse, job_id: UUID) -> dict[str, Any]:
    response["Cache-Control"] = "no-store"
    return job_values(_found(job_id, reader(request)))


@api.get("/jobs/{job_id}/log", auth=None, response={200: str}, summary="The log of a job, for its owner and staff")
def get_job_log(
    request: HttpRequest, job_id: UUID, first: Annotated[int, Query(alias="from", ge=1, le=_MOST_LINES)] = 1
) -> HttpResponse:
    """Whole lines from the line `from` on, the first being 1, through all attempts and without escape codes."""
    user = reader(request)
    if user is None:
        problems.refuse(401, "not_signed_in", "The log is for whoever submitted the job, and for staff.", hint=_SIGN_IN)
    view = _found(job_id, user)
    if not view.is_mine:
        _not_yours()
    text = "".join(f"{line.text}\n" for line in log_lines(view.attempts)[first - 1 :])
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


@api.get("/jobs/{job_id}/events", auth=None, response={200: str}, summary="Watch a job")
def get_job_events(request: HttpRequest, job_id: UUID, after: str = "") -> HttpResponse:
    """Server-sent events: `state` (a job's answer), `log` (`first` and `lines`), `ping` every few seconds, `end`.

    An event's id is a cursor; sent back as `Last-Event-ID` or `after` it misses nothing and repeats nothing. The log is
    told to its owner and to staff. Where the server cannot hold a stream open, it ends after what there is to say.
    """
    user = reader(request)
    view = _found(job_id, user)
    cursor = Cursor.parsed(request.headers.get("Last-Event-ID", "") or after) or job_events.START
    told, _ = job_events.news(view, log_lines(view.attempts), cursor)
    return HttpResponse(b"".join(told), content_type=job_events.KIND, headers={"Cache-Control": "no-store"})


@api.post("/jobs/{job_id}/cancel", response=shapes.JobAnswer, summary="Cancel a job")
def post_cancel(request: HttpRequest, job_id: UUID) -> dict[str, Any]:
    """Repeatable. A job that is measured stops within 20 seconds; one that is over stays as it is."""
    request_cancel(job=_managed(job_id, request), now=database_now())
    return job_values(_found(job_id, _user(request)))


@api.post(
    "/jobs/{job_id}/retry",
    auth=UserAuth(Right.SUBMIT),
    response={201: shapes.JobAnswer},
    summary="Measure a failed or cancelled job again",
)
def post_retry(request: HttpRequest, job_id: UUID, body: shapes.RetryRequest | None = None) -> Status[dict[str, Any]]:
    """A new job with the same inputs, linked both ways; `device` names another place than before.

    Repeatable: one job has one retry, and the answer is that.
    """
    job = _managed(job_id, request)
    try:
        made = retry(job=job, now=database_now(), device=body.device if body else None)
    except NotRetried as error:
        over = job.state not in OPEN_JOB
        hint = "Submit it anew, changed, at /submit/." if over else "Wait for its end, or cancel it first."
        problems.refuse(409, "not_retried", str(error), hint=hint)
    return Status(201, job_values(_found(made.uuid, _user(request))))


@api.post(
    "/jobs/{job_id}/publish",
    auth=UserAuth(Right.SUBMIT),
    response=shapes.JobAnswer,
    summary="Make a private job public",
)
def post_publish(request: HttpRequest, job_id: UUID) -> dict[str, Any]:
    """Its submission, all jobs and entries of it, are shown to everybody from then on. Repeatable, and not undone."""
    job = _managed(job_id, request)
    make_public(submission=job.submission, by=_user(request), now=database_now())
    return job_values(_found(job_id, _user(request)))


def _managed(job_id: UUID, request: HttpRequest) -> Job:
    job = find_job(job_id, user=_user(request))
    if job is None:
        _no_job(job_id)
    if not may_manage(job, _user(request)):
        _not_yours()
    return job


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
