"""`manage load_benchmark FILE --slug SLUG --grader GRADER`: a lab's own prompts become a benchmark with a board."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pydantic import ValidationError

from leaderboard.boards.services import BadBoard, ensure_board
from leaderboard.catalog.benchmarks import BadBenchmark, NewBenchmark, load_items
from leaderboard.clock import database_now
from leaderboard.grading import GRADERS
from leaderboard.protocol import GenerationContract
from leaderboard.submissions.requests import is_slug


class Command(BaseCommand):
    help = (
        "Make a benchmark and its board of one file of JSON lines, each an object with id, prompt and answer, all of "
        "them text; with the grader `choice` maybe choices, a list. Answers are kept apart and never leave the server."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        rules = " ".join(f"{item.name}: {item.rule}" for item in GRADERS.values())
        parser.add_argument("file", type=Path, help="the items, one JSON object a line")
        parser.add_argument("--slug", required=True, help="what it is called in addresses and submissions")
        parser.add_argument("--grader", required=True, choices=list(GRADERS), help=rules.replace("%", "%%"))
        # Django's own --version comes first.
        parser.add_argument(
            "--number", type=int, default=1, help="the benchmark's version (1); a version never changes"
        )
        parser.add_argument("--title", default="", help="the board's title (the slug)")
        parser.add_argument("--description", default="", help="what is asked, for its page (the rule of its grader)")
        parser.add_argument(
            "--contamination", default="", help="what models may have seen of the items (nothing is known)"
        )
        parser.add_argument("--task", default="question answering", help="what kind of task it is")
        parser.add_argument("--licence", default="not stated", help="the licence of the items")
        parser.add_argument("--citation", default="", help="where the items come from (the file and its digest)")
        parser.add_argument("--api", choices=["completion", "chat"], default="completion", help="how prompts are sent")
        parser.add_argument("--max-new-tokens", type=int, default=256, help="tokens of an answer at most (256)")
        parser.add_argument("--stop", action="append", default=[], help="a text that ends an answer; up to four")
        parser.add_argument("--rank-metric", default="ipw", help="what the board ranks by (ipw)")

    def handle(self, *_args: Any, **options: Any) -> None:
        new = _described(options)
        spec = {"slug": new.slug, "rank_metric": options["rank_metric"], "x": "energy_per_item_j", "y": "accuracy"}
        try:
            benchmark = load_items(file=options["file"], new=new)
            board = ensure_board(benchmark=benchmark, spec=spec, now=database_now())
        except (BadBenchmark, BadBoard) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{benchmark} has {benchmark.n} items, graded by {benchmark.grader}; its board is /boards/{board.slug}/.\n"
            f"Measure a model on it:  ./perwatt submit MODEL.gguf --benchmark {benchmark.slug} --wait"
        )


def _described(options: dict[str, Any]) -> NewBenchmark:
    if not is_slug(options["slug"], at_most=60):
        raise CommandError(
            f"{options['slug']!r} is no slug: small letters, digits, dashes and underscores, 60 at most."
        )
    if options["number"] < 1:
        raise CommandError("A version is a whole number from 1.")
    try:
        generation = GenerationContract(
            api=options["api"], max_new_tokens=options["max_new_tokens"], stop=tuple(options["stop"])
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise CommandError(f"--{str(first['loc'][0]).replace('_', '-')}: {first['msg']}.") from None
    names = ("slug", "grader", "title", "description", "contamination", "task", "licence", "citation")
    return NewBenchmark(version=options["number"], generation=generation, **{name: options[name] for name in names})
