"""What a server needs before its processes start. It may run again, and beside itself."""

import fcntl
import logging
import time
from collections.abc import Generator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from leaderboard.boards.kept_page import forget_pages
from leaderboard.clock import database_now
from leaderboard.embedded import seed
from leaderboard.embedded.assets import collect_assets
from leaderboard.embedded.errors import CannotStart
from leaderboard.embedded.folder import DataFolder
from leaderboard.wheel import CannotPack, pack_wheel

log = logging.getLogger(__name__)

# Any number that nothing else locks by.
_LOCK = 0x7065_7277
_ASK_AGAIN_S = 0.5


def prepare(*, wait_s: float = 0) -> tuple[str, ...]:
    """Migrate, collect the assets, pack the agent, load the benchmarks; return the boards' slugs.

    Raises CannotStart, and does so for a database or broker only when it still cannot be used after `wait_s`.
    """
    _wait_for_addresses(wait_s)
    with DataFolder(settings.DATA_DIR).errors_in_words(), _alone():
        seed.migrate()
        forget_pages()  # they look as the release before made them
        collect_assets()
        pack_agent()
        now = database_now()
        boards = seed.load_catalogue(tuple(seed.bundled_benchmarks().values()), now=now)
        seed.load_reference(now=now)
        seed.load_literature(now=now)
        return boards


def _wait_for_addresses(wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while True:
        try:
            return seed.check_addresses()
        except CannotStart:
            if time.monotonic() >= until:
                raise
        time.sleep(_ASK_AGAIN_S)


def pack_agent() -> None:
    """Pack the wheel that `/agent/` offers. A server without the agent's sources serves all the same, and says so."""
    try:
        pack_wheel(settings.ROOT, settings.WHEEL_DIR)
    except CannotPack as error:
        log.warning("no agent can be installed from this server: %s", error)


@contextmanager
def _alone() -> Generator[None, None, None]:
    """Wait for another preparation of the same database to end; the lock goes with the process that holds it."""
    lock = _in_database if connection.vendor == "postgresql" else _beside_database
    with lock():
        yield


@contextmanager
def _in_database() -> Generator[None, None, None]:
    with connection.cursor() as cursor:
        # The limits are for pages and tasks; a migration takes what it takes.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
            cursor.execute("RESET statement_timeout")
            cursor.execute("RESET lock_timeout")


@contextmanager
def _beside_database() -> Generator[None, None, None]:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.DATA_DIR / "prepare.lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
