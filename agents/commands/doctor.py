"""`perwatt agent doctor`: what is fine on this machine and what to fix."""

import argparse
import platform
import sys

from agents import terminal
from agents.commands.folder import add_home, home_of
from agents.doctor import machine, network, own, power, runtimes
from agents.doctor.base import Check, exit_code
from agents.doctor.lines import doctor_json, doctor_lines
from agents.doctor.network import Server
from agents.endpoints import read_endpoints
from agents.errors import UserError
from agents.home import AgentConfig, Home
from agents.meters import read_meters
from agents.probe import probe_inventory


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
    checks = all_checks(home, config, _server(home, config, options))
    device = config.name if config else platform.node()
    if options.json:
        print(doctor_json(checks, device))
    else:
        colour = terminal.wants_colour(sys.stdout)
        print("\n".join(doctor_lines(checks, device, width=terminal.width(), colour=colour)))
    return exit_code(checks)


def all_checks(home: Home, config: AgentConfig | None, server: Server | None) -> list[Check]:
    reached, answer = network.checks_of(server)
    try:
        meters, broken = read_meters(home.meters_path), []
    except UserError as error:
        meters, broken = {}, [power.unreadable_meters(str(error))]
    inventory = probe_inventory(read_endpoints(home.endpoints_path), meters)
    return [
        *reached,
        *own.checks_of(home, config, answer),
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
