"""A small real HTTP server that speaks the agent protocol, and misbehaves on request.

It keeps one agent's attempts as the real server would, and every call it got. `misbehave` makes its next answers to
one call something else: a status, a problem, raw bytes, or a connection that breaks.
"""

import base64
import json
import threading
import time
import uuid
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from leaderboard.protocol import (
    EPOCH_HEADER,
    RUN_ATTEMPT_TASK,
    AbandonRequest,
    ArtefactAnswer,
    AttemptSpec,
    BenchmarkRef,
    BlobRef,
    ClaimRequest,
    DeviceHealth,
    EnrolAnswer,
    EnrolRequest,
    HeartbeatAnswer,
    HeartbeatRequest,
    HelloAnswer,
    Limits,
    ModelRef,
    Options,
    Problem,
    ResultAnswer,
    ResultRequest,
    SyncAnswer,
    SyncItem,
    SyncRequest,
    SyncVerdict,
    TicketAnswer,
)
from tests.agents.measuring import DIGITS, MODELS, QUICK, contract

SECRET = "s3cret-of-the-agent-that-nobody-may-see-in-a-log"
TOKEN = "one-time-token-that-nobody-may-see"
QUEUE = "agent.7f3c2a52-3c0f-4d7e-9d54-000000000000"
JSON = "application/json"
PROBLEM = "application/problem+json"
BREAK = "break the connection"
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Call:
    method: str
    name: str
    path: str
    query: dict
    headers: dict
    body: bytes


@dataclass
class Offer:
    spec: AttemptSpec
    claim_key: uuid.UUID | None = None
    over: bool = False
    cancel: bool = False
    log: str = ""
    beats: list = field(default_factory=list)
    results: list = field(default_factory=list)
    files: dict = field(default_factory=dict)
    abandoned: list = field(default_factory=list)


def problem(status, code, title="No.", **values):
    return status, PROBLEM, Problem(title=title, status=status, code=code, **values).model_dump_json().encode()


def reply(answer, status=200):
    return status, JSON, answer.model_dump_json().encode()


def ticket_message(attempt_id):
    body = base64.b64encode(json.dumps([[], {"attempt_id": str(attempt_id)}, {}]).encode()).decode()
    return json.dumps(
        {
            "body": body,
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {
                "task": RUN_ATTEMPT_TASK,
                "id": str(attempt_id),
                "lang": "py",
                "argsrepr": "()",
                "kwargsrepr": "",
            },
            "properties": {
                "body_encoding": "base64",
                "correlation_id": str(attempt_id),
                "delivery_info": {"exchange": "", "routing_key": QUEUE},
                "delivery_mode": 2,
                "delivery_tag": str(uuid.uuid4()),
                "priority": 0,
            },
        }
    )


