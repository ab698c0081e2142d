"""Results: at most one counts, none that could be read is lost."""

import json
import threading
import uuid

import pytest
from django.db import connection

from leaderboard.protocol import FAILURES, Code, FailureKind
from leaderboard.queue.models import Ticket
from leaderboard.runs import reporting
from leaderboard.runs.attempts import NotYours
from leaderboard.runs.dispatching import dispatch
from leaderboard.runs.endings import end_attempt, request_cancel
from leaderboard.runs.models import Attempt, Job, Result
from leaderboard.runs.reporting import BadReport, NotCounted, reject_result, take_result
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import NOW, AgentFactory, DeviceFactory, JobFactory, make_report, make_result
from tests.runs.helpers import claimed, delivery, failed_report, later

pytestmark = pytest.mark.django_db
INFRA = [code for code, failure in FAILURES.items() if failure.kind != FailureKind.OUTCOME]


def _take(attempt, request=None, now=NOW):
    return take_result(agent=attempt.agent, attempt_id=attempt.uuid, request=request or delivery(attempt), now=now)


def _states(attempt):
    attempt.refresh_from_db()
    attempt.job.refresh_from_db()
    return attempt.state, attempt.job.state


def test_a_measurement_is_taken_once_and_sent_to_scoring(rings, django_capture_on_commit_callbacks):
    attempt = claimed()
    with django_capture_on_commit_callbacks(execute=True):
        assert _take(attempt) is True

    result = Result.objects.get()
    assert result.accepted
    assert _states(attempt) == (AttemptState.DONE, JobState.VERIFYING)
    assert rings() == [("perwatt.score", {"result_id": result.pk})]


def test_the_same_bytes_again_are_the_same_result():
    attempt = claimed()
    request = delivery(attempt)
    assert [_take(attempt, request), _take(attempt, request)] == [True, False]
    assert Result.objects.count() == 1


def test_other_bytes_for_the_same_attempt_do_not_count():
    attempt = claimed()
    _take(attempt)
    with pytest.raises(NotCounted):
        _take(attempt, delivery(attempt, make_report(attempt.uuid, warnings=("another",))))
    assert Result.objects.count() == 1


def test_an_outcome_of_the_model_fails_the_job_and_is_not_scored(rings, django_capture_on_commit_callbacks):
    attempt = claimed()
    with django_capture_on_commit_callbacks(execute=True):
        assert _take(attempt, delivery(attempt, failed_report(attempt))) is True

    assert _states(attempt) == (AttemptState.FAILED, JobState.FAILED)
    assert (attempt.job.code, attempt.job.message) == (Code.OUT_OF_MEMORY, "killed at 4 GiB")
    assert rings() == [("perwatt.dispatch", {})]


@pytest.mark.parametrize("code", INFRA)
def test_a_failure_that_is_not_the_models_is_no_result(code):
    attempt = claimed()
    with pytest.raises(BadReport, match="abandon"):
        _take(attempt, delivery(attempt, failed_report(attempt, code)))
    assert _states(attempt) == (AttemptState.CLAIMED, JobState.RUNNING)


def _with(attempt, *path, value):
    """The report's JSON with one value changed."""
    data = json.loads(make_report(attempt.uuid).model_dump_json())
    part = data
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    "path, value",
    [
        (("measured", "load_s"), float("nan")),
        (("measured", "load_s"), float("inf")),
        (("measured", "repeats", 0, "energy", 0, "joules"), float("-inf")),
        (("measured", "repeats", 0, "energy", 0, "joules"), 0),
        (("measured", "repeats", 0, "energy", 0, "joules"), -1.5),
        (("measured", "repeats", 0, "calls"), 2**31),
        (("measured", "repeats"), []),
        (("measured", "answers"), []),
        (("measured", "memory_peak_bytes"), 2**63),
        (("measured",), None),
        (("failed",), {"code": "crashed", "message": "and a measurement"}),
        (("failed",), {"code": "bored", "message": ""}),
        (("attempt_id",), str(uuid.UUID(int=1))),
        (("protocol_version",), 999),
        (("protocol_version",), "one"),
    ],
)
def test_a_report_that_cannot_be_true_is_refused_and_the_attempt_goes_on(path, value):
    attempt = claimed()
    with pytest.raises(BadReport):
        _take(attempt, delivery(attempt, payload=_with(attempt, *path, value=value)))
    assert not Result.objects.exists()
    assert _states(attempt) == (AttemptState.CLAIMED, JobState.RUNNING)


@pytest.mark.parametrize(
    "payload",
    ["{", "[]", "null", '"x"', "\x00", "[" * 10_000, '{"attempt_id": ' + "9" * 5000 + "}", '{"a": 1e999}', " "],
)
def test_a_payload_that_is_no_report_is_refused(payload):
    attempt = claimed()
    with pytest.raises(BadReport):
        _take(attempt, delivery(attempt, payload=payload))


def test_a_payload_without_its_digest_is_refused():
    attempt = claimed()
    with pytest.raises(BadReport, match="digest"):
        _take(attempt, delivery(attempt, sha256="0" * 64))


def test_a_newer_agent_may_say_more_than_this_server_reads():
    attempt = claimed()
    assert _take(attempt, delivery(attempt, payload=_with(attempt, "colour", value="green"))) is True


def test_a_result_with_the_wrong_key_or_by_another_agent_is_refused():
    attempt = claimed()
    with pytest.raises(NotYours):
        _take(attempt, delivery(attempt, claim_key=uuid.uuid4()))
    with pytest.raises(NotYours):
        take_result(agent=AgentFactory(), attempt_id=attempt.uuid, request=delivery(attempt), now=NOW)


