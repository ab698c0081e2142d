"""Loaded before Django's settings (`-p tests.plugin`): a data folder for this run alone, and the tests' services.

A test that needs a service carries its marker. Where the service is missing the test is deselected, and the last line
of the run counts them by name. PERWATT_REQUIRE_MARKERS="chromium postgres" makes a missing one an error instead.

The database is SQLite, or the PostgreSQL of PERWATT_TEST_DATABASE_URL; `python -m tests.services` starts one. With
`--servers-only` a run leaves out what reaches neither a database nor a broker: it is the same on every server. It
leaves out pages, too, that send no statement which others do not send, if a run on SQLite wrote the statements down
(PERWATT_STATEMENTS_DIR; `tests/services/statements.py` says why).
"""

import os
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import kombu
import psycopg
import pytest

from tests.containers import engine
from tests.services import statements
from tests.services.reach import reaches_servers

DATA_DIR = tempfile.mkdtemp(prefix="perwatt-tests-")
os.environ["PERWATT_DATA_DIR"] = DATA_DIR
# A test that starts processes must never meet the settings of whoever runs the tests.
for name in ("PERWATT_SECRET_KEY", "DATABASE_URL", "BROKER_URL"):
    os.environ.pop(name, None)
    os.environ.pop(f"{name}_FILE", None)
os.environ.pop("PERWATT_CATALOG_DIR", None)
if DATABASE_URL := os.environ.get("PERWATT_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = DATABASE_URL

COUNTS = pytest.StashKey[Counter]()
SENT = pytest.StashKey[statements.Statements]()


def chromium_path():
    return os.environ.get("PERWATT_CHROMIUM") or "/usr/bin/chromium"


def chromium_runs():
    try:
        subprocess.run([chromium_path(), "--version"], check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def postgres_answers():
    return bool(DATABASE_URL) and _answers(lambda: psycopg.connect(DATABASE_URL, connect_timeout=10))


def rabbitmq_answers():
    url = os.environ.get("PERWATT_TEST_BROKER_URL")
    return bool(url) and _answers(lambda: kombu.Connection(url, connect_timeout=10).connect())


def _answers(connect):
    try:
        connect().close()
    except (psycopg.Error, OSError):
        return False
    return True


SERVICES = {
    "chromium": chromium_runs,
    "postgres": postgres_answers,
    "rabbitmq": rabbitmq_answers,
    "docker": engine.answers,
}


def pytest_addoption(parser):
    parser.addoption("--servers-only", action="store_true", help="only tests that reach a database or a broker")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.stash[COUNTS] = Counter()
    config.stash[SENT] = statements.Statements()
    _keep_the_database_from_children()
    required = os.environ.get("PERWATT_REQUIRE_MARKERS", "").replace(",", " ").split()
    for name in required:
        if name not in SERVICES:
            raise pytest.UsageError(f"PERWATT_REQUIRE_MARKERS names {name}; services are {', '.join(SERVICES)}.")
        if not SERVICES[name]():
            raise pytest.UsageError(f"PERWATT_REQUIRE_MARKERS names {name}, and it is not here.")


def _keep_the_database_from_children():
    """A process that a test starts has a database of its own; a test's connection lives as long as the test."""
    from django.conf import settings

    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    os.environ.pop("DATABASE_URL", None)


def pytest_unconfigure():
    shutil.rmtree(DATA_DIR, ignore_errors=True)


def pytest_collection_modifyitems(config, items):
    wanted = {name for item in items for name in SERVICES if item.get_closest_marker(name)}
    missing = {name for name in wanted if not SERVICES[name]()}
    kept, dropped = [], []
    for item in items:
        lacks = next((name for name in sorted(missing) if item.get_closest_marker(name)), None)
        (kept if lacks is None else dropped).append(item)
        if lacks is not None:
            config.stash[COUNTS][lacks] += 1
    if config.option.servers_only:
        dropped += [item for item in kept if not reaches_servers(item)]
        kept = [item for item in kept if reaches_servers(item)]
        repeating = statements.repeats_others(kept)
        dropped += [item for item in kept if item.nodeid in repeating]
        kept = [item for item in kept if item.nodeid not in repeating]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    config = item.config
    if config.option.servers_only or statements.VARIABLE not in os.environ or not statements.is_of_a_page(item):
        return (yield)
    with config.stash[SENT].noting(item.nodeid):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session):
    """Print below everything else; a worker of pytest-xdist hands its counts over instead."""
    config = session.config
    counts = config.stash[COUNTS]
    if folder := os.environ.get(statements.VARIABLE):
        config.stash[SENT].write(Path(folder))
    if hasattr(config, "workeroutput"):
        config.workeroutput["perwatt_deselected"] = dict(counts)
    result = yield
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and counts and not hasattr(config, "workeroutput"):
        named = ", ".join(f"{name} {counts[name]}" for name in sorted(counts))
        reporter.write_line(f"deselected for want of a service: {named}")
    return result


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    # Every worker collects everything, so one worker's counts are everybody's.
    counts = getattr(node, "workeroutput", {}).get("perwatt_deselected")
    if counts:
        node.config.stash[COUNTS].clear()
        node.config.stash[COUNTS].update(counts)
