"""A PostgreSQL of a test run: its own cluster in a folder, on a free port of 127.0.0.1."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from tests.services.ports import free_ports

# A crash of the machine may lose a test's data: that is worth half the time. Nothing has lived long enough to be
# vacuumed or counted, so the planner knows no table's size, and would compile queries of a few rows.
_OPTIONS = (
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=127.0.0.1", "autovacuum=off",
    "jit=off",
)  # fmt: skip


def programs():
    """Return the folder of Debian's newest PostgreSQL server, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class Postgres:
    """Starts on entry, and is gone on exit; `url` names a database of its superuser `perwatt`."""

    def __init__(self, folder):
        self.folder = Path(folder) / "postgres"
        self.port = free_ports(1)[0]
        self.password = secrets.token_urlsafe(16)
        self.url = f"postgres://perwatt:{self.password}@127.0.0.1:{self.port}/perwatt"

    def __enter__(self):
        self.folder.mkdir(mode=0o700)
        password = self.folder / "password"
        password.write_text(self.password)
        self._own()
        self._run("initdb", "-D", self._data, "-U", "perwatt", "-A", "scram-sha-256", "--pwfile", password,
                  "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync")  # fmt: skip
        self.start()
        environ = os.environ | {"PGPASSWORD": self.password}
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "perwatt"]
        subprocess.run([programs() / "createdb", *address, "perwatt"], env=environ, check=True)
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder)

    @property
    def _data(self):
        return self.folder / "data"

    def start(self):
        options = " ".join(f"-c {option}" for option in (*_OPTIONS, f"port={self.port}", "max_connections=200"))
        self._run(
            "pg_ctl", "-D", self._data, "-w", "-l", self.folder / "log", "-o", f"{options} -k {self.folder}", "start"
        )

    def stop(self):
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def _own(self):
        if os.getuid() == 0:
            for path in (self.folder, *self.folder.iterdir()):
                shutil.chown(path, "postgres", "postgres")

    def _run(self, program, *arguments):
        """Run one of its programs as the user `postgres`: as root the server refuses to run."""
        user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*user, programs() / program, *arguments]
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
