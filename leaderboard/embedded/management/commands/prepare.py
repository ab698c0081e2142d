from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from leaderboard.embedded.errors import CannotStart
from leaderboard.embedded.prepare import prepare


class Command(BaseCommand):
    help = "Migrate, collect the assets and load the benchmarks, before a server's processes start. Safe to repeat."
    requires_system_checks = ()  # they look at tables that are not there yet

    def add_arguments(self, parser: CommandParser) -> None:
        waiting = "how long to wait for a database and a broker that cannot be used yet (default: not at all)"
        parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help=waiting)

    def handle(self, *, wait: float, **_options: Any) -> None:
        try:
            boards = prepare(wait_s=wait)
        except CannotStart as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Prepared. Boards: {', '.join(boards) or 'none'}.")
