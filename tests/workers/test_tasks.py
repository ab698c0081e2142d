"""The server's own tasks: short, repeatable, each in the timetable or rung by somebody."""

import ast
import inspect

import pytest
import time_machine
from django.utils import timezone

from leaderboard.boards.models import Entry
from leaderboard.protocol import Code
from leaderboard.queue.broker import TaskName, server_app
from leaderboard.runs.models import Attempt, Result
from leaderboard.runs.reporting import take_result
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import NOW, JobFactory, make_measured, make_result
from tests.runs.helpers import claimed, delivery, later, offered
from workers import tasks
from workers.schedule import SCHEDULE

pytestmark = pytest.mark.django_db
FUNCTIONS = [node for node in ast.parse(inspect.getsource(tasks)).body if isinstance(node, ast.FunctionDef)]


@pytest.fixture(autouse=True)
def _clock_that_travels(monkeypatch):
    """A server's own clock stays where it is when a test travels."""
    monkeypatch.setattr(tasks, "database_now", timezone.now)


def test_every_name_has_its_task_and_every_task_its_name():
    assert {task.name for task in _registered()} == {name.value for name in TaskName}


def test_the_timetable_names_tasks_that_exist():
    assert set(SCHEDULE) == {name.value for name in TaskName} - {TaskName.SCORE.value, TaskName.CHECK_TRACE.value}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_a_task_has_ten_lines_at_most(function):
    assert function.end_lineno - function.lineno + 1 <= 10


def _registered():
    return [task for name, task in server_app.tasks.items() if name.startswith("perwatt.")]


@time_machine.travel(NOW, tick=False)
def test_dispatch_twice_gives_one_offer():
    JobFactory()
    for _ in range(2):
        tasks.dispatch()
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("task", [tasks.dispatch, tasks.reap, tasks.re_ring, tasks.sweep])
def test_a_tick_with_nothing_to_do_does_nothing(task, rings):
    task()
    assert rings() == []


def test_reap_twice_ends_once():
    attempt = claimed(lease_expires_at=NOW)
    for seconds in (0, 30, 60, 630, 660):
        with time_machine.travel(later(seconds=seconds), tick=False):
            tasks.reap()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.CLAIMED  # the gap of nine minutes: watched too short to judge
    with time_machine.travel(later(seconds=690), tick=False):
        tasks.reap()
        tasks.reap()
    attempt.job.refresh_from_db()
    assert (attempt.job.state, attempt.job.infra_tries) == (JobState.QUEUED, 1)


def test_re_ring_twice_rings_once():
    attempt = offered()
    with time_machine.travel(later(seconds=31), tick=False):
        tasks.re_ring()
        tasks.re_ring()
    attempt.refresh_from_db()
    assert attempt.rung_at == later(seconds=31)


@time_machine.travel(NOW, tick=False)
def test_scoring_twice_publishes_once():
    result = make_result()
    for _ in range(2):
        tasks.score(result_id=result.pk)
    result.job.refresh_from_db()
    assert result.job.state == JobState.PUBLISHED
    assert Entry.objects.count() == 1


@time_machine.travel(NOW, tick=False)
def test_whoever_scores_a_result_gives_its_machine_the_next_job():
    attempt = claimed()
    following = JobFactory(device=attempt.device)
    take_result(agent=attempt.agent, attempt_id=attempt.uuid, request=delivery(attempt), now=NOW)
    tasks.score(result_id=Result.objects.get().pk)
    assert Attempt.objects.get(job=following).state == AttemptState.DISPATCHED


@time_machine.travel(NOW, tick=False)
def test_a_result_that_cannot_be_scored_fails_its_job_and_says_so():
    result = make_result(measured=make_measured(answers=(1, 2, 3)))
    for _ in range(2):
        tasks.score(result_id=result.pk)
    result.job.refresh_from_db()
    assert (result.job.state, result.job.code) == (JobState.FAILED, Code.INVALID_REPORT)
    assert result.job.message


@time_machine.travel(NOW, tick=False)
def test_scoring_what_does_not_count_publishes_nothing():
    result = make_result(accepted=False)
    tasks.score(result_id=result.pk)
    assert not Entry.objects.exists()
