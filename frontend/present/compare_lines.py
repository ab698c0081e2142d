"""A comparison metric by metric: each entry's value, and how it stands to the baseline's."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import numbers
from frontend.present import words
from frontend.present.compare_plots import letter
from frontend.present.deltas import Delta, difference, ratio, share
from frontend.present.registry import METRICS
from leaderboard.boards.compare.shapes import MetricLine, Versus
from leaderboard.boards.rows import Cell
from leaderboard.metrics.definition import Metric

VERDICTS: Mapping[str, tuple[str, words.Words]] = {
    "better": ("▲", gettext_lazy("better")),
    "worse": ("▼", gettext_lazy("worse")),
    "unclear": ("≈", gettext_lazy("no clear difference")),
    "incomparable": (numbers.ABSENT, gettext_lazy("not comparable")),
}

WHY: Mapping[str, words.Words] = {
    "missing": gettext_lazy("a value is missing"),
    "provenance": gettext_lazy("one energy is measured, the other is not"),
    "once": gettext_lazy("measured once, so there is no interval"),
    "unpublished": gettext_lazy("no interval was published"),
    "undrawn": gettext_lazy("its resamples are not known"),
    "infinite": gettext_lazy("one is never correct: no difference to state"),
    "exact": gettext_lazy("an exact count"),
    "equal": gettext_lazy("equal, an exact count"),
    "meter": gettext_lazy("two meters; they differ by less than the 15 % that such meters may err"),
}


@dataclass(frozen=True, slots=True)
class VersusWords:
    verdict: str
    icon: str
    word: words.Words
    why: words.Words
    difference: Delta | None
    ratio: Delta | None
    probability: str


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
        versus=_versus(cell, versus, scale) if versus and versus.why != "gate" else None,
    )


def _versus(cell: Cell, versus: Versus, scale: numbers.Scale) -> VersusWords:
    icon, word = VERDICTS[versus.verdict]
    unit = _("points") if scale.unit == "%" else scale.unit
    return VersusWords(
        verdict=versus.verdict,
        icon=icon,
        word=word,
        why=WHY.get(versus.why, ""),
        difference=difference(versus.difference, versus.difference_interval, cell, numbers.Scale(scale.factor, unit)),
        ratio=ratio(versus.ratio, versus.ratio_interval, cell),
        probability="" if versus.probability_better is None else share(versus.probability_better),
    )
