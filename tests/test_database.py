"""A database that is away, full, slow or of another version: said in words, to a reader and to an operator."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, connections, transaction

from leaderboard import database
from tests.api.helpers import assert_problem

ROOT = Path(__file__).parents[1]
API = "/api/v1/benchmarks"
PAGE = "/boards/"


@pytest.fixture(autouse=True)
def _plain_assets(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def raised(sql):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return caught.value


@pytest.fixture
def half_migrated(shared_database):
    """A database that a migration of this version never reached."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_benchmark RENAME TO something_else")


@pytest.fixture
def gone(shared_database):
    """A server that no longer has this database, as after a restore under another name."""
    connection.close()
    name = connections.settings["default"]["NAME"]
    connections.settings["default"]["NAME"] = "no_such_database"
    connection.settings_dict["NAME"] = "no_such_database"
    yield
    connection.close()
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = name


def test_a_database_of_another_version_is_said_to_be_one_by_api_and_pages(client, half_migrated):
    problem = assert_problem(client.get(API), 503, "not_migrated")
    page = client.get("/boards/digits/about/")

    assert "manage.py migrate" in problem["hint"]
    assert page.status_code == 503
    assert "manage.py migrate" in page.text
    assert page["Retry-After"] == "10"
    assert "default-src 'none'" in page["Content-Security-Policy"]


@pytest.mark.postgres
def test_a_database_that_does_not_answer_is_no_failure_of_a_page_and_health_goes_on(client, gone):
    problem = assert_problem(client.get(API), 503, "unavailable")
    page = client.get(PAGE, headers={"cookie": "theme=dark; sessionid=of-a-reader"})

    assert "Nothing that was stored is lost" in problem["hint"]
    assert page.status_code == 503
    assert "The database does not answer." in page.text
    assert re.search('<html[^>]* data-theme="dark">', page.text)
    assert client.get("/healthz").status_code == 200


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_statement_that_takes_too_long_is_slow_and_not_broken():
    found = raised("SET LOCAL statement_timeout = 50; SELECT pg_sleep(5)")
    assert database.outage(found) is database.SLOW


@pytest.mark.postgres
def test_a_lock_that_somebody_else_holds_is_waited_for_so_long_and_no_longer(shared_database):
    other = connection.copy()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE catalog_benchmark")
        with other.cursor() as waiting:
            waiting.execute("SET lock_timeout = 50")
            with pytest.raises(OperationalError) as caught:
                waiting.execute("SELECT * FROM catalog_benchmark")
    other.close()
    assert database.outage(caught.value) is database.SLOW


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a limit of a file")
def test_a_full_disk_is_said_to_be_full(shared_database):
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # Pages that other tests left free would take the new table.
        cursor.execute("PRAGMA max_page_count = 1")
    found = raised("CREATE TABLE filler AS SELECT randomblob(1000000) AS content")
    assert database.outage(found) is database.FULL


@pytest.mark.django_db
def test_a_mistake_of_this_program_stays_a_failure():
    assert database.outage(raised("SELECT 1 FROM")) is None


def up(tmp_path, **environ):
    """Run `manage.py up` where it cannot start; return its exit code and what it said."""
    command = [sys.executable, "manage.py", "up", "--no-demo", "--port", "0", "--data-dir", str(tmp_path / "data")]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "environ, says",
    [
        ({"DATABASE_URL": "postgres://me:hunter2@127.0.0.1:9/perwatt"}, "The database of DATABASE_URL cannot be used"),
        ({"BROKER_URL": "amqp://me:hunter2@127.0.0.1:9/perwatt"}, "The broker of BROKER_URL does not answer"),
    ],
)
def test_up_says_in_one_line_that_nobody_answers_at_an_address(tmp_path, environ, says):
    code, said = up(tmp_path, **environ)

    assert code == 2
    assert said.startswith(f"perwatt up: {says}")
    assert "refused" in said
    assert len(said.splitlines()) == 1
    assert "hunter2" not in said


@pytest.mark.postgres
@pytest.mark.parametrize(
    "change, says",
    [
        (lambda url: url.replace("perwatt:", "stranger:"), "password authentication failed"),
        (lambda url: url.rpartition("/")[0] + "/nowhere", 'database "nowhere" does not exist'),
    ],
)
def test_up_says_in_one_line_what_the_database_refuses(tmp_path, own_database, change, says):
    code, said = up(tmp_path, DATABASE_URL=change(own_database.environ["DATABASE_URL"]))

    assert code == 2
    assert says in said
    assert len(said.splitlines()) == 1


def test_a_half_applied_migration_stops_the_start_with_what_to_look_at(tmp_path, shared_database):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'boards' AND name >= '0002'")
    if connection.vendor == "sqlite":
        (tmp_path / "data").mkdir(mode=0o700)
        connection.close()
        Path(shared_database.name).rename(tmp_path / "data" / "perwatt.sqlite3")
    code, said = up(tmp_path, **shared_database.environ)

    assert code == 2
    assert "already exists" in said
    assert "showmigrations" in said
    assert len(said.splitlines()) == 1


@pytest.mark.django_db
def test_migrating_again_changes_nothing():
    call_command("migrate", interactive=False, verbosity=0)


def test_a_management_command_on_an_empty_folder_names_it_and_the_setting_and_shows_no_traceback(tmp_path):
    command = [sys.executable, "manage.py", "enrol_token", "lab-2", "-"]
    environ = os.environ | {"PERWATT_DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"perwatt: {tmp_path}/perwatt.sqlite3 is empty")
    assert "PERWATT_DATA_DIR" in done.stderr
    assert len(done.stderr.splitlines()) == 1
