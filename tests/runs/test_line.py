"""A waiting job's place in line: before whom, on which devices, and from when on."""

import pytest

from leaderboard.devices.models import Health
from leaderboard.devices.selectors import device_list
from leaderboard.health.planning import PRIORITY
from leaderboard.runs.line import place_in_line
from leaderboard.runs.rivals import Wish, before_a_new_one, line, takers_of
from leaderboard.runs.states import AttemptState, JobState
from leaderboard.submissions.places import Needs
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
    assert "waits until one is there" in found.start_note


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


def test_a_place_costs_five_queries_however_long_the_line(django_assert_num_queries):
    device = DeviceFactory()
    jobs = [waiting(minute, device=device) for minute in range(9)]
    with django_assert_num_queries(5):
        assert place(jobs[-1]).position == 9


def test_an_agent_that_is_away_leaves_no_lane():
    found = place(waiting(device=DeviceFactory(agent=AgentFactory(last_seen_at=None))))
    assert found.start is None
    assert "No fitting device is online" in found.start_note


def away(**values):
    return DeviceFactory(agent=AgentFactory(last_seen_at=None), **values)


def test_what_is_bound_to_devices_that_are_away_stands_before_nobody_else():
    DeviceFactory()
    offline = away()
    first, second = waiting(0, device=offline), waiting(1, device=offline)
    any_cpu = waiting(2, device=None, device_class="cpu")
    assert (place(any_cpu).position, place(any_cpu).of) == (1, 1)
    assert "offered the job at once" in place(any_cpu).start_note
    assert [(place(job).position, place(job).of) for job in (first, second)] == [(1, 2), (2, 2)]


def test_where_all_are_away_those_for_one_stand_before_one_for_any_of_them():
    waiting(0, device=away())
    any_cpu = place(waiting(1, device=None, device_class="cpu"))
    assert (any_cpu.position, any_cpu.of, any_cpu.start) == (2, 2, None)
    assert "No fitting device is online" in any_cpu.start_note


def test_a_job_on_another_device_of_the_same_machine_is_waited_for():
    gpu = DeviceFactory(kind="gpu", key="gpu")
    other = DeviceFactory(agent=gpu.agent)
    claimed(job=JobFactory(device=other, state=JobState.RUNNING))
    assert "No past jobs" in place(waiting(device=gpu)).start_note


def test_a_new_submission_expects_the_place_that_it_then_has():
    device, offline = DeviceFactory(), away()
    for minute in range(3):
        waiting(minute, device=offline, priority=PRIORITY, purpose="reference")
    waiting(3, device=device)
    waiting(4, device=device, priority=-1, purpose="reference")
    devices = device_list(now=NOW)
    takers = takers_of(Wish(None, "cpu", Needs("onnxruntime", 1, None)), devices)
    assert ([view.slug for view in takers.able], [view.slug for view in takers.ready]) == (
        [device.slug, offline.slug], [device.slug],
    )  # fmt: skip
    assert before_a_new_one(takers, line(devices, now=NOW)) == 1
    assert place(waiting(5, device=None, device_class="cpu")).position == 2
