"""A waiting job's place in line: before whom, on which devices, and from when on."""

import pytest

from leaderboard.devices.models import Health
from leaderboard.runs.line import place_in_line
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import NOW, AgentFactory, AttemptFactory, DeviceFactory, JobFactory, SubmissionFactory
from tests.runs.helpers import claimed, later, offered

pytestmark = pytest.mark.django_db


def waiting(minutes=0, **values):
    return JobFactory(created_at=later(minutes=minutes), **values)


def place(job):
    return place_in_line(job.uuid, now=NOW)


def test_those_before_it_wait_for_the_same_devices():
    device = DeviceFactory()
    first, second = waiting(0, device=device), waiting(1, device=None, device_class="cpu")
    waiting(2, device=DeviceFactory(kind="gpu"))
    third = waiting(3, device=device)
    assert [(place(job).position, place(job).of) for job in (first, second, third)] == [(1, 3), (2, 3), (3, 3)]
    assert [view.slug for view in place(third).devices] == [device.slug]


def test_who_had_less_of_late_comes_first():
    device = DeviceFactory()
    busy, calm = SubmissionFactory(), SubmissionFactory()
    done = JobFactory(submission=busy, state=JobState.PUBLISHED, device=device)
    AttemptFactory(job=done, state=AttemptState.DONE, dispatched_at=later(minutes=-5))
    early, late = waiting(0, device=device, submission=busy), waiting(1, device=device, submission=calm)
    assert (place(late).position, place(early).position) == (1, 2)


@pytest.mark.parametrize(
    "job", [lambda: claimed().job, lambda: offered().job, lambda: JobFactory(cancel_requested_at=NOW)]
)
def test_what_does_not_wait_has_no_place(job):
    assert place(job()) is None


@pytest.mark.parametrize(
    "changes", [{"health": Health.RETIRED}, {"runtimes": []}, {"cores": 0}, {"memory_bytes": 1}, {"kind": "gpu"}]
)
def test_a_device_that_cannot_take_it_is_none_of_its_devices(changes):
    fitting = DeviceFactory()
    DeviceFactory(**changes)
    job = waiting(device=None, device_class="cpu")
    assert [view.slug for view in place(job).devices] == [fitting.slug]


def test_where_nothing_fits_any_more_the_job_still_has_a_place():
    found = place(waiting(device=DeviceFactory(health=Health.RETIRED)))
    assert (found.position, found.of, found.devices, found.start) == (1, 1, (), None)
    assert "waits until one is" in found.start_note


def test_the_start_is_told_from_what_recent_jobs_took_there():
    device = DeviceFactory()
    for seconds in (60, 60, 60):
        AttemptFactory(
            job=JobFactory(device=device, state=JobState.PUBLISHED),
            state=AttemptState.DONE,
            finished_at=later(seconds=seconds),
        )
    waiting(0, device=device)
    span = place(waiting(1, device=device)).start
    assert (span.low_s, span.high_s, span.n) == (0, 60, 3)


def test_a_place_costs_six_queries_however_long_the_line(django_assert_num_queries):
    device = DeviceFactory()
    jobs = [waiting(minute, device=device) for minute in range(9)]
    with django_assert_num_queries(6):
        assert place(jobs[-1]).position == 9


def test_an_agent_that_is_away_leaves_no_lane():
    found = place(waiting(device=DeviceFactory(agent=AgentFactory(last_seen_at=None))))
    assert found.start is None
    assert "No fitting device is online" in found.start_note
