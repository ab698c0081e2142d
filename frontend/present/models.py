"""The list of all models: searched, sorted, paged, and the same as data."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present.paging import Page, page_links, read_page
from leaderboard.boards.exports import safe_text
from leaderboard.boards.model_selectors import ModelLine

PER_PAGE = 100
SORTS: Mapping[str, Callable[[ModelLine], Any]] = {
    "entries": lambda line: -line.entries,
    "newest": lambda line: -line.newest_at.timestamp(),
    "parameters": lambda line: (line.parameters is None, line.parameters or 0),
}


def models_context(lines: Sequence[ModelLine], query: Mapping[str, str]) -> Mapping[str, Any]:
    found, note = chosen(lines, query)
    notes = [note] if note else []
    pages = max(1, -(-len(found) // PER_PAGE))
    page, note = read_page(query.get("page", ""), pages)
    notes += [note] if note else []
    kept = "&".join(f"{key}={quote(query[key])}" for key in ("q", "sort") if query.get(key))
    return {
        "models": [_shown(line) for line in found[(page - 1) * PER_PAGE : page * PER_PAGE]],
        "q": query.get("q", ""),
        "sort": query.get("sort", "") if query.get("sort") in SORTS else "",
        "notes": notes,
        "total": len(lines),
        "count": len(found),
        "pages": page_links(Page(page, pages), "/models/", kept),
        "forms": [(name, f"/models.{name.lower()}{f'?{kept}' if kept else ''}") for name in ("CSV", "JSON")],
    }


def chosen(lines: Sequence[ModelLine], query: Mapping[str, str]) -> tuple[list[ModelLine], str]:
    """Return the models that an address asks for, and a sentence on what of it was ignored."""
    words = query.get("q", "").casefold().split()
    found = [line for line in lines if all(word in _text(line) for word in words)]
    sort = query.get("sort", "")
    if sort in SORTS:
        return sorted(found, key=SORTS[sort]), ""
    note = _("sort=%s is not known here and was ignored.") % sort[:40] if sort else ""
    return found, note


def models_json(lines: Sequence[ModelLine]) -> list[dict[str, Any]]:
    return [asdict(line) for line in lines]


def models_csv(lines: Sequence[ModelLine]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = list(ModelLine.__slots__)
    writer.writerow(columns)
    for line in lines:
        writer.writerow(_field(getattr(line, column)) for column in columns)
    return out.getvalue()


def _field(value: Any) -> str:
    if isinstance(value, tuple):
        value = "; ".join(value)
    return "" if value is None else safe_text(str(value))


def _text(line: ModelLine) -> str:
    return " ".join((line.slug, line.name, line.family, *line.licences, *line.formats, *line.precisions)).casefold()


def _shown(line: ModelLine) -> Mapping[str, Any]:
    return {
        "line": line,
        "boards": list(zip(line.board_slugs, line.boards, strict=True)),
        "size": numbers.bytes_in_words(line.size_bytes) if line.size_bytes else "",
        "parameters": numbers.fixed(line.parameters, 0) if line.parameters else "",
    }
