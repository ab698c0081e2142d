"""`manage api_token NAME FILE`: the header line of a new API token, for scripts and CI."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leaderboard.accounts.handing_over import CannotHandOver, private_output
from leaderboard.accounts.models import ApiToken, User
from leaderboard.clock import database_now


class Command(BaseCommand):
    help = "Write `Authorization: Bearer TOKEN`, the line that `perwatt --header-file` and `curl -H @FILE` read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="whose token it is")
        parser.add_argument("file", type=Path, help="a new file for the line; - for standard output")
        parser.add_argument("--label", default="command line", help="what the list of tokens calls it (command line)")

    def handle(self, *_args: Any, name: str, file: Path, label: str, **_options: Any) -> None:
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(f"There is nobody named {name}: sign_in_link makes a member of staff, /admin/ others.")
        try:
            with private_output(file, standard=self.stdout) as out:
                _, token = ApiToken.issue(user=user, name=label, now=database_now())
                out.write(f"Authorization: Bearer {token}\n")
        except CannotHandOver as error:
            raise CommandError(str(error)) from None
