"""The addresses of database and broker: what may stand there, and what is said of what may not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from leaderboard import addresses
from leaderboard.env import BadSetting

ROOT = Path(__file__).parents[1]


def test_without_an_address_the_database_is_a_file_in_the_data_folder(tmp_path):
    found = addresses.database("", tmp_path)
    assert found["ENGINE"] == "django.db.backends.sqlite3"
    assert found["NAME"] == tmp_path / "perwatt.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgres_is_reached_by_its_address_through_a_pool_that_django_leaves_alone(scheme, tmp_path):
    found = addresses.database(f"{scheme}://me:p%40ss@db.lab:5433/perwatt", tmp_path)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "me",
        "p@ss",
        "db.lab",
        5433,
        "perwatt",
    )
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert found["CONN_MAX_AGE"] == 0
    assert found["OPTIONS"]["pool"]["max_size"] > 1


def test_no_statement_and_no_lock_is_waited_for_without_end(tmp_path):
    options = addresses.database("postgres://db/perwatt", tmp_path)["OPTIONS"]["options"]
    assert "statement_timeout=30000" in options
    assert "lock_timeout=10000" in options


def test_what_the_operator_adds_to_the_address_stays_beside_the_timeouts(tmp_path):
    found = addresses.database("postgres://db/perwatt?sslmode=verify-full&options=-c%20work_mem%3D64MB", tmp_path)
    assert found["OPTIONS"]["sslmode"] == "verify-full"
    assert found["OPTIONS"]["options"].endswith("-c work_mem=64MB")
    assert "lock_timeout" in found["OPTIONS"]["options"]


@pytest.mark.parametrize(
    "url, says",
    [
        ("mysql://me:hunter2@db/perwatt", "starts with mysql:"),
        ("perwatt", "is no address"),
        ("postgres://me:hunter2@db:port/perwatt", "cannot be read"),
        ("postgres://me:hunter2@db", "names no database"),
    ],
)
def test_a_database_address_that_is_none_is_refused_with_an_example_and_without_its_password(url, says, tmp_path):
    with pytest.raises(BadSetting) as refused:
        addresses.database(url, tmp_path)
    assert "DATABASE_URL" in str(refused.value)
    assert says in str(refused.value)
    assert "postgres://USER:PASSWORD@HOST" in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("url", ["amqp://a:b@rabbit:5672/perwatt", "amqps://rabbit", "filesystem://localhost//"])
def test_a_broker_is_a_folder_or_speaks_amqp(url):
    assert addresses.broker(url) == url


@pytest.mark.parametrize("url", ["redis://:hunter2@cache/0", "rabbit.lab", "amqp://me:hunter2@rabbit:x"])
def test_a_broker_address_that_is_none_is_refused_without_its_password(url):
    with pytest.raises(BadSetting, match=r"^BROKER_URL") as refused:
        addresses.broker(url)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("name", ["DATABASE_URL", "BROKER_URL"])
def test_a_bad_address_ends_a_command_with_one_sentence(name, tmp_path):
    environ = os.environ | {name: "gopher://me:hunter2@db/x", "PERWATT_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"perwatt: {name} starts with gopher:")
    assert len(done.stderr.splitlines()) == 1


def test_a_mail_server_is_an_address_with_a_sender():
    assert addresses.mail("") == {}
    found = addresses.mail("smtp://me:p%40ss@mail.lab/?from=perwatt@lab.example")
    assert found == {
        "host": "mail.lab",
        "port": 587,
        "user": "me",
        "password": "p@ss",
        "sender": "perwatt@lab.example",
        "ssl": False,
        "starttls": True,
    }
    assert addresses.mail("smtps://mail.lab/?from=a@b")["port"] == 465
    assert addresses.mail("smtp://mail.lab:25/?from=a@b&tls=0")["starttls"] is False


@pytest.mark.parametrize(
    "url",
    [
        "mail.lab",
        "http://mail.lab/?from=a@b",
        "smtp://me:hunter2@mail.lab/",
        "smtp:///?from=a@b",
        "smtp://me:hunter2%C3%B6@mail.lab/?from=a@b",
    ],
)
def test_what_is_no_mail_server_is_refused_without_its_password(url):
    with pytest.raises(BadSetting, match="EMAIL_URL") as refused:
        addresses.mail(url)
    assert "hunter2" not in str(refused.value)
