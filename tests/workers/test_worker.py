"""A real worker, on the broker that is a folder: what is rung is done."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leaderboard.queue import broker
from leaderboard.queue.broker import TaskName, ring
from leaderboard.runs.models import Attempt
from tests.factories import AgentFactory, DeviceFactory, JobFactory

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def worker(shared_database, settings, monkeypatch, tmp_path):
    """Start a worker on a data folder of this test; the database of the test is the one in that folder."""
    settings.BROKER_URL, settings.BROKER_DIR = "filesystem://", tmp_path / "broker"
    monkeypatch.setattr(broker, "server_app", broker._server_app())
    environ = os.environ | shared_database.environ | {"PERWATT_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "celery", "-A", "workers.app", "worker", "--pool", "solo", "--loglevel", "INFO",
               "--without-gossip", "--without-mingle", "--without-heartbeat"]  # fmt: skip
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    yield tmp_path / "worker.log"
    process.terminate()
    process.wait(20)


# What Celery does with Django before a worker takes its first task.
STARTS = """
import sys, workers.app
from celery.fixups.django import DjangoWorkerFixup
DjangoWorkerFixup(workers.app.app).validate_models()
print(*sorted({"django", "workers.tasks", "frontend.urls", "ninja"} & set(sys.modules)))
"""


def test_a_worker_starts_without_the_pages():
    started = subprocess.run([sys.executable, "-c", STARTS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert started.stdout.split() == ["django", "workers.tasks"]


def _until(question, log, seconds=45):
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)


def test_a_ring_makes_the_worker_dispatch(worker):
    from django.utils import timezone

    JobFactory(device=DeviceFactory(agent=AgentFactory(last_seen_at=timezone.now())))
    ring(TaskName.DISPATCH)
    _until(Attempt.objects.exists, worker)
    assert "Traceback" not in worker.read_text()
