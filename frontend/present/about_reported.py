"""What a board of reported results is: its publication, and what its figures mean there."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from frontend.present.registry import METRICS
from leaderboard.boards.reported.reading import PublicationFacts
from leaderboard.boards.rows import BoardView


def reported_about_context(view: BoardView, said: PublicationFacts) -> Mapping[str, Any]:
    return {
        "view": view,
        "rank_metric": METRICS[view.rank_metric],
        "facts": tuple(said.facts.items()),
        "figures": [(METRICS[key], about) for key, about in said.about.items() if key in METRICS],
    }


def reported_about_json(view: BoardView, said: PublicationFacts) -> dict[str, Any]:
    source = asdict(view.reported) if view.reported else {}
    return {
        "board": view.slug,
        "title": view.title,
        "description": view.description,
        "results": view.total,
        "rank_metric": view.rank_metric,
        "reported": source
        | {name: source[name].isoformat() for name in ("published_on", "loaded_at") if name in source},
        "facts": dict(said.facts),
        "figures": dict(said.about),
    }
