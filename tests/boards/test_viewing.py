"""Filters and the comparator: typed, missing last, ties in a stated order."""

from dataclasses import replace
from datetime import timedelta
from math import inf
from uuid import UUID

import pytest

from leaderboard.boards.rows import Cell, Config, Row
from leaderboard.boards.viewing import best_first, best_of_models, choices, filtered, natural, ordered
from leaderboard.protocol import MissingReason, Provenance
from tests.boards.test_address import DEFAULTS
from tests.factories import NOW


def cell(value):
    reason = MissingReason.NOT_MEASURED if value is None else None
    return Cell(value, None, None, Provenance.MEASURED, None, 1, reason)


def make_row(number, *, rank=None, **changes):
    metrics = changes.pop("metrics", {})
    base = Row(
        id=UUID(int=number),
        model=f"model-{number}",
        model_name=f"Model {number}",
        family="mlp",
        device="box-cpu",
        device_name="Example CPU",
        device_class="cpu",
        config=Config("onnxruntime", 1, 1, "fp32"),
        published_at=NOW + timedelta(minutes=number),
        stable=True,
        guard="clean",
        rank=rank,
        rank_low=rank,
        rank_high=rank,
        band=None,
        front="dominated",
        front_probability=None,
        cells={metric: cell(value) for metric, value in metrics.items()},
    )
    return replace(base, **changes)


def numbers(rows):
    return [row.id.int for row in rows]


def sort(rows, *words):
    return numbers(ordered(rows, sort=words, unranked="latency_p50_s"))


COSTS = [
    make_row(number, metrics={"cost_of_pass_usd": value})
    for number, value in enumerate([None, inf, 0.0, 3.0, None, 1.0])
]


def test_missing_comes_last_in_both_directions_and_infinite_is_the_worst_real_value():
    assert sort(COSTS, "cost_of_pass_usd") == [2, 5, 3, 1, 0, 4]
    assert sort(COSTS, "-cost_of_pass_usd") == [1, 3, 5, 2, 0, 4]


def test_where_higher_is_better_an_infinite_value_is_still_the_worst():
    rows = [make_row(i, metrics={"ipw": value}) for i, value in enumerate([1.0, inf, -2.0])]
    assert sort(rows, best_first("ipw")) == [0, 2, 1]


def test_ties_go_by_the_next_column_then_by_rank_interval_then_by_id():
    rows = [
        make_row(3, rank=2, metrics={"accuracy": 0.9}),
        make_row(2, rank=2, metrics={"accuracy": 0.9}),
        make_row(1, rank=1, metrics={"accuracy": 0.9}),
        make_row(4, rank=9, metrics={"accuracy": 0.9}, device_name="Another CPU"),
    ]
    assert sort(rows, "accuracy") == [1, 2, 3, 4]
    assert sort(rows, "-accuracy") == [1, 2, 3, 4]
    assert sort(rows, "accuracy", "device") == [4, 1, 2, 3]


def test_without_a_sort_the_rank_decides_and_without_ranks_the_y_axis():
    ranked = [make_row(1), make_row(2, rank=2), make_row(3, rank=1)]
    assert sort(ranked) == [3, 2, 1]
    unranked = [make_row(i, metrics={"latency_p50_s": value}) for i, value in enumerate([3.0, 1.0, 2.0])]
    assert sort(unranked) == [1, 2, 0]


def test_names_sort_naturally_and_dates_by_time():
    rows = [make_row(1, model_name="Model 34B"), make_row(2, model_name="model 7B")]
    assert sort(rows, "model") == [2, 1]
    assert sort(rows, "-published") == [2, 1]
    assert natural("7B") < natural("34B")
    assert natural("²") != natural("2")


def test_every_filter_leaves_rows_out_and_changes_none():
    rows = [
        make_row(1, metrics={"accuracy": 0.9}, vendor="Intel"),
        make_row(2, metrics={"accuracy": None}, device="orin", config=Config("onnxruntime", 8, 1, "int8")),
        make_row(3, metrics={"accuracy": 0.5}, model_name="Größe L", device_class="gpu"),
    ]
    cases = {
        "q": ("GRÖSSE", [3]),
        "device": (("orin",), [2]),
        "device_class": (("cpu",), [1, 2]),
        "precision": (("fp32", "int8"), [1, 2, 3]),
        "batch": ((8,), [2]),
        "vendor": (("Intel",), [1]),
        "model": (("model-2", "model-3"), [2, 3]),
        "minimum": ({"accuracy": 0.6}, [1]),
        "maximum": ({"accuracy": 0.6}, [3]),
    }
    for field, (value, expected) in cases.items():
        found = filtered(rows, replace(DEFAULTS, **{field: value}))
        assert numbers(found) == expected, field
        assert all(row in rows for row in found)


def test_an_infinite_cost_fails_every_upper_limit_and_a_missing_one_every_limit():
    assert numbers(filtered(COSTS, replace(DEFAULTS, maximum={"cost_of_pass_usd": 1e300}))) == [2, 3, 5]
    assert numbers(filtered(COSTS, replace(DEFAULTS, minimum={"cost_of_pass_usd": 3.0}))) == [1, 3]


@pytest.mark.parametrize("query, found", [("mlp model", [1]), ("mlp nothing", []), ("box-cpu fp32", [1])])
def test_a_search_finds_rows_that_have_all_of_its_words(query, found):
    assert numbers(filtered([make_row(1)], replace(DEFAULTS, q=query))) == found


def test_choices_count_the_whole_board_and_know_what_is_chosen():
    rows = [make_row(1), make_row(2), make_row(3, device="orin", device_name="Orin")]
    found = choices(rows, replace(DEFAULTS, device=("orin",)), {"estimated": 3})
    assert [(choice.value, choice.label, choice.count, choice.chosen) for choice in found["dev"]] == [
        ("box-cpu", "Example CPU", 2, False),
        ("orin", "Orin", 1, True),
    ]
    assert [(choice.value, choice.count, choice.chosen) for choice in found["src"]] == [("estimated", 3, True)]


def test_the_best_of_a_model_is_the_row_of_the_best_rank_with_the_number_it_is_the_best_of():
    rows = [
        make_row(1, rank=3, model="a"),
        make_row(2, rank=1, model="a"),
        make_row(3, model="a"),
        make_row(4, rank=2, model="b"),
    ]
    best, counts = best_of_models(rows, y="accuracy")
    assert {row.id.int for row in best} == {2, 4}
    assert {int(key.replace("-", ""), 16): count for key, count in counts.items()} == {2: 3, 4: 1}


def test_without_ranks_the_best_of_a_model_has_the_best_value_of_the_y_axis():
    rows = [make_row(i, model="a", metrics={"accuracy": value}) for i, value in enumerate([0.1, None, 0.7, 0.3])]
    best, _ = best_of_models(rows, y="accuracy")
    assert numbers(best) == [2]


def test_what_is_no_number_is_missing():
    rows = [make_row(i, metrics={"accuracy": value}) for i, value in enumerate([float("nan"), 0.1])]
    assert sort(rows, "accuracy") == sort(rows, "-accuracy") == [1, 0]


def test_a_vendor_that_nobody_has_said_is_no_choice():
    found = choices([make_row(1), make_row(2, vendor="Intel")], DEFAULTS, {})
    assert [choice.value for choice in found["vendor"]] == ["Intel"]
