"""The list of all models: searched, sorted, paged, and the same as data."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present.filters import WayOut
from frontend.present.paging import Page, page_links, read_page
from leaderboard.boards.address_values import printable
from leaderboard.boards.exports import safe_text
from leaderboard.boards.model_selectors import ModelLine
from leaderboard.boards.rows import Choice
from leaderboard.boards.viewing import natural
from leaderboard.submissions.names import organisation_of

PER_PAGE = 100
NOT_STATED = "none"
KEYS = ("q", "org", "sort", "page")
SORTS: Mapping[str, Callable[[ModelLine], Any]] = {
    "entries": lambda line: -line.entries,
    "newest": lambda line: -line.newest_at.timestamp(),
    "org": lambda line: (not line.organisation, natural(line.organisation)),
    "parameters": lambda line: (line.parameters is None, line.parameters or 0),
}


def models_context(lines: Sequence[ModelLine], query: Mapping[str, str]) -> Mapping[str, Any]:
    found, notes = chosen(lines, query)
    pages = max(1, -(-len(found) // PER_PAGE))
    page, note = read_page(query.get("page", ""), pages)
    notes += [note] if note else []
    kept = "&".join(f"{key}={quote(query[key])}" for key in ("q", "org", "sort") if query.get(key))
    return {
        "models": [_shown(line) for line in found[(page - 1) * PER_PAGE : page * PER_PAGE]],
        "q": printable(query.get("q", "")),
        "sort": query.get("sort", "") if query.get("sort") in SORTS else "",
        "organisations": _organisations(lines, query.get("org", "")),
        "notes": notes,
        "total": len(lines),
        "count": len(found),
        "ways_out": () if found else _ways_out(lines, query),
        "pages": page_links(Page(page, pages), "/models/", kept),
        "forms": [(name, f"/models.{name.lower()}{f'?{kept}' if kept else ''}") for name in ("CSV", "JSON")],
    }


def chosen(lines: Sequence[ModelLine], query: Mapping[str, str]) -> tuple[list[ModelLine], list[str]]:
    """Return the models that an address asks for, and a sentence on each part of it that was ignored."""
    notes: list[str] = []
    asked = query.get("org", "").split("~") if query.get("org") else []
    known = {_organisation(line) for line in lines}
    notes += [_("org=%s is not known here and was ignored.") % word[:40] for word in asked if word not in known]
    wanted = known.intersection(asked) or known
    words = printable(query.get("q", "")).casefold().split()
    found = [line for line in lines if _organisation(line) in wanted and all(word in _text(line) for word in words)]
    sort = query.get("sort", "")
    if sort in SORTS:
        return sorted(found, key=SORTS[sort]), notes
    if sort:
        notes.append(_("sort=%s is not known here and was ignored.") % sort[:40])
    return found, notes


def _ways_out(lines: Sequence[ModelLine], query: Mapping[str, str]) -> Sequence[WayOut]:
    """Each filter as a link that drops it, with the models that come back; then both of them."""
    said = {"q": _("search: %s") % printable(query.get("q", "")), "org": _("organisation")}
    ways = []
    for key in (key for key in said if query.get(key)):
        rest = {other: query[other] for other in ("q", "org", "sort") if other != key and query.get(other)}
        count = len(chosen(lines, rest)[0])
        text = _("Remove %(name)s, +%(count)d") % {"name": said[key], "count": count}
        ways.append(WayOut(_address(rest), text))
    return (*ways, WayOut("/models/", _("Clear all, +%d") % len(lines))) if len(ways) > 1 else ways


def _address(query: Mapping[str, str]) -> str:
    said = "&".join(f"{key}={quote(value)}" for key, value in query.items())
    return f"/models/?{said}" if said else "/models/"


def _organisation(line: ModelLine) -> str:
    """Return what the filter calls it."""
    return organisation_of(line.slug) or NOT_STATED


def _organisations(lines: Sequence[ModelLine], asked: str) -> tuple[Choice, ...]:
    """Return what there is a choice of, the largest first; several that an address asks for are one choice."""
    counts = Counter(_organisation(line) for line in lines)
    names = {_organisation(line): line.organisation or _("not stated") for line in lines}
    chosen = [word for word in asked.split("~") if word in counts]
    found = [
        Choice(word, names[word], counts[word], [word] == chosen)
        for word in sorted(counts, key=lambda word: (word == NOT_STATED, -counts[word], word))
    ]
    if len(chosen) > 1:
        several = ", ".join(names[word] for word in chosen)
        found.insert(0, Choice("~".join(chosen), several, sum(counts[word] for word in chosen), chosen=True))
    return tuple(found) if len(counts) > 1 or chosen else ()


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
    return " ".join(
        (line.slug, line.organisation, line.name, line.family, *line.licences, *line.formats, *line.precisions)
    ).casefold()


def _shown(line: ModelLine) -> Mapping[str, Any]:
    return {
        "line": line,
        "boards": list(zip(line.board_slugs, line.boards, strict=True)),
        "size": numbers.bytes_in_words(line.size_bytes) if line.size_bytes else "",
        "parameters": numbers.fixed(line.parameters, 0) if line.parameters else "",
    }
