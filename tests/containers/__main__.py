"""Run a command beside a Docker engine of its own, which ends with it.

    python -m tests.containers ./perwatt test

The engine keeps its images in PERWATT_ENGINE_DIR (/var/cache/perwatt-engine), so that the next run builds less. Needs
root and Debian's `docker.io`, `docker-compose` and `debootstrap`; with `--install` it installs what is missing.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tests.containers.engine import Engine

PROGRAMS = {"dockerd": "docker.io", "docker-compose": "docker-compose", "debootstrap": "debootstrap"}


def main(arguments):
    wanted = arguments[:1] == ["--install"]
    command = arguments[1:] if wanted else arguments
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if missing and not wanted:
        sys.exit(f"not installed: {', '.join(missing)}; on Debian, apt install {' '.join(missing)}")
    if missing:
        install(missing)
    # Asked to stop, it lets the command end first, then its engine.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(os.environ.get("PERWATT_ENGINE_DIR", "/var/cache/perwatt-engine"))
    with Engine(folder) as engine:
        process = subprocess.Popen(command, env=os.environ | {"DOCKER_HOST": engine.address})
        try:
            code = process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    sys.exit(code)


def install(packages):
    # Installing would start the packaged engine where there is an init; ours has a folder of its own.
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=environ)
    options = ("-y", "-qq", "--no-install-recommends")
    subprocess.run(["apt-get", "install", *options, *packages], check=True, env=environ, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main(sys.argv[1:])
