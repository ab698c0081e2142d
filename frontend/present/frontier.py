"""The frontier over time in words, as a plot, and as data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import numbers
from frontend.charts.ink import Sheet, as_file
from frontend.present.data_licence import data_licence
from frontend.present.drawn import drawn
from frontend.present.front_lines import front_lines
from frontend.present.frontier_plot import fronts_svg, timeline_of
from frontend.present.frontier_words import BASIS_WORDS, fronts_words, left_out_of, reading_of, title_of, trend_of
from frontend.present.limits import typed
from frontend.present.links import board_url
from frontend.present.registry import METRICS
from frontend.present.row_names import names_of
from leaderboard.boards.address import parse, write
from leaderboard.boards.frontier import BASES, MAX_FRONTS, Condition, FrontierView
from leaderboard.boards.moves import Move, Saving
from leaderboard.boards.rows import Cell
from leaderboard.metrics.definition import Metric

KIND_WORDS = {
    "first": gettext_lazy("the first"),
    "model": gettext_lazy("a new model"),
    "device": gettext_lazy("the same model on another device or configuration"),
}
NO_BEST = frozenset({"hypervolume_contribution", "parameters", "idle_power_w", "output_tokens_mean"})
"""What the others on the board, the file or the device decides, and no model attains."""


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One event of the list: what became the best, when, and by how much."""

    on: date
    name: str
    href: str
    device: str
    kind: str
    value: str
    interval: str
    change: str
    front_href: str


def frontier_context(found: FrontierView, *, today: date) -> Mapping[str, Any]:
    metric = METRICS[found.metric]
    names = names_of([move.row for move in found.moves])
    title = title_of(found)
    fronts_csv = f"/boards/{found.board.slug}/frontier/fronts.csv{_query(found, {})}"
    return {
        "view": found.board,
        "found": found,
        "metric": metric,
        "title": title,
        "reading": reading_of(found, names),
        "svg": drawn(timeline_of(found, names, title, today)) if found.moves else "",
        "moves": [_line(found, move, before, names) for move, before in _pairs(found.moves)],
        "has_devices": any(move.kind == "device" for move in found.moves),
        "bases": [{"key": basis, "name": BASIS_WORDS[basis], "current": basis == found.basis} for basis in BASES],
        "metrics": _metrics(found),
        "conditions": [_condition_field(condition) for condition in found.conditions],
        "kept": _kept(found),
        "savings": [_saving(found, item) for item in found.savings],
        "trend": trend_of(found),
        "left_out": left_out_of(found),
        "fronts": fronts_svg(found) if found.fronts else "",
        "fronts_caption": fronts_words(found),
        "front_lines": front_lines(found),
        "front_axes": [METRICS[found.board.view.x], METRICS[found.board.view.y]],
        "fronts_csv": fronts_csv,
        "clear_fronts": link(found, at=""),
        "board_href": board_url(found.board.slug, write(found.view, found.board.grammar)),
        "forms": [
            {"name": "JSON", "href": form_url(found, "json"), "type": "application/json", "about": ""},
            {"name": "CSV", "href": form_url(found, "csv"), "type": "text/csv", "about": ""},
            *([{"name": _("CSV of the fronts"), "href": fronts_csv, "type": "text/csv"}] if found.fronts else []),
            *([{"name": "SVG", "href": form_url(found, "svg"), "type": "image/svg+xml"}] if found.moves else []),
        ],
        "permalink": link(found),
    }


def svg_file(found: FrontierView, address: str, today: date) -> str:
    """The plot of the best value by date, for a view that has moves."""
    names = names_of([move.row for move in found.moves])
    title = title_of(found)
    heading = f"{_('Estimated energy')}: " if found.board.estimated and METRICS[found.metric].scoped else ""
    facts = _("Revision %d.") % found.board.revision
    caption = [reading_of(found, names), f"{facts} {data_licence(found.board)}", address]
    plot = timeline_of(found, names, title, today)
    return as_file(plot, Sheet(f"{found.board.title}: {heading}{title}", caption))


