"""What must never happen is refused by the database itself, whatever the code does."""

import pytest
from django.db import IntegrityError

from leaderboard.runs.models import Attempt, AttemptArtefact, Job, Result
from leaderboard.runs.states import ACTIVE_ATTEMPT, AttemptState, JobState
from tests.factories import NOW, AttemptFactory, DeviceFactory, JobFactory, make_result
from tests.runs.helpers import claimed, offered

pytestmark = pytest.mark.django_db


def _number(attempt, number, **values):
    return AttemptFactory(job=attempt.job, number=number, **values)


@pytest.mark.parametrize("first", ACTIVE_ATTEMPT)
@pytest.mark.parametrize("second", ACTIVE_ATTEMPT)
def test_one_active_attempt_per_job(first, second):
    attempt = AttemptFactory(state=first)
    with pytest.raises(IntegrityError, match=r"runs_attempt.job_id|one_active_attempt_per_job"):
        _number(attempt, 2, state=second, device=DeviceFactory())


@pytest.mark.parametrize("first", ACTIVE_ATTEMPT)
@pytest.mark.parametrize("second", ACTIVE_ATTEMPT)
def test_one_active_attempt_per_machine(first, second):
    attempt = AttemptFactory(state=first)
    gpu = DeviceFactory(agent=attempt.agent, key="gpu0", kind="gpu")
    with pytest.raises(IntegrityError, match=r"runs_attempt.agent_id|one_active_attempt_per_machine"):
        AttemptFactory(job=JobFactory(device=gpu), state=second)


@pytest.mark.parametrize("state", set(AttemptState) - set(ACTIVE_ATTEMPT))
def test_an_ended_attempt_blocks_neither_job_nor_machine(state):
    attempt = AttemptFactory(state=state)
    assert _number(attempt, 2, state=AttemptState.DISPATCHED).pk


def test_one_attempt_per_job_and_number():
    attempt = AttemptFactory(state=AttemptState.LOST)
    with pytest.raises(IntegrityError, match="number"):
        _number(attempt, 1)


@pytest.mark.parametrize("field", ["claim_key", "lease_expires_at", "deadline_at"])
def test_a_claimed_attempt_has_a_key_and_a_lease(field):
    with pytest.raises(IntegrityError, match="a_claimed_attempt_has_a_key_and_a_lease"):
        claimed(**{field: None})


def test_an_offer_needs_no_key():
    assert offered().claim_key is None


@pytest.mark.parametrize("changes", [{"device": None}, {"device_class": "cpu"}])
def test_a_job_names_a_device_or_a_class(changes):
    with pytest.raises(IntegrityError, match="a_job_names_a_device_or_a_class"):
        JobFactory(**changes)


def test_one_retry_per_job():
    job = JobFactory()
    JobFactory(retry_of=job)
    with pytest.raises(IntegrityError, match=r"runs_job.retry_of_id|one_retry_per_job"):
        JobFactory(retry_of=job)


def test_one_accepted_result_per_job():
    result = make_result()
    attempt = _number(result.attempt, 2, state=AttemptState.DONE)
    values = {"attempt": attempt, "job": result.job, "sha256": "0" * 64, "payload": "{}", "received_at": NOW}
    with pytest.raises(IntegrityError, match=r"runs_result.job_id|one_accepted_result_per_job"):
        Result.objects.create(**values, accepted=True)


def test_a_second_result_that_does_not_count_is_kept():
    result = make_result()
    attempt = _number(result.attempt, 2, state=AttemptState.DONE)
    values = {"attempt": attempt, "job": result.job, "sha256": "0" * 64, "payload": "{}", "received_at": NOW}
    assert Result.objects.create(**values, accepted=False).pk


def test_one_result_per_attempt():
    result = make_result()
    values = {"job": result.job, "sha256": "0" * 64, "payload": "{}", "received_at": NOW}
    with pytest.raises(IntegrityError):
        Result.objects.create(attempt=result.attempt, accepted=False, **values)


def test_a_measured_job_cannot_be_deleted_with_its_history():
    from django.db.models import ProtectedError

    result = make_result()
    for row in (result.job, result.attempt, result.job.submission):
        with pytest.raises(ProtectedError):
            row.delete()
    assert (Job.objects.count(), Attempt.objects.count()) == (1, 1)
    assert result.job.state == JobState.VERIFYING


def test_one_artefact_per_attempt_and_name():
    values = {"attempt": claimed(), "name": "power.npz", "size_bytes": 1, "received_at": NOW}
    AttemptArtefact.objects.create(sha256="0" * 64, **values)
    with pytest.raises(IntegrityError, match=r"name|one_artefact_per_attempt_and_name"):
        AttemptArtefact.objects.create(sha256="1" * 64, **values)


def test_an_attempts_artefact_has_bytes():
    values = {"attempt": claimed(), "name": "power.npz", "sha256": "0" * 64, "received_at": NOW}
    with pytest.raises(IntegrityError, match="an_attempts_artefact_has_bytes"):
        AttemptArtefact.objects.create(size_bytes=0, **values)
