"""A real server and real agents as processes, for tests that kill them."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil

from tests.databases import migrated_database

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "fixtures/models/digits"


def until(condition, *, within_s=30.0):
    """Return the first true answer; fails when there is none in time."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"not within {within_s} s")


class Process:
    """One process whose output goes to a file."""

    def __init__(self, log, *arguments, **environ):
        self.log = log
        with log.open("ab") as file:
            self.popen = subprocess.Popen(
                [sys.executable, *map(str, arguments)],
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
                env=os.environ | environ,
            )

    def kill(self):
        self.popen.kill()
        self.popen.wait(10)

    def end(self, within_s=10):
        """Ask politely; return the exit code."""
        self.popen.terminate()
        return self.popen.wait(within_s)

    def children(self):
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.popen.pid).children(recursive=True)
        return []


class Stack:
    """The server of `stack.py` in a folder; it may be killed and started again on the same port."""

    def __init__(self, folder, empty_database):
        self.folder = folder
        self.database = migrated_database(folder, empty_database)
        self.process = None
        self.agents = []
        self.start()

    @property
    def url(self):
        return (self.folder / "address").read_text().strip()

    def start(self):
        port = self.url.rpartition(":")[2] if self.process else "0"
        arguments = ("-m", "tests.contracts.stack", self.folder, port)
        self.process = Process(self.folder / "server.log", *arguments, **self.database.environ)
        until(self._answers, within_s=60)

    def close(self):
        for agent in self.agents:
            if agent.popen.poll() is None:
                agent.kill()
        self.process.kill()
        self.database.drop()

    def enrol(self):
        token = (self.folder / "enrol-token").read_bytes()
        command = [sys.executable, "-m", "agents", "agent", "enrol", "--url", self.url, "--token-stdin", "--home"]
        subprocess.run([*command, self.folder / "agent"], input=token, cwd=ROOT, check=True, capture_output=True)

    def agent(self, *options):
        log = self.folder / f"agent-{len(self.agents)}.log"
        process = Process(log, "-m", "agents", "agent", "run", "--home", self.folder / "agent", *options)
        self.agents.append(process)
        return process

    def submit(self, *options, benchmark="digits", model="mlp8.onnx"):
        """Submit by the command line; the job's page without `--wait`, else (exit code, output, errors)."""
        command = ["submit", str(MODELS / model), "--benchmark", benchmark, *options]
        done = self.command(*command)
        return (done.returncode, done.stdout, done.stderr) if options else done.stdout.strip()

    def command(self, *arguments):
        environ = os.environ | {"PERWATT_DATA_DIR": str(self.folder)}
        command = [sys.executable, "-m", "agents", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    def job(self, page):
        url = page.replace("/jobs/", "/api/v1/jobs/").rstrip("/")
        name, _, value = (self.folder / "authorization.header").read_text().strip().partition(": ")
        return httpx.get(url, headers={name: value}, trust_env=False).raise_for_status().json()

    def wait_for(self, url, state, *, within_s=40):
        return until(lambda: (job := self.job(url))["state"] == state and job, within_s=within_s)

    def wait_for_child(self, agent):
        return until(agent.children)[0]

    def trace(self, done):
        """What the entry of a published job says of its raw trace."""
        address = f"{self.url}{done['entry_url'].rstrip('/')}.json"
        return httpx.get(address, trust_env=False).raise_for_status().json()["trace"]

    def board(self):
        return httpx.get(f"{self.url}/api/v1/boards/digits", trust_env=False).raise_for_status().json()

    def _answers(self):
        if self.process.popen.poll() is not None:
            raise AssertionError((self.folder / "server.log").read_text())
        with contextlib.suppress(OSError, httpx.HTTPError):
            return httpx.get(f"{self.url}/api/v1/benchmarks", trust_env=False).is_success
        return False


def is_gone(process):
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() == psutil.STATUS_ZOMBIE
    return True


def spooled(stack):
    return list((stack.folder / "agent" / "spool").glob("*.json"))
