"""What every test stands on: no network beyond loopback, and a blob folder of its own."""

import pytest
from hypothesis import settings as hypothesis_settings
from pytest_socket import socket_allow_hosts

from tests.databases import empty_database, own_database, shared_database

# A time never fails a test: a busy machine is not a defect.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

__all__ = ["empty_database", "own_database", "shared_database"]


def pytest_runtest_setup():
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _own_blobs(settings, tmp_path):
    settings.BLOB_DIR = tmp_path / "blobs"
