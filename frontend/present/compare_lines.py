"""A comparison metric by metric: each entry's value, and how it stands to the baseline's."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present import words
from frontend.present.compare_plots import letter
from frontend.present.compare_verdicts import VersusWords, says_more, versus_words
from frontend.present.registry import METRICS
from leaderboard.boards.compare.shapes import MetricLine, Versus
from leaderboard.boards.rows import Cell
from leaderboard.metrics.definition import Metric


@dataclass(frozen=True, slots=True)
class ShownValue:
    letter: str
    text: str
    interval: str
    why: str
    badges: tuple[words.Badge, ...]
    versus: VersusWords | None


@dataclass(frozen=True, slots=True)
class ShownLine:
    metric: Metric
    unit: str
    better: str
    badges: tuple[words.Badge, ...]
    """Where the numbers come from, when it is the same for all; else each value has its own."""
    values: tuple[ShownValue, ...]


@dataclass(frozen=True, slots=True)
class Silent:
    """Metrics that none of the compared entries has a value of, and why, in words."""

    metrics: tuple[Metric, ...]
    why: str


def line_of(line: MetricLine) -> ShownLine:
    metric = METRICS[line.metric]
    scale = numbers.scale_of(metric, [cell.value for cell in line.cells])
    badges = [_badges(cell) for cell in line.cells]
    shared = badges[0] if len({tuple(map(str, one)) for one in badges}) == 1 else ()
    return ShownLine(
        metric=metric,
        unit=scale.unit,
        better=_("lower is better") if metric.direction == "lower" else _("higher is better"),
        badges=shared,
        values=tuple(
            _value(letter(place), cell, versus, scale, () if shared else badges[place])
            for place, (cell, versus) in enumerate(zip(line.cells, line.versus, strict=True))
        ),
    )


def is_silent(line: MetricLine) -> bool:
    return all(cell.value is None for cell in line.cells)


def silent(lines: Sequence[MetricLine]) -> list[Silent]:
    """Rows without a single number, those of one reason together: they would be many lines that say one thing."""
    found: dict[str, list[Metric]] = {}
    for line in lines:
        if is_silent(line):
            reasons = dict.fromkeys(str(words.missing(cell.missing_reason)) for cell in line.cells)
            found.setdefault(words.joined(list(reasons)), []).append(METRICS[line.metric])
    return [Silent(tuple(metrics), why) for why, metrics in found.items()]


def _badges(cell: Cell) -> tuple[words.Badge, ...]:
    if cell.value is None or cell.provenance is None:
        return ()
    badges = (words.provenance_badge(cell.provenance),)
    return (*badges, words.scope_badge(cell.scope)) if cell.scope else badges


def _value(
    letter: str,
    cell: Cell,
    versus: Versus | None,
    scale: numbers.Scale,
    badges: tuple[words.Badge, ...],
) -> ShownValue:
    figure = numbers.figure(cell, scale)
    why = words.missing(cell.missing_reason) if cell.value is None else (_("never correct") if cell.infinite else "")
    return ShownValue(
        letter=letter,
        text=figure.text if cell.value is None or cell.infinite else numbers.with_unit(figure.text, scale.unit),
        interval=figure.interval,
        why=why,
        badges=badges,
        versus=versus_words(cell, versus, scale) if versus and says_more(cell, versus) else None,
    )
