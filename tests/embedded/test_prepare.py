import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.databases import PostgresDatabase, administer

ROOT = Path(__file__).parents[2]


@pytest.mark.system
def test_a_fresh_folder_is_prepared_by_two_at_once_and_again(tmp_path):
    environ = os.environ | {"PERWATT_DATA_DIR": str(tmp_path / "data")}
    environ.pop("DATABASE_URL", None)
    command = [sys.executable, str(ROOT / "manage.py"), "prepare"]

    running = [subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=100)[0] for process in running]
    again = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)

    assert [process.returncode for process in running] == [0, 0]
    assert {*said, again.stdout} == {again.stdout}
    assert "Prepared. Boards: addition, digits." in again.stdout
    assert (tmp_path / "data/static/staticfiles.json").exists()


@pytest.mark.system
@pytest.mark.postgres
def test_a_database_that_comes_later_is_waited_for(tmp_path):
    database = PostgresDatabase()
    administer(f"DROP DATABASE {database.name}")
    environ = os.environ | database.environ | {"PERWATT_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, str(ROOT / "manage.py"), "prepare", "--wait"]

    began = time.monotonic()
    refused = subprocess.run([*command, "1"], env=environ, capture_output=True, text=True, check=False)
    waiting = subprocess.Popen([*command, "100"], env=environ, stdout=subprocess.PIPE, text=True)
    time.sleep(time.monotonic() - began)  # so long, and the other had given up
    assert waiting.poll() is None
    administer(f"CREATE DATABASE {database.name}")

    try:
        assert "Prepared. Boards: addition, digits." in waiting.communicate(timeout=100)[0]
        assert refused.stderr.startswith("CommandError: ")
        assert f'database "{database.name}" does not exist' in refused.stderr
    finally:
        database.drop()
