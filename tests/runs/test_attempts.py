"""What agents say of their attempts: each verb, each verb said again, and each verb said by the wrong one."""

import threading
import uuid

import pytest
from django.db import connection

from leaderboard.protocol import Code, Phase, SyncVerdict
from leaderboard.queue.models import Ticket
from leaderboard.runs import attempts as attempts_module
from leaderboard.runs.attempts import NotYours, abandon, claim, heartbeat, settle_after_sync
from leaderboard.runs.dispatching import dispatch, ring_again
from leaderboard.runs.endings import request_cancel
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.selectors import job_view
from leaderboard.runs.specs import may_fetch
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.runs.timers import LEASE, MAX_CLAIMS, MAX_INFRA_TRIES, MAX_LOG_CHARACTERS
from tests.factories import NOW, AgentFactory, AttemptFactory, DeviceFactory, JobFactory
from tests.runs.helpers import beat, claimed, later, offered

pytestmark = pytest.mark.django_db

ENDED = (AttemptState.DONE, AttemptState.FAILED, AttemptState.CANCELLED, AttemptState.LOST)


# --- claim


def test_a_claim_starts_the_job_and_tears_the_ticket_up():
    JobFactory()
    dispatch(now=NOW)
    attempt, key = Attempt.objects.get(), uuid.uuid4()

    spec = claim(agent=attempt.agent, attempt_id=attempt.uuid, claim_key=key, now=NOW)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.claim_key, attempt.lease_expires_at) == (AttemptState.CLAIMED, key, NOW + LEASE)
    assert attempt.job.state == JobState.RUNNING
    assert not Ticket.objects.exists()
    assert spec.deadline_at == attempt.deadline_at == later(minutes=12)
    assert spec.model.file.path == f"/agent/v1/blobs/{attempt.job.submission.artefact.sha256}"
    assert spec.limits.memory_bytes == attempt.device.memory_bytes // 2


def test_the_spec_never_holds_the_answer_key():
    attempt = offered()
    spec = claim(agent=attempt.agent, attempt_id=attempt.uuid, claim_key=uuid.uuid4(), now=NOW)
    assert attempt.job.benchmark.answers_sha256 not in spec.model_dump_json()


def test_the_same_claim_again_gets_the_same_answer_later():
    attempt, key = offered(), uuid.uuid4()
    first = claim(agent=attempt.agent, attempt_id=attempt.uuid, claim_key=key, now=NOW)
    again = claim(agent=attempt.agent, attempt_id=attempt.uuid, claim_key=key, now=later(minutes=3))

    assert again.model_dump(exclude={"server_time"}) == first.model_dump(exclude={"server_time"})


def test_a_claim_with_another_key_is_refused():
    attempt = claimed()
    with pytest.raises(NotYours):
        claim(agent=attempt.agent, attempt_id=attempt.uuid, claim_key=uuid.uuid4(), now=NOW)


def test_a_claim_by_another_agent_is_refused():
    attempt = offered()
    with pytest.raises(NotYours):
        claim(agent=AgentFactory(), attempt_id=attempt.uuid, claim_key=uuid.uuid4(), now=NOW)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.DISPATCHED


def test_an_offer_withdrawn_before_the_claim_is_refused_and_its_job_stays_cancelled():
    attempt = offered()
    assert request_cancel(job=attempt.job, now=NOW) == JobState.CANCELLED

    with pytest.raises(NotYours):
        claim(agent=attempt.agent, attempt_id=attempt.uuid, claim_key=uuid.uuid4(), now=NOW)

    attempt.job.refresh_from_db()
    assert attempt.job.state == JobState.CANCELLED


@pytest.mark.parametrize("state", ENDED)
def test_a_ticket_left_over_from_an_ended_attempt_is_torn_up_by_the_claim_that_fails(state):
    attempt = offered()
    ring_again(attempt, now=NOW)
    Attempt.objects.filter(pk=attempt.pk).update(state=state)

    with pytest.raises(NotYours):
        claim(agent=attempt.agent, attempt_id=attempt.uuid, claim_key=uuid.uuid4(), now=NOW)

    assert not Ticket.objects.exists()


def test_the_same_claim_twice_at_once_is_one_claim_with_two_answers(shared_database):
    attempt, key = offered(), uuid.uuid4()
    start, answers = threading.Barrier(3), []

    def run():
        try:
            start.wait(10)
            answers.append(claim(agent=attempt.agent, attempt_id=attempt.uuid, claim_key=key, now=NOW))
        except Exception as error:  # noqa: BLE001  whatever a thread hits must reach the test
            answers.append(error)
        finally:
            connection.close()

    _all_at_once(run, 3)

    assert [answer.attempt_id for answer in answers] == [attempt.uuid] * 3


