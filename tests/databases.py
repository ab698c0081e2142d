"""Databases that threads and processes of a test can share: what the suite's own cannot be.

The suite's own lives in memory on SQLite, and in a transaction that is rolled back on both. A shared one is a copy of
it, empty and migrated: a file on SQLite, a database made from a template on PostgreSQL.
"""

import itertools
import os
import shutil
import sqlite3
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connections

TEST_URL = os.environ.get("PERWATT_TEST_DATABASE_URL", "")
# Where the clock is the server's, reading it is a query.
CLOCK_QUERIES = 1 if TEST_URL else 0


class SqliteFile:
    """A database in a file of a data folder: a process that is told the folder finds it."""

    environ = {}  # noqa: RUF012  never changed
    Busy = sqlite3.OperationalError  # also where the file or its tables are not there yet

    def __init__(self, path):
        self.name = str(path)

    def query(self, sql, *values):
        with closing(sqlite3.connect(f"file:{self.name}?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(sql, values).fetchall()

    def drop(self):
        """Nothing: it goes with the test's folder."""


class PostgresDatabase:
    """A database of the run's server, made from a template; a process that is told its address finds it."""

    Busy = psycopg.errors.UndefinedTable
    _numbers = itertools.count()

    def __init__(self, template="template0"):
        self.name = f"perwatt_{os.getpid()}_{next(self._numbers)}"
        administer(f"CREATE DATABASE {self.name} TEMPLATE {template}")
        self.environ = {"DATABASE_URL": urlunsplit(urlsplit(TEST_URL)._replace(path=f"/{self.name}"))}

    def query(self, sql, *values):
        with psycopg.connect(self.environ["DATABASE_URL"]) as database:
            return database.execute(sql.replace("?", "%s"), values).fetchall()

    def drop(self):
        administer(f"DROP DATABASE {self.name} WITH (FORCE)")


def unmade_database(folder):
    """Return what a process with that data folder, and with its `environ`, finds and is to migrate itself."""
    return PostgresDatabase() if TEST_URL else SqliteFile(folder / "perwatt.sqlite3")


def administer(sql):
    with psycopg.connect(TEST_URL, autocommit=True) as server:
        server.execute(sql)


@pytest.fixture(scope="session")
def empty_database(django_db_setup, django_db_blocker, tmp_path_factory):
    """The migrated database, copied before any test has a transaction open on it: a file, or a template's name."""
    with django_db_blocker.unblock():
        inside = connections["default"]
        if inside.vendor == "sqlite":
            yield _copy_to_file(inside, tmp_path_factory.mktemp("database") / "empty.sqlite3")
            return
        inside.close()
        name = f"{inside.settings_dict['NAME']}_empty"
    administer(f"CREATE DATABASE {name} TEMPLATE {inside.settings_dict['NAME']}")
    yield name
    administer(f"DROP DATABASE {name}")


def _copy_to_file(inside, file):
    inside.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        inside.connection.backup(copy)
    return file


def migrated_database(folder, empty_database):
    """Return what a process with that data folder, and with its `environ`, finds empty and migrated."""
    if TEST_URL:
        return PostgresDatabase(empty_database)
    return SqliteFile(shutil.copy(empty_database, folder / "perwatt.sqlite3"))


@pytest.fixture
def own_database(empty_database, tmp_path):
    """An empty database for the processes that a test starts with `environ` and the data folder `tmp_path`."""
    database = migrated_database(tmp_path, empty_database)
    yield database
    database.drop()


@pytest.fixture
def shared_database(own_database, db):
    """As `own_database`, and the test itself is connected to it: what is written is committed for all to see."""
    inside = connections["default"]
    settings = connections.settings["default"]
    name, settings["NAME"] = settings["NAME"], own_database.name
    connections["default"] = connections.create_connection("default")
    yield own_database
    connections["default"].close()
    settings["NAME"] = name
    connections["default"] = inside
