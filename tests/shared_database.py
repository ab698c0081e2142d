"""A database that threads and processes of a test can share: what the suite's own, which lives in memory, cannot be.

On SQLite it is a copy of the empty test database in a file, with the settings of production (WAL, IMMEDIATE).
"""

import shutil
import sqlite3

import pytest
from django.db import connections


@pytest.fixture(scope="session")
def empty_database(django_db_setup, django_db_blocker, tmp_path_factory):
    """The migrated database as a file; copied once, before any test has a transaction open on it."""
    file = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    with django_db_blocker.unblock():
        inside = connections["default"]
        if inside.vendor != "sqlite":
            pytest.fail("a server's database is shared already: use django_db(transaction=True) there")
        inside.ensure_connection()
        copy = sqlite3.connect(file)
        inside.connection.backup(copy)
        copy.close()
    return file


@pytest.fixture
def file_database(empty_database, db, tmp_path):
    """Swap the default connection for one to a file of this test; what is written is committed for all to see."""
    file = tmp_path / "shared.sqlite3"
    shutil.copy(empty_database, file)
    inside = connections["default"]
    settings = connections.settings["default"]
    name, settings["NAME"] = settings["NAME"], str(file)
    connections["default"] = connections.create_connection("default")
    yield file
    connections["default"].close()
    settings["NAME"] = name
    connections["default"] = inside
