"""The rules of a choice on made-up rows: properties that hold for any of them."""

from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.boards.choose.rules import all_at_once, chosen, how_sure, just_missed, meets, relaxed
from leaderboard.boards.choose.shapes import Limit
from leaderboard.boards.rows import Cell, Config, Row

NEEDS = {"energy": "energy_per_item_j", "quality": "accuracy", "latency": "latency_p50_s"}
WHEN = datetime(2026, 11, 2, tzinfo=UTC)


def row(index, energy, accuracy, latency):
    values = {"energy_per_item_j": energy, "accuracy": accuracy, "latency_p50_s": latency}
    cells = {metric: Cell(value, None, None, None, None, 1, None) for metric, value in values.items()}
    config = Config("onnxruntime", 1, 1, "fp32")
    place = dict.fromkeys(("rank", "rank_low", "rank_high", "band", "front_probability"))
    who = {
        "model": "m",
        "model_name": f"m{index}",
        "family": "",
        "device": "d",
        "device_name": "d",
        "device_class": "cpu",
    }
    flags = {"published_at": WHEN, "stable": True, "guard": "clean", "front": "on"}
    return Row(UUID(int=index + 1), config=config, cells=cells, **who, **flags, **place)


energy = st.one_of(st.none(), st.just(float("inf")), st.floats(1e-6, 1e3), st.integers(1, 4).map(float))
amounts = st.one_of(st.none(), st.floats(1e-6, 1e3), st.integers(1, 4).map(float))
shares = st.one_of(st.none(), st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))
rows = st.lists(st.tuples(energy, shares, amounts), max_size=12).map(
    lambda many: [row(index, *values) for index, values in enumerate(many)]
)
limits = st.tuples(st.floats(0, 1), st.floats(1e-6, 1e3), st.floats(1e-6, 1e3)).map(
    lambda three: (
        Limit("accuracy", "min", three[0]),
        Limit("latency_p50_s", "max", three[1]),
        Limit("energy_per_item_j", "max", three[2]),
    )
)


def value(one, metric):
    return one.cells[metric].value


def beats(one, other):
    no_worse = (
        value(one, "energy_per_item_j") <= value(other, "energy_per_item_j")
        and value(one, "accuracy") >= value(other, "accuracy")
        and value(one, "latency_p50_s") <= value(other, "latency_p50_s")
    )
    return no_worse and any(value(one, metric) != value(other, metric) for metric in NEEDS.values())


@given(rows)
@settings(max_examples=150)
def test_what_is_chosen_is_the_front_and_each_need_has_its_best_once(found):
    listed = chosen(found, NEEDS)
    placed = [one for one in found if all(value(one, metric) is not None for metric in NEEDS.values())]
    front = {one.id for one in placed if not any(beats(other, one) for other in placed)}
    assert {one.id for one, _ in listed} == front
    assert len(listed) == len(front)
    if placed:
        assert sorted(need for _, best in listed for need in best) == sorted(NEEDS)
        for one, best in listed:
            for need in best:
                costs = [value(other, NEEDS[need]) * (-1 if need == "quality" else 1) for other in placed]
                assert value(one, NEEDS[need]) * (-1 if need == "quality" else 1) == min(costs)


@given(rows, limits)
@settings(max_examples=150)
def test_a_relaxed_limit_yields_what_it_promises_and_nothing_smaller_does(found, asked):
    relaxations = relaxed(found, asked)
    for one in relaxations:
        others = [limit for limit in asked if limit is not one.limit]
        eased = Limit(one.limit.metric, one.limit.bound, one.to)
        there = [r for r in found if all(meets(r, limit) for limit in (*others, eased))]
        assert len(there) == one.yields > 0
        best = [value(r, one.limit.metric) for r in there]
        assert abs((min(best) if one.limit.bound == "max" else max(best)) - one.to) <= 0.01 * abs(one.to) + 1e-12
    assert [one.share for one in relaxations] == sorted(one.share for one in relaxations)


@given(rows, limits)
@settings(max_examples=150)
def test_who_just_missed_misses_one_limit_alone(found, asked):
    for one in just_missed(found, asked):
        assert [limit for limit in asked if not meets(one.row, limit)] == [one.limit]
        assert one.gap > 0


@given(st.lists(st.floats(1e-6, 1e3), min_size=2, max_size=30), limits)
def test_all_limits_are_met_no_more_often_than_the_hardest(draws, asked):
    drawn = {limit.metric: np.array(draws) for limit in asked}
    singles = [how_sure(row(0, 1.0, 1.0, 1.0), limit, drawn[limit.metric]).probability for limit in asked]
    assert all_at_once(asked, drawn) <= min(singles) + 1e-12


@pytest.mark.parametrize(
    ("over", "word"),
    [(0, "meets"), (5, "meets"), (6, "probably"), (50, "probably"), (51, "unlikely"), (100, "unlikely")],
)
def test_the_words_change_at_95_and_50_percent(over, word):
    draws = np.array([2.0] * over + [0.5] * (100 - over))
    assert how_sure(row(0, 1.0, 1.0, 1.0), Limit("latency_p50_s", "max", 1.0), draws).certainty == word


def test_without_resamples_it_is_not_known_how_sure_it_is():
    found = how_sure(row(0, 1.0, 1.0, 1.0), Limit("latency_p50_s", "max", 1.0), None)
    assert (found.certainty, found.probability) == ("unknown", None)
    assert all_at_once((Limit("latency_p50_s", "max", 1.0),), {}) is None
