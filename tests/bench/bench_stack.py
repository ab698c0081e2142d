"""What the stack costs beside a measurement, and how long a ticket takes to become a claim. Reports, fails nothing.

    python -m tests.bench.bench_stack

Runs `up` on the bundled digits in a folder of its own. While a model is measured it reads the CPU time of the server's
own processes (supervisor, web, worker, beat) and of the agent's parent process; the measuring child is left out. The
reference beside them is one busy core for the same seconds. Ticket to claim is read from the attempts themselves.
"""

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
PARTS = {
    "uvicorn": "web",
    "beat": "beat",  # before the worker: its command names `workers` too
    "worker": "worker",
    "agents.child": "child",
    "agents": "agent",
    "manage.py": "supervisor",
}
SERVER = ("supervisor", "web", "worker", "beat")
WINDOW_S = 5.0


def main() -> None:
    port = sys.argv[1] if len(sys.argv) > 1 else "8991"
    with tempfile.TemporaryDirectory(prefix="perwatt-bench-") as folder:
        command = [str(ROOT / "perwatt"), "up", "--port", port, "--data-dir", folder]
        command += ["--benchmark", "digits", "--exit-when-measured"]
        up = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=os.environ | {"NO_COLOR": "1"})
        try:
            windows = watch(up)
        finally:
            up.terminate()
            up.wait(timeout=60)
        report(windows, waits_s(Path(folder) / "perwatt.sqlite3"), up.returncode)


def watch(up: "subprocess.Popen[bytes]") -> list[dict[str, float]]:
    """Return the share of a core that each part used, window by window, while a child was measuring all along."""
    windows = []
    supervisor = psutil.Process(up.pid)
    while up.poll() is None:
        before, start = cpu_s(supervisor), time.monotonic()
        time.sleep(WINDOW_S)
        after, seconds = cpu_s(supervisor), time.monotonic() - start
        if after.get("child", 0) > before.get("child", 0) > 0:
            windows.append({name: (after[name] - before[name]) / seconds for name in after if name in before})
    return windows


def cpu_s(supervisor: psutil.Process) -> dict[str, float]:
    """Return the CPU seconds so far of each part of the stack."""
    seconds: dict[str, float] = {}
    try:
        for process in [supervisor, *supervisor.children(recursive=True)]:
            line = process.cmdline()
            name = next((part for word, part in PARTS.items() if any(word in item for item in line)), "other")
            times = process.cpu_times()
            seconds[name] = seconds.get(name, 0) + times.user + times.system
    except psutil.NoSuchProcess:
        return {}
    return seconds


def waits_s(database: Path) -> list[float]:
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT dispatched_at, claimed_at FROM runs_attempt WHERE claimed_at NOT NULL")
        return [(datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() for start, end in rows]


def report(windows: list[dict[str, float]], waits: list[float], code: int) -> None:
    print(f"up ended with {code}; {len(windows)} windows of {WINDOW_S:g} s while a model was measured")
    for name in (*SERVER, "agent", "child"):
        shares = [window[name] for window in windows if name in window]
        if shares:
            print(f"{name:11s} median {statistics.median(shares):7.2%} of a core, most {max(shares):7.2%}")
    totals = [sum(window.get(name, 0) for name in SERVER) for window in windows]
    if totals:
        print(f"server      median {statistics.median(totals):7.2%} of a core, all four together")
    if waits:
        print(f"ticket to claim: median {statistics.median(waits):.3f} s, most {max(waits):.3f} s, n = {len(waits)}")


if __name__ == "__main__":
    main()