def _metrics(found: FrontierView) -> Sequence[Metric]:
    """Those that some entry of the board has a value of and that have a best to attain; the asked one in any case."""
    have = {key for row in found.board.board_rows for key, cell in row.cells.items() if cell.value is not None}
    have = have - NO_BEST | {found.metric}
    return [metric for key, metric in METRICS.items() if key in have]


def _condition_field(condition: Condition) -> Mapping[str, str]:
    metric = METRICS[condition.metric]
    least = _("at least") if condition.bound == "min" else _("at most")
    return {
        "name": f"{condition.bound}.{condition.metric}",
        "label": f"{metric.name}, {least}",
        "value": typed(condition.value, metric),
    }


def _kept(found: FrontierView) -> Sequence[tuple[str, str]]:
    """What the form does not show and must not lose."""
    own = {"at": "~".join(day.isoformat() for day in found.fronts), "without": found.without}
    shown = [pair for pair in parse(found.board.query) if not pair[0].startswith(("min.", "max."))]
    return [*shown, *((key, value) for key, value in own.items() if value)]


def link(found: FrontierView, **changes: str) -> str:
    """The address of the same frontier but for some of its own keys; an empty value leaves a key out."""
    return f"/boards/{found.board.slug}/frontier/{_query(found, changes)}"


def form_url(found: FrontierView, form: str) -> str:
    return f"/boards/{found.board.slug}/frontier.{form}{_query(found, {})}"


def _query(found: FrontierView, changes: Mapping[str, str]) -> str:
    own = {
        "m": "" if found.metric == found.board.grammar.defaults.x else found.metric,
        "t": "" if found.basis == found.default_basis else found.basis,
        "at": "~".join(day.isoformat() for day in found.fronts),
        "without": found.without,
    }
    parts = [f"{key}={quote(text, safe='~')}" for key, text in {**own, **changes}.items() if text]
    parts += [found.board.query] if found.board.query else []
    return "?" + "&".join(parts) if parts else ""


def _line(found: FrontierView, move: Move, before: Move | None, names: Mapping[str, str]) -> MoveLine:
    metric = METRICS[found.metric]
    scale = numbers.scale_of(metric, [item.value for item in found.moves])
    figure = numbers.figure(move.cell, scale)
    shown = (*found.fronts, move.on) if move.on not in found.fronts else found.fronts
    newest = sorted(shown)[-MAX_FRONTS:]
    return MoveLine(
        on=move.on,
        name=names[str(move.row.id)],
        href=f"/entries/{move.row.id}/",
        device=move.row.device_name,
        kind=str(KIND_WORDS[move.kind]),
        value=numbers.with_unit(figure.text, scale.unit),
        interval=figure.interval,
        change=_change(move, before) if before else "",
        front_href=link(found, at="~".join(day.isoformat() for day in newest)) + "#fronts",
    )


def _change(now: Move, before: Move) -> str:
    if before.value <= 0 or now.value <= 0:
        return ""
    factor = max(before.value / now.value, now.value / before.value)
    if _overlap(now.cell, before.cell):
        return _("intervals overlap")
    return _("%(factor)s times %(less)s") % {
        "factor": numbers.significant(factor, 2 if factor < 10 else 3),
        "less": _("less") if before.value > now.value else _("more"),
    }


def _overlap(one: Cell, other: Cell) -> bool:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low <= other.high and other.low <= one.high


def _saving(found: FrontierView, item: Saving) -> Mapping[str, Any]:
    scale = numbers.scale_of(METRICS[found.metric], [item.without])
    left = numbers.figure(item.left, scale) if item.left else numbers.Figure("")
    chosen = item.family == found.without
    return {
        "family": item.family,
        "entries": item.entries,
        "without": numbers.with_unit(left.text, scale.unit) if item.left else "",
        "interval": left.interval,
        "share": numbers.with_unit(numbers.fixed(item.share * 100, 1), "%") if item.share is not None else "",
        "unsure": bool(item.share and item.left and _overlap(item.left, item.best)),
        "href": link(found, without="" if chosen else item.family) + "#timeline",
        "chosen": chosen,
    }


def _pairs(moves: Sequence[Move]) -> Iterable[tuple[Move, Move | None]]:
    return zip(moves, (None, *moves), strict=False)
