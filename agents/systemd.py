"""The agent as a unit of the user's own systemd, and how that is spoken to."""

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agents.home import AgentConfig, Home

UNIT = "perwatt-agent.service"
_RUNNING = Path("/run/systemd/system")  # there while systemd is the first process (sd_booted(3))
# What a login shell may hold and a service does not: the way out, and where vendor libraries lie.
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
_KEPT = (*_PROXIES, *map(str.lower, _PROXIES), "SSL_CERT_FILE", "LD_LIBRARY_PATH")
_TEXT = """\
# Written by `perwatt agent service install`, which writes it again.
[Unit]
Description=Perwatt agent {name}
Documentation={url}/agent/

[Service]
Type=exec
ExecStart={command}
{environment}Restart=on-failure
RestartSec=10
# 2: a person has to put something right. 3: a newer instance of this agent took over.
RestartPreventExitStatus=2 3
# The agent alone is told to stop; it ends what it measures and gives it back.
KillMode=mixed
TimeoutStopSec=30
# When memory ends, the measuring process goes and the agent reports it.
OOMPolicy=continue
UMask=0077
NoNewPrivileges=yes
# Left out on purpose, because it would change what is measured or hide what it is measured with: system call filters
# (before Linux 5.16 they switch speculation off), quotas, weights and nice values, private devices (a GPU is one),
# hidden or read-only /proc and /sys (the guard and the sensors live there), name spaces (not every user may have them).

[Install]
WantedBy=default.target
"""


class NoSystemd(Exception):  # a fact about the machine, and no fault
    """There is no systemd here, or it does not speak with this user; the message says which, `hint` what to do."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint


@dataclass(frozen=True)
class Said:
    """What a command of systemd answered."""

    code: int
    text: str


def unit_path(environ: Mapping[str, str] = os.environ) -> Path:
    configuration = environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(configuration) / "systemd/user" / UNIT


def command_of(home: Home) -> list[str]:
    """What starts this very agent; the plain loop, because it is smaller than a Celery worker and does the same."""
    return [sys.executable, "-P", "-m", "agents", "agent", "run", "--no-celery", "--home", str(home.root)]


def unit_text(home: Home, config: AgentConfig, environ: Mapping[str, str] = os.environ) -> str:
    kept = [f"Environment={_quoted(f'{name}={environ[name]}')}\n" for name in _KEPT if environ.get(name)]
    return _TEXT.format(
        name=config.name,
        url=config.url,
        command=" ".join(_quoted(word).replace("$", "$$") for word in command_of(home)),
        environment="".join(kept),
    )


def check_systemd(booted: Path = _RUNNING) -> None:
    """Raises NoSystemd."""
    if shutil.which("systemctl") is None or not booted.is_dir():
        raise NoSystemd("this machine does not run systemd")
    said = systemctl("show-environment")
    if said.code != 0:
        hint = f"log in as this user itself (not by su or sudo), or: sudo loginctl enable-linger {getpass.getuser()}"
        raise NoSystemd(f"systemd does not speak with this user: {said.text}", hint)


def systemctl(*words: str) -> Said:
    return _run(["systemctl", "--user", *words])


def lingers() -> bool | None:
    """Whether this user's services run without a login; None where nobody says."""
    if shutil.which("loginctl") is None:
        return None
    said = _run(["loginctl", "show-user", str(os.getuid()), "--property=Linger", "--value"])
    return said.text == "yes" if said.code == 0 else None


def _run(command: list[str]) -> Said:
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=60)
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines()
    return Said(done.returncode, lines[-1] if lines else "")


def _quoted(word: str) -> str:
    """One word of a unit file, in which `%` stands for itself; on command lines `$` has to be doubled besides."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{plain}"'
