"""`perwatt agent service install|uninstall|status`: the agent starts with the machine."""

import argparse
import getpass
import shlex
import sys

from agents import systemd
from agents.commands.folder import add_home, home_of
from agents.durable import write_durably
from agents.errors import Exit, UserError
from agents.home import Home
from agents.systemd import UNIT, NoSystemd

_LOG = f"journalctl --user --unit {UNIT} --follow"


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("service", help="start the agent with this machine (a unit of the user's systemd)")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for name, handler, says in (
        ("install", install, "write the unit, enable and start it; again, it writes it anew and restarts the agent"),
        ("uninstall", uninstall, "stop the agent and remove the unit"),
        ("status", status, "say whether it is installed, running, and started without a login"),
    ):
        verb = verbs.add_parser(name, help=says)
        add_home(verb)
        verb.set_defaults(handler=handler)


def install(options: argparse.Namespace) -> int:
    home = home_of(options)
    config = home.config()
    if config is None:
        raise UserError(f"No agent is enrolled in {home.root}; `perwatt agent enrol --help` says how.")
    _check(home)
    path = systemd.unit_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, systemd.unit_text(home, config).encode())
    for words in (["daemon-reload"], ["enable", UNIT], ["restart", UNIT]):
        _must(*words)
    print(f"Installed {path}; the agent runs.\n  log: {_LOG}")
    _say_linger()
    return Exit.OK


def uninstall(options: argparse.Namespace) -> int:
    path = systemd.unit_path()
    if not path.exists():
        print(f"There is no {path}; nothing to do.")
        return Exit.OK
    _check(home_of(options))
    _must("disable", "--now", UNIT)
    path.unlink()
    _must("daemon-reload")
    print(f"Removed {path}; the agent is stopped. Its folder is left as it is.")
    return Exit.OK


def status(options: argparse.Namespace) -> int:
    path, home = systemd.unit_path(), home_of(options)
    holder = home.holder()
    print(f"unit     {path if path.exists() else 'not installed'}")
    print(f"process  {holder or 'none'}{f', in {home.root}' if holder else ''}")
    try:
        systemd.check_systemd()
    except NoSystemd as reason:
        print(f"systemd  {reason}")
        return Exit.OK if holder else Exit.FAILED_SYSTEM
    active = systemd.systemctl("is-active", UNIT).text
    print(f"systemd  {active}, {systemd.systemctl('is-enabled', UNIT).text or 'not enabled'}")
    _say_linger()
    return Exit.OK if active == "active" else Exit.FAILED_SYSTEM


def _check(home: Home) -> None:
    """Where there is no systemd to ask, what to run instead."""
    try:
        systemd.check_systemd()
    except NoSystemd as reason:
        first = f"  next: {reason.hint}; or have" if reason.hint else "  next: have"
        raise UserError(
            f"No service was changed: {reason}.\n{first} your own supervisor run, as this user, and start again unless"
            f" it ends with 2 or 3:\n    {shlex.join(systemd.command_of(home))}",
            exit_code=Exit.FAILED_SYSTEM,
        ) from None


def _must(*words: str) -> None:
    said = systemd.systemctl(*words)
    if said.code != 0:
        sentence = f"`systemctl --user {' '.join(words)}` failed: {said.text}\n  next: {_LOG}"
        raise UserError(sentence, exit_code=Exit.FAILED_SYSTEM)


def _say_linger() -> None:
    if systemd.lingers() is False:
        hint = f"sudo loginctl enable-linger {getpass.getuser()}"
        print(f"It stops when you log out and starts when you log in; to have it run always: {hint}", file=sys.stderr)
