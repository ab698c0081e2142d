"""Everything a choice's page shows beside its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isinf
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frontend import numbers
from frontend.present import words
from frontend.present.choose_form import form_of
from frontend.present.choose_plot import chart_part
from frontend.present.choose_words import CONDITIONS, binding, gives_up, limit_words, reason, ties
from frontend.present.compare import compare_url
from frontend.present.compare_verdicts import VERDICTS, WHY
from frontend.present.deltas import Delta, difference, ratio, share
from frontend.present.links import board_url
from frontend.present.registry import METRICS
from frontend.present.row_names import names_of
from leaderboard.boards.choose.rules import certainty_of
from leaderboard.boards.choose.shapes import Card, Choosing, Limit, Missed, Need, Relaxation, Sure
from leaderboard.boards.compare.address import write
from leaderboard.boards.compare.shapes import Versus
from leaderboard.boards.rows import BoardView, Row
from leaderboard.protocol import Scope

CERTAINTY: Mapping[str, words.Words] = {
    "meets": gettext_lazy("meets"),
    "probably": gettext_lazy("probably meets"),
    "unlikely": gettext_lazy("unlikely to meet"),
    "unknown": gettext_lazy("how sure is not known: no interval"),
}


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One need of a card: its value, and how it stands beside the card that follows."""

    metric: str
    name: str
    text: str
    interval: str
    icon: str
    verdict: words.Words
    why: words.Words
    difference: Delta | None
    ratio: Delta | None


@dataclass(frozen=True, slots=True)
class SureLine:
    limit: str
    word: words.Words
    share: str
    certainty: str


@dataclass(frozen=True, slots=True)
class ShownCard:
    row: Row
    name: str
    href: str
    config: str
    badges: tuple[words.Badge, ...]
    why: str
    tied: str
    lines: tuple[NeedLine, ...]
    gives_up: str
    next_name: str
    compare_href: str
    sure: tuple[SureLine, ...]
    all_limits: SureLine | None


def choose_context(shown: Choosing, view: BoardView) -> Mapping[str, Any]:
    scales = {
        metric: numbers.scale_of(
            METRICS[metric], [row.cells[metric].value for row in view.board_rows if metric in row.cells]
        )
        for metric in shown.offered.values()
    }
    ids = [card.row.id for card in shown.cards][:4]
    names = names_of([*(card.row for card in shown.cards), *(one.row for one in shown.missed)])
    return {
        "shown": shown,
        "view": view,
        "form": form_of(shown, view),
        "scope_badge": words.scope_badge(view.view.scope) if view.view.scope else None,
        "summary": _summary(shown, view),
        "cards": [_card(card, shown, scales, names) for card in shown.cards],
        "chart": chart_part(shown, view),
        "missed": [_missed(one, names) for one in shown.missed],
        "binding": binding(shown.relaxations),
        "ways_out": [_way_out(one) for one in shown.relaxations],
        "compare_href": compare_url(write(ids, ids[0], (), _own_scope(view))) if len(ids) > 1 else "",
        "board_href": board_url(view.slug, view.query),
        "board_note": _("The board has no filter by licence.") if shown.licence else "",
        "json_href": f"/choose.json?{shown.query}",
    }


def choose_url(query: str) -> str:
    return f"/choose/?{query}" if query else "/choose/"


def _own_scope(view: BoardView) -> Scope | None:
    """The scope where it is not the board's own, which a comparison takes by itself."""
    return None if view.view.scope == view.grammar.defaults.scope else view.view.scope


def _summary(shown: Choosing, view: BoardView) -> str:
    if not view.total:
        return _("No entry yet.")
    if not shown.feasible:
        return ngettext(
            "The only entry here does not meet all of this.", "None of %(total)d entries meets all of this.", view.total
        ) % {"total": view.total}
    if view.total == 1:
        return _("The only entry here meets all limits.")
    said = {"feasible": len(shown.feasible), "total": view.total, "front": shown.front, "cards": len(shown.cards)}
    text = _("%(feasible)d of %(total)d entries meet all limits; nobody beats these %(front)d of them in everything.")
    if shown.front == 1:
        text = _("%(feasible)d of %(total)d entries meet all limits; one of them is beaten in nothing.")
    if len(shown.feasible) == 1:
        text = _("1 of %(total)d entries meets all limits.")
    if shown.front > len(shown.cards):
        text += " " + _("%(cards)d are shown.")
    return text % said


