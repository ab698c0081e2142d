import pytest

from tests.runs.helpers import memory_broker


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    return memory_broker(monkeypatch)
