"""`manage sign_in_link NAME FILE`: how staff get in without a password ever being set."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from leaderboard.accounts.handing_over import CannotHandOver, private_output
from leaderboard.accounts.models import SignInLink
from leaderboard.accounts.services import BadName, staff_member
from leaderboard.clock import database_now

GOOD_FOR = timedelta(hours=12)


class Command(BaseCommand):
    help = "Write a link that signs in once, good for 12 hours. Whoever is not there yet becomes a member of staff."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="whom the link signs in")
        parser.add_argument("file", type=Path, help="a new file for the link; - for standard output")

    def handle(self, *_args: Any, name: str, file: Path, **_options: Any) -> None:
        origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), "http://127.0.0.1:8000")
        try:
            user = staff_member(username=name)
            with private_output(file, standard=self.stdout) as out:
                link = SignInLink.issue(user=user, expires_at=database_now() + GOOD_FOR)
                out.write(f"{origin}/account/sign-in/{link}/\n")
            if not user.is_staff:
                self.stderr.write(f"{name} was there already and is not staff; /admin/ makes staff.")
        except (BadName, CannotHandOver) as error:
            raise CommandError(str(error)) from None
