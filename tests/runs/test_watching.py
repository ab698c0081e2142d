"""What watchers of jobs are told, and what it costs to ask again and again."""

import pytest

from leaderboard.runs.states import JobState
from leaderboard.runs.watching import Steps, glimpses
from tests.factories import NOW, DeviceFactory, JobFactory
from tests.runs.helpers import claimed, later
from tests.runs.test_overdue import past

pytestmark = pytest.mark.django_db


def test_a_job_is_late_from_its_time_on_and_no_longer_in_its_next_step():
    device, steps = DeviceFactory(), Steps()
    past(device, waited_s=100, took_s=300)
    job = JobFactory(device=device, state_since=NOW)

    def late(seconds):
        return glimpses([job.uuid], now=later(seconds=seconds), steps=steps)[job.uuid].late

    assert [late(seconds) and late(seconds).step for seconds in (0, 200, 201, 900)] == [
        None,
        None,
        "waiting",
        "waiting",
    ]
    claimed(job=job, claimed_at=later(seconds=900))
    type(job).objects.update(state=JobState.RUNNING, state_since=later(seconds=900))
    assert late(1000) is None
    assert late(1501).step == "running"


def test_the_time_of_a_step_is_asked_for_once(django_assert_num_queries):
    job, steps = JobFactory(state_since=NOW), Steps()
    past(job.device)
    glimpses([job.uuid], now=NOW, steps=steps)
    with django_assert_num_queries(4):
        glimpses([job.uuid], now=later(days=1), steps=steps)
    glimpses([], now=NOW, steps=steps)
    with django_assert_num_queries(6):
        glimpses([job.uuid], now=NOW, steps=steps)