def test_different_claims_at_once_have_one_winner(shared_database):
    attempt = offered()
    start, answers = threading.Barrier(3), []

    def run():
        try:
            start.wait(10)
            answers.append(claim(agent=attempt.agent, attempt_id=attempt.uuid, claim_key=uuid.uuid4(), now=NOW))
        except NotYours as error:
            answers.append(error)
        finally:
            connection.close()

    _all_at_once(run, 3)

    assert sum(isinstance(answer, NotYours) for answer in answers) == 2


def _all_at_once(run, count):
    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


# --- heartbeat


def test_a_heartbeat_extends_the_lease_also_one_that_has_passed():
    attempt = claimed()
    for minutes in (1, 9):
        answer = heartbeat(
            agent=attempt.agent, attempt_id=attempt.uuid, request=beat(attempt), now=later(minutes=minutes)
        )
        assert answer.lease_expires_at == later(minutes=minutes) + LEASE
    attempt.refresh_from_db()
    assert attempt.lease_expires_at == later(minutes=9) + LEASE
    assert (attempt.phase, attempt.progress) == (Phase.MEASURING, 0.5)


@pytest.mark.parametrize("state", ENDED)
def test_a_heartbeat_of_an_ended_attempt_is_refused(state):
    attempt = claimed()
    Attempt.objects.filter(pk=attempt.pk).update(state=state)
    with pytest.raises(NotYours):
        heartbeat(agent=attempt.agent, attempt_id=attempt.uuid, request=beat(attempt), now=NOW)


def test_a_heartbeat_with_another_key_or_by_another_agent_is_refused():
    attempt = claimed()
    for agent, request in ((attempt.agent, beat(attempt, claim_key=uuid.uuid4())), (AgentFactory(), beat(attempt))):
        with pytest.raises(NotYours):
            heartbeat(agent=agent, attempt_id=attempt.uuid, request=request, now=NOW)


def test_a_heartbeat_hears_of_a_cancel():
    attempt = claimed()
    assert request_cancel(job=attempt.job, now=NOW) == JobState.RUNNING

    assert heartbeat(agent=attempt.agent, attempt_id=attempt.uuid, request=beat(attempt), now=NOW).cancel


def test_a_heartbeat_beside_the_result_that_ends_its_attempt_is_answered(monkeypatch):
    attempt = claimed()
    append = attempts_module._append_log

    def append_then_end(*args):
        append(*args)
        Attempt.objects.move(attempt.pk, AttemptState.DONE, now=NOW)

    monkeypatch.setattr(attempts_module, "_append_log", append_then_end)

    request = beat(attempt, offset=0, text="last words")
    assert heartbeat(agent=attempt.agent, attempt_id=attempt.uuid, request=request, now=NOW).log_offset == 10


def _log(attempt, *chunks):
    """Send chunks of (offset, text); return the answers' offsets and the log that is kept."""
    offsets = [
        heartbeat(
            agent=attempt.agent, attempt_id=attempt.uuid, request=beat(attempt, offset=offset, text=text), now=NOW
        ).log_offset
        for offset, text in chunks
    ]
    attempt.refresh_from_db()
    return offsets, attempt.log


@pytest.mark.parametrize(
    "chunks, offsets, kept",
    [
        ([(0, "abc"), (3, "def")], [3, 6], "abcdef"),
        ([(0, "abc"), (0, "abc")], [3, 3], "abc"),  # said again
        ([(0, "abc"), (0, "abcdef")], [3, 6], "abcdef"),  # said again with more
        ([(0, "abc"), (1, "bcde")], [3, 5], "abcde"),  # overlap
        ([(0, "abc"), (9, "xyz")], [3, 3], "abc"),  # a gap: the agent hears where to go on
        ([(0, "abcdef"), (1, "b")], [6, 6], "abcdef"),  # an old piece
        ([(0, "a\x00b"), (3, "c")], [3, 4], "a\ufffdbc"),  # NUL is no text for a database
        ([(0, "ä€😀"), (3, "z")], [3, 4], "ä€😀z"),  # offsets count characters, not bytes
        ([(0, "")], [0], ""),
    ],
)
def test_the_log_takes_only_what_continues_it(chunks, offsets, kept):
    assert _log(claimed(), *chunks) == (offsets, kept)


