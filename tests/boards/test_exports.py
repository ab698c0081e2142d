"""JSON and CSV are the view: same rows, same order, same values."""

import csv
import io
import json
from dataclasses import replace
from math import inf

import pytest

from leaderboard.boards.cells import from_wire, to_wire
from leaderboard.boards.exports import safe_text, to_csv, to_json
from leaderboard.boards.rows import Cell
from leaderboard.boards.selectors import board_view
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import MissingReason, Provenance, Scope
from tests.boards.classifier import CLASSIFIER_METRICS
from tests.factories import (
    BoardFactory,
    JobFactory,
    PriceFactory,
    answers_with,
    make_measured,
    publish_entry,
)
from tests.frontend.boards import full_board

CELL_KEYS = {"value", "low", "high", "infinite", "provenance", "scope", "n", "missing_reason"}


@pytest.fixture
def board(db):
    PriceFactory()
    return BoardFactory()


def read_json(query=""):
    return json.loads(to_json(board_view("digits", query)))


def read_csv(query=""):
    return list(csv.DictReader(io.StringIO(to_csv(board_view("digits", query)), newline="")))


def test_the_json_of_a_board_has_its_agreed_form(board):
    entry = publish_entry()
    answer = read_json("cols=all")
    assert (answer["board"], answer["view"]["scope"], answer["view"]["estimated_energy"]) == ("digits", "process", True)
    (found,) = answer["entries"]
    assert found["id"] == str(entry.uuid)
    assert (found["model"], found["device"]) == (entry.submission.model_slug, entry.device.slug)
    assert found["config"] == {"runtime": "onnxruntime", "batch": 1, "threads": 1, "precision": "fp32"}
    assert (found["front"], found["front_probability"], found["rank"]) == ("on", 1.0, 1)
    assert set(found["metrics"]) == CLASSIFIER_METRICS
    assert all(set(cell) == CELL_KEYS for cell in found["metrics"].values())
    assert found["metrics"]["ipw"]["scope"] == "process"
    assert found["metrics"]["accuracy"] | {"low": 0, "high": 0} == {
        "value": 0.9,
        "low": 0,
        "high": 0,
        "infinite": False,
        "provenance": "measured",
        "scope": None,
        "n": 40,
        "missing_reason": None,
    }


def test_a_file_has_the_columns_of_the_view_in_their_order(board):
    publish_entry()
    own = ["accuracy", "ipw", "energy_per_item_j", "latency_p50_s"]
    for query, columns in (("", own), ("cols=latency_p50_s~device~accuracy", ["latency_p50_s", "accuracy"])):
        assert list(read_json(query)["entries"][0]["metrics"]) == columns
        assert [name for name in read_csv(query)[0] if name in METRICS] == columns


def test_an_infinite_cost_is_null_and_infinite_in_json_and_inf_in_csv(board):
    publish_entry(measured=make_measured(answers=answers_with(0)))
    cell = read_json("cols=all")["entries"][0]["metrics"]["cost_of_pass_usd"]
    assert (cell["value"], cell["infinite"], cell["missing_reason"]) == (None, True, None)
    (line,) = read_csv("cols=all")
    assert (line["cost_of_pass_usd"], line["cost_of_pass_usd_missing_reason"]) == ("inf", "")


def test_a_missing_value_has_its_reason_in_both(board):
    publish_entry(measured=make_measured(readings=()))
    cell = read_json()["entries"][0]["metrics"]["ipw"]
    assert (cell["value"], cell["infinite"], cell["missing_reason"]) == (None, False, "no_sensor")
    (line,) = read_csv()
    assert (line["ipw"], line["ipw_missing_reason"], line["rank"]) == ("", "no_sensor", "")


@pytest.mark.parametrize(
    "query", ["", "cols=all", "sort=-latency_p50_s", "min.accuracy=0.6&per=50&page=2", "x=ipj&y=ipw"]
)
def test_json_and_csv_agree_in_rows_order_and_every_value(db, query):
    full_board(n=120)
    view, entries, lines = board_view("digits", query), read_json(query)["entries"], read_csv(query)
    assert [entry["id"] for entry in entries] == [line["id"] for line in lines] == [str(row.id) for row in view.rows]
    for entry, line in zip(entries, lines, strict=True):
        assert entry["front"] == line["front"]
        assert str(entry["rank"]) == line["rank"]
        assert list(entry["metrics"]) == [name for name in line if name in METRICS]
        for metric, cell in entry["metrics"].items():
            assert cell["value"] == float(line[metric])
            assert cell["low"] == float(line[f"{metric}_low"])
            assert cell["provenance"] == line[f"{metric}_provenance"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", "  =1", "\r=1"])
def test_no_name_becomes_a_formula_in_a_spreadsheet(board, name):
    assert safe_text(name) == f"'{name}"
    publish_entry(job=JobFactory(state="verifying", submission__model_name=name, submission__model_slug="m"))
    assert read_csv()[0]["model_name"].startswith("'")
    assert read_json()["entries"][0]["model_name"] == name


def test_plain_names_stay_as_they_are():
    assert safe_text("cnn-s 1.0") == "cnn-s 1.0"


@pytest.mark.parametrize(
    "value, low, high", [(1.0, 0.5, 2.0), (1.0, None, None), (1.0, 0.5, inf), (inf, inf, inf), (inf, 3.0, inf)]
)
def test_a_cell_survives_its_stored_form(value, low, high):
    cell = Cell(value, low, high, Provenance.COUNTER, Scope.WALL, 7, None)
    assert from_wire(json.loads(json.dumps(to_wire(cell), allow_nan=False))) == cell
    gone = replace(cell, value=None, low=None, high=None, missing_reason=MissingReason.FAILED)
    assert from_wire(to_wire(gone)) == gone


def test_a_view_without_rows_is_a_header_and_an_empty_list(board):
    assert read_json()["entries"] == []
    assert to_csv(board_view("digits", "")).count("\r\n") == 1
