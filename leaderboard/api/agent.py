"""/agent/v1: what agents call. Thin: parse, one domain call, answer. Tickets are handed out in `tickets.py`."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from ninja import Header, NinjaAPI, Query, Schema, Status
from pydantic import Field

from leaderboard.api import problems
from leaderboard.api.auth import AgentAuth, asking_agent, session_epoch
from leaderboard.api.files import file_response
from leaderboard.catalog import blobs
from leaderboard.client_address import client_address
from leaderboard.clock import database_now
from leaderboard.devices.models import Agent
from leaderboard.devices.selectors import device_healths
from leaderboard.devices.services import (
    EnrolmentRefused,
    Superseded,
    UnknownProtocol,
    enrol,
    keep_doctor,
    note_contact,
    open_session,
)
from leaderboard.protocol import (
    CLAIM_KEY_HEADER,
    SUPPORTED_PROTOCOLS,
    AbandonRequest,
    ArtefactAnswer,
    ArtefactName,
    AttemptSpec,
    Bytes,
    ClaimRequest,
    DoctorReport,
    EnrolAnswer,
    EnrolRequest,
    HeartbeatAnswer,
    HeartbeatRequest,
    HelloAnswer,
    ResultAnswer,
    ResultRequest,
    Sha256,
    SyncAnswer,
    SyncRequest,
)
from leaderboard.runs import attempts
from leaderboard.runs.artefacts import AnotherKept, BadArtefact, Gap, Piece, take_piece
from leaderboard.runs.reporting import BadReport, NotCounted, take_result
from leaderboard.runs.specs import may_fetch
from leaderboard.wheel import held_wheel

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
    (Gap, 409, "gap", "Ask with an empty body how much has arrived, and go on there."),
    (AnotherKept, 409, "another_kept", "Drop the file; the server keeps the first."),
    (BadArtefact, 422, "bad_artefact", "Nothing of it is kept; mend it or leave it out."),
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


def _in_session(request: HttpRequest, *, now: datetime) -> Agent:
    agent = _agent_of(request)
    note_contact(agent=agent, epoch=session_epoch(request), now=now)
    return agent


def _slugs(agent: Agent) -> dict[str, str]:
    return dict(agent.devices.order_by("key").values_list("key", "slug"))


@api.get("/hello", auth=None, response=HelloAnswer, summary="Ask who answers, and what it knows of the asker")
def get_hello(request: HttpRequest) -> HelloAnswer:
    now = database_now()
    agent = asking_agent(request)
    wheel = held_wheel(settings.WHEEL_DIR)
    return HelloAnswer(
        protocol_versions=SUPPORTED_PROTOCOLS,
        agent_version=wheel and wheel.version,
        server_time=now,
        agent=agent and agent.name,
        silent_s=max(0.0, (now - agent.last_seen_at).total_seconds()) if agent and agent.last_seen_at else None,
        devices=device_healths(agent) if agent else (),
    )


@api.post("/enrol", auth=None, response=EnrolAnswer, summary="Enrol a machine")
def post_enrol(request: HttpRequest, body: EnrolRequest) -> EnrolAnswer:
    now = database_now()
    agent = enrol(request=body, now=now, address=client_address(request.META))
    return EnrolAnswer(
        agent_id=agent.uuid, name=agent.name, queue=agent.queue_name, devices=_slugs(agent), server_time=now
    )


@api.post("/doctor", response={204: None}, summary="Say what the doctor found on this machine")
def post_doctor(request: HttpRequest, body: DoctorReport) -> Status[None]:
    keep_doctor(agent=_agent_of(request), report=body, now=database_now())
    return Status(204, None)


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
    now = database_now()
    agent = _in_session(request, now=now)
    return attempts.claim(agent=agent, attempt_id=attempt_id, claim_key=body.claim_key, now=now)


@api.post("/attempts/{attempt_id}/heartbeat", response=HeartbeatAnswer, summary="Extend the lease, bring the log")
def post_heartbeat(request: HttpRequest, attempt_id: UUID, body: HeartbeatRequest) -> HeartbeatAnswer:
    now = database_now()
    agent = _in_session(request, now=now)
    return attempts.heartbeat(agent=agent, attempt_id=attempt_id, request=body, now=now)


_RESULT_ANSWERS = {200: ResultAnswer, 201: ResultAnswer}


@api.put("/attempts/{attempt_id}/result", response=_RESULT_ANSWERS, summary="Deliver a result")
def put_result(request: HttpRequest, attempt_id: UUID, body: ResultRequest) -> Status[ResultAnswer]:
    now = database_now()
    fresh = take_result(agent=_in_session(request, now=now), attempt_id=attempt_id, request=body, now=now)
    return Status(201 if fresh else 200, ResultAnswer(accepted=True, server_time=now))


class ArtefactQuery(Schema):
    offset: Annotated[int, Field(ge=0)] = 0
    size_bytes: Bytes
    sha256: Sha256


_ARTEFACT_ANSWERS = {200: ArtefactAnswer, 201: ArtefactAnswer, 202: ArtefactAnswer}


@api.put("/attempts/{attempt_id}/artefacts/{name}", response=_ARTEFACT_ANSWERS, summary="Send a file in pieces")
def put_artefact(
    request: HttpRequest,
    attempt_id: UUID,
    name: ArtefactName,
    query: Query[ArtefactQuery],
    claim_key: Annotated[UUID, Header(alias=CLAIM_KEY_HEADER)],
) -> Status[ArtefactAnswer]:
    """The body is the piece at `offset`. 202: go on at `received_bytes`; 201: complete; 200: was complete already."""
    now = database_now()
    piece = Piece(name, query.sha256, query.size_bytes, query.offset, request.body)
    try:
        arrived = take_piece(
            agent=_in_session(request, now=now), attempt_id=attempt_id, claim_key=claim_key, piece=piece, now=now
        )
    except OSError as error:
        log.exception("a piece of an attempt's file could not be written")
        problems.refuse(507, "no_space", "The server cannot store the file.", detail=error.strerror or "")
    status = 202 if not arrived.complete else 201 if arrived.fresh else 200
    answer = ArtefactAnswer(received_bytes=arrived.received_bytes, complete=arrived.complete, server_time=now)
    return Status(status, answer)


@api.post("/attempts/{attempt_id}/abandon", response={204: None}, summary="Give an attempt back")
def post_abandon(request: HttpRequest, attempt_id: UUID, body: AbandonRequest) -> Status[None]:
    now = database_now()
    agent = _in_session(request, now=now)
    attempts.abandon(
        agent=agent,
        attempt_id=attempt_id,
        claim_key=body.claim_key,
        code=body.code,
        reason=body.reason,
        now=now,
    )
    return Status(204, None)


@api.get("/blobs/{sha256}", summary="Fetch a file of what is being measured")
def get_blob(request: HttpRequest, sha256: str) -> HttpResponseBase:
    agent = _in_session(request, now=database_now())
    if not may_fetch(agent_id=agent.pk, sha256=sha256):
        problems.refuse(404, "not_found", "This agent is measuring nothing that needs this file.")
    try:
        return file_response(request, blobs.path(sha256))
    except FileNotFoundError:
        log.exception("a file of an attempt is gone from the blobs")
        problems.refuse(404, "not_found", "The server has lost this file.", hint="Give the attempt back.")
