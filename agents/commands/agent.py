"""`perwatt agent ...`: what a device does."""

import argparse
import getpass
import shutil
import sys
from contextlib import closing

from pydantic import SecretStr, ValidationError

from agents.client import AgentClient
from agents.commands import bench, doctor, service
from agents.commands.folder import add_home, home_of
from agents.endpoints import read_endpoints
from agents.errors import Exit, UserError
from agents.home import AgentConfig, Home
from agents.http import checked_url, is_loopback
from agents.meters import read_meters
from agents.probe import probe_inventory, probe_lines
from agents.service import configure_logging, run_agent
from leaderboard.protocol import PROTOCOL_VERSION, EnrolAnswer, EnrolRequest, Inventory


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    agent = commands.add_parser("agent", help="make this machine a device that measures", allow_abbrev=False)
    actions = agent.add_subparsers(metavar="ACTION", required=True)

    probe_parser = actions.add_parser("probe", help="print what this machine has, and why each absent source is absent")
    probe_parser.add_argument("--json", action="store_true", help="the inventory as it is sent to the server")
    add_home(probe_parser)
    probe_parser.set_defaults(handler=probe)

    doctor.add_parser(actions)
    bench.add_parser(actions)
    service.add_parser(actions)

    enrol_parser = actions.add_parser("enrol", help="register this machine at a server")
    enrol_parser.add_argument("--url", required=True, help="the server's address, https://perwatt.example.org")
    enrol_parser.add_argument(
        "--token-stdin", action="store_true", required=True, help="read the one-time token from standard input"
    )
    enrol_parser.add_argument("--name", help="the name you expect; the server tells which one the token carries")
    enrol_parser.add_argument("--ca-file", metavar="FILE", help="certificates to trust instead of the system's")
    add_home(enrol_parser)
    enrol_parser.set_defaults(handler=enrol)

    run_parser = actions.add_parser("run", help="take jobs from the server and measure them, until stopped")
    run_parser.add_argument("--once", action="store_true", help="handle one attempt and end")
    run_parser.add_argument("--no-celery", action="store_true", help="a plain poll loop instead of a Celery worker")
    run_parser.add_argument("--verbose", action="store_true", help="log more")
    add_home(run_parser)
    run_parser.set_defaults(handler=run)


def probe(options: argparse.Namespace) -> int:
    home = home_of(options)
    inventory = probe_inventory(read_endpoints(home.endpoints_path), read_meters(home.meters_path))
    if options.json:
        print(inventory.model_dump_json(indent=2))
    else:
        print("\n".join(probe_lines(inventory, width=shutil.get_terminal_size().columns)))
    return Exit.OK


def enrol(options: argparse.Namespace) -> int:
    url = checked_url(options.url)
    home = home_of(options)
    home.prepare()
    with home.locked():
        known = home.config()
        if known is None:
            known = _enrol(home, url, options)
        elif known.url != url:
            raise UserError(f"{home.root} belongs to {known.url}; another server needs another folder (--home).")
        else:
            print(f"Already enrolled at {url} as {known.name}; the token was not used.")
    doctor.tell_server(home, known)
    print(f"See what is fine: perwatt agent doctor --home {home.root}")
    print(f"Start it with: perwatt agent run --home {home.root}")
    print(f"Or with this machine: perwatt agent service install --home {home.root}")
    return Exit.OK


def run(options: argparse.Namespace) -> int:
    configure_logging(verbose=options.verbose)
    return run_agent(home_of(options), plain=options.no_celery, once=options.once)


def _enrol(home: Home, url: str, options: argparse.Namespace) -> AgentConfig:
    if url.startswith("http://") and not is_loopback(url):
        print("perwatt: the connection is not encrypted; the token and the agent's secret can be read", file=sys.stderr)
    token = _read_token()
    secret = home.make_secret()  # on the disk before the server hears of it: a lost answer can be asked for again
    inventory = probe_inventory(read_endpoints(home.endpoints_path))
    with closing(AgentClient(url, secret, ca_file=options.ca_file)) as client:
        answer = client.enrol(_request(token, secret, inventory))
    config = AgentConfig(
        url=url, agent_id=answer.agent_id, name=answer.name, queue=answer.queue, ca_file=options.ca_file
    )
    home.save_config(config)
    _tell(answer, expected=options.name)
    return config


def _read_token() -> SecretStr:
    token = getpass.getpass("One-time token: ") if sys.stdin.isatty() else sys.stdin.readline(1000)
    if not token.strip():
        raise UserError("No token came on standard input; the server's staff issue them, one per agent.")
    return SecretStr(token.strip())


def _request(token: SecretStr, secret: SecretStr, inventory: Inventory) -> EnrolRequest:
    try:
        return EnrolRequest(
            protocol_version=PROTOCOL_VERSION,
            token=token.get_secret_value(),
            secret=secret.get_secret_value(),
            inventory=inventory,
        )
    except ValidationError:
        # Not chained: the error would quote the token.
        raise UserError("What came on standard input is not an enrolment token.") from None


def _tell(answer: EnrolAnswer, *, expected: str | None) -> None:
    print(f"Enrolled as {answer.name} ({answer.agent_id}).")
    if expected not in (None, answer.name):
        print(f"perwatt: the token was issued for {answer.name}, not for {expected}", file=sys.stderr)
    for key, slug in answer.devices.items():
        print(f"  {key:<6} {slug}")
