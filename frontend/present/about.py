"""What a board's score means: the benchmark behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontend import numbers
from frontend.charts.pixels import pixels
from frontend.present import words
from frontend.present.drawn import drawn
from frontend.present.registry import METRICS
from leaderboard.boards.rows import BoardView, Row
from leaderboard.catalog.samples import Sample
from leaderboard.catalog.selectors import BenchmarkPage


@dataclass(frozen=True, slots=True)
class Noise:
    """Half of a typical 95 % interval of accuracy, in points, and how many entries it is typical of."""

    points: float
    entries: int

    @property
    def sentence(self) -> str:
        return _(
            "Differences under %(points)s points of accuracy are not resolved here: the middle one of %(entries)s has "
            "a 95 %% interval of ±%(points)s points."
        ) % {
            "points": numbers.significant(self.points, 2),
            "entries": numbers.counted(self.entries, _("entry"), _("entries")),
        }


@dataclass(frozen=True, slots=True)
class Comparable:
    scope: str
    meaning: words.Words
    href: str
    entries: int


def about_context(view: BoardView, benchmark: BenchmarkPage | None) -> Mapping[str, Any]:
    noise = noise_of(view.board_rows)
    sample = benchmark.sample if benchmark else None
    return {
        "view": view,
        "benchmark": benchmark,
        "rank_metric": METRICS[view.rank_metric],
        "noise": noise.sentence if noise else "",
        "sample": sample,
        "sample_svg": _picture(sample, benchmark) if sample and benchmark else None,
        "comparable": comparable(view),
    }


def noise_of(rows: Sequence[Row]) -> Noise | None:
    """From the intervals on the board; None where there is none."""
    widths = sorted(
        cell.high - cell.low
        for row in rows
        if (cell := row.cells.get("accuracy")) and cell.low is not None and cell.high is not None
    )
    return Noise(widths[len(widths) // 2] * 100 / 2, len(widths)) if widths else None


def comparable(view: BoardView) -> tuple[Comparable, ...]:
    """Ranks hold inside one energy scope; entries without a scope share quality and latency alone."""
    scopes = {str(scope): scope for scope in words.SCOPE_NAMES}
    return tuple(
        Comparable(
            scope=str(words.SCOPE_NAMES[scopes[choice.value]]),
            meaning=words.SCOPE_MEANING[scopes[choice.value]],
            href=f"/boards/{view.slug}/?scope={choice.value}",
            entries=choice.count,
        )
        for choice in view.scopes
    )


def about_json(view: BoardView, benchmark: BenchmarkPage | None) -> dict[str, Any]:
    noise = noise_of(view.board_rows)
    known = {} if benchmark is None else _described(benchmark)
    return {
        "board": view.slug,
        "title": view.title,
        "description": view.description,
        "benchmark": view.benchmark,
        "items": view.n_items,
        "rank_metric": view.rank_metric,
        "unresolved_accuracy_points": noise.points if noise else None,
        "comparable": [{"scope": choice.value, "entries": choice.count} for choice in view.scopes],
        **known,
    }


def _described(benchmark: BenchmarkPage) -> dict[str, Any]:
    sample = benchmark.sample
    return {
        "modality": benchmark.modality,
        "task": benchmark.task,
        "grader": benchmark.grader,
        "rule": benchmark.rule or None,
        "licence": benchmark.licence,
        "citation": benchmark.citation,
        "contamination": benchmark.contamination or None,
        "inputs_sha256": benchmark.inputs_sha256,
        "contract": benchmark.contract.model_dump(mode="json") if benchmark.contract else None,
        "generation": benchmark.generation.model_dump(mode="json") if benchmark.generation else None,
        "protocol": benchmark.protocol.model_dump(mode="json"),
        "versions": [{"version": change.version, "changed": list(change.changed)} for change in benchmark.changes],
        "sample": None
        if sample is None
        else {"item": sample.number, "prompt": sample.prompt or None, "values": sample.values, "shape": sample.shape},
    }


def _picture(sample: Sample, benchmark: BenchmarkPage) -> SafeString | None:
    if benchmark.modality != "image" or len(sample.values) < 2:
        return None
    return drawn(pixels(sample.values, _("Item %d as a picture") % sample.number))
