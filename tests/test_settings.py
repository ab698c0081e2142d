"""The settings that other parts count on, each for a reason."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).parents[1]


def test_the_passwords_hashes_and_secrets_of_a_test_run_are_not_the_users(tmp_path):
    assert Path(settings.DATA_DIR) != ROOT / ".perwatt"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a server keeps its own log")
def test_a_file_database_is_in_wal_mode(shared_database):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_variable_that_is_read_is_documented():
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    sources = [path for folder in ("leaderboard", "workers") for path in (ROOT / folder).rglob("*.py")]
    names = {name for path in sources for name in re.findall(r'"(PERWATT_[A-Z_]+)"', path.read_text(encoding="utf-8"))}
    assert {"PERWATT_SIGN_UP", "PERWATT_DATA_DIR", "PERWATT_ALIVE_FILE"} <= names
    shown = {name for name in names if f"`{name}`" in operations or f"`{name}_FILE`" in operations}
    assert names - shown == {"PERWATT_SUPERVISED"}  # a supervisor's word to its own children


def _settings(tmp_path, *names, **environ):
    code = f"""
import json
from django.conf import settings
print(json.dumps([str(getattr(settings, name)) for name in {names!r}]))
"""
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "leaderboard.settings",
        "PERWATT_DATA_DIR": str(tmp_path),
        **environ,
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr


def test_an_installation_differs_by_its_environment_only(tmp_path):
    assert _settings(tmp_path, "DEBUG", "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS") == ["False", "False", "0"]
    https = _settings(tmp_path, "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", PERWATT_HTTPS="1")
    assert https == ["True", "True"]


def test_a_bad_setting_is_named(tmp_path):
    assert "BadSetting: PERWATT_DEBUG='maybe' is neither 1 nor 0." in _settings(
        tmp_path, "DEBUG", PERWATT_DEBUG="maybe"
    )
