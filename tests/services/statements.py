"""Which statements the tests of pages send to the database: those that send nothing new are enough on one server.

A page shows what selectors answer, and the tests of the selectors run on every server, all of them. So of the tests of
pages a run with `--servers-only` takes as many as send each statement twice, where it knows who sends what: a run
before it, on SQLite, wrote that into the folder PERWATT_STATEMENTS_DIR. Without that folder it takes all of them, and
always those of which nothing is known and those whose threads or processes have connections of their own.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

VARIABLE = "PERWATT_STATEMENTS_DIR"
TIMES = 2
"""A statement meets different rows in different tests."""

_PAGES = "tests/frontend/"
_OTHER_CONNECTIONS = {"transactional_db", "live_server", "empty_database", "own_database", "shared_database"}
_LIST = re.compile(r"(%s|\?)(, ?\1)+")
_NUMBER = re.compile(r"\d+")
_BOOKKEEPING = re.compile("SAVEPOINT|RELEASE|ROLLBACK")

Sent = Mapping[str, set[str]]
"""A test's name to what it sent."""


class Statements:
    """What the tests of this process sent so far."""

    def __init__(self) -> None:
        self.sent: dict[str, set[str]] = {}

    @contextmanager
    def noting(self, test: str) -> Iterator[None]:
        seen = self.sent.setdefault(test, set())

        def note(execute, sql, params, many, context):
            if not _BOOKKEEPING.match(sql):
                seen.add(shape(sql))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield

    def write(self, folder: Path) -> None:
        if self.sent:
            folder.mkdir(parents=True, exist_ok=True)
            names = {test: sorted(sent) for test, sent in self.sent.items()}
            (folder / f"{os.getpid()}.json").write_text(json.dumps(names), encoding="utf-8")


def shape(sql: str) -> str:
    """A statement without its numbers and without the lengths of its lists."""
    return _NUMBER.sub("0", _LIST.sub(r"\1", sql))


def sent_before(folder: Path) -> dict[str, set[str]]:
    """Read what all processes of runs before wrote."""
    found: dict[str, set[str]] = {}
    for file in folder.glob("*.json"):
        for test, sent in json.loads(file.read_text(encoding="utf-8")).items():
            found.setdefault(test, set()).update(sent)
    return found


def enough(sent: Sent, times: int = TIMES) -> set[str]:
    """Return tests that send every statement so many times, or as often as all do; those that send most come first."""
    told, counts = set(), Counter[str]()
    for test in sorted(sent, key=lambda test: (-len(sent[test]), test)):
        if any(counts[statement] < times for statement in sent[test]):
            told.add(test)
            counts.update(sent[test])
    return told


def is_of_a_page(item) -> bool:
    """Whether a test shows pages, and all that it sends goes over the connection of its own thread."""
    marker = item.get_closest_marker("django_db")
    on_its_own = marker is None or not marker.kwargs.get("transaction")
    return _PAGES in item.path.as_posix() and on_its_own and not _OTHER_CONNECTIONS & set(item.fixturenames)


def repeats_others(items) -> set[str]:
    """Return which of these tests send only what the rest of them sends as well; none where no run wrote it down."""
    folder = os.environ.get(VARIABLE)
    before = sent_before(Path(folder)) if folder else {}
    sent = {item.nodeid: before[item.nodeid] for item in items if item.nodeid in before and is_of_a_page(item)}
    return set(sent) - enough(sent)
