"""Two agents where one should be: on one folder, and on a folder that was copied with its card."""

import shutil
import subprocess
import sys

import pytest

from agents.home import AgentConfig
from tests.agents.server import QUEUE, SECRET, until

pytestmark = pytest.mark.system


@pytest.fixture
def enrolled(server, home):
    config = {"url": server.url, "agent_id": "00000000-0000-0000-0000-000000000007", "name": "box", "queue": QUEUE}
    home.save_config(AgentConfig.model_validate(config))
    home.secret_path.write_text(SECRET)
    return home.root


@pytest.fixture
def start():
    running = []

    def run(root):
        command = [sys.executable, "-P", "-m", "agents", "agent", "run", "--no-celery", "--home", str(root)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


def test_the_second_on_one_folder_names_the_first_and_changes_nothing(enrolled, server, start):
    first = start(enrolled)
    until(lambda: server.named("tickets_"))

    second = start(enrolled)
    _, said = second.communicate(timeout=30)

    assert second.returncode == 2
    assert f"Another agent is running in {enrolled} (process {first.pid})" in said
    assert "(--home)" in said
    assert first.poll() is None
    assert server.epoch == 1


def test_of_two_on_copies_of_one_folder_the_older_ends_and_says_what_a_technician_needs(
    enrolled, server, start, tmp_path
):
    older = start(enrolled)
    until(lambda: server.named("tickets_"))
    copy = shutil.copytree(enrolled, tmp_path / "copy")

    newer = start(copy)
    until(lambda: server.epoch == 2)
    for _ in range(2):
        server.ring_with("{}")  # ends the long polls that are under way
    _, said = older.communicate(timeout=30)

    assert older.returncode == 3
    assert "cloned card: there, move the folder away and enrol that machine by itself" in " ".join(said.split())
    assert newer.poll() is None
    newer.terminate()
    assert f"another agent runs on this machine (process {older.pid})" in newer.communicate(timeout=30)[1]
