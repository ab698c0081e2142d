"""A model's page narrowed by its address: `board dev quant scope`. Ranks stay the whole board's."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.present import words
from frontend.present.device_index import csv_field
from frontend.present.filters import WayOut
from frontend.present.links import joined, merged
from frontend.present.narrowing import Narrowed, Traits, groups_of, matches, narrowed
from leaderboard.boards.address import parse
from leaderboard.boards.details import BoardRows
from leaderboard.boards.model_selectors import ModelPage
from leaderboard.boards.rows import Choice, Note, Row

TITLES: Mapping[str, str | Promise] = {
    "board": gettext_lazy("Board"),
    "dev": gettext_lazy("Device"),
    "quant": gettext_lazy("Precision"),
}
COLUMNS = (
    "board", "scope", "id", "device", "device_name", "runtime", "batch", "threads", "precision", "rank", "rank_low",
    "rank_high", "front", "status", "rank_metric", "value", "low", "high", "provenance",
)  # fmt: skip
_Line = tuple[BoardRows, Row]


@dataclass(frozen=True, slots=True)
class ModelView:
    """`model` has what the address leaves, `whole` what there is in its scope."""

    model: ModelPage
    whole: ModelPage
    shown: Narrowed


def asked_scope(query: str) -> str:
    return dict(parse(merged(query))).get("scope", "")


def address_of(slug: str, query: str, form: str = "") -> str:
    """The path of a model's page, or of its other form: `json`, `csv`. `slug` is the model's key."""
    path = f"/models/{slug}.{form}" if form else f"/models/{slug}/"
    return f"{path}?{query}" if query else path


def model_view(whole: ModelPage, query: str) -> ModelView:
    shown = narrowed(query, _known(whole))
    if len(shown.chosen.get("scope", ())) > 1:
        note = Note("scope", "~".join(shown.chosen["scope"]), _("Ranks never cross scopes: choose one."))
        chosen = {key: values for key, values in shown.chosen.items() if key != "scope"}
        shown = replace(shown, chosen=chosen, notes=(*shown.notes, note), query=_query(chosen))
    boards = (
        replace(part, rows=tuple(row for row in part.rows if _matches(part, row, shown))) for part in whole.boards
    )
    model = replace(
        whole,
        boards=tuple(part for part in boards if part.rows),
        fitting=tuple(place for place in whole.fitting if place.slug in _asked(shown, "board", place.slug)),
        devices=tuple(place for place in whole.devices if place.slug in _asked(shown, "dev", place.slug)),
    )
    return ModelView(model, whole, shown)


def filters_context(view: ModelView) -> Mapping[str, Any]:
    lines, model = _lines(view.whole), view.model
    names = {("board", part.slug): part.title for part in view.whole.boards}
    names |= {("dev", place.slug): f"{place.name} ({place.slug})" for place in view.whole.devices}
    active = [key for key, values in view.shown.chosen.items() if values]
    return {
        "notes": view.shown.notes,
        "query": view.shown.query,
        "active": len(active),
        "groups": groups_of(lines, _traits, view.shown, TITLES, lambda key, value: names.get((key, value), value)),
        "scopes": _scopes(model) if len(model.scopes) > 1 or model.scope else (),
        "ways_out": tuple(_ways_out(view, active)) if active and not model.boards else (),
        "forms": [
            {"name": form.upper(), "href": address_of(model.slug, view.shown.query, form), "type": kind}
            for form, kind in (("json", "application/json"), ("csv", "text/csv"))
        ],
    }


def model_lines(view: ModelView) -> Iterator[Sequence[str]]:
    """The entries that are shown, each with the metric that its board ranks by."""
    yield COLUMNS
    for part, row in _lines(view.model):
        record = _record(part, row)
        yield [csv_field(record[column]) for column in COLUMNS]


def _record(part: BoardRows, row: Row) -> Mapping[str, Any]:
    cell = row.cells.get(part.rank_metric)
    return {
        "board": part.slug,
        "scope": part.scope,
        "id": str(row.id),
        "device": row.device,
        "device_name": row.device_name,
        "runtime": row.config.runtime,
        "batch": row.config.batch,
        "threads": row.config.threads,
        "precision": row.config.precision,
        "rank": row.rank,
        "rank_low": row.rank_low,
        "rank_high": row.rank_high,
        "front": row.front,
        "status": row.status,
        "rank_metric": part.rank_metric,
        "value": cell and cell.value,
        "low": cell and cell.low,
        "high": cell and cell.high,
        "provenance": cell and cell.provenance,
    }


def _known(model: ModelPage) -> dict[str, set[str]]:
    precisions = {row.config.precision for _part, row in _lines(model)}
    return {
        "board": {part.slug for part in model.boards} | {place.slug for place in model.fitting},
        "dev": {place.slug for place in model.devices},
        "quant": precisions,
        "scope": {scope.value for scope in model.scopes},
    }


def _lines(model: ModelPage) -> tuple[_Line, ...]:
    return tuple((part, row) for part in model.boards for row in part.rows)


def _traits(line: _Line) -> Traits:
    part, row = line
    return {"board": (part.slug,), "dev": (row.device,), "quant": (row.config.precision,), "scope": _scope(part)}


def _scope(part: BoardRows) -> tuple[str, ...]:
    return (part.scope.value,) if part.scope else ()


def _matches(part: BoardRows, row: Row, shown: Narrowed) -> bool:
    return matches(_traits((part, row)), shown)


def _asked(shown: Narrowed, key: str, default: str) -> Iterable[str]:
    return shown.chosen.get(key) or (default,)


def _scopes(model: ModelPage) -> tuple[Choice, ...]:
    return tuple(
        Choice(scope.value, str(words.SCOPE_NAMES[scope]), count, scope == model.scope)
        for scope, count in model.scopes.items()
    )


def _query(chosen: Mapping[str, tuple[str, ...]]) -> str:
    return joined((key, "~".join(values)) for key, values in chosen.items() if values)


def _ways_out(view: ModelView, active: Sequence[str]) -> Iterator[WayOut]:
    """Each filter as a link that drops it, with the entries that come back; then all of them. A scope hides none."""
    slug = view.model.slug
    for key in (key for key in active if key in TITLES):
        rest = {other: values for other, values in view.shown.chosen.items() if other != key}
        without = replace(view.shown, chosen=rest)
        count = sum(matches(_traits(line), without) for line in _lines(view.whole))
        said = _("Remove %(name)s, +%(count)d") % {"name": str(TITLES[key]).lower(), "count": count}
        yield WayOut(address_of(slug, _query(rest)), said)
    yield WayOut(address_of(slug, ""), _("Clear all"))
