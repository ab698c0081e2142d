"""`manage load_literature [FOLDER]`: the figures that papers report, each with its source."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from leaderboard.boards.literature.catalogue import BadCatalogue, read_catalogue
from leaderboard.boards.literature.loading import load_figures
from leaderboard.clock import database_now


class Command(BaseCommand):
    help = (
        "Load a catalogue of papers and of the figures in their abstracts (papers.csv and claims.csv of a folder; the "
        "bundled one by default). They stand at /literature/ and are never ranked. The same files again change "
        "nothing; figures that staff typed in stay."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.CATALOG_DIR.parent / "literature")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            claims = read_catalogue(options["folder"])
        except BadCatalogue as error:
            raise CommandError(str(error)) from None
        found = load_figures(claims, now=database_now())
        self.stdout.write(
            f"{found.figures} figures of {found.papers} papers are loaded: {found.changed} new or changed, "
            f"{found.gone} gone. They stand at /literature/."
        )
