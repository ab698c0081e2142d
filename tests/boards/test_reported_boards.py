"""A publication becomes a board of its own, whose every number is called reported."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from leaderboard.boards.models import Entry, ReportedBoard, ReportedEntry
from leaderboard.boards.reported.loading import load as store
from leaderboard.boards.reported.mlperf import read_mlperf
from leaderboard.boards.reported.publication import BadPublication
from leaderboard.boards.selectors import board_view
from tests.factories import NOW, BenchmarkFactory, BoardFactory

pytestmark = pytest.mark.django_db
NAME = "v3.0-edge-open-power-image-classification-singlestream.json"
PUBLISHED = settings.ROOT.parent / "shared/data/mlperf-power" / NAME
needs_publication = pytest.mark.skipif(not PUBLISHED.exists(), reason=f"{PUBLISHED} is not here")
SLUG = "mlperf-edge-v3-0"
ROW = {
    "Accuracy_div_100": 0.75, "Availability": "available", "Division": "open", "Inference_per_Joule": 10.0,
    "MlperfModel": "resnet", "Model": "mobilenet", "Organization": "A lab", "Platform": "board-x", "Result": 20.0,
    "Result_Power": 100.0, "Result_Power_Units": "millijoules", "Result_Units": "Latency (ms)",
    "Scenario": "SingleStream", "SystemName": "Board X", "SystemType": "edge", "framework": "TFLite", "uid": "a1",
    "git_url": "https://example.org/results", "url": "https://example.org/results/a1", "version": "v3.0",
    "accelerator_model_name": "-",
}  # fmt: skip


def publication(n):
    """Return `n` results as they are read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        rows = [ROW | {"uid": f"a{k}", "Model": f"model-{k}", "Accuracy_div_100": 0.5 + k / 20} for k in range(n)]
        path.write_text(json.dumps(rows))
        return read_mlperf(path)


def load_of(n):
    return store(publication(n), slug=SLUG, sha256="0" * 64, now=NOW).slug


@pytest.fixture
def file(tmp_path):
    def write(*rows):
        path = tmp_path / "results.json"
        path.write_text(json.dumps(rows))
        return path

    return write


def load(path, capsys=None, slug=SLUG):
    call_command("load_reported", "mlperf", path, "--board", slug)
    return capsys.readouterr().out if capsys else ""


@needs_publication
def test_the_published_file_is_730_results_of_eight_systems_and_again_changes_nothing(capsys):
    assert "730 results of 8 systems are loaded; 730 rows repeat others." in load(PUBLISHED, capsys)
    before = list(ReportedEntry.objects.order_by("uid").values_list("uuid", "rank", "front"))
    assert "nothing changed" in load(PUBLISHED, capsys)
    assert list(ReportedEntry.objects.order_by("uid").values_list("uuid", "rank", "front")) == before
    assert (len(before), ReportedBoard.objects.get().revision, Entry.objects.count()) == (730, 1, 0)


@needs_publication
@pytest.mark.parametrize(
    ("device", "on_front", "entries"),
    [
        ("khadas-vim4-vim4", 20, 282),
        ("firefly-rk3588s-firefly", 23, 282),
        ("nvidia-jetson-agx-orin-tflite-with-armnn-neon-on-cpu", 23, 81),
        ("nvidia-jetson-agx-orin-tflite-with-xnnpack-on-cpu", 19, 81),
    ],
)
def test_the_front_of_a_system_is_the_one_that_was_counted_apart(device, on_front, entries):
    load(PUBLISHED)
    view = board_view(SLUG, f"dev={device}&front_in_view=1&per=all")
    assert (len(view.view_front), len(view.rows), view.total) == (on_front, entries, 730)


def test_a_row_says_what_was_reported_and_nothing_that_nobody_knows(file):
    load(file(ROW))
    (row,) = board_view(SLUG, "").rows
    assert {key: (cell.value, cell.scope, cell.provenance) for key, cell in row.cells.items()} == {
        "accuracy": (0.75, None, "reported"),
        "latency_p90_s": (0.02, None, "reported"),
        "energy_per_item_j": (0.1, "wall", "reported"),
        "ipj": (7.5, "wall", "reported"),
    }
    assert all((cell.low, cell.high) == (None, None) for cell in row.cells.values())
    assert (row.config.threads, row.config.precision, row.stable, row.guard) == (None, "", None, "")
    assert ReportedEntry.objects.get().facts.get("Accelerator") is None


def test_the_default_source_is_reported_and_no_other_can_be_asked_for(file):
    load(file(ROW))
    assert board_view(SLUG, "").view.src == ("reported",)
    view = board_view(SLUG, "src=measured")
    assert (view.view.src, len(view.rows)) == (("reported",), 1)
    assert view.notes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Result_Power": None}, "Row 2 of results.json: Result_Power is None, no number above 0."),
        ({"Result_Power": -1}, "Result_Power is -1"),
        ({"Result_Power": True}, "Result_Power is True"),
        ({"Result": "fast"}, "Result is 'fast'"),
        ({"Accuracy_div_100": 75}, "more than 1"),
        ({"Result_Units": "Samples/s"}, "only 'Latency (ms)' is understood"),
        ({"Scenario": "Offline"}, "only 'SingleStream' is understood"),
        ({"Inference_per_Joule": 11.0}, "not the inverse"),
        ({"Model": ""}, "Model is missing or no text"),
        ({"url": "javascript:alert(1)"}, "url is no https address"),
        ({"uid": "a1"}, "the uid a1 names two different results"),
        ({"version": "v9.9"}, "several rounds"),
        ({"SystemType": None}, "several rounds"),
    ],
)
def test_a_row_that_cannot_be_meant_is_named_and_nothing_is_loaded(file, changes, said):
    second = ROW | {"uid": "a2", "Model": "other"} | changes
    with pytest.raises(CommandError) as refused:
        load(file(ROW, second))
    assert said in str(refused.value)
    assert ReportedBoard.objects.count() == 0


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1]", "nonsense", "[" * 100_000])
def test_a_file_that_is_none_is_refused_in_one_line(tmp_path, text):
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(BadPublication) as refused:
        read_mlperf(path)
    assert "\n" not in str(refused.value)


def test_a_missing_file_a_bad_slug_and_a_measured_board_are_refused(file, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        load(tmp_path / "nowhere.json")
    with pytest.raises(CommandError, match="is no slug"):
        load(file(ROW), slug="No Slug")
    BoardFactory(slug="digits", benchmark=BenchmarkFactory(slug="digits"))
    with pytest.raises(CommandError, match="measured here"):
        load(file(ROW), slug="digits")


def test_a_publication_names_each_result_once():
    board = ReportedBoard.objects.get(slug=load_of(1))
    (row,) = board.rows.all()
    with pytest.raises(IntegrityError):  # one_reported_entry_per_uid
        ReportedEntry.objects.create(board=board, uid=row.uid, uuid=uuid4(), url=row.url, front="on")


def test_another_file_makes_the_board_anew_under_the_same_addresses(file):
    load(file(ROW))
    first = ReportedEntry.objects.get().uuid
    load(file(ROW | {"Result": 19.0}, ROW | {"uid": "a2"}))
    assert ReportedBoard.objects.get().revision == 2
    assert ReportedEntry.objects.count() == 2
    assert ReportedEntry.objects.get(uid="a1").uuid == first
