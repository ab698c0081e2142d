"""The unit as systemd reads it, and the commands with a `systemctl` that only writes down what it was asked.

No test machine is booted with systemd: whether a user's manager accepts the calls is tried on one that is.
"""

import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from agents import systemd
from agents.cli import main
from agents.home import AgentConfig, Home
from agents.systemd import UNIT, unit_text

CONFIG = AgentConfig(url="https://perwatt.example.org", agent_id=uuid.UUID(int=1), name="box", queue="agent.1")
SYSTEMCTL = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
"$REFUSED") echo "Job failed. See journalctl." >&2; exit 1 ;;
*is-active*) echo active ;;
*is-enabled*) echo enabled ;;
esac
"""


@pytest.fixture
def enrolled(home):
    home.save_config(CONFIG)
    return home


@pytest.fixture
def manager(tmp_path, monkeypatch):
    """A machine with systemd; `calls()` are the words that its systemctl got."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("systemctl", SYSTEMCTL), ("loginctl", '#!/bin/sh\necho "$LINGER"\n')):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("REFUSED", "nothing")
    monkeypatch.setenv("LINGER", "yes")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(systemd.check_systemd, "__defaults__", (tmp_path,))
    return lambda: [line.removeprefix("--user ") for line in (tmp_path / "calls").read_text().splitlines()]


def settings(text):
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))


def service(verb, home):
    return main(["agent", "service", verb, "--home", str(home.root)])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("name", ["agent", 'a b % $HOME "x" \\'])
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path, name):
    environ = {"HTTPS_PROXY": "http://user:p%40ss$@proxy:3128", "LD_LIBRARY_PATH": "/opt/x y"}
    (tmp_path / UNIT).write_text(unit_text(Home(tmp_path / name), CONFIG, environ))

    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", tmp_path / UNIT],
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_starts_this_very_agent_and_is_started_again_unless_a_person_is_needed(enrolled):
    known = settings(unit_text(enrolled, CONFIG, {}))

    assert known["ExecStart"] == (
        f'"{sys.executable}" "-P" "-m" "agents" "agent" "run" "--no-celery" "--home" "{enrolled.root}"'
    )
    assert (known["Restart"], known["RestartPreventExitStatus"]) == ("on-failure", "2 3")
    assert (known["KillMode"], known["NoNewPrivileges"], known["UMask"]) == ("mixed", "yes", "0077")
    assert "Environment" not in known


def test_nothing_in_the_unit_changes_what_is_measured_or_hides_what_measures(enrolled):
    forbidden = (
        "SystemCall", "Restrict", "LockPersonality", "MemoryDenyWriteExecute", "CPU", "Memory", "Nice", "IO", "Private",
        "Protect", "ProcSubset", "Device", "ReadOnly", "Inaccessible", "Limit",
    )  # fmt: skip

    known = settings(unit_text(enrolled, CONFIG, {}))

    assert [name for name in known if name.startswith(forbidden)] == []


def test_dollars_are_doubled_on_the_command_line_and_nowhere_else(tmp_path):
    known = settings(unit_text(Home(tmp_path / "a$b%c"), CONFIG, {"HTTPS_PROXY": "http://a$b%c"}))

    assert known["ExecStart"].endswith('/a$$b%%c"')
    assert known["Environment"] == '"HTTPS_PROXY=http://a$b%%c"'


def test_installing_writes_a_private_unit_and_starts_it_and_again_restarts_it(enrolled, manager, capsys):
    assert service("install", enrolled) == service("install", enrolled) == 0

    path = systemd.unit_path()
    assert path.read_text() == unit_text(enrolled, CONFIG)
    assert path.stat().st_mode & 0o077 == 0
    asked = ["show-environment", "daemon-reload", f"enable {UNIT}", f"restart {UNIT}"]
    assert manager() == asked * 2
    assert f"Installed {path}; the agent runs." in capsys.readouterr().out


def test_a_user_whose_services_end_with_the_login_is_told(enrolled, manager, capsys, monkeypatch):
    monkeypatch.setenv("LINGER", "no")

    service("install", enrolled)

    assert "sudo loginctl enable-linger" in capsys.readouterr().err


def test_status_says_what_runs(enrolled, manager, capsys):
    service("install", enrolled)
    capsys.readouterr()

    assert service("status", enrolled) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"unit     {systemd.unit_path()}", "process  none", "systemd  active, enabled",
    ]  # fmt: skip


def test_uninstalling_stops_it_and_removes_the_unit_and_again_does_nothing(enrolled, manager, capsys):
    service("install", enrolled)

    assert service("uninstall", enrolled) == service("uninstall", enrolled) == 0

    assert not systemd.unit_path().exists()
    assert manager()[-2:] == [f"disable --now {UNIT}", "daemon-reload"]
    assert enrolled.config() == CONFIG
    assert "nothing to do" in capsys.readouterr().out


def test_what_systemd_refuses_is_said_with_where_to_look(enrolled, manager, monkeypatch, capsys):
    monkeypatch.setenv("REFUSED", f"--user restart {UNIT}")

    assert service("install", enrolled) == 4
    err = capsys.readouterr().err
    assert "failed: Job failed. See journalctl." in err
    assert "journalctl --user" in err


def test_without_systemd_it_prints_what_to_run_instead(enrolled, manager, monkeypatch, capsys):
    monkeypatch.setattr(systemd.check_systemd, "__defaults__", (Path("/nowhere"),))

    assert service("install", enrolled) == 4
    err = capsys.readouterr().err
    assert "this machine does not run systemd" in err
    assert f"-m agents agent run --no-celery --home {enrolled.root}" in err
    assert not systemd.unit_path().exists()


def test_a_user_whom_systemd_does_not_speak_with_is_told_why(enrolled, manager, monkeypatch, capsys):
    monkeypatch.setenv("REFUSED", "--user show-environment")

    assert service("install", enrolled) == 4
    assert "systemd does not speak with this user: Job failed." in capsys.readouterr().err


def test_an_agent_that_is_not_enrolled_is_not_installed(home, manager, capsys):
    assert service("install", home) == 2
    assert "No agent is enrolled" in capsys.readouterr().err
