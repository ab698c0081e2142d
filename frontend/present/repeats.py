"""The median latency of each repeat of an entry: as a plot, in words, as a table and as CSV."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import numbers
from frontend.charts.dots import dots
from frontend.present.drawn import drawn
from frontend.present.words import GUARD
from leaderboard.boards.details import EntryDetail

COLUMNS = ("repeat", "calls", "items", "seconds", "median_s", "mean_s", "p90_s", "p99_s", "guard")


def repeats_part(entry: EntryDetail) -> Mapping[str, Any] | None:
    if not entry.repeats:
        return None
    return {"svg": _plot(entry), "said": _said(entry), "rows": _rows(entry)}


def repeats_lines(entry: EntryDetail) -> Iterator[Sequence[str]]:
    """In the order of measuring; a percentile that too few calls carry is empty."""
    yield COLUMNS
    for number, repeat in enumerate(entry.repeats, start=1):
        figures = (repeat.seconds, repeat.median_s, repeat.mean_s, repeat.p90_s, repeat.p99_s)
        told = ("" if figure is None else repr(figure) for figure in figures)
        yield (str(number), str(repeat.calls), str(repeat.items), *told, repeat.guard.verdict.value)


def _rows(entry: EntryDetail) -> list[Mapping[str, str]]:
    return [
        {
            "name": str(number),
            "median": numbers.si(repeat.median_s, "s"),
            "mean": numbers.si(repeat.mean_s, "s"),
            "calls": numbers.fixed(repeat.calls, 0),
            "flag": str(GUARD.get(repeat.guard.verdict.value, "")),
        }
        for number, repeat in enumerate(entry.repeats, start=1)
    ]


def _said(entry: EntryDetail) -> str:
    """The plot in words, for whoever does not see it."""
    values = [repeat.median_s for repeat in entry.repeats]
    said = ngettext("From zero; %(all)s.", "From zero, in the order of measuring: %(all)s.", len(values))
    return said % {"all": " · ".join(numbers.si(value, "s") for value in values)}


def _plot(entry: EntryDetail) -> SafeString:
    cell = entry.row.cells.get("latency_p50_s")
    values = [repeat.median_s for repeat in entry.repeats]
    name = _("Median latency of each of %d repeats, from zero.") % len(values)
    return drawn(dots(values, cell.value if cell else None, name, lambda value: numbers.si(value, "s")))
