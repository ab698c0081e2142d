from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leaderboard.embedded.errors import CannotStart
from leaderboard.embedded.prepare import prepare


class Command(BaseCommand):
    help = "Migrate, collect the assets and load the benchmarks, before a server's processes start. Safe to repeat."
    requires_system_checks = ()  # they look at tables that are not there yet

    def handle(self, **_options: Any) -> None:
        try:
            boards = prepare()
        except CannotStart as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Prepared. Boards: {', '.join(boards) or 'none'}.")
