import os
import subprocess
import sys
from pathlib import Path

import pytest

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
