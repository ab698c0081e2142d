"""`manage password_link NAME FILE`: a new password for whoever forgot theirs, where no mail can bring the link."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from leaderboard.accounts.handing_over import CannotHandOver, private_output
from leaderboard.accounts.models import User
from leaderboard.accounts.passwords import link_of


class Command(BaseCommand):
    help = "Write a link that sets a new password, good once and for PERWATT_RESET_MINUTES."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="whose password")
        parser.add_argument("file", type=Path, help="a new file for the link; - for standard output")

    def handle(self, *_args: Any, name: str, file: Path, **_options: Any) -> None:
        origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), "http://127.0.0.1:8000")
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody who may sign in is called {name}.")
        try:
            with private_output(file, standard=self.stdout) as out:
                out.write(f"{origin}{link_of(user)}\n")
        except CannotHandOver as error:
            raise CommandError(str(error)) from None
