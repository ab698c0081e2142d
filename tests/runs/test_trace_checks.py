"""An attempt's files beside the report that names them."""

import io

import pytest
from django.db import IntegrityError, transaction
from pyarrow import parquet

from agents.trace_files import outcome_arrays
from leaderboard.catalog import blobs
from leaderboard.protocol import OUTCOMES_FILE, POWER_FILE
from leaderboard.queue.broker import TaskName
from leaderboard.runs import trace_checks
from leaderboard.runs.models import TraceCheck
from leaderboard.runs.parquet import METADATA_KEY
from leaderboard.runs.trace_checks import check_artefact, sweep_unchecked
from tests.factories import NOW, make_generated, make_measured, make_reading, rapl_reading
from tests.runs.helpers import memory_broker
from tests.runs.traces import arrived, packed, power_file, ref, result_with

pytestmark = pytest.mark.django_db


def look(artefact):
    return check_artefact(artefact_id=artefact.pk, now=NOW)


def test_a_trace_that_says_the_same_agrees_and_is_kept_as_parquet():
    measured = make_measured(readings=(make_reading, rapl_reading))
    _, files = result_with(measured=measured)

    check = look(files[POWER_FILE])

    assert check.verdict == "agrees"
    assert abs(check.difference) < 1e-6
    assert {(line["source"], line["windows"]) for line in check.lines} == {
        (source, windows) for source in ("codecarbon", "rapl") for windows in ("repeats", "idle")
    }
    table = parquet.read_table(io.BytesIO(blobs.path(check.parquet_sha256).read_bytes()))
    assert table.column_names == ["source", "part", "kind", "window_kind", "window_index", "time_s", "value"]
    assert table.num_rows == 7 * (2 + 21)
    assert b"window" in table.schema.metadata[METADATA_KEY.encode()]
    rows = table.to_pylist()
    repeats = [row for row in rows if (row["source"], row["window_kind"]) == ("rapl", "repeat")]
    assert {row["window_index"] for row in repeats} == set(range(5))


def test_a_trace_that_says_more_than_one_per_cent_else_is_marked_with_both_figures():
    measured = make_measured(readings=(rapl_reading,))
    _, files = result_with(measured=measured, power=power_file(measured, times=1.25))

    check = look(files[POWER_FILE])

    assert check.verdict == "differs"
    assert check.difference == pytest.approx(0.25)
    line = next(line for line in check.lines if line["windows"] == "repeats")
    assert line["server_j"] == pytest.approx(1.25 * line["agent_j"])


def test_a_file_of_another_digest_than_the_report_names_is_marked():
    measured = make_measured()
    named = (ref(POWER_FILE, b"another file"),)
    _, files = result_with(measured=measured, named=named)

    assert (look(files[POWER_FILE]).verdict, look(files[POWER_FILE])) == ("unusable", None)
    check = TraceCheck.objects.get()
    assert (check.reason, check.parquet_sha256) == (trace_checks.OTHER_DIGEST, "")


def test_a_file_that_the_report_does_not_name_is_marked():
    _, files = result_with(named=(ref(OUTCOMES_FILE, b"x"),))

    assert look(files[POWER_FILE]).reason == trace_checks.NOT_NAMED


def test_a_file_that_cannot_be_read_is_marked_with_the_reason():
    _, files = result_with(power=packed({"manifest": []}))
    check = look(files[POWER_FILE])

    assert (check.verdict, check.parquet_sha256) == ("unusable", "")
    assert check.reason.endswith(".")


def test_answers_that_are_not_the_report_s_are_marked():
    measured = make_measured()
    other = packed(outcome_arrays(measured.model_copy(update={"answers": measured.answers[::-1]})))
    _, good = result_with(measured=measured)
    _, bad = result_with(measured=measured, outcomes=other)

    assert look(good[OUTCOMES_FILE]).verdict == "agrees"
    assert (look(bad[OUTCOMES_FILE]).verdict, TraceCheck.objects.last().reason) == (
        "differs",
        trace_checks.OTHER_ANSWERS,
    )


def test_texts_are_held_against_the_report_and_kept_as_parquet():
    _, files = result_with(measured=make_generated())
    check = look(files[OUTCOMES_FILE])

    table = parquet.read_table(io.BytesIO(blobs.path(check.parquet_sha256).read_bytes()))
    assert (check.verdict, table.column_names) == ("agrees", ["item", "text"])
    assert look(files[POWER_FILE]).verdict == "agrees"


def test_a_file_waits_for_its_result():
    _, files = result_with(accepted=False)

    assert look(files[POWER_FILE]) is None
    assert not TraceCheck.objects.exists()


def test_looking_twice_writes_once():
    _, files = result_with()

    assert look(files[POWER_FILE]) is not None
    assert look(files[POWER_FILE]) is None
    assert TraceCheck.objects.count() == 1


def test_a_full_disk_is_no_verdict_and_the_sweep_asks_again(monkeypatch):
    _, files = result_with()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(blobs, "store", full)
        with pytest.raises(OSError, match="No space"):
            look(files[POWER_FILE])
    assert not TraceCheck.objects.exists()
    assert sweep_unchecked() == 2
    assert look(files[POWER_FILE]).verdict == "agrees"
    assert sweep_unchecked() == 1


def test_the_sweep_rings_for_what_a_lost_message_left_out(monkeypatch, django_capture_on_commit_callbacks):
    take = memory_broker(monkeypatch)
    _, files = result_with()
    result_with(accepted=False)
    with django_capture_on_commit_callbacks(execute=True):
        sweep_unchecked()

    assert sorted(take(), key=str) == [
        (TaskName.CHECK_TRACE, {"artefact_id": pk}) for pk in sorted(row.pk for row in files.values())
    ]


def test_what_is_wrong_in_our_own_reading_is_marked_once_and_logged(monkeypatch, caplog):
    _, files = result_with()
    monkeypatch.setattr(trace_checks, "read_power", lambda _: 1 / 0)

    check = look(files[POWER_FILE])

    assert (check.verdict, check.reason) == ("unusable", "Reading it failed (ZeroDivisionError).")
    assert "cannot be looked at" in caplog.text


def test_an_unusable_trace_has_a_reason():
    result, _ = result_with()
    extra = arrived(result.attempt, "extra.npz", b"x")
    with pytest.raises(IntegrityError, match="an_unusable_trace_has_a_reason"), transaction.atomic():
        TraceCheck.objects.create(artefact=extra, verdict="unusable", checked_at=NOW)
