"""What an entry says of its raw trace."""

import json

import pytest

from leaderboard.boards.entry_export import entry_json
from leaderboard.boards.selectors import entry_detail
from leaderboard.boards.services import score_result
from leaderboard.boards.trace_view import TraceState, _percent
from leaderboard.runs.models import AttemptArtefact
from leaderboard.runs.trace_checks import check_artefact
from tests.factories import NOW, BoardFactory, PriceFactory, make_measured, make_report, make_result, rapl_reading
from tests.runs.traces import packed, power_file, result_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board():
    PriceFactory()
    return BoardFactory()


def published(**values):
    """An entry whose files were looked at."""
    result, files = result_with(**values)
    for row in files.values():
        check_artefact(artefact_id=row.pk, now=NOW)
    return score_result(result=result, now=NOW)


def entry_with(**changes):
    result = make_result()
    report = make_report(result.attempt.uuid, **changes)
    type(result).objects.filter(pk=result.pk).update(payload=report.model_dump_json())
    result.refresh_from_db()
    return score_result(result=result, now=NOW)


def test_agreement_is_said_and_is_no_warning():
    trace = entry_detail(published().uuid).trace

    assert trace.state is TraceState.AGREES
    assert trace.sentence == "Integrated again on the server from the raw trace: within 0 %."
    assert not trace.is_warning


def test_a_difference_is_a_warning_with_both_figures():
    measured = make_measured(readings=(rapl_reading,))
    entry = published(measured=measured, power=power_file(measured, times=1.25))
    detail = entry_detail(entry.uuid)

    line = next(line for line in detail.trace.lines if line["windows"] == "repeats")
    assert detail.trace.is_warning
    assert f"gives {line['server_j']:.4g} J for the repeats" in detail.trace.sentence
    assert f"the agent reported {line['agent_j']:.4g} J" in detail.trace.sentence
    assert "25 % apart, and the limit is 1 %" in detail.trace.sentence
    assert json.loads(entry_json(detail))["trace"]["sentence"] == detail.trace.sentence


def test_a_trace_that_cannot_be_used_is_a_warning_with_its_reason():
    trace = entry_detail(published(power=packed({"manifest": []})).uuid).trace

    assert (trace.state, trace.is_warning, trace.parquet_sha256) == (TraceState.UNUSABLE, True, "")
    assert trace.sentence.startswith("The raw trace cannot be used: ")
    assert trace.sentence.endswith("The joules are the agent's own.")


def test_a_trace_that_has_not_arrived_is_waited_for():
    result, _ = result_with()
    AttemptArtefact.objects.all().delete()
    trace = entry_detail(score_result(result=result, now=NOW).uuid).trace

    assert (trace.state, trace.is_warning) == (TraceState.WAITING, False)
    assert "not arrived" in trace.sentence


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"warnings": ("trace_not_kept: power.npz: No space left on device",)}, "(No space left on device)"),
        ({"measured": make_measured(readings=())}, "no energy source was read"),
        ({}, "this version of the agent kept none"),
    ],
)
def test_an_absent_trace_says_why(changes, why):
    trace = entry_detail(entry_with(**changes).uuid).trace

    assert (trace.state, trace.is_warning) == (TraceState.ABSENT, False)
    assert why in trace.sentence


def test_a_file_of_other_answers_is_a_warning_beside_a_sound_trace():
    entry = published(outcomes=packed({"answers": [1, 2, 3]}))
    trace = entry_detail(entry.uuid).trace

    assert (trace.state, trace.is_warning) == (TraceState.AGREES, True)
    assert "not those of the report" in trace.outcomes


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (1e-9, "0 %"), (0.0012, "0.2 %"), (-0.0012, "0.2 %"), (0.01, "1 %"), (0.25, "25 %")]
)
def test_a_share_is_rounded_up_so_that_within_is_true(share, text):
    assert _percent(share) == text
