"""/agent/v1: what agents call. Thin: parse, one domain call, answer. Tickets are handed out in `tickets.py`."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from ninja import NinjaAPI, Status

from leaderboard.api import problems
from leaderboard.api.auth import AgentAuth, session_epoch
from leaderboard.api.files import file_response
from leaderboard.catalog import blobs
from leaderboard.clock import database_now
from leaderboard.devices.models import Agent
from leaderboard.devices.services import (
    EnrolmentRefused,
    Superseded,
    UnknownProtocol,
    enrol,
    note_contact,
    open_session,
)
from leaderboard.protocol import (
    AbandonRequest,
    AttemptSpec,
    ClaimRequest,
    EnrolAnswer,
    EnrolRequest,
    HeartbeatAnswer,
    HeartbeatRequest,
    ResultAnswer,
    ResultRequest,
    SyncAnswer,
    SyncRequest,
)
from leaderboard.runs import attempts
from leaderboard.runs.reporting import BadReport, NotCounted, take_result
from leaderboard.runs.specs import may_fetch

log = logging.getLogger(__name__)

api = NinjaAPI(title="Perwatt agents", version="1", auth=AgentAuth(), docs_url=None, urls_namespace="agent-v1")
problems.install(api)

_KNOWN: tuple[tuple[type[Exception], int, str, str], ...] = (
    (EnrolmentRefused, 403, "enrolment_refused", "A member of staff issues tokens at the server."),
    (UnknownProtocol, 426, "unknown_protocol", "Install the agent that this server offers."),
    (Superseded, 409, "superseded", "Only one process may run per enrolled agent; this one should stop."),
    (attempts.NotYours, 409, "not_yours", "Drop the attempt and wait for the next ticket."),
    (NotCounted, 409, "not_counted", "Drop the result; the server keeps its copy."),
    (BadReport, 422, "bad_report", "Keep the report and update the agent."),
)


def _install_known(error_type: type[Exception], status: int, code: str, hint: str) -> None:
    def _handler(request: HttpRequest, error: Exception) -> Any:
        return problems.response(request, problems.ProblemError(status, code, str(error), hint=hint))

    handler: Callable[[HttpRequest, Any], Any] = _handler
    api.add_exception_handler(error_type, handler)


for _known in _KNOWN:
    _install_known(*_known)


def _agent_of(request: HttpRequest) -> Agent:
    agent: Agent = request.auth  # type: ignore[attr-defined]  # set by AgentAuth
    return agent


def _in_session(request: HttpRequest) -> Agent:
    agent = _agent_of(request)
    note_contact(agent=agent, epoch=session_epoch(request), now=database_now())
    return agent


def _slugs(agent: Agent) -> dict[str, str]:
    return dict(agent.devices.order_by("key").values_list("key", "slug"))


@api.post("/enrol", auth=None, response=EnrolAnswer, summary="Enrol a machine")
def post_enrol(request: HttpRequest, body: EnrolRequest) -> EnrolAnswer:
    now = database_now()
    agent = enrol(request=body, now=now)
    return EnrolAnswer(
        agent_id=agent.uuid, name=agent.name, queue=agent.queue_name, devices=_slugs(agent), server_time=now
    )


@api.post("/sync", response=SyncAnswer, summary="Open or keep a session")
def post_sync(request: HttpRequest, body: SyncRequest) -> SyncAnswer:
    now = database_now()
    agent = _agent_of(request)
    epoch = open_session(agent=agent, request=body, now=now)
    verdicts = attempts.settle_after_sync(agent=agent, running=body.running, spooled=body.spooled, now=now)
    return SyncAnswer(
        agent_id=agent.uuid,
        session_epoch=epoch,
        queue=agent.queue_name,
        devices=_slugs(agent),
        attempts=verdicts,
        server_time=now,
    )


@api.post("/attempts/{attempt_id}/claim", response=AttemptSpec, summary="Take an offered attempt")
def post_claim(request: HttpRequest, attempt_id: UUID, body: ClaimRequest) -> AttemptSpec:
    agent = _in_session(request)
    return attempts.claim(agent=agent, attempt_id=attempt_id, claim_key=body.claim_key, now=database_now())


@api.post("/attempts/{attempt_id}/heartbeat", response=HeartbeatAnswer, summary="Extend the lease, bring the log")
def post_heartbeat(request: HttpRequest, attempt_id: UUID, body: HeartbeatRequest) -> HeartbeatAnswer:
    agent = _in_session(request)
    return attempts.heartbeat(agent=agent, attempt_id=attempt_id, request=body, now=database_now())


_RESULT_ANSWERS = {200: ResultAnswer, 201: ResultAnswer}


@api.put("/attempts/{attempt_id}/result", response=_RESULT_ANSWERS, summary="Deliver a result")
def put_result(request: HttpRequest, attempt_id: UUID, body: ResultRequest) -> Status[ResultAnswer]:
    now = database_now()
    fresh = take_result(agent=_in_session(request), attempt_id=attempt_id, request=body, now=now)
    return Status(201 if fresh else 200, ResultAnswer(accepted=True, server_time=now))


@api.post("/attempts/{attempt_id}/abandon", response={204: None}, summary="Give an attempt back")
def post_abandon(request: HttpRequest, attempt_id: UUID, body: AbandonRequest) -> Status[None]:
    agent = _in_session(request)
    attempts.abandon(
        agent=agent,
        attempt_id=attempt_id,
        claim_key=body.claim_key,
        code=body.code,
        reason=body.reason,
        now=database_now(),
    )
    return Status(204, None)


@api.get("/blobs/{sha256}", summary="Fetch a file of what is being measured")
def get_blob(request: HttpRequest, sha256: str) -> HttpResponseBase:
    agent = _in_session(request)
    if not may_fetch(agent_id=agent.pk, sha256=sha256):
        problems.refuse(404, "not_found", "This agent is measuring nothing that needs this file.")
    try:
        return file_response(request, blobs.path(sha256))
    except FileNotFoundError:
        log.exception("a file of an attempt is gone from the blobs")
        problems.refuse(404, "not_found", "The server has lost this file.", hint="Give the attempt back.")
