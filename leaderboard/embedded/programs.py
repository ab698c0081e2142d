"""The processes of an embedded installation, as command lines. No secret is ever among the arguments."""

import socket
import sys

from leaderboard.embedded.children import Program
from leaderboard.embedded.folder import DataFolder

# The agent and beat first: then nothing new begins. The worker and the web outlast the agent's last words.
STOP_ORDER = (("agent", "beat"), ("worker", "web"))
# The agent gives back what it is measuring before it goes.
AGENT_STOPS_WITHIN_S = 15.0

_PYTHON = (sys.executable, "-m")
_CELERY = (*_PYTHON, "celery", "--app", "workers.app")


def web(listener: socket.socket) -> Program:
    """The socket is the supervisor's: while the server starts again, callers wait instead of being refused."""
    options = ("--no-access-log", "--no-server-header", "--no-proxy-headers", "--ws", "none", "--log-level", "warning")
    stopping = ("--timeout-graceful-shutdown", "3")
    return Program(
        "web",
        (*_PYTHON, "uvicorn", "leaderboard.asgi:application", "--fd", str(listener.fileno()), *options, *stopping),
        pass_fds=(listener.fileno(),),
    )


def worker() -> Program:
    """One task at a time in the process itself: the tasks are short, and a pool would cost memory and wake-ups."""
    options = ("--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat")
    return Program("worker", (*_CELERY, "worker", *options, "--loglevel", "WARNING"), stop_within_s=10.0)


def beat(folder: DataFolder) -> Program:
    schedule = ("--schedule", str(folder.beat_schedule), "--pidfile", "")
    return Program("beat", (*_CELERY, "beat", *schedule, "--loglevel", "WARNING"))


def agent(folder: DataFolder) -> Program:
    command = (*_PYTHON, "agents", "agent", "run", "--home", str(folder.agent_home))
    return Program("agent", command, stop_within_s=AGENT_STOPS_WITHIN_S)


def enrol(folder: DataFolder, *, url: str, name: str) -> Program:
    """The one-time token comes through standard input."""
    options = ("--url", url, "--name", name, "--home", str(folder.agent_home), "--token-stdin")
    return Program("enrol", (*_PYTHON, "agents", "agent", "enrol", *options))
