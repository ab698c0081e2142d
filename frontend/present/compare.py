"""Everything a comparison's page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import numbers
from frontend.present import words
from frontend.present.board import Form
from frontend.present.compare_lines import is_silent, line_of, silent
from frontend.present.compare_plots import agreement_part, chart_part, latencies, letter
from frontend.present.compare_power import power_part
from frontend.present.registry import METRICS
from leaderboard.boards.compare.address import write
from leaderboard.boards.compare.picking import Offer
from leaderboard.boards.compare.shapes import Comparison, Member

MISMATCHES: Mapping[str, words.Words] = {
    "benchmark": gettext_lazy("Benchmark version"),
    "items": gettext_lazy("Item set"),
    "protocol": gettext_lazy("Protocol version"),
    "scope": gettext_lazy("Energy scopes"),
}

STATUSES: Mapping[str, words.Words] = {
    "retracted": gettext_lazy("retracted"),
    "under_review": gettext_lazy("under review"),
    "superseded": gettext_lazy("superseded"),
}


@dataclass(frozen=True, slots=True)
class Head:
    """One entry over its column. `status` is empty for a published one; the links are empty where they do nothing."""

    letter: str
    id: str
    name: str
    href: str
    device: str
    device_href: str
    config: str
    board: str
    status: words.Words
    is_base: bool
    base_href: str
    without_href: str


def compare_context(shown: Comparison) -> Mapping[str, Any]:
    base = shown.members[shown.base]
    curves = latencies(shown.members)
    power = power_part(shown, STATUSES) if shown.powers else None
    return {
        "shown": shown,
        "heads": [_head(shown, place) for place in range(len(shown.members))],
        "base_letter": letter(shown.base),
        "base_name": base.row.model_name,
        "lines": [line_of(line) for line in shown.lines if not is_silent(line)],
        "silent": silent(shown.lines),
        "mismatches": [(MISMATCHES[one.key], one.values) for one in shown.mismatches],
        "scopes": _scopes(shown),
        "scope_badge": words.scope_badge(shown.scope) if shown.scope else None,
        "withdrawn": [_withdrawn(member, letter(place)) for place, member in _not_published(shown)],
        "metrics": [
            (METRICS[key], key in {line.metric for line in shown.lines}) for key in shown.offered if key in METRICS
        ],
        "chart": chart_part(shown),
        "latencies": curves,
        "power": power,
        "agreements": [agreement_part(shown, one) for one in shown.agreements],
        "config": [
            (line.key, [(letter(place), _shortened(value)) for place, value in enumerate(line.values)])
            for line in shown.config
        ],
        "latencies_csv": _file("latencies", shown.query),
        "power_csv": _file("power", shown.query),
        "forms": _forms(shown.query, curves is not None, bool(power and power.drawn)),
        "permalink": compare_url(shown.query),
    }


def picker_context(shown: Comparison, recent: Sequence[Offer], similar: Sequence[Offer]) -> Mapping[str, Any]:
    seen = {row.id for _, row in similar}
    return {
        "shown": shown,
        "chosen": [(str(member.id), member.row, words.config_line(member.row.config)) for member in shown.members],
        "similar": [_offer(offer) for offer in similar],
        "recent": [_offer(offer) for offer in recent if offer[1].id not in seen],
    }


def compare_url(query: str, form: str = "") -> str:
    path = f"/compare.{form}" if form else "/compare/"
    return f"{path}?{query}" if query else path


def _offer(offer: Offer) -> Mapping[str, Any]:
    part, row = offer
    return {"id": str(row.id), "row": row, "board": part.title, "config": words.config_line(row.config)}


def _head(shown: Comparison, place: int) -> Head:
    member, row = shown.members[place], shown.members[place].row
    ids = [one.id for one in shown.members]
    metrics = tuple(line.metric for line in shown.lines) if "m=" in shown.query else ()
    scope = shown.scope if "scope=" in shown.query else None
    rest = [one for one in ids if one != member.id]
    base = shown.members[shown.base].id
    return Head(
        letter=letter(place),
        id=str(member.id),
        name=row.model_name,
        href=f"/entries/{member.id}/",
        device=row.device_name,
        device_href=f"/devices/{row.device}/",
        config=words.config_line(row.config),
        board=member.board_title,
        status=STATUSES.get(member.status, ""),
        is_base=place == shown.base,
        base_href="" if place == shown.base else compare_url(write(ids, member.id, metrics, scope)),
        without_href=compare_url(write(rest, base if base in rest else None, metrics, scope)),
    )


def _not_published(shown: Comparison) -> list[tuple[int, Member]]:
    return [(place, member) for place, member in enumerate(shown.members) if member.status in STATUSES]


def _withdrawn(member: Member, letter: str) -> str:
    return _("%(letter)s, %(name)s, is %(status)s and stands on no board.") % {
        "letter": letter,
        "name": member.row.model_name,
        "status": STATUSES[member.status],
    }


def _scopes(shown: Comparison) -> list[tuple[words.Words, str, bool]]:
    """The scopes that all have: name, address, whether it is the shown one."""
    ids = [member.id for member in shown.members]
    metrics = tuple(line.metric for line in shown.lines) if "m=" in shown.query else ()
    base = shown.members[shown.base].id
    return [
        (words.SCOPE_NAMES[scope], compare_url(write(ids, base, metrics, scope)), scope == shown.scope)
        for scope in shown.common_scopes
    ]


def _shortened(value: str) -> str:
    """The beginning of a digest tells two apart; the files have all of it."""
    is_digest = len(value) == 64 and value.isalnum()
    return f"{value[:12]}…" if is_digest else value or numbers.ABSENT


def _file(name: str, query: str) -> str:
    return f"/compare/{name}.csv?{query}"


def _forms(query: str, has_latencies: bool, has_power: bool) -> tuple[Form, ...]:
    latencies = Form("CSV", "text/csv", _file("latencies", query), _("how latencies are spread"))
    power = Form("CSV", "text/csv", _file("power", query), _("power over time, as it is drawn"))
    return (
        Form("JSON", "application/json", compare_url(query, "json"), _("every value, difference and verdict")),
        Form("CSV", "text/csv", compare_url(query, "csv"), _("one row per metric and entry, the same values")),
        *([latencies] if has_latencies else []),
        *([power] if has_power else []),
    )
