import sys
from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from leaderboard.embedded.early import CANNOT_START
from leaderboard.embedded.errors import CannotStart
from leaderboard.embedded.options import add_arguments, from_arguments
from leaderboard.embedded.up import up


class Command(BaseCommand):
    help = "Run everything on this machine, on 127.0.0.1 only, and measure the bundled models. Ctrl-C stops it: exit 0."
    requires_system_checks = ()  # start quickly; the web process runs them

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, **arguments: Any) -> None:
        try:
            code = up(from_arguments(Namespace(**arguments)), sys.stdout)
        except CannotStart as error:
            self.stderr.write(f"perwatt up: {error}")
            code = CANNOT_START
        sys.exit(code)
