"""`manage invite BY FILE`: a link by which one person makes one account, where sign-up is by invitation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from leaderboard.accounts.handing_over import CannotHandOver, private_output
from leaderboard.accounts.models import User
from leaderboard.accounts.signing_up import MayNotInvite, invite, require_inviter
from leaderboard.clock import database_now


class Command(BaseCommand):
    help = "Write a link by which one person makes one ordinary account, good once and for seven days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("by", help="the member of staff who invites")
        parser.add_argument("file", type=Path, help="a new file for the link; - for standard output")
        parser.add_argument("--whom", default="command line", help="what the list of invitations calls it")

    def handle(self, *_args: Any, by: str, file: Path, whom: str, **_options: Any) -> None:
        origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), "http://127.0.0.1:8000")
        user = User.objects.filter(username=by, is_active=True).first()
        if user is None:
            raise CommandError(f"There is nobody named {by}.")
        try:
            require_inviter(user)
            with private_output(file, standard=self.stdout) as out:
                link = invite(whom=whom, by=user, now=database_now())
                out.write(f"{origin}/account/invitation/{link}/\n")
        except (MayNotInvite, CannotHandOver) as error:
            raise CommandError(str(error)) from None