class ProtocolServer:
    def __init__(self):
        self.calls = []
        self.offers = {}
        self.blobs = {}
        self.verdicts = {}
        self.hello = {}
        self.epoch = 0
        self.closed = False
        self._tickets = deque()
        self._misbehaviour = defaultdict(deque)
        self._ringing = threading.Condition()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def close(self):
        self.closed = True
        self._http.shutdown()
        self._http.server_close()

    def misbehave(self, name, *answers):
        self._misbehaviour[name].extend(answers)

    def named(self, name):
        return [call for call in self.calls if call.name == name]

    def blob(self, content):
        digest = sha256(content).hexdigest()
        self.blobs[digest] = content
        return BlobRef(path=f"/agent/v1/blobs/{digest}", sha256=digest, size_bytes=len(content))

    def offer(self, *, model=None, protocol=QUICK, limits=None, ring=True):
        content = (MODELS / "mlp8.onnx").read_bytes() if model is None else model
        spec = AttemptSpec(
            attempt_id=uuid.uuid4(),
            job_id=uuid.uuid4(),
            number=1,
            benchmark=BenchmarkRef(
                slug="digits",
                version=1,
                n=600,
                inputs=self.blob((DIGITS / "inputs.npy").read_bytes()),
                contract=contract(),
            ),
            model=ModelRef(name="mlp8", format="onnx", file=self.blob(content)),
            device_key="cpu",
            runtime="onnxruntime",
            options=Options(),
            protocol=protocol,
            limits=limits or Limits(wall_s=60, memory_bytes=2**30),
            rated_power_w=None,
            lease_s=60,
            deadline_at=NOW + timedelta(hours=1),
            server_time=NOW,
        )
        self.offers[spec.attempt_id] = Offer(spec)
        if ring:
            self.ring(spec.attempt_id)
        return spec

    def ring(self, attempt_id):
        self.ring_with(ticket_message(attempt_id))

    def ring_with(self, message):
        with self._ringing:
            self._tickets.append(message)
            self._ringing.notify_all()

    def answer(self, call):
        """Return (status, content type, body), or BREAK."""
        if self._misbehaviour[call.name]:
            return self._misbehaviour[call.name].popleft()
        if call.name not in ("hello", "enrol", "sync", "doctor") and call.headers.get(EPOCH_HEADER.lower()) != str(
            self.epoch
        ):
            return problem(409, "superseded")
        return getattr(self, f"_{call.name}")(call)

    def _hello(self, call):
        known = call.headers.get("authorization") == f"Bearer {SECRET}"
        answer = HelloAnswer(protocol_versions=(1,), agent_version=None, server_time=datetime.now(UTC))
        about = {"agent": "box", "silent_s": 3.0, "devices": (DeviceHealth(slug="box-cpu", health="good"),)}
        return reply(answer.model_copy(update=about | self.hello) if known else answer)

    def _doctor(self, _call):
        return 204, "application/json", b""

    def _enrol(self, call):
        request = EnrolRequest.model_validate_json(call.body)
        if request.token != TOKEN:
            return problem(403, "enrolment_refused", "The token is unknown.", hint="Ask for a new one.")
        return reply(EnrolAnswer(agent_id=uuid.UUID(int=7), name="box", queue=QUEUE, devices={}, server_time=NOW))

    def _sync(self, call):
        request = SyncRequest.model_validate_json(call.body)
        if request.session_epoch is None:
            self.epoch += 1
        elif request.session_epoch != self.epoch:
            return problem(409, "superseded")
        items = tuple(
            SyncItem(attempt_id=held, verdict=self.verdicts.get(held, SyncVerdict.CONTINUE))
            for held in (*request.running, *request.spooled)
        )
        return reply(
            SyncAnswer(
                agent_id=uuid.UUID(int=7),
                session_epoch=self.epoch,
                queue=QUEUE,
                devices={},
                attempts=items,
                server_time=NOW,
            )
        )

    def _tickets_(self, call):
        with self._ringing:
            self._ringing.wait_for(lambda: self._tickets, float(call.query["wait"][0]))
            message = self._tickets.popleft() if self._tickets else None
        return reply(TicketAnswer(message=message, server_time=NOW)) if message else (204, JSON, b"")

    def _blob(self, call):
        content = self.blobs.get(call.path.rpartition("/")[2])
        return (200, "application/octet-stream", content) if content is not None else problem(404, "not_found")

    def _claim(self, call):
        offer, key = self._find(call), ClaimRequest.model_validate_json(call.body).claim_key
        if offer is None or offer.over or offer.claim_key not in (None, key):
            return problem(409, "not_yours")
        offer.claim_key = key
        return reply(offer.spec)

    def _heartbeat(self, call):
        offer, beat = self._find(call), HeartbeatRequest.model_validate_json(call.body)
        if offer is None or offer.over or offer.claim_key != beat.claim_key:
            return problem(409, "not_yours")
        offer.beats.append(beat)
        if beat.log is not None and beat.log.offset <= len(offer.log):
            offer.log += beat.log.text[len(offer.log) - beat.log.offset :]
        return reply(
            HeartbeatAnswer(
                cancel=offer.cancel,
                lease_expires_at=NOW,
                deadline_at=NOW,
                log_offset=len(offer.log),
                server_time=NOW,
            )
        )

    def _result(self, call):
        offer, request = self._find(call), ResultRequest.model_validate_json(call.body)
        if offer is None or offer.claim_key != request.claim_key or (offer.over and request not in offer.results):
            return problem(409, "not_counted", "Another result counts.")
        is_new = request not in offer.results
        offer.over = True
        offer.results.append(request)
        return reply(ResultAnswer(accepted=True, server_time=NOW), 201 if is_new else 200)

    def _artefact(self, call):
        offer = self._find(call)
        if offer is None or str(offer.claim_key) != call.headers["perwatt-claim-key"]:
            return problem(409, "not_yours")
        name, offset = call.path.rpartition("/")[2], int(call.query["offset"][0])
        kept = offer.files.get(name, b"")
        if offset > len(kept):
            return problem(409, "gap")
        kept = offer.files[name] = kept + call.body[len(kept) - offset :]
        complete = len(kept) == int(call.query["size_bytes"][0])
        if complete and sha256(kept).hexdigest() != call.query["sha256"][0]:
            return problem(422, "bad_artefact")
        answer = ArtefactAnswer(received_bytes=len(kept), complete=complete, server_time=NOW)
        return reply(answer, 201 if complete else 202)

    def _abandon(self, call):
        offer, request = self._find(call), AbandonRequest.model_validate_json(call.body)
        if offer is None or offer.claim_key != request.claim_key:
            return problem(409, "not_yours")
        offer.over = True
        offer.abandoned.append(request)
        return 204, JSON, b""

    def _find(self, call):
        return self.offers.get(uuid.UUID(call.path.split("/")[4]))


def _handler_for(server):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def log_message(self, *_):
            pass

        def _any(self):
            parts = urlsplit(self.path)
            steps = parts.path.split("/")
            folder = {"blobs": "blob", "artefacts": "artefact"}.get(steps[-2])
            name = folder or {"tickets": "tickets_"}.get(steps[-1], steps[-1])
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {key.lower(): value for key, value in self.headers.items()}
            call = Call(self.command, name, parts.path, parse_qs(parts.query), headers, body)
            server.calls.append(call)
            answer = BREAK if server.closed else server.answer(call)
            if answer == BREAK or server.closed:
                self.close_connection = True
                return
            status, content_type, content = answer[:3]
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            for name, value in answer[3] if len(answer) > 3 else ():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _any  # noqa: N815  named by http.server

    return Handler


def until(condition, *, within_s=10.0):
    """Return the first true answer; fails when there is none in time."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not within {within_s} s")
