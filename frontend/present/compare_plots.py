"""The plots and the table of items below a comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontend import numbers
from frontend.charts.labels import MEDIUM
from frontend.charts.scatter import Placed
from frontend.charts.steps import cumulative, curves
from frontend.present import words
from frontend.present.drawn import drawn
from frontend.present.plot import Selection, chart_of
from frontend.present.registry import METRICS
from frontend.present.spread import Quantile, latency_quantiles
from leaderboard.boards.compare.shapes import Agreement, Comparison, Member

RING = 0.03
"""Of the plot's size: nearer than this, two rings on a phone lie on each other."""


def letter(place: int) -> str:
    """What an entry is called all over the page."""
    return "ABCD"[place]


def chart_part(shown: Comparison) -> Mapping[str, Any] | None:
    """The board's own plot with the compared entries ringed; None where they share no board."""
    ids = tuple(str(member.id) for member in shown.members)
    there = {str(row.id) for row in shown.board_rows}
    if not shown.board or not there & set(ids):
        return None
    x, y = METRICS[shown.x], METRICS[shown.y]
    title = _("%(y)s against %(x)s") % {"y": y.name, "x": words.metric_phrase(x.name)}
    chart = chart_of(shown.board_rows, shown.board_rows, Selection(shown.x, shown.y, highlighted=ids), title)
    letters = {identity: letter(place) for place, identity in enumerate(ids)}
    chart = replace(chart, plot=replace(chart.plot, placed=signed(chart.plot.placed, letters)))
    caption = [_("Rings: the compared entries, by their letters."), _("Stepped line: the whole board's front.")]
    if not set(ids) <= there:
        caption.append(_("An entry that stands on no board is not drawn."))
    return {
        "chart": chart,
        "svg": chart.inline(MEDIUM),
        "caption": caption,
        "title": title,
    }


def signed(placed: Sequence[Placed], signs: Mapping[str, str]) -> tuple[Placed, ...]:
    """Give points their signs; of those whose rings meet the first has all, so that none lies on another."""
    rings: dict[str, list[str]] = {}
    heads: list[Placed] = []
    for mark in sorted((one for one in placed if one.point.id in signs), key=lambda one: signs[one.point.id]):
        head = next((one for one in heads if _meet(one, mark)), None)
        if head is None:
            heads.append(mark)
        rings.setdefault((head or mark).point.id, []).append(signs[mark.point.id])
    return tuple(
        replace(mark, point=replace(
            mark.point,
            sign=",".join(rings.get(mark.point.id, ())),
            title=f"{signs[mark.point.id]}: {mark.point.title}",
        ))
        if mark.point.id in signs
        else mark
        for mark in placed
    )  # fmt: skip


def _meet(one: Placed, other: Placed) -> bool:
    if (one.x is None, one.y is None) != (other.x is None, other.y is None):
        return False
    return abs((one.x or 0) - (other.x or 0)) < RING and abs((one.y or 0) - (other.y or 0)) < RING


@dataclass(frozen=True, slots=True)
class Latencies:
    """The curves; letter and name of each entry that has one, and each percentile's name with theirs by letter."""

    svg: SafeString
    names: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[tuple[str, Quantile], ...]], ...]


def latencies(members: Sequence[Member]) -> Latencies | None:
    found = [
        cumulative(letter(place), counts.low_s, counts.bins_per_decade, counts.counts)
        for place, member in enumerate(members)
        if (counts := member.histogram) and counts.counts
    ]
    if not found:
        return None
    name = _("Share of calls that take at most so long, log scale.")
    element = curves(found, name, lambda value: numbers.si_tick(float(f"{value:.2g}"), "s"))
    told = [
        (letter(place), member.row.model_name, quantiles)
        for place, member in enumerate(members)
        if (quantiles := latency_quantiles(member.histogram, member.row))
    ]
    columns = [[(sign, quantile) for quantile in quantiles] for sign, _, quantiles in told]
    rows = tuple((row[0][1].name, row) for row in zip(*columns, strict=True))
    return Latencies(drawn(element), tuple((sign, name) for sign, name, _ in told), rows)


def agreement_part(shown: Comparison, one: Agreement) -> Mapping[str, Any]:
    place = [member.id for member in shown.members].index(one.contender)
    return {
        "letter": letter(place),
        "name": shown.members[place].row.model_name,
        "one": one,
        "p_value": _("under 0.001") if one.p_value < 0.001 else numbers.significant(one.p_value, 2),
    }
