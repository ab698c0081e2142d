"""Rows that many tests begin with: made once in a process, then copied into the empty database of each test that asks.

What is copied was made by the real services; to score and rank the same board again for every test that only reads it
took a third of the suite's time.
"""

import shutil
import tempfile
from functools import wraps
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

# What migrating itself fills.
_DJANGOS_OWN = {"auth_permission", "django_content_type"}


def made_once(make):
    """Decorate a function that returns a row of its own making, from options that can be a key.

    Where there are rows already it runs as it stands; so does `make.__wrapped__`.
    """
    copies = {}

    @wraps(make)
    def make_or_copy(**options):
        if not _database_is_empty():
            return make(**options)
        key = frozenset(options.items())
        if key not in copies:
            row = make(**options)
            copies[key] = type(row), row.pk, _Copy()
            return row
        model, pk, copy = copies[key]
        copy.write()
        return model.objects.get(pk=pk)

    return make_or_copy


class _Copy:
    """Every row and blob there is now, as the database itself writes them."""

    def __init__(self):
        self._blobs = Path(tempfile.mkdtemp(dir=settings.DATA_DIR)) / "blobs"
        if settings.BLOB_DIR.exists():
            shutil.copytree(settings.BLOB_DIR, self._blobs)
        tables = {table: _read(table) for table in _tables()}
        self._tables = {table: rows for table, rows in tables.items() if rows}

    def write(self):
        if self._blobs.exists():
            shutil.copytree(self._blobs, settings.BLOB_DIR, dirs_exist_ok=True)
        with transaction.atomic():  # rows name rows of tables that come later
            for table, rows in self._tables.items():
                _write(table, rows)
        models = [model for model in apps.get_models() if model._meta.db_table in self._tables]
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(sql)


def _tables():
    return [model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def _database_is_empty():
    found = " OR ".join(f"EXISTS (SELECT 1 FROM {table})" for table in _tables() if table not in _DJANGOS_OWN)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {found}")
        return not cursor.fetchone()[0]


def _read(table):
    if table in _DJANGOS_OWN:
        return None
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
            return b"".join(copy)
    names = [f'+"{row[1]}"' for row in connection.connection.execute(f"PRAGMA table_info({table})")]
    # A plus before a name keeps Python from making objects of what is stored.
    return connection.connection.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()


def _write(table, rows):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(rows)
        return
    places = ", ".join("?" * len(rows[0]))
    connection.connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
