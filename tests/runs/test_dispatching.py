"""Late binding: which machine gets which job, and that nothing is given twice."""

import threading

import pytest
from django.db import connection, transaction

from leaderboard.devices.models import Health
from leaderboard.protocol import RUN_ATTEMPT_TASK
from leaderboard.queue.models import Ticket
from leaderboard.runs.dispatching import dispatch, re_ring, ring_again, waiting_jobs
from leaderboard.runs.endings import request_cancel
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import NOW, AgentFactory, AttemptFactory, DeviceFactory, JobFactory, SubmissionFactory, UserFactory
from tests.runs.helpers import claimed, later, offered

pytestmark = pytest.mark.django_db


def test_a_free_machine_is_offered_the_job_with_a_ticket_on_its_queue():
    job = JobFactory()

    assert dispatch(now=NOW) == 1

    attempt = Attempt.objects.get()
    assert (attempt.job, attempt.device, attempt.number, attempt.state) == (job, job.device, 1, AttemptState.DISPATCHED)
    ticket = Ticket.objects.get()
    assert ticket.queue == f"agent.{job.device.agent.uuid}"
    assert str(attempt.uuid) in ticket.message
    assert RUN_ATTEMPT_TASK in ticket.message


def test_a_job_is_bound_late_to_the_machine_that_becomes_free():
    busy, other = DeviceFactory(), DeviceFactory()
    claimed(device=busy, job=JobFactory(device=busy, state=JobState.RUNNING))
    job = JobFactory(device=None, device_class="cpu")

    dispatch(now=NOW)

    assert job.attempts.get().device == other


def test_a_second_dispatch_gives_nothing_more():
    JobFactory()
    assert [dispatch(now=NOW), dispatch(now=NOW)] == [1, 0]


def test_with_nothing_in_line_a_tick_costs_one_query(django_assert_num_queries):
    DeviceFactory()
    with django_assert_num_queries(1):
        assert dispatch(now=NOW) == 0


def test_cpu_and_gpu_of_one_machine_never_measure_together():
    cpu = DeviceFactory()
    gpu = DeviceFactory(agent=cpu.agent, key="gpu0", kind="gpu")
    JobFactory(device=cpu)
    JobFactory(device=gpu)

    assert dispatch(now=NOW) == 1


def test_a_gpu_job_goes_to_the_gpu_of_the_machine():
    cpu = DeviceFactory()
    gpu = DeviceFactory(agent=cpu.agent, key="gpu0", kind="gpu")
    JobFactory(device=None, device_class="gpu")

    dispatch(now=NOW)

    assert Attempt.objects.get().device == gpu


def test_a_device_that_nothing_has_checked_yet_is_given_a_job():
    JobFactory(device=DeviceFactory(health=Health.UNKNOWN, health_reason="Not checked yet."))
    assert dispatch(now=NOW) == 1


@pytest.mark.parametrize(
    "device, agent",
    [
        ({"health": Health.FAILING}, {}),
        ({"health": Health.MAINTENANCE}, {}),
        ({"health": Health.UNKNOWN, "reported": False}, {}),
        ({"health": Health.RETIRED}, {}),
        ({}, {"health": Health.FAILING}),
        ({}, {"last_seen_at": None}),
        ({}, {"last_seen_at": later(seconds=-91)}),
        ({"runtimes": []}, {}),
        ({"cores": 1}, {}),
    ],
)
def test_a_device_that_cannot_measure_now_is_passed_over(device, agent):
    unfit = DeviceFactory(agent=AgentFactory(**agent), **device)
    JobFactory(device=unfit, submission=SubmissionFactory(threads=2))
    JobFactory(device=None, device_class="cpu", submission=SubmissionFactory(threads=2))

    assert dispatch(now=NOW) == 0
    assert not Ticket.objects.exists()


def test_a_device_that_does_not_say_how_many_cores_it_has_gets_any_number_of_threads():
    JobFactory(device=DeviceFactory(cores=None), submission=SubmissionFactory(threads=64))
    assert dispatch(now=NOW) == 1


def test_who_had_less_of_late_comes_first():
    device = DeviceFactory()
    greedy, modest = UserFactory(), UserFactory()
    for minutes in (30, 40):
        AttemptFactory(
            job=JobFactory(device=device, submission=SubmissionFactory(submitted_by=greedy), state=JobState.PUBLISHED),
            state=AttemptState.DONE,
            dispatched_at=later(minutes=-minutes),
        )
    JobFactory(device=device, submission=SubmissionFactory(submitted_by=greedy), created_at=later(minutes=-20))
    wanted = JobFactory(device=device, submission=SubmissionFactory(submitted_by=modest), created_at=later(minutes=-1))

    dispatch(now=NOW)

    assert Attempt.objects.get(state=AttemptState.DISPATCHED).job == wanted


