"""What every test stands on: no network beyond loopback, and a blob folder of its own."""

import fcntl
import os

import pytest
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_socket import socket_allow_hosts

from leaderboard.embedded.assets import collect_assets
from tests.databases import empty_database, own_database, shared_database

# A time never fails a test: a busy machine is not a defect. In CI a change is judged by the same examples each time;
# new ones are tried wherever somebody works.
hypothesis_settings.register_profile(
    "perwatt", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("perwatt")

__all__ = ["empty_database", "own_database", "shared_database"]


def pytest_runtest_setup():
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _own_blobs(settings, tmp_path):
    settings.BLOB_DIR = tmp_path / "blobs"


@pytest.fixture(scope="session")
def collected_assets(tmp_path_factory):
    """The folder of the collected assets: made once for all workers, to be copied into the folder of a whole stack."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    with (root / "assets.lock").open("w") as lock, override_settings(STATIC_ROOT=root / "assets"):
        fcntl.flock(lock, fcntl.LOCK_EX)
        collect_assets()
    return root / "assets"
