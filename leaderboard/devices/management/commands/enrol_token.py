"""`manage enrol_token NAME FILE`: a one-use token with which one machine enrols."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leaderboard.accounts.handing_over import STANDARD_OUTPUT, CannotHandOver, private_output
from leaderboard.accounts.models import User
from leaderboard.clock import database_now
from leaderboard.devices.enrolling import GOOD_FOR, BadMachine, check_name
from leaderboard.devices.models import EnrolToken


class Command(BaseCommand):
    help = "Write a one-use enrolment token, good for 15 minutes, into a new file that only you can read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the machine will be called: letters, digits and dashes")
        parser.add_argument("file", type=Path, help="a new file for the token; - for standard output")

    def handle(self, *_args: Any, name: str, file: Path, **_options: Any) -> None:
        by = User.objects.filter(is_staff=True, is_active=True).order_by("pk").first()
        if by is None:
            raise CommandError("There is no member of staff yet: the command sign_in_link makes one.")
        try:
            check_name(name)
            with private_output(file, standard=self.stdout) as out:
                out.write(f"{EnrolToken.issue(name=name, by=by, expires_at=database_now() + GOOD_FOR)}\n")
        except (BadMachine, CannotHandOver) as error:
            raise CommandError(str(error)) from None
        if file != STANDARD_OUTPUT:
            self.stdout.write(
                f"{file} holds the token, good once and for 15 minutes. On the machine:\n"
                f"  perwatt agent enrol --url URL --token-stdin < {file}"
            )