def test_what_somebody_had_long_ago_does_not_count():
    device, greedy = DeviceFactory(), UserFactory()
    AttemptFactory(
        job=JobFactory(device=device, submission=SubmissionFactory(submitted_by=greedy), state=JobState.PUBLISHED),
        state=AttemptState.DONE,
        dispatched_at=later(minutes=-61),
    )
    older = JobFactory(device=device, submission=SubmissionFactory(submitted_by=greedy), created_at=later(minutes=-20))
    JobFactory(device=device, created_at=later(minutes=-1))

    assert waiting_jobs(now=NOW).first() == older


def test_priority_beats_age_and_age_beats_nothing():
    device = DeviceFactory()
    old = JobFactory(device=device, created_at=later(minutes=-9))
    new = JobFactory(device=device, created_at=later(minutes=-1))
    urgent = JobFactory(device=device, created_at=NOW, priority=5)

    assert list(waiting_jobs(now=NOW)) == [urgent, old, new]


def test_the_best_job_of_all_devices_of_a_machine_is_chosen():
    cpu = DeviceFactory()
    gpu = DeviceFactory(agent=cpu.agent, key="gpu0", kind="gpu")
    JobFactory(device=cpu)
    urgent = JobFactory(device=gpu, priority=1)

    dispatch(now=NOW)

    assert Attempt.objects.get().job == urgent


def test_a_job_that_is_to_be_cancelled_is_not_offered():
    JobFactory(cancel_requested_at=NOW)
    assert dispatch(now=NOW) == 0


def test_a_job_cancelled_between_the_look_and_the_offer_is_not_offered(monkeypatch):
    """The cancel comes between the question who is next and the transaction that offers it."""
    from leaderboard.runs import dispatching

    job = JobFactory()
    look = dispatching._next_job

    def look_then_cancel(devices, *, now):
        found = look(devices, now=now)
        request_cancel(job=job, now=now)
        return found

    monkeypatch.setattr(dispatching, "_next_job", look_then_cancel)

    assert dispatch(now=NOW) == 0
    assert not Attempt.objects.exists()


def test_a_rollback_leaves_neither_attempt_nor_ticket():
    JobFactory()
    with transaction.atomic():
        assert dispatch(now=NOW) == 1
        assert Ticket.objects.count() == 1
        transaction.set_rollback(True)

    assert not Attempt.objects.exists()
    assert not Ticket.objects.exists()


def test_a_job_that_comes_back_gets_the_next_number():
    job = JobFactory()
    AttemptFactory(job=job, number=1, state=AttemptState.LOST)

    dispatch(now=NOW)

    assert job.attempts.get(state=AttemptState.DISPATCHED).number == 2


def test_an_offer_that_nobody_claimed_is_rung_again_and_its_waiting_ticket_is_not_doubled():
    JobFactory()
    dispatch(now=NOW)

    assert re_ring(now=later(seconds=29)) == 0
    assert re_ring(now=later(seconds=30)) == 1
    assert re_ring(now=later(seconds=31)) == 0
    assert Ticket.objects.count() == 1


def test_an_offer_whose_ticket_was_lost_gets_a_new_one():
    JobFactory()
    dispatch(now=NOW)
    Ticket.objects.all().delete()

    re_ring(now=later(seconds=30))

    assert Ticket.objects.count() == 1


def test_a_claimed_attempt_is_not_rung():
    claimed(rung_at=later(hours=-1))
    assert re_ring(now=NOW) == 0


def test_an_offer_that_was_taken_since_it_was_looked_at_is_not_rung():
    attempt = offered()
    Attempt.objects.move(attempt.pk, AttemptState.CANCELLED, now=NOW)

    assert ring_again(attempt, now=NOW) is False
    assert not Ticket.objects.exists()


def test_two_dispatchers_at_once_make_one_attempt_per_job_and_machine(shared_database):
    for device in (DeviceFactory(), DeviceFactory()):
        for _ in range(2):
            JobFactory(device=device)
    start, given, errors = threading.Barrier(4), [], []

    def run():
        try:
            start.wait(10)
            given.append(dispatch(now=NOW))
        except Exception as error:  # noqa: BLE001  whatever a thread hits must reach the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert errors == []
    assert sum(given) == 2
    assert Attempt.objects.count() == Ticket.objects.count() == 2
    assert Job.objects.filter(state=JobState.QUEUED).count() == 4
