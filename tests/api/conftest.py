import pytest

from tests.runs.helpers import memory_broker


@pytest.fixture(autouse=True)
def rings(monkeypatch):
    return memory_broker(monkeypatch)


@pytest.fixture(autouse=True)
def _no_assets(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
