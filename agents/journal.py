"""What this agent has promised and not yet settled, written down before it happens.

A row is one attempt from just before its claim is sent until the server has its result or has it back. Whatever kills
the agent, the next start finds here which keys it used and which processes it may have left.
"""

import logging
import sqlite3
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import UUID, uuid4

from leaderboard.protocol import Code

log = logging.getLogger(__name__)

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS attempt (
    attempt_id TEXT PRIMARY KEY,
    claim_key TEXT NOT NULL,
    state TEXT NOT NULL,
    pid INTEGER,
    pgid INTEGER,
    start_time REAL,
    code TEXT,
    reason TEXT NOT NULL DEFAULT ''
) STRICT
"""


class State(StrEnum):
    CLAIMING = "claiming"
    CLAIMED = "claimed"
    MEASURING = "measuring"
    GIVING_BACK = "giving_back"


@dataclass(frozen=True)
class Child:
    """`start_time` is what `process_start_time` said, so that a later process with the same number is left alone."""

    pid: int
    pgid: int
    start_time: float


@dataclass(frozen=True)
class Entry:
    attempt_id: UUID
    claim_key: UUID
    state: State
    child: Child | None = None
    code: Code | None = None
    reason: str = ""


class Journal:
    """Every method returns once the change would survive a power cut. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            self._db = self._open()
        except sqlite3.DatabaseError as error:
            # Without its rows the server hears at the next sync that nothing runs here, and hands the work out again.
            aside = path.with_name(f"{path.name}.unreadable")
            log.warning("%s cannot be read (%s); it is kept as %s and a new one begun", path, error, aside.name)
            path.replace(aside)
            self._db = self._open()

    def close(self) -> None:
        self._db.close()

    def begin(self, attempt_id: UUID) -> UUID:
        """Return the key to claim with, on disk already: the same one when this claim may have been sent before."""
        values = (str(attempt_id), str(uuid4()), State.CLAIMING)
        self._write("INSERT OR IGNORE INTO attempt (attempt_id, claim_key, state) VALUES (?, ?, ?)", values)
        return self.entry(attempt_id).claim_key

    def claimed(self, attempt_id: UUID) -> None:
        self._write("UPDATE attempt SET state = ? WHERE attempt_id = ?", (State.CLAIMED, str(attempt_id)))

    def child_started(self, attempt_id: UUID, child: Child) -> None:
        self._write(
            "UPDATE attempt SET state = ?, pid = ?, pgid = ?, start_time = ? WHERE attempt_id = ?",
            (State.MEASURING, child.pid, child.pgid, child.start_time, str(attempt_id)),
        )

    def give_back(self, attempt_id: UUID, code: Code, reason: str) -> None:
        """Note that the attempt ends here and why; until the server has heard it, it is said again at each sync."""
        self._write(
            "UPDATE attempt SET state = ?, pid = NULL, code = ?, reason = ? WHERE attempt_id = ?",
            (State.GIVING_BACK, code, reason, str(attempt_id)),
        )

    def forget(self, attempt_id: UUID) -> None:
        self._write("DELETE FROM attempt WHERE attempt_id = ?", (str(attempt_id),))

    def entry(self, attempt_id: UUID) -> Entry:
        """Raises KeyError for an attempt that is not open."""
        return {entry.attempt_id: entry for entry in self.open_attempts()}[attempt_id]

    def open_attempts(self) -> list[Entry]:
        with self._lock:
            rows = self._db.execute("SELECT * FROM attempt ORDER BY rowid").fetchall()
        return [_entry(row) for row in rows]

    def _write(self, sql: str, values: tuple[object, ...]) -> None:
        with self._lock:
            self._db.execute(sql, values)

    def _open(self) -> sqlite3.Connection:
        # Autocommit: each statement is its own transaction, flushed to the disk before it returns.
        db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=10)
        try:
            _set_up(db)
        except sqlite3.DatabaseError:
            db.close()
            raise
        db.row_factory = sqlite3.Row
        self._path.chmod(0o600)
        return db


def _set_up(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA synchronous = FULL")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version not in (0, _VERSION):
        raise sqlite3.DatabaseError(f"version {version}, this agent writes {_VERSION}")
    db.execute(_SCHEMA)
    db.execute(f"PRAGMA user_version = {_VERSION}")


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        attempt_id=UUID(row["attempt_id"]),
        claim_key=UUID(row["claim_key"]),
        state=State(row["state"]),
        child=Child(row["pid"], row["pgid"], row["start_time"]) if row["pid"] else None,
        code=Code(row["code"]) if row["code"] else None,
        reason=row["reason"],
    )
