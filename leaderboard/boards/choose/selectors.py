"""A choice from its address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from leaderboard.boards import viewing
from leaderboard.boards.address import parse
from leaderboard.boards.address import write as write_view
from leaderboard.boards.address_values import note
from leaderboard.boards.choose.address import LATENCIES, Wish, read, write
from leaderboard.boards.choose.cards import cards_of, draws_of, surely
from leaderboard.boards.choose.rules import (
    MOST_CARDS,
    chosen,
    just_missed,
    meets,
    number,
    relaxed,
)
from leaderboard.boards.choose.shapes import BoardName, Choosing, Condition, Limit, Need, Relaxation
from leaderboard.boards.lookup import public_slugs
from leaderboard.boards.models import Board, Entry
from leaderboard.boards.reported.reading import reported_titles
from leaderboard.boards.rows import BoardView, Note, Row, View
from leaderboard.boards.selectors import board_view
from leaderboard.devices.models import Device

_METRICS: Mapping[Need, str] = {
    "quality": "accuracy",
    "energy": "energy_per_item_j",
    "latency": LATENCIES[0],
    "memory": "memory_peak_bytes",
    "price": "cost_per_item_usd",
}
_FIELDS = {
    "dev": "device",
    "class": "device_class",
    "vendor": "vendor",
    "quant": "precision",
    "engine": "runtime",
    "batch": "batch",
    "org": "organisation",
    "q": "q",
}


def choosing(query: str) -> Choosing:
    """Return what a query string asks for; six queries at most, whatever the board's size."""
    wish, notes = read(parse(query))
    boards = _boards()
    if not wish.board and len(boards) == 1:
        wish = replace(wish, board=next(iter(boards)))
    board = boards.get(wish.board)
    if board is None:
        return _unchosen(wish, boards, notes)
    view = board_view(wish.board, wish.query)
    return _choice(board, view, wish, boards, [*notes, *view.notes])


def device_classes() -> tuple[str, ...]:
    """The classes that anything was measured on; one query."""
    found = Device.objects.filter(entries__isnull=False).order_by("kind").values_list("kind", flat=True)
    return tuple(found.distinct())


def _boards() -> dict[str, Board]:
    boards = list(Board.objects.select_related("benchmark"))
    names = public_slugs(boards)
    found = {names[board.pk]: board for board in boards}
    return dict(sorted(found.items(), key=lambda pair: viewing.natural(pair[1].title)))


def _names(boards: Mapping[str, Board]) -> tuple[BoardName, ...]:
    return tuple(BoardName(slug, board.title) for slug, board in boards.items() if slug == board.slug)


def _unchosen(wish: Wish, boards: Mapping[str, Board], notes: list[Note]) -> Choosing:
    if wish.board:
        _note_unknown(wish.board, notes)
    return Choosing(
        boards=_names(boards),
        view=None,
        pref=wish.pref,
        offered={},
        limits=(),
        conditions=(),
        licences={},
        licence=wish.licence,
        feasible=(),
        front=0,
        cards=(),
        missed=(),
        relaxations=(),
        query=write(wish),
        notes=tuple(notes),
    )


def _note_unknown(slug: str, notes: list[Note]) -> None:
    # Compared here: PostgreSQL takes no zero byte, which an address may have.
    if slug in dict(reported_titles()):
        why = _("Reported results have neither intervals nor one protocol: nothing is chosen among them.")
        note(notes, "board", slug, why, f"/boards/{slug}/")
    else:
        note(notes, "board", slug, _("There is no such board."))


