"""The tasks that can be chosen for, each with a question that its own results can answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor, isfinite

from django.utils.translation import gettext_lazy

from frontend.present import words
from frontend.present.cards import Card, cards_of
from frontend.present.choose_words import limit_words
from leaderboard.boards.choose.shapes import Limit
from leaderboard.boards.details import BoardCard, BoardRows
from leaderboard.boards.rows import Row

QUESTIONS: tuple[tuple[str, str, words.Words, words.Words], ...] = (
    (
        "energy",
        "energy_per_item_j",
        gettext_lazy("Which takes the least energy with %s?"),
        gettext_lazy("Which takes the least energy?"),
    ),
    ("latency", "latency_p50_s", gettext_lazy("Which is fastest with %s?"), gettext_lazy("Which is fastest?")),
)
STEP = 0.05
"""Of accuracy: an example asks for a round share that something on the front has."""


@dataclass(frozen=True, slots=True)
class Task:
    card: Card
    href: str
    question: str
    question_href: str


def tasks_of(boards: Iterable[BoardCard], fronts: Iterable[BoardRows]) -> tuple[Task, ...]:
    fronts = tuple(fronts)
    rows: Mapping[str, tuple[Row, ...]] = {part.slug: tuple(part.rows) for part in fronts}
    return tuple(_task(card, rows.get(card.board.slug, ())) for card in cards_of(boards, fronts))


def _task(card: Card, front: tuple[Row, ...]) -> Task:
    href = f"/choose/?board={card.board.slug}"
    least = _round_share(front)
    limit = limit_words(Limit("accuracy", "min", least)) if least else ""
    for need, metric, said, alone in QUESTIONS:
        if _values(front, metric):
            order = "" if need == "energy" else f"&pref={need}"
            question = str(said) % limit if limit else str(alone)
            return Task(card, href, question, f"{href}{f'&min.accuracy={least:g}' if least else ''}{order}")
    return Task(card, href, "", href)


def _round_share(front: tuple[Row, ...]) -> float:
    """The largest round accuracy that any on the front has; 0 where none is known."""
    best = min(1.0, max(_values(front, "accuracy"), default=0.0))
    return round(floor(best / STEP + 1e-9) * STEP, 2)


def _values(rows: Iterable[Row], metric: str) -> list[float]:
    found = (row.cells[metric].value for row in rows if metric in row.cells)
    return [value for value in found if value is not None and isfinite(value)]
