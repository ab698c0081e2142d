"""What the tests of jobs and attempts say often."""

import json
import uuid
from datetime import timedelta
from hashlib import sha256

from celery import Celery

from leaderboard.protocol import Code, Failed, HeartbeatRequest, LogChunk, Phase, ResultRequest
from leaderboard.queue import broker
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import NOW, AttemptFactory, JobFactory, make_report


def memory_broker(monkeypatch):
    app = Celery(f"test-{uuid.uuid4()}", broker="memory://", set_as_current=False)
    app.conf.update(task_serializer="json", task_ignore_result=True, task_default_queue=f"q-{uuid.uuid4()}")
    monkeypatch.setattr(broker, "server_app", app)

    def take():
        taken = []
        with app.connection_for_read() as connection, connection.SimpleQueue(app.conf.task_default_queue) as queue:
            while queue.qsize():
                message = queue.get_nowait()
                message.ack()
                taken.append((message.headers["task"], json.loads(message.body)[1]))
        return taken

    return take


def later(**duration):
    return NOW + timedelta(**duration)


def claimed(**values):
    """A claimed attempt whose job is running."""
    return AttemptFactory(state=AttemptState.CLAIMED, **values)


def offered(**values):
    """An offered attempt whose job still waits."""
    values.setdefault("job", JobFactory(state=JobState.QUEUED))
    return AttemptFactory(state=AttemptState.DISPATCHED, **values)


def beat(attempt, *, offset=None, text="", **values):
    log = None if offset is None else LogChunk(offset=offset, text=text)
    values = {"claim_key": attempt.claim_key, "phase": Phase.MEASURING, "progress": 0.5, "log": log} | values
    return HeartbeatRequest(**values)


def delivery(attempt, report=None, *, payload=None, **changes):
    payload = payload or (report or make_report(attempt.uuid)).model_dump_json()
    values = {
        "claim_key": attempt.claim_key,
        "sha256": sha256(payload.encode()).hexdigest(),
        "payload": payload,
    }
    return ResultRequest(**(values | changes))


def failed_report(attempt, code=Code.OUT_OF_MEMORY):
    return make_report(attempt.uuid, failed=Failed(code=code, message="killed at 4 GiB"))
