import signal
import sqlite3
import subprocess
import sys
import threading
import uuid

import pytest

from agents.journal import Child, Entry, Journal, State
from leaderboard.protocol import Code

ATTEMPT = uuid.UUID(int=5)
BEGIN_AND_DIE = """
import os, signal, sys, uuid
from pathlib import Path
from agents.journal import Child, Journal
journal = Journal(Path(sys.argv[1]))
attempt_id = uuid.UUID(int=5)
print(journal.begin(attempt_id), flush=True)
journal.claimed(attempt_id)
journal.child_started(attempt_id, Child(11, 12, 13.25))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_key_of_a_claim_stays_the_same_until_the_attempt_is_settled(journal):
    key = journal.begin(ATTEMPT)

    assert journal.begin(ATTEMPT) == key
    journal.forget(ATTEMPT)
    assert journal.begin(ATTEMPT) != key


def test_what_a_killed_agent_had_promised_is_there_for_the_next_one(home):
    killed = subprocess.run(
        [sys.executable, "-c", BEGIN_AND_DIE, home.journal_path], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL

    journal = Journal(home.journal_path)

    key = uuid.UUID(killed.stdout.strip())
    assert journal.open_attempts() == [Entry(ATTEMPT, key, State.MEASURING, Child(11, 12, 13.25))]
    journal.close()


def test_an_attempt_that_goes_back_keeps_why_and_loses_its_process(journal):
    key = journal.begin(ATTEMPT)
    journal.child_started(ATTEMPT, Child(11, 12, 13.25))

    journal.give_back(ATTEMPT, Code.DISK_FULL, "no space")

    assert journal.entry(ATTEMPT) == Entry(ATTEMPT, key, State.GIVING_BACK, code=Code.DISK_FULL, reason="no space")


def test_every_change_waits_for_the_disk(journal):
    (level,) = journal._db.execute("PRAGMA synchronous").fetchone()

    assert level == 2  # FULL


def test_the_journal_is_private(home, journal):
    assert home.journal_path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"this is no database" * 100, None], ids=["garbage", "of a later version"])
def test_an_unreadable_journal_is_kept_aside_and_a_new_one_begun(home, content):
    if content is None:
        db = sqlite3.connect(home.journal_path)
        db.execute("PRAGMA user_version = 99")
        db.close()
    else:
        home.journal_path.write_bytes(content)

    journal = Journal(home.journal_path)

    assert journal.open_attempts() == []
    assert home.journal_path.with_name("journal.sqlite3.unreadable").exists()
    journal.close()


def test_threads_may_share_it(journal):
    attempts = [uuid.uuid4() for _ in range(20)]
    threads = [threading.Thread(target=journal.begin, args=(attempt,)) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {entry.attempt_id for entry in journal.open_attempts()} == set(attempts)
