import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests.plugin import pytest_configure

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

REACHING = """
import pytest

@pytest.fixture
def row(db): pass

def test_with_a_row(row): pass

@pytest.mark.django_db
def test_marked(): pass

@pytest.mark.rabbitmq
def test_with_a_broker(): pass

def test_alone(): pass

@pytest.mark.one_database
def test_the_other_half(row): pass
"""


def run_pytest(folder, *arguments, cases=(CASES,), **environ):
    """Run a module for each of `cases`."""
    modules = [folder / f"test_cases_{place}.py" for place in range(len(cases))]
    for module, text in zip(modules, cases, strict=True):
        module.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        [*command, "-c", "pyproject.toml", *map(str, modules)],
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


def test_an_unknown_required_service_is_an_error(monkeypatch):
    monkeypatch.setenv("PERWATT_REQUIRE_MARKERS", "mainframe")

    with pytest.raises(pytest.UsageError, match="mainframe"):
        pytest_configure(SimpleNamespace(stash=pytest.Stash()))


def test_a_run_for_the_servers_has_what_reaches_one(tmp_path):
    listing = ("--servers-only", "--collect-only", "-m", "not rabbitmq")  # no broker is here
    beside = {"addresses": "from tests.contracts import real", "others": "from tests.factories import NOW"}
    cases = [f"{head}\n{REACHING.replace('alone', f'beside_{name}')}" for name, head in beside.items()]
    done = run_pytest(tmp_path, *listing, cases=cases)
    found = [line.partition("::")[2] for line in done.stdout.splitlines() if "::" in line]

    assert found == [*2 * ["test_with_a_row", "test_marked"], "test_beside_addresses"], done.stdout


def test_a_test_has_an_address_from_nowhere_but_the_modules_that_a_run_for_the_servers_looks_for():
    tests = Path(__file__).parent
    found = {
        path.relative_to(tests).as_posix() for path in tests.rglob("*.py") if "PERWATT_TEST_" in path.read_text("utf-8")
    }

    assert found == {
        "bench/bench_results.py", "databases.py", "plugin.py", "services/__main__.py", "services/rabbitmq.py",
        "test_plugin.py",
    }  # fmt: skip
