import os
import subprocess
import sys

import pytest
from django.conf import settings

# What the run that this is part of was told, and the runs that it starts are not.
OURS = ("PERWATT_TEST_DATABASE_URL", "PERWATT_TEST_BROKER_URL", "PERWATT_REQUIRE_MARKERS")
CASES = """
import pytest

@pytest.mark.postgres
def test_a(): raise AssertionError

@pytest.mark.postgres
@pytest.mark.rabbitmq
def test_b(): raise AssertionError

def test_c(): pass
"""


def run_pytest(folder, *arguments, **environ):
    (folder / "test_cases.py").write_text(CASES, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        [*command, "-c", "pyproject.toml", str(folder / "test_cases.py")],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env=os.environ | dict.fromkeys(OURS, "") | environ,
    )


def test_the_settings_point_to_a_folder_of_this_run_alone():
    assert settings.DATA_DIR.name.startswith("perwatt-tests-")


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "distributed"])
def test_tests_without_their_service_are_counted_by_name_on_the_last_line(tmp_path, arguments):
    done = run_pytest(tmp_path, *arguments)

    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert done.stdout.splitlines()[-1] == "deselected for want of a service: postgres 2"


def test_a_required_service_that_is_missing_is_an_error(tmp_path):
    done = run_pytest(tmp_path, PERWATT_REQUIRE_MARKERS="chromium", PERWATT_CHROMIUM="/nonexistent")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "names chromium, and it is not here" in done.stderr


def test_an_unknown_required_service_is_an_error(tmp_path):
    done = run_pytest(tmp_path, PERWATT_REQUIRE_MARKERS="mainframe")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "mainframe" in done.stderr
