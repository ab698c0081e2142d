import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests.plugin import pytest_configure
from tests.services.statements import VARIABLE, enough, shape

# What the run that this is part of was told, and the runs that it starts are not.
OURS = ("PERWATT_TEST_DATABASE_URL", "PERWATT_TEST_BROKER_URL", "PERWATT_REQUIRE_MARKERS", VARIABLE)
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


PAGES = """
import pytest
from django.contrib.auth.models import Group, Permission

@pytest.mark.django_db
@pytest.mark.parametrize("number", range(4))
def test_as_others(number): assert not Group.objects.filter(pk__in=range(number + 1))

@pytest.mark.django_db
def test_as_nobody_else(): assert Permission.objects.exists()

@pytest.mark.django_db
def test_without_a_question(): pass

@pytest.mark.django_db(transaction=True)
def test_with_more_connections(): assert not Group.objects.filter(pk__in=[1])
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


def test_a_run_for_the_servers_has_every_statement_of_a_page_twice_and_no_more_than_it_needs(tmp_path):
    folder = tmp_path / "tests/frontend"
    folder.mkdir(parents=True)
    known = {VARIABLE: str(tmp_path / "statements")}
    listing = ("--servers-only", "--collect-only")
    before = run_pytest(folder, *listing, cases=[PAGES], **known)
    assert run_pytest(folder, "-n", "2", cases=[PAGES], **known).returncode == 0
    after = run_pytest(folder, *listing, cases=[PAGES], **known)

    def listed(done):
        return [line.partition("::test_")[2] for line in done.stdout.splitlines() if "::" in line]

    last = ["as_nobody_else", "with_more_connections"]
    assert listed(before) == [*(f"as_others[{number}]" for number in range(4)), last[0], "without_a_question", last[1]]
    assert listed(after) == ["as_others[0]", "as_others[1]", *last]


def test_statements_are_the_same_whatever_their_numbers_and_however_long_their_lists():
    assert shape("SELECT a FROM t WHERE k IN (%s, %s, %s) LIMIT 21") == shape("SELECT a FROM t WHERE k IN (%s) LIMIT 5")
    assert shape("SELECT a FROM t WHERE k = %s") != shape("SELECT b FROM t WHERE k = %s")


def test_whoever_sends_most_is_taken_first_and_a_statement_of_one_test_once():
    sent = {"a": {"1"}, "b": {"1", "2", "3"}, "c": {"1", "2"}, "d": {"2"}, "e": set()}

    assert enough(sent) == {"b", "c"}
    assert enough(sent, times=3) == {"a", "b", "c", "d"}


def test_a_test_has_an_address_from_nowhere_but_the_modules_that_a_run_for_the_servers_looks_for():
    tests = Path(__file__).parent
    found = {
        path.relative_to(tests).as_posix() for path in tests.rglob("*.py") if "PERWATT_TEST_" in path.read_text("utf-8")
    }

    assert found == {
        "bench/bench_results.py", "databases.py", "plugin.py", "services/__main__.py", "services/rabbitmq.py",
        "test_plugin.py",
    }  # fmt: skip
