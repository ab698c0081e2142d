"""A board whose values are everything that a comparator can meet."""

from math import inf

from leaderboard.boards.cells import to_wire
from leaderboard.boards.models import Board
from leaderboard.boards.rows import Cell
from leaderboard.protocol import MissingReason
from tests.factories import BenchmarkFactory, BoardFactory, fill_board

NAMES = (
    "llama 34B", "llama 7B", "Llama 7b", "llama 007B", "Größe", "GRÖSSE", "zebra", "Zebra 2", "zebra 10", "émile",
    "emile", "7", "70", "\N{GRINNING FACE} model", "", "a-b", "a_b", "a b",
)  # fmt: skip
VALUES = (
    None,
    inf,
    0.0,
    -1.5,
    3.0,
    3.0,
    None,
    1e-9,
    2.0,
    3.0,
    -1.5,
    inf,
    1e12,
    0.1234567890,
    0.1234567891,
    5.0,
    3.0,
    7.0,
)
RANKS = ((1, 1, 5), (2, 1, 5), (3, 1, 5), (3, 2, 4), (None, None, None))


def odd_board():
    """Its ranks tie where their intervals don't, and its values where neither does."""
    board = BoardFactory(benchmark=BenchmarkFactory(slug="odd", title="Odd values"), title="Odd values")
    fill_board(board, len(VALUES))
    for index, row in enumerate(board.rows.order_by("entry_id")):
        rank, low, high = RANKS[index % len(RANKS)]
        row.identity["model_name"] = NAMES[index] or "-"
        for shift, metric in enumerate(("accuracy", "ipw", "energy_per_item_j", "latency_p50_s")):
            row.cells[metric] = to_wire(_cell(VALUES[(index + 5 * shift) % len(VALUES)]))
        board.rows.filter(pk=row.pk).update(
            identity=row.identity, cells=row.cells, rank=rank, rank_low=low, rank_high=high, band=None
        )
    return Board.objects.get(pk=board.pk)


def _cell(value):
    return Cell(value, None, None, None, None, 1, MissingReason.FAILED if value is None else None)
