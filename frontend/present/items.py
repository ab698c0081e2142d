"""An entry's outcomes, item by item: a page of them, a filter, and the same as data."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present.paging import Page, page_links, read_page
from leaderboard.boards.item_outcomes import PER_PAGE, ItemOutcomes

KEYS = ("only", "page")
SHOWN = ("all", "wrong", "right")


@dataclass(frozen=True, slots=True)
class Item:
    number: int
    right: bool


def items_context(found: ItemOutcomes, query: Mapping[str, str]) -> Mapping[str, Any]:
    notes = []
    only = query.get("only", "all")
    if only not in SHOWN:
        notes.append(_("only=%s is not known here and was ignored; it may be wrong or right.") % only[:40])
        only = "all"
    chosen = [
        Item(number, right)
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
        "notes": notes,
        "pages": page_links(Page(page, pages), base, "" if only == "all" else f"only={only}"),
    }


def items_json(found: ItemOutcomes) -> dict[str, Any]:
    return {
        "entry": str(found.entry),
        "benchmark": found.benchmark,
        "items": len(found.right),
        "correct": found.correct,
        "outcomes": [{"item": number, "correct": right} for number, right in enumerate(found.right, start=1)],
    }


def items_csv(found: ItemOutcomes) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("item", "correct"))
    writer.writerows((number, "true" if right else "false") for number, right in enumerate(found.right, start=1))
    return out.getvalue()


def _summary(found: ItemOutcomes) -> str:
    return _("%(right)s of %(all)s right, %(wrong)s wrong.") % {
        "right": numbers.fixed(found.correct, 0),
        "all": numbers.counted(len(found.right), _("item"), _("items")),
        "wrong": numbers.fixed(len(found.right) - found.correct, 0),
    }
