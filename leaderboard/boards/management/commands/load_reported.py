"""`manage load_reported mlperf FILE --board SLUG`: what somebody else has published becomes a board of its own."""

from argparse import ArgumentParser
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leaderboard.boards.reported.loading import load
from leaderboard.boards.reported.mlperf import read_mlperf
from leaderboard.boards.reported.publication import BadPublication
from leaderboard.clock import database_now
from leaderboard.submissions.requests import is_slug

FORMATS = {"mlperf": read_mlperf}


class Command(BaseCommand):
    help = (
        "Load published results as a board of their own, where each number is called reported: nothing of them was "
        "measured here, and they are never ranked with what was. The same file again changes nothing. mlperf: the JSON "
        "of one round and task of MLPerf Inference with power."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=sorted(FORMATS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--board", required=True, metavar="SLUG", help="what it is called in addresses")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not is_slug(options["board"], at_most=60):
            raise CommandError(f"{options['board']!r} is no slug: small letters, digits, dashes, 60 at most.")
        try:
            loadable = FORMATS[options["format"]](options["file"])
            with options["file"].open("rb") as file:
                sha256 = file_digest(file, "sha256").hexdigest()
            found = load(loadable, slug=options["board"], sha256=sha256, now=database_now())
        except BadPublication as error:
            raise CommandError(str(error)) from None
        done = "are loaded" if found.changed else "had been loaded from this very file; nothing changed"
        self.stdout.write(
            f"{found.results} results of {found.systems} systems {done}; {found.repeated} rows repeat others.\n"
            f"Their board is /boards/{found.slug}/."
        )
