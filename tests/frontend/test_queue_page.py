"""`/queue/`: every job that waits or runs, and what its devices do."""

import re
from datetime import timedelta

import pytest

from leaderboard.clock import database_now
from leaderboard.devices.models import Health
from leaderboard.runs import queue_view as module
from leaderboard.runs.models import Job
from leaderboard.runs.states import AttemptState, JobState
from tests.databases import CLOCK_QUERIES
from tests.factories import AgentFactory, AttemptFactory, DeviceFactory, JobFactory
from tests.runs.helpers import claimed, offered

pytestmark = pytest.mark.django_db


def device(**values):
    return DeviceFactory(agent=AgentFactory(last_seen_at=database_now()), **values)


def words(answer):
    return re.sub(r"(<[^>]+>|\s)+", " ", answer.content.decode())


def test_an_empty_queue_says_so(client):
    said = words(client.get("/queue/"))
    assert "0 jobs wait, 0 are on a device; 0 of 0 devices are free." in said
    assert "No device is enrolled yet." in said


def test_one_device_is_one(client):
    DeviceFactory(agent=AgentFactory(last_seen_at=None))
    assert "0 of 1 device is free." in words(client.get("/queue/"))


def test_each_device_is_free_busy_or_away(client):
    claimed(job=JobFactory(device=device(), state=JobState.RUNNING))
    device()
    device(health=Health.MAINTENANCE)
    device(health=Health.RETIRED)
    DeviceFactory(agent=AgentFactory(last_seen_at=None))
    device(kind="gpu")
    cpu, gpu = client.get("/queue.json").json()["pools"]
    assert [cpu[name] for name in ("device_class", "free", "busy", "away", "running")] == ["cpu", 1, 1, 2, 1]
    assert [gpu[name] for name in ("device_class", "free", "busy", "away", "running")] == ["gpu", 1, 0, 0, 0]
    assert "2 of 5 devices are free" in words(client.get("/queue/"))


def test_jobs_wait_in_the_order_in_which_they_are_given_out(client):
    now, place = database_now(), device()
    late = JobFactory(device=place, created_at=now - timedelta(minutes=1))
    first = JobFactory(device=None, device_class="cpu", created_at=now - timedelta(minutes=9))
    check = JobFactory(device=place, created_at=now, purpose=Job.Purpose.REFERENCE, priority=-1)
    JobFactory(device=place, cancel_requested_at=now)
    found = client.get("/queue.json").json()
    assert [(one["place"], one["id"]) for one in found["waiting"]] == [
        (1, str(first.uuid)), (2, str(late.uuid)), (3, str(check.uuid)),
    ]  # fmt: skip
    for_whom = [(one["device"], one["device_class"]) for one in found["waiting"]]
    assert for_whom == [(None, "cpu"), (place.slug, None), (place.slug, None)]
    assert found["pools"][0]["waiting"] == 3
    said = words(client.get("/queue/"))
    assert "any cpu" in said
    assert "health check" in said


def test_the_pages_of_queue_job_and_device_say_the_same_place(client):
    now, place = database_now(), device()
    for minutes, where in ((9, DeviceFactory(agent=AgentFactory(last_seen_at=None))), (8, place)):
        JobFactory(device=where, created_at=now - timedelta(minutes=minutes))
    job = JobFactory(device=None, device_class="cpu", created_at=now)
    found = [(one["place"], one["of"]) for one in client.get("/queue.json").json()["waiting"]]
    assert found == [(1, 1), (1, 2), (2, 2)]
    assert f"{job.submission.submitted_by.username} any cpu 2 of 2" in words(client.get("/queue/"))
    assert "2 of 2 that wait for these devices" in words(client.get(f"/jobs/{job.uuid}/"))
    assert "place 2 of 2" in words(client.get(f"/devices/{place.slug}/"))


def test_what_is_offered_is_told_apart_from_what_is_measured(client):
    taken = claimed(phase="warmup", progress=0.4).job
    waits = offered().job
    running = {one["id"]: (one["phase"], one["progress"]) for one in client.get("/queue.json").json()["running"]}
    assert running == {str(taken.uuid): ("warmup", 0.4), str(waits.uuid): (None, None)}
    said = words(client.get("/queue/"))
    assert "Warming up 40 %" in said
    assert "Offered" in said


def test_the_median_wait_is_over_all_devices_of_the_class(client):
    now = database_now()
    for minutes in (1, 2, 9):
        done = JobFactory(device=device(), state=JobState.PUBLISHED, created_at=now - timedelta(minutes=minutes))
        AttemptFactory(job=done, state=AttemptState.DONE, dispatched_at=now, claimed_at=now)
    assert client.get("/queue.json").json()["pools"][0]["median_wait_s"] == 120


def test_a_long_queue_is_cut_and_says_how_much_is_left_out(client, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    place = device()
    for _ in range(5):
        JobFactory(device=place)
    assert "3 more are further back." in words(client.get("/queue/"))
    assert client.get("/queue.json").json()["n_waiting"] == 5


@pytest.mark.parametrize("n", [1, 9])
def test_the_queue_costs_six_queries_however_long_it_is(client, django_assert_num_queries, n):
    for _ in range(n):
        JobFactory(device=device())
        claimed()
    with django_assert_num_queries(6 + CLOCK_QUERIES):
        client.get("/queue/")
