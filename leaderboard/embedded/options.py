"""What `up` is asked to do."""

import argparse
from dataclasses import dataclass

from leaderboard.embedded.errors import CannotStart


@dataclass(frozen=True)
class Options:
    port: int
    benchmarks: tuple[str, ...]  # empty: those measured by default
    demo: bool
    exit_when_measured: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=8000, help="port on 127.0.0.1; 0 takes a free one (8000)")
    # Read by before_django already; here for the help and for what is misspelt.
    parser.add_argument("--data-dir", metavar="DIR", help="where everything is kept (.perwatt beside this program)")
    parser.add_argument(
        "--benchmark",
        action="append",
        default=[],
        metavar="SLUG",
        dest="benchmarks",
        help="measure the bundled models of this benchmark; may be repeated (digits)",
    )
    parser.add_argument("--no-demo", action="store_true", help="submit none of the bundled models")
    parser.add_argument(
        "--exit-when-measured",
        action="store_true",
        help="stop once every chosen model has an entry: exit code 0, or 1 when one failed",
    )


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def from_arguments(parsed: argparse.Namespace) -> Options:
    """Return the options in what the parser made; raises CannotStart for a combination without meaning."""
    if parsed.no_demo and parsed.exit_when_measured:
        raise CannotStart("--exit-when-measured waits for the bundled models, and --no-demo submits none of them.")
    return Options(
        port=parsed.port,
        benchmarks=tuple(dict.fromkeys(parsed.benchmarks)),
        demo=not parsed.no_demo,
        exit_when_measured=parsed.exit_when_measured,
    )
