"""`manage enrol_token NAME FILE`: a one-use token with which one machine enrols."""

import os
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leaderboard.accounts.models import User
from leaderboard.clock import database_now
from leaderboard.devices.models import Agent, EnrolToken

GOOD_FOR = timedelta(minutes=15)


class Command(BaseCommand):
    help = "Write a one-use enrolment token, good for 15 minutes, into a new file that only you can read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the machine will be called: letters, digits and dashes")
        parser.add_argument("file", type=Path, help="the new file")

    def handle(self, *_args: Any, name: str, file: Path, **_options: Any) -> None:
        by = User.objects.filter(is_staff=True, is_active=True).order_by("pk").first()
        if by is None:
            raise CommandError("There is no member of staff yet: `./perwatt manage createsuperuser` makes one.")
        if not name.isascii() or not name.replace("-", "").isalnum() or name != name.lower():
            raise CommandError(f"{name!r} is no name for a machine: use small letters, digits and dashes.")
        if Agent.objects.filter(name=name).exists():
            raise CommandError(f"A machine named {name} is enrolled already; choose another name.")
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{file} cannot be made: {error.strerror}.") from None
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(EnrolToken.issue(name=name, by=by, expires_at=database_now() + GOOD_FOR) + "\n")
        self.stdout.write(
            f"{file} holds the token, good once and for 15 minutes. On the machine:\n"
            f"  perwatt agent enrol --url URL --token-stdin < {file}"
        )
