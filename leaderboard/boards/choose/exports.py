"""A choice as JSON: the cards, why each is there, and how sure it is."""

import json
from collections.abc import Mapping
from math import isinf
from typing import Any

from leaderboard.boards.cells import to_wire
from leaderboard.boards.choose.shapes import Card, Choosing, Limit, Missed, Need, Relaxation, Sure
from leaderboard.boards.compare.exports import versus_wire
from leaderboard.boards.rows import Row


def to_json(shown: Choosing) -> bytes:
    view = shown.view
    content = {
        "query": shown.query,
        "boards": [{"slug": board.slug, "title": board.title} for board in shown.boards],
        "board": view.slug if view else None,
        "board_query": view.query if view else None,
        "scope": view.view.scope if view else None,
        "preference": list(shown.pref),
        "needs": dict(shown.offered),
        "limits": [_limit(limit) for limit in shown.limits],
        "conditions": [{"key": one.key, "values": list(one.values), "leaves": one.leaves} for one in shown.conditions],
        "total": view.total if view else 0,
        "feasible": len(shown.feasible),
        "front": shown.front,
        "cards": [_card(card, shown.offered) for card in shown.cards],
        "just_missed": [_missed(one, shown.offered) for one in shown.missed],
        "relaxations": [_relaxation(one) for one in shown.relaxations],
        "ignored": [{"key": note.key, "value": note.value, "reason": str(note.reason)} for note in shown.notes],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _limit(limit: Limit) -> dict[str, Any]:
    return {"metric": limit.metric, "bound": limit.bound, "value": limit.value, "leaves": limit.leaves}


def _row(row: Row, offered: Mapping[Need, str]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "model": row.model,
        "model_name": row.model_name,
        "device": row.device,
        "metrics": {metric: to_wire(row.cells[metric]) for metric in offered.values() if metric in row.cells},
    }


def _card(card: Card, offered: Mapping[Need, str]) -> dict[str, Any]:
    return {
        **_row(card.row, offered),
        "best_in": list(card.best_in),
        "tied": dict(card.tied),
        "meets": [_sure(one) for one in card.sure],
        "meets_all": card.all_limits,
        "next": str(card.next.id) if card.next else None,
        "versus_next": {need: versus_wire(versus) for need, versus in card.versus_next.items()},
    }


def _sure(one: Sure) -> dict[str, Any]:
    return {"limit": one.limit.key, "certainty": one.certainty, "probability": one.probability}


def _missed(one: Missed, offered: Mapping[Need, str]) -> dict[str, Any]:
    share = None if isinf(one.share) else one.share
    return {**_row(one.row, offered), "misses": one.limit.key, "gap": one.gap, "gap_share": share, **_sure(one.sure)}


def _relaxation(one: Relaxation) -> dict[str, Any]:
    return {
        "key": one.key,
        "from": one.limit.value if one.limit else None,
        "to": one.to,
        "yields": one.yields,
        "query": one.query,
    }
