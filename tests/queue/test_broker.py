"""The doorbell of the server's own tasks: rung after the commit, and a broken one breaks nothing."""

import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import transaction

from leaderboard.queue import broker
from leaderboard.queue.broker import TaskName, ring
from tests.runs.helpers import memory_broker

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_broker(monkeypatch, settings, tmp_path):
    """Return a function that rebuilds the server's application with a broker of this test."""

    def use(url):
        settings.BROKER_URL = url
        settings.BROKER_DIR = tmp_path / "broker"
        app = broker._server_app()
        monkeypatch.setattr(broker, "server_app", app)
        return settings.BROKER_DIR

    return use


def test_celerys_command_line_cannot_turn_the_tickets_away_from_the_database(tmp_path):
    code = """
import sys
sys.argv[1:] = ["-A", "workers.app", "worker", "--help"]
from celery.bin.celery import celery
try:
    celery.main(standalone_mode=False)
finally:
    from leaderboard.queue.broker import agent_app, server_app
    print(agent_app.connection_for_write().as_uri(), server_app.connection_for_write().as_uri())
"""
    environ = os.environ | {"BROKER_URL": "amqp://rabbit.lab//", "PERWATT_DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "tickets://:**@database// amqp://guest:**@rabbit.lab:5672//"


def test_a_ring_waits_for_the_commit(monkeypatch, django_capture_on_commit_callbacks):
    rings = memory_broker(monkeypatch)
    with django_capture_on_commit_callbacks(execute=True):
        ring(TaskName.SCORE, result_id=7)
        assert rings() == []
    assert rings() == [("perwatt.score", {"result_id": 7})]


def test_a_ring_in_a_transaction_that_rolls_back_is_not_heard(monkeypatch, django_capture_on_commit_callbacks):
    rings = memory_broker(monkeypatch)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        ring(TaskName.DISPATCH)
        transaction.set_rollback(True)
    assert rings() == []


@pytest.mark.parametrize("url", ["amqp://127.0.0.1:9", "filesystem://"])
def test_a_broker_that_is_down_costs_a_warning_and_later_callbacks_run(
    url, own_broker, caplog, django_capture_on_commit_callbacks
):
    folder = own_broker(url)
    if folder.exists():  # what a root user cannot write to either: a folder that is a file
        (folder / "queue").rmdir()
        (folder / "queue").write_text("")
    ran, began = [], time.monotonic()
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        ring(TaskName.DISPATCH)
        transaction.on_commit(lambda: ran.append("later"))

    assert ran == ["later"]
    assert time.monotonic() - began < 5
    assert [record.message for record in caplog.records if record.name == broker.__name__] != []


def test_the_filesystem_broker_keeps_the_message_in_the_data_folder(own_broker, django_capture_on_commit_callbacks):
    folder = own_broker("filesystem://")
    with django_capture_on_commit_callbacks(execute=True):
        ring(TaskName.SCORE, result_id=7)
    (message,) = (folder / "queue").iterdir()
    assert json.loads(message.read_text())["headers"]["task"] == "perwatt.score"


def test_no_secret_of_the_broker_is_logged(own_broker, caplog, django_capture_on_commit_callbacks):
    own_broker("amqp://user:hunter2@127.0.0.1:9")
    with caplog.at_level(logging.DEBUG, logger="leaderboard"), django_capture_on_commit_callbacks(execute=True):
        ring(TaskName.DISPATCH)
    assert "hunter2" not in caplog.text


def test_a_message_in_a_folder_is_never_seen_before_it_is_whole(own_broker, monkeypatch):
    folder = own_broker("filesystem://") / "queue"
    seen = []
    replace = Path.replace

    def look_first(source, target):
        seen.extend(folder.glob("*.msg"))
        assert json.loads(source.read_text())["headers"]["task"] == TaskName.SWEEP
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", look_first)
    broker.server_app.send_task(TaskName.SWEEP.value)

    assert seen == []
    assert len(list(folder.glob("*.celery.msg"))) == 1
