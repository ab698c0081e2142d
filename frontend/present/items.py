"""An entry's outcomes, item by item, with the energy of each where it is told: a page, a filter, and the data."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present.item_energy import how_sure, why_none
from frontend.present.paging import Page, page_links, read_page
from leaderboard.boards.item_energies import ItemEnergies, ItemEnergy, energies_wire
from leaderboard.boards.item_outcomes import PER_PAGE, ItemOutcomes
from leaderboard.scoring.evidence import energy_quantity

KEYS = ("only", "page")
SHOWN = ("all", "wrong", "right")


@dataclass(frozen=True, slots=True)
class Item:
    """`energy` is a dash where it is not told, and empty where that of no item is."""

    number: int
    right: bool
    energy: str = ""


def items_context(found: ItemOutcomes, query: Mapping[str, str]) -> Mapping[str, Any]:
    notes = []
    only = query.get("only", "all")
    if only not in SHOWN:
        notes.append(_("only=%s is not known here and was ignored; it may be wrong or right.") % only[:40])
        only = "all"
    shown = next((one for one in found.energies if one.by_item()), None)
    energies = shown.by_item() if shown else {}
    chosen = [
        Item(number, right, _energy(energies, number))
        for number, right in enumerate(found.right, start=1)
        if only == "all" or right == (only == "right")
    ]
    pages = max(1, -(-len(chosen) // PER_PAGE))
    page, note = read_page(query.get("page", ""), pages)
    notes += [note] if note else []
    base = f"/entries/{found.entry}/items/"
    return {
        "found": found,
        "only": only,
        "counts": {
            "all": len(found.right),
            "wrong": len(found.right) - found.correct,
            "right": found.correct,
        },
        "items": chosen[(page - 1) * PER_PAGE : page * PER_PAGE],
        "summary": _summary(found),
        "with_energy": bool(energies),
        "energy": _about_energy(found, shown),
        "notes": notes,
        "pages": page_links(Page(page, pages), base, "" if only == "all" else f"only={only}"),
    }


def items_json(found: ItemOutcomes) -> dict[str, Any]:
    columns = _columns(found)
    return {
        "entry": str(found.entry),
        "benchmark": found.benchmark,
        "items": len(found.right),
        "correct": found.correct,
        "energies": [energies_wire(one) for one in found.energies],
        "outcomes": [
            {"item": number, "correct": right, **{name: column.get(number) for name, column in columns.items()}}
            for number, right in enumerate(found.right, start=1)
        ],
    }


def items_csv(found: ItemOutcomes) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = _columns(found)
    writer.writerow(("item", "correct", *columns))
    writer.writerows(
        (number, "true" if right else "false", *(column.get(number) for column in columns.values()))
        for number, right in enumerate(found.right, start=1)
    )
    return out.getvalue()


def _columns(found: ItemOutcomes) -> dict[str, dict[int, float]]:
    """Return three columns for each scope in which items have an energy, by item number, from 1."""
    columns: dict[str, dict[int, float]] = {}
    for one in found.energies:
        by_item = one.by_item()
        if not by_item:
            continue
        name = energy_quantity(one.scope)
        columns[name] = {item + 1: energy.energy_j for item, energy in by_item.items()}
        columns[f"{one.scope}_edge_j"] = {item + 1: energy.edge_j for item, energy in by_item.items()}
        columns[f"{one.scope}_calls"] = {item + 1: energy.calls for item, energy in by_item.items()}
    return columns


def _energy(energies: Mapping[int, ItemEnergy], number: int) -> str:
    if not energies:
        return ""
    energy = energies.get(number - 1)
    return numbers.ABSENT if energy is None else numbers.si(energy.energy_j, "J")


def _about_energy(found: ItemOutcomes, shown: ItemEnergies | None) -> list[str]:
    if shown is None:
        return [why_none(one, found.trace) for one in found.energies if one.missing]
    return [_("Energy is the mean of an item's timed calls.") + " " + how_sure(shown)]


def _summary(found: ItemOutcomes) -> str:
    return _("%(right)s of %(all)s right, %(wrong)s wrong.") % {
        "right": numbers.fixed(found.correct, 0),
        "all": numbers.counted(len(found.right), _("item"), _("items")),
        "wrong": numbers.fixed(len(found.right) - found.correct, 0),
    }
