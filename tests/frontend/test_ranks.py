"""How an entry's rank is said."""

from dataclasses import replace

import pytest

from frontend.present.ranks import rank_sentence
from leaderboard.protocol import MissingReason, Scope
from tests.boards.test_viewing import cell, make_row

BY = "by intelligence per watt, energy scope process"


@pytest.mark.parametrize(
    ("changes", "ranked", "tied", "sentence"),
    [
        (
            {"rank": 2, "rank_low": 1, "rank_high": 4},
            4,
            2,
            f"Rank 2 of 4 {BY} (95 % interval 1–4); no clear difference from 2 others.",
        ),
        ({"rank": 2, "rank_low": 2, "rank_high": 2}, 4, 1, f"Rank 2 of 4 {BY}; no clear difference from 1 other."),
        ({"rank": 1, "rank_low": 1, "rank_high": 1}, 2, 0, f"Rank 1 of 2 {BY}."),
        ({"status": "retracted"}, 2, 0, "No rank: the entry is retracted."),
        ({}, 0, 0, f"No rank {BY}: no energy sensor."),
    ],
)
def test_a_rank_is_said_with_its_uncertainty_or_why_there_is_none(changes, ranked, tied, sentence):
    missing = replace(cell(None), missing_reason=MissingReason.NO_SENSOR)
    row = make_row(1, cells={"ipw": missing}, **changes)
    assert rank_sentence(row, "ipw", Scope.PROCESS, ranked=ranked, tied=tied) == sentence
