"""Addresses of views of a board, made from the view that is shown."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from leaderboard.boards.address import parse, write
from leaderboard.boards.rows import BoardView


def merged(query: str) -> str:
    """What a form sends, in the grammar of addresses: no empty values, repeated keys joined by `~`."""
    values: dict[str, list[str]] = {}
    for key, value in parse(query):
        if value.strip():
            values.setdefault(key, []).append(value)
    return joined((key, "~".join(parts)) for key, parts in values.items())


def joined(pairs: Iterable[tuple[str, str]]) -> str:
    """Keys and values as a query string."""
    return "&".join(f"{quote(key, safe='.')}={quote(value, safe='~')}" for key, value in pairs)


def board_url(slug: str, query: str = "", form: str = "") -> str:
    """The path of a board's view, or of its other form: `json`, `csv`, `svg`."""
    path = f"/boards/{slug}.{form}" if form else f"/boards/{slug}/"
    return f"{path}?{query}" if query else path


def explore_url(slug: str, query: str = "") -> str:
    """The path of a board's explorer, for the same view."""
    path = f"/boards/{slug}/explore/"
    return f"{path}?{query}" if query else path


def explored(href: str) -> str:
    """The address of a board's view as its explorer's."""
    path, mark, query = href.partition("?")
    return f"{path}explore/{mark}{query}"


def neighbour(view: BoardView, **changes: Any) -> str:
    """The address of the same view but for some fields; on its first page, unless `page` is among them."""
    changed = replace(view.view, **({"page": 1} | changes))
    return board_url(view.slug, write(changed, view.grammar))
