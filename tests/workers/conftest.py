import pytest

from tests.runs.helpers import memory_broker
from tests.shared_database import empty_database, file_database

__all__ = ["empty_database", "file_database"]


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    return memory_broker(monkeypatch)