def test_the_log_stops_at_its_cap_and_the_agent_goes_on():
    attempt = claimed(log="x" * (MAX_LOG_CHARACTERS - 2))
    offsets, kept = _log(attempt, (MAX_LOG_CHARACTERS - 2, "abcd"), (MAX_LOG_CHARACTERS + 2, "efgh"))

    assert offsets == [MAX_LOG_CHARACTERS + 2, MAX_LOG_CHARACTERS + 6]
    assert len(kept) == MAX_LOG_CHARACTERS
    assert kept.endswith("xab")


def test_a_heartbeat_notes_when_a_phase_was_first_heard_of():
    attempt = claimed()
    for minute, phase in enumerate((Phase.PREPARING, Phase.PREPARING, Phase.BASELINE, Phase.MEASURING)):
        request, now = beat(attempt, phase=phase), later(minutes=minute)
        heartbeat(agent=attempt.agent, attempt_id=attempt.uuid, request=request, now=now)
    heard = [(one.phase, one.at) for one in job_view(attempt.job.uuid, user=None, now=NOW).attempts[0].phases]
    assert heard == [("preparing", NOW), ("baseline", later(minutes=2)), ("measuring", later(minutes=3))]


# --- abandon


def _abandon(attempt, code, **values):
    values = {"agent": attempt.agent, "attempt_id": attempt.uuid, "claim_key": attempt.claim_key} | values
    abandon(**values, code=code, reason="because", now=NOW)
    attempt.refresh_from_db()
    attempt.job.refresh_from_db()
    return attempt.state, attempt.job.state, attempt.job.infra_tries


def test_an_outcome_fails_the_job_at_once():
    attempt = claimed()
    assert _abandon(attempt, Code.TIMEOUT) == (AttemptState.FAILED, JobState.FAILED, 0)
    assert (attempt.job.code, attempt.job.message) == (Code.TIMEOUT, "because")


def test_infra_sends_the_job_back_and_asks_for_a_dispatch(rings, django_capture_on_commit_callbacks):
    attempt = claimed()
    with django_capture_on_commit_callbacks(execute=True):
        assert _abandon(attempt, Code.DISK_FULL) == (AttemptState.FAILED, JobState.QUEUED, 1)
    assert rings() == [("perwatt.dispatch", {})]


def test_the_third_infra_try_fails_the_job():
    attempt = claimed(job=JobFactory(state=JobState.RUNNING, infra_tries=2))
    assert _abandon(attempt, Code.AGENT_ERROR) == (AttemptState.FAILED, JobState.FAILED, 3)


def test_a_cancel_that_was_asked_for_cancels_the_job():
    attempt = claimed()
    request_cancel(job=attempt.job, now=NOW)
    assert _abandon(attempt, Code.CANCELLED) == (AttemptState.CANCELLED, JobState.CANCELLED, 0)


def test_infra_after_a_cancel_was_asked_for_cancels_the_job():
    attempt = claimed()
    request_cancel(job=attempt.job, now=NOW)
    assert _abandon(attempt, Code.AGENT_STOPPED)[:2] == (AttemptState.FAILED, JobState.CANCELLED)


def test_a_cancel_that_nobody_asked_for_counts_as_a_try():
    attempt = claimed()
    assert _abandon(attempt, Code.CANCELLED) == (AttemptState.FAILED, JobState.QUEUED, 1)
    assert attempt.code == Code.AGENT_ERROR


def test_giving_back_twice_counts_once():
    attempt = claimed()
    _abandon(attempt, Code.NOISY_MACHINE)
    assert _abandon(attempt, Code.NOISY_MACHINE) == (AttemptState.FAILED, JobState.QUEUED, 1)


def test_a_machine_may_be_restarted_more_often_than_infra_may_fail():
    job = JobFactory(state=JobState.RUNNING)
    for number in range(1, MAX_INFRA_TRIES + 3):
        Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
        assert _abandon(claimed(job=job, number=number), Code.AGENT_STOPPED) == (
            AttemptState.FAILED,
            JobState.QUEUED,
            0,
        )


def test_a_job_that_takes_its_agent_down_each_time_is_given_up():
    job = JobFactory(state=JobState.RUNNING)
    for number in range(1, MAX_CLAIMS):
        AttemptFactory(job=job, number=number, state=AttemptState.FAILED)
    assert _abandon(claimed(job=job, number=MAX_CLAIMS), Code.AGENT_STOPPED)[1] == JobState.FAILED