def _choice(board: Board, view: BoardView, wish: Wish, boards: Mapping[str, Board], notes: list[Note]) -> Choosing:
    licence_of = _licences(board)
    counts = _counts(licence_of.get(row.id, "") for row in view.board_rows)
    for word in wish.licence:
        if word not in counts:
            note(notes, "licence", word, _("Nothing on this board has this licence."))
    licence = tuple(word for word in wish.licence if word in counts)

    def allowed(rows: Iterable[Row]) -> tuple[Row, ...]:
        return tuple(row for row in rows if not licence or licence_of.get(row.id) in licence)

    limits, offered = _limits(view), _offered(view)
    feasible = allowed(view.rows)
    needs = {need: offered[need] for need in wish.pref if need in offered}
    listed = chosen(feasible, needs)
    without_limits = replace(view.view, minimum={}, maximum={})
    near = allowed(viewing.filtered(view.board_rows, without_limits))
    missed = just_missed(near, limits)
    draws = draws_of(board, [*(row for row, _ in listed), *(one.row for one in missed), *feasible], needs, limits)
    asked = replace(wish, query=view.query, licence=licence)
    return Choosing(
        boards=_names(boards),
        view=view,
        pref=wish.pref,
        offered=offered,
        limits=limits,
        conditions=_conditions(view, licence, counts),
        licences=counts,
        licence=licence,
        feasible=feasible,
        front=len(listed),
        cards=cards_of(listed[:MOST_CARDS], feasible, needs, limits, draws),
        missed=tuple(surely(one, draws) for one in missed),
        relaxations=() if feasible else _relaxations(near, limits, view, asked, licence_of),
        query=write(asked),
        notes=tuple(notes),
    )


def _licences(board: Board) -> dict[UUID, str]:
    published = Entry.objects.filter(benchmark=board.benchmark_id, status=Entry.Status.PUBLISHED)
    return dict(published.values_list("uuid", "submission__licence"))


def _counts(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items()))


def _limits(view: BoardView) -> tuple[Limit, ...]:
    asked = [Limit(metric, "min", value) for metric, value in view.view.minimum.items()]
    asked += [Limit(metric, "max", value) for metric, value in view.view.maximum.items()]
    return tuple(replace(one, leaves=sum(1 for row in view.board_rows if meets(row, one))) for one in asked)


def _offered(view: BoardView) -> dict[Need, str]:
    """The needs that any entry has a value for; latency is read at the percentile that a limit names."""
    named = next((metric for metric in LATENCIES if metric in view.view.maximum), LATENCIES[0])
    metrics = {**_METRICS, "latency": named}
    return {
        need: metric
        for need, metric in metrics.items()
        if any(number(row, metric) is not None for row in view.board_rows)
    }


def _conditions(view: BoardView, licence: Sequence[str], counts: Mapping[str, int]) -> tuple[Condition, ...]:
    found = []
    for key, field in _FIELDS.items():
        value = getattr(view.view, field)
        if value:
            alone = _alone(view.view, field)
            leaves = len(viewing.filtered(view.board_rows, alone))
            found.append(Condition(key, (value,) if isinstance(value, str) else tuple(map(str, value)), leaves))
    if licence:
        found.append(Condition("licence", tuple(licence), sum(counts[word] for word in licence)))
    return tuple(found)


def _alone(view: View, field: str) -> View:
    empty: dict[str, Any] = {other: "" if other == "q" else () for other in _FIELDS.values() if other != field}
    return replace(view, minimum={}, maximum={}, **empty)


def _relaxations(
    near: Sequence[Row], limits: Sequence[Limit], view: BoardView, wish: Wish, licence_of: Mapping[UUID, str]
) -> tuple[Relaxation, ...]:
    """Changes of one limit, the smallest first, then conditions that alone stand in the way; each with its address."""
    found = [replace(one, query=_eased(one, view, wish)) for one in relaxed(near, limits)]
    for key, field in _FIELDS.items():
        value = getattr(view.view, field)
        if value:
            empty: dict[str, Any] = {field: "" if key == "q" else ()}
            eased = replace(view.view, **empty)
            rows = viewing.filtered(view.board_rows, eased)
            count = sum(1 for row in rows if not wish.licence or licence_of.get(row.id) in wish.licence)
            address = write(replace(wish, query=write_view(eased, view.grammar)))
            found.append(Relaxation(key, None, None, inf, count, address))
    if wish.licence:
        found.append(Relaxation("licence", None, None, inf, len(view.rows), write(replace(wish, licence=()))))
    return tuple(one for one in found if one.yields)


def _eased(one: Relaxation, view: BoardView, wish: Wish) -> str:
    if one.limit is None or one.to is None:
        return write(wish)
    field = "minimum" if one.limit.bound == "min" else "maximum"
    values: dict[str, Any] = {field: {**getattr(view.view, field), one.limit.metric: one.to}}
    return write(replace(wish, query=write_view(replace(view.view, **values), view.grammar)))
