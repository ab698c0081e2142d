"""What every test stands on: no network beyond loopback, and a blob folder of its own."""

import pytest
from pytest_socket import socket_allow_hosts

from tests.databases import empty_database, own_database, shared_database

__all__ = ["empty_database", "own_database", "shared_database"]


def pytest_runtest_setup():
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _own_blobs(settings, tmp_path):
    settings.BLOB_DIR = tmp_path / "blobs"
