"""The doorbell of the server's own tasks is a real broker in memory here, so that rings can be counted."""

import pytest

from tests.runs.helpers import memory_broker


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    """Return a function that takes what was rung so far: a list of (task, kwargs)."""
    return memory_broker(monkeypatch)
