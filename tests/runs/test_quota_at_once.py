"""The last place of a quota, asked for twice at once, on a database that threads share."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from leaderboard.runs.models import Job
from leaderboard.runs.retrying import retry
from leaderboard.runs.selectors import find_job
from leaderboard.runs.states import JobState
from leaderboard.runs.submitting import submit
from leaderboard.submissions.requests import SubmissionRequest
from leaderboard.submissions.services import Refused
from tests.factories import (
    NOW,
    ArtefactFactory,
    BenchmarkFactory,
    DeviceFactory,
    JobFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.runs.helpers import memory_broker


@pytest.fixture(autouse=True)
def last_place(monkeypatch, settings):
    settings.QUOTA = (1, timedelta(days=7))
    return memory_broker(monkeypatch)


def at_once(*works):
    """Do all at the same time, each in a thread of its own; return what each gave, or the codes of its refusal."""
    found, together = {}, threading.Barrier(len(works))

    def work(place, one):
        together.wait(timeout=20)
        try:
            found[place] = one()
        except Refused as refused:
            found[place] = [fault.code for fault in refused.faults]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[place] for place in range(len(works))]


def asking(key=""):
    """Return one's last wish as often as it is asked for; a key is the sender's word that it is the same."""
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu")
    user, sha256 = UserFactory(), ArtefactFactory().sha256
    model = {"name": "mlp", "licence": "MIT", "sha256": sha256}
    wish = SubmissionRequest(model=model, benchmark="digits", device="lab-cpu")
    return lambda: submit(request=wish, by=user, idempotency_key=key, now=NOW).pk


def test_of_two_submissions_one_takes_the_last_place(shared_database):
    work = asking()
    found = at_once(work, work, work)
    assert Job.objects.count() == 1
    assert sorted(map(str, found))[1:] == [str(["quota_used"])] * 2


def test_the_same_submission_twice_is_one_also_where_it_takes_the_last_place(shared_database):
    work = asking("once")
    found = at_once(work, work, work)
    assert Job.objects.count() == 1
    assert len(set(map(str, found))) == 1
    assert isinstance(found[0], int)


def test_a_retry_asked_for_twice_is_one_also_where_it_takes_the_last_place(shared_database):
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu")
    submission = SubmissionFactory(artefact=ArtefactFactory())
    uuid = JobFactory(submission=submission, state=JobState.CANCELLED).uuid

    def work():
        return retry(job=find_job(uuid), now=NOW).pk

    found = at_once(work, work, work)
    assert Job.objects.filter(state=JobState.QUEUED).count() == 1
    assert len(set(map(str, found))) == 1
    assert isinstance(found[0], int)
