"""A Docker engine with its own folder and socket, beside whatever else the machine runs."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path


class Engine:
    def __init__(self, folder):
        self.folder = folder
        # A socket's path is short, and what lives as long as the engine is no cache.
        self.run = Path(tempfile.mkdtemp(prefix="perwatt-engine-"))
        self.address = f"unix://{self.run}/docker.sock"
        self._process = None

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
        for mounted in (self.run / "exec/netns").glob("*"):  # the engine leaves its own namespace bound there
            subprocess.run(["umount", mounted], check=False, capture_output=True)
        shutil.rmtree(self.run, ignore_errors=True)

    def _start(self):
        # Where the kernel lacks what iptables' newer half needs, the older one still works.
        path = os.environ["PATH"]
        if not self._starts(path) and not self._starts(f"{self._legacy()}:{path}"):
            raise RuntimeError(f"no Docker engine:\n{self._log.read_text(encoding='utf-8')[-2000:]}")

    @property
    def _log(self):
        return self.run / "log"

    def _starts(self, path):
        options = ("--data-root", self.folder, "--exec-root", self.run / "exec", "--pidfile", self.run / "pid")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                ["dockerd", "--host", self.address, *options], stdout=log, stderr=log, env=os.environ | {"PATH": path}
            )
        until = time.monotonic() + 60
        while self._process.poll() is None and time.monotonic() < until:
            if answers(self.address):
                return True
            time.sleep(0.3)
        self._process.kill()
        self._process.wait()
        return False

    def _legacy(self):
        folder = self.run / "legacy"
        folder.mkdir()
        for name in ("iptables", "ip6tables"):
            (folder / name).symlink_to(shutil.which(f"{name}-legacy") or f"/usr/sbin/{name}-legacy")
        return folder


def answers(address=None):
    """Say whether an engine serves: at the address, or where this process would look for one."""
    environ = os.environ | ({"DOCKER_HOST": address} if address else {})
    try:
        subprocess.run(["docker", "info"], check=True, capture_output=True, timeout=60, env=environ)
    except (OSError, subprocess.SubprocessError):
        return False
    return True
