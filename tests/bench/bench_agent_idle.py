"""What an agent costs while it waits for work: CPU time and memory, by the plain loop and as a Celery worker.

    python -m tests.bench.bench_agent_idle [--seconds 60]

Beside each it runs a process that only sleeps, as the reference of the same minute. The bars are for the plain loop:
under 0.1 % of a core and 80 MB of proportional set size.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import psutil

from agents.home import AgentConfig, Home
from tests.agents.server import QUEUE, SECRET, ProtocolServer, until

CPU_BAR, PSS_BAR_BYTES = 0.001, 80e6
REFERENCE = [sys.executable, "-c", "import time; time.sleep(3600)"]


def agent_command(server: ProtocolServer, folder: str, *options: str) -> list[str]:
    home = Home(Path(folder))
    home.prepare()
    home.save_config(AgentConfig(url=server.url, agent_id=uuid.UUID(int=7), name="box", queue=QUEUE))
    home.secret_path.write_text(SECRET)
    return [sys.executable, "-P", "-m", "agents", "agent", "run", *options, "--home", folder]


def cpu_and_pss(process: psutil.Process, seconds: float) -> tuple[float, int]:
    before, began = process.cpu_times(), time.monotonic()
    time.sleep(seconds)
    after = process.cpu_times()
    spent_s = after.user + after.system - before.user - before.system
    return spent_s / (time.monotonic() - began), process.memory_full_info().pss


def measured(command: list[str], is_ready, seconds: float) -> tuple[float, int]:
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until(is_ready, within_s=60)
        time.sleep(3)  # what starting left to do
        return cpu_and_pss(psutil.Process(running.pid), seconds)
    finally:
        running.terminate()
        running.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    seconds = parser.parse_args().seconds
    for name, options in (("plain loop", ["--no-celery"]), ("Celery worker", [])):
        server = ProtocolServer()
        with tempfile.TemporaryDirectory() as folder:
            cpu, pss = measured(
                agent_command(server, folder, *options), lambda server=server: server.named("tickets_"), seconds
            )
        server.close()
        verdict = "under both bars" if cpu < CPU_BAR and pss < PSS_BAR_BYTES else "over a bar"
        print(f"{name:<14} {cpu:.3%} of a core, {pss / 1e6:.1f} MB PSS over {seconds:.0f} s: {verdict}")
    cpu, pss = measured(REFERENCE, lambda: True, seconds)
    print(f"{'only asleep':<14} {cpu:.3%} of a core, {pss / 1e6:.1f} MB PSS")


if __name__ == "__main__":
    main()
