"""Small real programs for the supervisor, and ways to see whether they live."""

import contextlib
import sys
import time
from pathlib import Path

import psutil

from leaderboard.embedded.children import Program

SLEEP = "import time; time.sleep(600)"
# Ignores the polite request, as a hanging program would.
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); {SLEEP}"
# Says when it goes, after a last effort of so many seconds.
LAST_WORDS = """
import signal, sys, time

def go(*_):
    time.sleep({last_effort_s})
    print(time.time())
    sys.exit()

signal.signal(signal.SIGTERM, go)
print("ready", flush=True)
time.sleep(600)
"""
# Starts a process of its own in the same session before it sleeps, and prints its id.
PARENT = f"""
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", {SLEEP!r}]).pid, flush=True)
time.sleep(600)
"""


def python(name, code, **values):
    return Program(name, (sys.executable, "-c", code), **values)


def until(condition, *, within_s=10.0):
    """Return the first true answer; fails when there is none in time."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not within {within_s} s: {condition}")


def runs(pid):
    """Say whether the process exists and is more than a zombie."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def marked(mark):
    """Return every process that carries the mark of a data folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get("PERWATT_SUPERVISED") == mark:
                found.append(process)
    return found


def lines(path: Path):
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
