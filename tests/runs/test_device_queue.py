"""How long jobs have waited for each device of late."""

from datetime import timedelta

import pytest

from leaderboard.runs import device_queue
from leaderboard.runs.device_queue import OF_LATE, median_wait_s, waits_of_late
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import NOW, AttemptFactory, DeviceFactory, JobFactory

pytestmark = pytest.mark.django_db


def waited(device, seconds, *, ago):
    at = NOW - ago
    job = JobFactory(device=device, state=JobState.PUBLISHED, created_at=at)
    taken_at = at + timedelta(seconds=seconds)
    AttemptFactory(job=job, state=AttemptState.DONE, dispatched_at=at, claimed_at=taken_at, finished_at=taken_at)


def test_a_busy_device_leaves_the_others_their_own_waits(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(device_queue, "MOST_WAITS", 2)
    busy, calm = DeviceFactory(), DeviceFactory()
    for minutes, seconds in ((1, 10), (2, 20), (3, 90)):
        waited(busy, seconds, ago=timedelta(minutes=minutes))
    waited(calm, 40, ago=timedelta(days=1))
    waited(calm, 99, ago=OF_LATE)
    with django_assert_num_queries(1):
        waits = waits_of_late(now=NOW)
    assert {slug: sorted(seconds) for slug, seconds in waits.items()} == {busy.slug: [10, 20], calm.slug: [40]}
    assert median_wait_s(waits, busy.slug, calm.slug) == 20
    assert median_wait_s(waits, "nobody") is None
