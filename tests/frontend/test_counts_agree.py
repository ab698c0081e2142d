"""The pages that say how many wait, and before whom, say the same."""

import re
from datetime import timedelta

import pytest

from leaderboard.clock import database_now
from leaderboard.devices.models import Health
from leaderboard.health.planning import PRIORITY
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState
from tests.factories import AgentFactory, ArtefactFactory, AttemptFactory, BenchmarkFactory, DeviceFactory, JobFactory
from tests.runs.helpers import claimed

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    """A machine with two devices, another that is away, a device out of service; jobs of every kind for them."""
    now = database_now()
    agent = AgentFactory(last_seen_at=now)
    cpu, gpu = DeviceFactory(slug="cpu", agent=agent), DeviceFactory(slug="gpu", agent=agent, kind="gpu", key="gpu")
    away = DeviceFactory(slug="away", agent=AgentFactory(last_seen_at=None))
    retired = DeviceFactory(slug="retired", health=Health.RETIRED)
    claimed(job=JobFactory(device=gpu, state=JobState.RUNNING))
    AttemptFactory(job=JobFactory(device=away))
    for place in (cpu, cpu, away, gpu, retired):
        JobFactory(device=place, created_at=now - timedelta(minutes=5))
    JobFactory(device=None, device_class="cpu", created_at=now - timedelta(minutes=4))
    JobFactory(device=cpu, cancel_requested_at=now)
    JobFactory(device=cpu, purpose=Job.Purpose.REFERENCE, priority=PRIORITY)
    return cpu, gpu, away


def submitting(client):
    """Return the addresses of the submit form's steps, for a model that is there."""
    artefact, benchmark = ArtefactFactory(), BenchmarkFactory()
    client.force_login(artefact.uploaded_by)
    named = {"source": "known", "model.sha256": artefact.sha256, "model.name": "m", "model.licence": "MIT"}
    first = client.post("/submit/", named)
    assert first.status_code == 302, first.content.decode()
    draft = first["Location"].removesuffix("benchmark/")
    client.post(f"{draft}benchmark/", {"benchmark": benchmark.slug})
    return draft


def text(answer):
    return re.sub(r"(<[^>]+>|\s)+", " ", answer.content.decode())


def test_the_devices_to_choose_from_and_the_review_say_the_same_of_what_is_ahead(client, lab):
    draft = submitting(client)
    rows = client.get(f"{draft}device/").context["devices"]
    ahead = {row["view"].slug: row["ahead"] for row in rows}
    said = {}
    for device in lab:
        client.post(f"{draft}device/", {"place": f"device:{device.slug}"})
        client.post(f"{draft}options/", {"options.batch": "1", "options.threads": "1"})
        (count,) = re.findall(r"Ahead of it ([0-9]+) jobs?\b", text(client.get(f"{draft}review/")))
        said[device.slug] = int(count)
    assert said == ahead == {"cpu": 5, "gpu": 2, "away": 2}


def test_every_job_in_line_counts_in_one_class_and_at_each_device_that_could_take_it(client, lab):
    found = client.get("/queue.json").json()
    waiting = {pool["device_class"]: pool["waiting"] for pool in found["pools"]}
    assert waiting == {"cpu": 6, "gpu": 1}
    assert sum(waiting.values()) == found["n_waiting"] == len(found["waiting"]) == 7
    assert {pool["device_class"]: pool["running"] for pool in found["pools"]} == {"cpu": 1, "gpu": 1}
    for row in client.get("/devices.json").json()["devices"]:
        listed = client.get(f"/devices/{row['slug']}/").context["waiting"]
        assert row["jobs_named"] + row["jobs_of_class"] == len(listed)