def test_bytes_that_another_sender_delivered_a_moment_earlier_are_the_same_result(monkeypatch):
    """The other sender comes between the look for an earlier result and the transaction that writes this one."""
    attempt = claimed()
    request, count, answers = delivery(attempt), reporting._count, []

    def other_first(*args, **values):
        monkeypatch.setattr(reporting, "_count", count)
        answers.append(_take(attempt, request))
        return count(*args, **values)

    monkeypatch.setattr(reporting, "_count", other_first)
    answers.append(_take(attempt, request))

    assert answers == [True, False]
    assert Result.objects.get().accepted


def test_the_same_bytes_sent_by_many_at_once_are_taken_once_and_refused_to_nobody(shared_database):
    attempt = claimed()
    request = delivery(attempt)
    answers = _all_at_once(*[lambda: _take(attempt, request)] * 4)

    assert sorted(answers) == [False, False, False, True]
    assert Result.objects.count() == 1


def test_of_two_attempts_at_once_one_result_counts_and_the_other_is_kept(shared_database):
    first = claimed(job=JobFactory(state=JobState.RUNNING, device=None, device_class="cpu"))
    end_attempt(attempt=first, code=Code.LOST, message="", now=NOW)
    Job.objects.filter(pk=first.job_id).update(state=JobState.RUNNING)
    second = claimed(job=first.job, number=2, device=DeviceFactory())
    Attempt.objects.filter(pk=second.pk).update(claimed_at=NOW)

    answers = _all_at_once(lambda: _take(first), lambda: _take(second))

    assert sorted(map(str, answers)) == sorted(["True", str(next(a for a in answers if isinstance(a, NotCounted)))])
    assert Result.objects.filter(accepted=True).get().attempt == second
    assert Result.objects.filter(accepted=False).get().attempt == first


def _all_at_once(*calls):
    start, answers = threading.Barrier(len(calls)), []

    def run(call):
        try:
            start.wait(10)
            answers.append(call())
        except Exception as error:  # noqa: BLE001  whatever a thread hits must reach the test
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


# --- late


def _lost(**values):
    attempt = claimed(**values)
    end_attempt(attempt=attempt, code=Code.LOST, message="silent", now=NOW)
    return attempt


def test_a_late_result_counts_while_nobody_else_began():
    attempt = _lost()
    assert _take(attempt) is True
    assert _states(attempt) == (AttemptState.DONE, JobState.VERIFYING)


def test_a_late_outcome_counts_while_nobody_else_began():
    attempt = _lost()
    assert _take(attempt, delivery(attempt, failed_report(attempt))) is True
    assert _states(attempt) == (AttemptState.FAILED, JobState.FAILED)


def test_a_late_result_withdraws_the_offer_that_followed():
    attempt = _lost()
    dispatch(now=NOW)
    offer = Attempt.objects.get(state=AttemptState.DISPATCHED)

    assert _take(attempt) is True

    offer.refresh_from_db()
    assert (offer.state, offer.code) == (AttemptState.CANCELLED, Code.CANCELLED)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("state", [AttemptState.CLAIMED, AttemptState.LOST, AttemptState.FAILED])
def test_a_late_result_is_kept_but_does_not_count_once_a_newer_attempt_was_claimed(state):
    attempt = _lost(job=JobFactory(state=JobState.RUNNING, device=None, device_class="cpu"))
    newer = claimed(job=attempt.job, number=2, device=DeviceFactory())
    Attempt.objects.filter(pk=newer.pk).update(state=state)
    Job.objects.filter(pk=attempt.job_id).update(state=JobState.RUNNING)

    with pytest.raises(NotCounted):
        _take(attempt)

    assert Result.objects.get().accepted is False
    assert _states(attempt) == (AttemptState.LOST, JobState.RUNNING)
    newer.refresh_from_db()
    assert newer.state == state


def test_a_late_result_that_does_not_count_may_be_sent_again_and_is_kept_once():
    attempt = _lost(job=JobFactory(state=JobState.RUNNING, cancel_requested_at=NOW))
    for _ in range(2):
        with pytest.raises(NotCounted):
            _take(attempt)
    assert Result.objects.count() == 1
    assert _states(attempt) == (AttemptState.LOST, JobState.CANCELLED)


@pytest.mark.parametrize("state", [AttemptState.FAILED, AttemptState.CANCELLED])
def test_a_result_of_an_attempt_that_ended_otherwise_is_kept_only(state):
    attempt = claimed()
    Attempt.objects.filter(pk=attempt.pk).update(state=state)
    with pytest.raises(NotCounted):
        _take(attempt)
    assert Result.objects.get().accepted is False


def test_a_result_that_beats_the_cancel_counts():
    attempt = claimed()
    request_cancel(job=attempt.job, now=NOW)
    assert _take(attempt, now=later(seconds=1)) is True
    assert request_cancel(job=attempt.job, now=later(seconds=2)) == JobState.VERIFYING


def test_a_result_that_cannot_be_scored_fails_its_job_and_is_kept():
    result = make_result()
    reject_result(result=result, code=Code.INVALID_REPORT, message="no answers", now=NOW)
    result.job.refresh_from_db()
    assert (result.job.state, result.job.code) == (JobState.FAILED, Code.INVALID_REPORT)
    assert Result.objects.get().accepted