def test_giving_back_what_was_never_ours_is_refused():
    attempt = claimed()
    for values in ({"agent": AgentFactory()}, {"claim_key": uuid.uuid4()}, {"attempt_id": uuid.uuid4()}):
        with pytest.raises(NotYours):
            _abandon(attempt, Code.AGENT_ERROR, **values)


@pytest.mark.parametrize("code", [Code.AGENT_STOPPED, Code.CRASHED])
def test_giving_back_a_lost_attempt_leaves_the_one_that_followed_alone(code):
    lost = claimed(job=JobFactory(state=JobState.RUNNING, infra_tries=1, device=None, device_class="cpu"))
    Attempt.objects.filter(pk=lost.pk).update(state=AttemptState.LOST)
    newer = claimed(job=lost.job, number=2, device=DeviceFactory())

    assert _abandon(lost, code) == (AttemptState.LOST, JobState.RUNNING, 1)
    newer.refresh_from_db()
    assert newer.state == AttemptState.CLAIMED


# --- sync


def _sync(agent, running=(), spooled=()):
    verdicts = settle_after_sync(agent=agent, running=running, spooled=spooled, now=NOW)
    return {item.attempt_id: item.verdict for item in verdicts}


def test_a_running_attempt_that_is_still_wanted_goes_on():
    attempt = claimed()
    assert _sync(attempt.agent, running=[attempt.uuid]) == {attempt.uuid: SyncVerdict.CONTINUE}


def test_a_running_attempt_whose_job_is_to_be_cancelled_is_cancelled():
    attempt = claimed()
    request_cancel(job=attempt.job, now=NOW)
    assert _sync(attempt.agent, running=[attempt.uuid]) == {attempt.uuid: SyncVerdict.CANCEL}


@pytest.mark.parametrize("state", ENDED)
def test_a_running_attempt_that_ended_here_is_abandoned(state):
    attempt = claimed()
    Attempt.objects.filter(pk=attempt.pk).update(state=state)
    assert _sync(attempt.agent, running=[attempt.uuid]) == {attempt.uuid: SyncVerdict.ABANDON}


def test_attempts_nobody_here_knows_or_of_another_agent_are_abandoned():
    foreign, unknown = claimed(), uuid.uuid4()
    verdicts = _sync(AgentFactory(), running=[foreign.uuid, unknown], spooled=[uuid.uuid4()])
    assert set(verdicts.values()) == {SyncVerdict.ABANDON}
    foreign.refresh_from_db()
    assert foreign.state == AttemptState.CLAIMED


@pytest.mark.parametrize("state", [AttemptState.CLAIMED, *ENDED])
def test_a_spooled_result_is_always_wanted(state):
    attempt = claimed()
    Attempt.objects.filter(pk=attempt.pk).update(state=state)
    assert _sync(attempt.agent, spooled=[attempt.uuid]) == {attempt.uuid: SyncVerdict.UPLOAD}


def test_what_the_agent_no_longer_holds_is_over_at_once():
    attempt = claimed()
    assert _sync(attempt.agent) == {}
    attempt.refresh_from_db()
    attempt.job.refresh_from_db()
    assert (attempt.state, attempt.code) == (AttemptState.FAILED, Code.AGENT_STOPPED)
    assert (attempt.job.state, attempt.job.infra_tries) == (JobState.QUEUED, 0)


def test_an_offer_that_waits_is_rung_again():
    attempt = offered()
    _sync(attempt.agent)
    assert Ticket.objects.get().task_id == str(attempt.uuid)


# --- files


def test_an_agent_may_fetch_model_and_inputs_of_what_it_measures_and_nothing_else():
    attempt = claimed()
    benchmark, artefact = attempt.job.benchmark, attempt.job.submission.artefact
    fetch = {name: may_fetch(agent_id=attempt.agent_id, sha256=name) for name in (
        artefact.sha256, benchmark.inputs_sha256, benchmark.answers_sha256, "0" * 64, "", "../secret-key"
    )}  # fmt: skip
    assert [name for name, allowed in fetch.items() if allowed] == [artefact.sha256, benchmark.inputs_sha256]


@pytest.mark.parametrize("state", [AttemptState.DISPATCHED, *ENDED])
def test_files_are_only_for_running_attempts(state):
    attempt = claimed()
    Attempt.objects.filter(pk=attempt.pk).update(state=state)
    assert not may_fetch(agent_id=attempt.agent_id, sha256=attempt.job.submission.artefact.sha256)