def _card(card: Card, shown: Choosing, scales: Mapping[str, numbers.Scale], names: Mapping[str, str]) -> ShownCard:
    row, needs = card.row, [need for need in shown.pref if need in shown.offered]
    scope = _own_scope(shown.view) if shown.view else None
    after = names[str(card.next.id)] if card.next else ""
    lines = tuple(
        _need_line(row, need, shown.offered[need], card.versus_next.get(need), scales[shown.offered[need]])
        for need in needs
    )
    return ShownCard(
        row=row,
        name=names[str(row.id)],
        href=f"/entries/{row.id}/",
        config=words.config_line(row.config),
        badges=(*words.energy_badges(row), *words.quality_badges(row)),
        why=reason(card, shown.limits, alone=len(shown.feasible) == 1),
        tied=ties(card),
        lines=lines,
        gives_up=gives_up(card, needs, after),
        next_name=after,
        compare_href=compare_url(write([row.id, card.next.id], row.id, (), scope)) if card.next else "",
        sure=tuple(_sure(one) for one in card.sure),
        all_limits=_all_limits(card),
    )


def _need_line(row: Row, need: Need, metric: str, versus: Versus | None, scale: numbers.Scale) -> NeedLine:
    cell = row.cells[metric]
    figure = numbers.figure(cell, scale)
    icon, verdict = VERDICTS[versus.verdict] if versus else ("", "")
    unit = _("points") if scale.unit == "%" else scale.unit
    return NeedLine(
        metric=metric,
        name=METRICS[metric].name,
        text=figure.text if cell.infinite or cell.value is None else numbers.with_unit(figure.text, scale.unit),
        interval=figure.interval,
        icon=icon,
        verdict=verdict,
        why=WHY.get(versus.why, "") if versus else "",
        difference=difference(versus.difference, versus.difference_interval, cell, numbers.Scale(scale.factor, unit))
        if versus
        else None,
        ratio=ratio(versus.ratio, versus.ratio_interval, cell) if versus and need != "quality" else None,
    )


def _sure(one: Sure) -> SureLine:
    share_of = "" if one.probability is None else share(one.probability)
    return SureLine(limit_words(one.limit), CERTAINTY[one.certainty], share_of, one.certainty)


def _all_limits(card: Card) -> SureLine | None:
    """Only where there are several limits to meet at once."""
    if card.all_limits is None or len(card.sure) < 2:
        return None
    certainty = certainty_of(card.all_limits)
    return SureLine(_("all of them at once"), CERTAINTY[certainty], share(card.all_limits), certainty)


def _missed(one: Missed, names: Mapping[str, str]) -> Mapping[str, Any]:
    metric, row = one.limit.metric, one.row
    scale = numbers.scale_of(METRICS[metric], [row.cells[metric].value])
    unit = _("points") if scale.unit == "%" else scale.unit
    gap = numbers.with_unit(numbers.significant(one.gap * scale.factor, 2), unit)
    said = _("%(gap)s short (%(share)s)") if one.limit.bound == "min" else _("%(gap)s over (%(share)s)")
    portion = "" if isinf(one.share) else numbers.with_unit(numbers.significant(one.share * 100, 2), "%")
    return {
        "row": row,
        "name": names[str(row.id)],
        "href": f"/entries/{row.id}/",
        "config": words.config_line(row.config),
        "value": f"{words.metric_phrase(METRICS[metric].name)} {numbers.in_words(row.cells[metric], METRICS[metric])}",
        "gap": said % {"gap": gap, "share": portion} if portion else gap,
        "sure": _sure(one.sure),
    }


def _way_out(one: Relaxation) -> Mapping[str, str]:
    if one.limit is None or one.to is None:
        text = _("any %s") % str(CONDITIONS[one.key]).lower()
    else:
        text = limit_words(Limit(one.limit.metric, one.limit.bound, one.to))
    return {
        "href": choose_url(one.query),
        "text": text,
        "yields": numbers.counted(one.yields, _("entry"), _("entries")),
    }
