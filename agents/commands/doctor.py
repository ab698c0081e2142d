"""`perwatt agent doctor`: what is fine on this machine and what to fix."""

import argparse
import platform
import sys
from collections.abc import Sequence
from contextlib import closing, suppress

from agents import terminal
from agents.client import AgentClient
from agents.commands.folder import add_home, home_of
from agents.doctor import machine, network, own, power, runtimes
from agents.doctor.base import Check, exit_code
from agents.doctor.lines import doctor_json, doctor_lines
from agents.doctor.network import Server
from agents.endpoints import read_endpoints
from agents.errors import RefusedError, StopAgent, UnreachableError, UserError
from agents.home import AgentConfig, Home
from agents.meters import read_meters
from agents.probe import probe_inventory
from leaderboard.protocol import DoctorLine, DoctorReport


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser(
        "doctor",
        help="say what is fine on this machine and what to fix",
        epilog="Exit codes: 0 all is fine, 1 something to look at, 2 something to fix.",
    )
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    parser.add_argument("--url", help="the server to ask (the one it is enrolled at)")
    parser.add_argument("--ca-file", metavar="FILE", help="certificates to trust instead of the system's")
    add_home(parser)
    parser.set_defaults(handler=doctor)


def doctor(options: argparse.Namespace) -> int:
    home = home_of(options)
    config = home.config()
    server = _server(home, config, options)
    checks = all_checks(home, config, server)
    _tell(server, checks)
    device = config.name if config else platform.node()
    if options.json:
        print(doctor_json(checks, device))
    else:
        colour = terminal.wants_colour(sys.stdout)
        print("\n".join(doctor_lines(checks, device, width=terminal.width(), colour=colour)))
    return exit_code(checks)


def tell_server(home: Home, config: AgentConfig) -> None:
    """Examine a machine that has just enrolled, for whoever watches its enrolment."""
    server = Server(config.url, home.secret(), config.ca_file)
    _tell(server, all_checks(home, config, server, just_enrolled=True))


def _tell(server: Server | None, checks: Sequence[Check]) -> None:
    """Let the device's page show the same lines; a server that cannot take them is none of the doctor's business."""
    if server is None or server.secret is None:
        return
    lines = tuple(
        DoctorLine(code=check.code, result=check.verdict.value, evidence=check.evidence[:4000], fix=check.fix[:4000])
        for check in checks
    )
    with (
        suppress(UnreachableError, RefusedError, StopAgent, UserError),
        closing(AgentClient(server.url, server.secret, ca_file=server.ca_file)) as client,
    ):
        client.tell_doctor(DoctorReport(lines=lines))


def all_checks(
    home: Home, config: AgentConfig | None, server: Server | None, *, just_enrolled: bool = False
) -> list[Check]:
    reached, answer = network.checks_of(server)
    try:
        meters, broken = read_meters(home.meters_path), []
    except UserError as error:
        meters, broken = {}, [power.unreadable_meters(str(error))]
    inventory = probe_inventory(read_endpoints(home.endpoints_path), meters)
    return [
        *reached,
        *own.checks_of(home, config, answer, just_enrolled=just_enrolled),
        *power.checks_of(inventory),
        *broken,
        *runtimes.checks_of(inventory),
        *machine.checks_of(),
    ]


def _server(home: Home, config: AgentConfig | None, options: argparse.Namespace) -> Server | None:
    if options.url and (config is None or options.url.rstrip("/") != config.url):
        return Server(options.url, ca_file=options.ca_file)  # a secret goes to the server that it was made for
    if config is None:
        return None
    return Server(config.url, home.secret(), options.ca_file or config.ca_file)
