"""Hot queries on a populated PostgreSQL: none reads a large table from end to end.

What runs all the time (ticks, heartbeats, long polls) or has a reader waiting must not grow slower with history.
"""

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leaderboard.accounts.models import ApiToken
from leaderboard.accounts.services import user_of_token
from leaderboard.api.auth import AgentAuth
from leaderboard.boards import selectors
from leaderboard.boards.models import Entry
from leaderboard.queue.broker import ring_agent
from leaderboard.queue.models import Ticket
from leaderboard.queue.tickets import hand_out
from leaderboard.runs import dispatching, reaping, trace_checks
from leaderboard.runs.attempts import claim, heartbeat
from leaderboard.runs.models import Attempt, AttemptArtefact, Job
from leaderboard.runs.selectors import job_view, jobs_of
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import (
    NOW,
    AgentFactory,
    AttemptFactory,
    BoardFactory,
    JobFactory,
    fill_board,
    make_token,
)
from tests.runs.helpers import beat, claimed, later, memory_broker, offered

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
MANY = 5_000
LARGE = {"runs_job", "runs_attempt", "runs_result", "runs_attemptartefact", "boards_entry", "submissions_submission",
         "queue_ticket", "devices_agent", "accounts_apitoken"}  # fmt: skip


_LONG_AGO = "t.dispatched_at - (mod(j.id, 10000) + 2) * interval '1 hour'"


def multiply(row, count=MANY, *, beside="generate_series(1, %s) AS n(n)", where="", **expressions):
    """Insert copies of a row, one for each row of `beside`, with other SQL expressions in some columns."""
    table = row._meta.db_table
    columns = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    values = [expressions.get(column, f't."{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    sql = f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} t, {beside} WHERE t.id = %s {where}"
    parameters = [count, row.pk] if "%s" in beside else [row.pk]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@pytest.fixture
def history(monkeypatch):
    """Years of work: every job published, one attempt and one result each."""
    memory_broker(monkeypatch)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # to write it all may take a busy machine a while
    board = BoardFactory()
    fill_board(board, 1)
    entry = Entry.objects.select_related("result__attempt", "job", "submission").get()
    fresh = {"uuid": "gen_random_uuid()"}
    multiply(entry.submission, **fresh, idempotency_key="''")
    newer = f"submissions_submission s WHERE s.id > {entry.submission.pk}"
    multiply(entry.job, beside=f"(SELECT s.id FROM {newer}) s", **fresh, submission_id="s.id", state="'published'")
    jobs = f"(SELECT j.id, j.submission_id FROM runs_job j WHERE j.id > {entry.job.pk}) j"
    multiply(entry.result.attempt, beside=jobs, **fresh, job_id="j.id", state="'done'", dispatched_at=_LONG_AGO)
    attempts = f"(SELECT a.id, a.job_id FROM runs_attempt a WHERE a.id > {entry.result.attempt.pk}) a"
    multiply(entry.result, beside=attempts, attempt_id="a.id", job_id="a.job_id", payload="'{}'")
    results = (
        "(SELECT r.id, r.job_id, j.submission_id FROM runs_result r JOIN runs_job j ON j.id = r.job_id"
        f" WHERE r.id > {entry.result.pk}) r"
    )
    multiply(entry, beside=results, **fresh, result_id="r.id", job_id="r.job_id", submission_id="r.submission_id")
    file = AttemptArtefact.objects.create(
        attempt=entry.result.attempt, name="power.npz", sha256="", size_bytes=1, received_at=NOW, checked_at=NOW
    )
    multiply(file, beside=attempts, attempt_id="a.id")
    agent = AgentFactory()
    multiply(agent, **fresh, name="'old-' || n", secret_hash="md5(n::text)", last_seen_at="NULL")
    token, user = make_token()
    multiply(ApiToken.objects.get(user=user), token_hash="md5(n::text)")
    ring_agent(queue="agent.gone", attempt_id=str(uuid.uuid4()))
    multiply(Ticket.objects.get(), queue="'agent.' || n", task_id="gen_random_uuid()::text")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return token, entry


def full_reads(call):
    """Run the call; return (table, SQL) for each large table that one of its queries reads from end to end."""
    with CaptureQueriesContext(connection) as queries:
        call()
    found = []
    for sql in [query["sql"] for query in queries if query["sql"].startswith(("SELECT", "UPDATE", "DELETE"))]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql.replace('%', '%%')}")
            (plan,) = cursor.fetchone()
        plan = json.loads(plan) if isinstance(plan, str) else plan
        found += [(table, sql[:300]) for table in _scanned(plan[0]["Plan"]) if table in LARGE]
    assert len(queries), "the call asked nothing"
    return found


def _scanned(node):
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _scanned(child)


def test_the_check_sees_a_full_read(history):
    assert full_reads(lambda: list(Job.objects.filter(message="nothing has an index on this")))[0][0] == "runs_job"


def test_the_ticks_do_not_grow_with_history(history):
    for job in JobFactory.create_batch(3):
        assert job.state == JobState.QUEUED
    attempt = claimed(lease_expires_at=later(hours=-1))
    offered()
    for tick in (dispatching.dispatch, dispatching.re_ring, reaping.reap, reaping.sweep):
        assert full_reads(lambda tick=tick: tick(now=NOW)) == [], tick
    assert full_reads(trace_checks.sweep_unchecked) == []
    attempt.refresh_from_db()


def test_what_an_agent_asks_does_not_grow_with_history(history):
    attempt = offered()
    ring_agent(queue=attempt.agent.queue_name, attempt_id=str(attempt.uuid))
    key = uuid.uuid4()
    assert full_reads(lambda: hand_out(queues=[attempt.agent.queue_name], now=NOW)) == []
    assert full_reads(lambda: claim(agent=attempt.agent, attempt_id=attempt.uuid, claim_key=key, now=NOW)) == []
    attempt.refresh_from_db()
    beats = beat(attempt, offset=0, text="go")
    assert full_reads(lambda: heartbeat(agent=attempt.agent, attempt_id=attempt.uuid, request=beats, now=NOW)) == []
    assert full_reads(lambda: AgentAuth().authenticate(None, "a-secret")) == []


def test_what_a_reader_asks_does_not_grow_with_history(history):
    token, entry = history
    user = user_of_token(token, now=NOW)
    mine = JobFactory(submission__submitted_by=user)
    AttemptFactory(job=mine, state=AttemptState.LOST)
    assert full_reads(lambda: user_of_token(token, now=NOW)) == []
    assert full_reads(lambda: job_view(entry.job.uuid, user=None, now=NOW)) == []
    assert full_reads(lambda: jobs_of(user, now=NOW)) == []
    assert full_reads(lambda: selectors.board_view("digits", "")) == []
    assert Attempt.objects.count() > MANY
