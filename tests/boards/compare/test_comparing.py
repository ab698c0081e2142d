"""Comparisons of real entries, scored by the real services."""

import csv
import io
import json
from uuid import uuid4

import numpy as np
import pytest

from leaderboard.boards.compare.exports import to_csv, to_json
from leaderboard.boards.compare.picking import recent, similar
from leaderboard.boards.compare.selectors import comparison
from leaderboard.boards.models import Entry, Score
from leaderboard.boards.services import rebuild_board
from leaderboard.devices.models import Device
from leaderboard.metrics.statistics import mcnemar_exact
from tests.factories import NOW, DeviceFactory, make_reading, rapl_reading
from tests.frontend.boards import DIGITS, addition_board, digits_board, metered_device

pytestmark = pytest.mark.django_db


def ids(*names, **extra):
    found = {entry.submission.model_name: entry for entry in Entry.objects.filter(**extra).select_related("submission")}
    return [found[name].uuid for name in names]


def of(*chosen, rest=""):
    return comparison(f"e={'~'.join(str(one) for one in chosen)}{rest}")


def line(shown, metric):
    return next(line for line in shown.lines if line.metric == metric)


@pytest.fixture
def board():
    return digits_board()


def test_a_slower_and_better_entry_is_worse_and_better(board):
    shown = of(*ids("tree", "cnn_m"))
    assert shown.comparable
    latency, accuracy = line(shown, "latency_p50_s").versus[1], line(shown, "accuracy").versus[1]
    assert latency.verdict == "worse"
    assert latency.ratio == pytest.approx(6.8e-5 / 5.1e-6)
    assert latency.ratio in latency.ratio_interval
    assert latency.difference in latency.difference_interval
    assert latency.probability_better == 0
    assert accuracy.verdict == "better"
    assert accuracy.difference == pytest.approx(94 / 600)


def test_the_baseline_has_no_verdict_and_changing_it_turns_the_verdicts_round(board):
    one, other = ids("tree", "cnn_m")
    there, back = of(one, other), of(one, other, rest=f"&base={other}")
    assert there.base == 0
    assert back.base == 1
    assert line(there, "accuracy").versus[0] is None
    assert line(back, "accuracy").versus[1] is None
    assert line(back, "accuracy").versus[0].verdict == "worse"
    assert line(back, "accuracy").versus[0].difference == pytest.approx(-line(there, "accuracy").versus[1].difference)
    assert back.query == f"e={one}~{other}&base={other}"


def test_accuracies_are_tested_by_mcnemar_on_the_items_themselves(board):
    shown = of(*ids("logreg", "mlp64"))
    one, other = shown.members
    (found,) = shown.agreements
    assert found.both + found.contender_only + found.baseline_only + found.neither == 600
    assert found.both + found.contender_only == 588
    assert found.both + found.baseline_only == 582
    exact = mcnemar_exact(other.outcomes, one.outcomes)
    assert found.p_value == exact.p_value == line(shown, "accuracy").versus[1].p_value
    assert line(shown, "accuracy").versus[1].verdict == "unclear"


def test_p_values_are_adjusted_over_the_rows_that_were_tested(board):
    shown = of(*ids("logreg", "mlp64"))
    tested = [one.versus[1] for one in shown.lines if one.versus[1].p_value is not None]
    assert shown.tested == len(tested) > 5
    smallest = min(tested, key=lambda one: one.p_value)
    assert smallest.adjusted == pytest.approx(min(1, len(tested) * smallest.p_value))
    assert all(one.adjusted >= one.p_value for one in tested)
    fewer = of(*ids("logreg", "mlp64"), rest="&m=accuracy")
    assert line(fewer, "accuracy").versus[1].adjusted == line(fewer, "accuracy").versus[1].p_value


def test_an_entry_beside_its_twin_shows_no_clear_difference(board):
    digits_board(models=(DIGITS[0],), device=Device.objects.get())
    one, other = Entry.objects.filter(submission__model_name="tree").values_list("uuid", flat=True)
    verdicts = {line.versus[1].verdict for line in of(one, other).lines}
    assert verdicts <= {"unclear", "incomparable"}


def test_counts_are_exact_and_what_was_measured_once_is_compared_with_nothing(board):
    first = ids("tree", "cnn_m")
    artefact = Entry.objects.get(uuid=first[1]).submission.artefact
    type(artefact).objects.filter(pk=artefact.pk).update(size_bytes=80_000)
    Score.objects.filter(entry__uuid=first[1], metric="artefact_bytes").update(value=80_000)
    shown = of(*first)
    size, memory = line(shown, "artefact_bytes").versus[1], line(shown, "memory_peak_bytes").versus[1]
    assert (size.verdict, size.why, size.ratio, size.p_value) == ("worse", "exact", 2.0, None)
    assert (memory.verdict, memory.why, memory.difference) == ("incomparable", "once", None)


def test_a_reported_value_without_an_interval_is_compared_with_nothing(board):
    one, other = ids("tree", "cnn_m")
    Score.objects.filter(entry__uuid=other, metric="latency_p50_s").update(
        provenance="reported", draws=None, low=None, high=None
    )
    found = line(of(one, other), "latency_p50_s").versus[1]
    assert (found.verdict, found.why, found.p_value) == ("incomparable", "unpublished", None)


def test_a_missing_value_is_compared_with_nothing(board):
    one, other = ids("tree", "cnn_m")
    Score.objects.filter(entry__uuid=one, metric="ipw").update(value=None, missing_reason="no_power", draws=None)
    found = line(of(one, other), "ipw").versus[1]
    assert (found.verdict, found.why) == ("incomparable", "missing")


def test_an_infinite_cost_is_worse_without_a_difference():
    digits_board(models=(DIGITS[0], ("constant", "baseline", 0, 4.0e-6, 7.4, "fp32")))
    found = line(of(*ids("tree", "constant")), "cost_of_pass_usd").versus[1]
    assert (found.verdict, found.why, found.difference, found.ratio) == ("worse", "infinite", None, None)


def test_an_estimate_is_not_compared_with_a_measurement(board):
    one, other = ids("tree", "cnn_m")
    Score.objects.filter(entry__uuid=other, provenance="estimated").update(provenance="counter")
    shown = of(one, other)
    assert line(shown, "energy_per_item_j").versus[1].why == "provenance"
    assert line(shown, "accuracy").versus[1].verdict == "better"


def test_two_meters_do_not_tell_apart_what_differs_by_less_than_their_error():
    digits_board(models=(("a", "mlp", 570, 1.0e-5, 8.0, "fp32"),), readings=(rapl_reading,), device=metered_device())
    models = (("b", "mlp", 570, 1.0e-5, 8.9, "fp32"), ("c", "mlp", 570, 1.0e-5, 12.0, "fp32"))
    device = DeviceFactory(name="another")
    digits_board(models=models, readings=(rapl_reading,), device=device)
    a, b, c = ids("a", "b", "c")
    shown = of(a, b, c)
    power = line(shown, "mean_power_w")
    assert (power.versus[1].verdict, power.versus[1].why) == ("unclear", "meter")
    assert power.versus[2].verdict == "worse"
    same_meter = line(of(b, c), "mean_power_w").versus[1]
    assert (same_meter.verdict, same_meter.why) == ("worse", "")


def test_other_benchmarks_stand_side_by_side_without_a_difference(board):
    addition_board(device=DeviceFactory())
    shown = of(*ids("tree"), *ids("adder-53k-f32"))
    assert not shown.comparable
    assert [one.key for one in shown.mismatches] == ["benchmark", "items"]
    assert all(one.versus[1].verdict == "incomparable" and one.versus[1].difference is None for one in shown.lines)
    assert all(one.versus[1].probability_better is None for one in shown.lines)
    assert line(shown, "accuracy").cells[0].value == pytest.approx(501 / 600)
    assert shown.agreements == ()
    assert shown.board_rows == ()


def test_entries_without_a_common_scope_are_not_compared():
    digits_board(models=DIGITS[:1])
    digits_board(models=DIGITS[1:2], readings=(rapl_reading,), device=metered_device())
    shown = of(*ids("tree", "mlp8"))
    assert [(one.key, one.values) for one in shown.mismatches] == [("scope", ("process", "CPU package"))]
    energy = line(shown, "energy_per_item_j")
    assert [cell.scope for cell in energy.cells] == ["process", "cpu_package"]
    assert energy.versus[1].verdict == "incomparable"


def test_the_scope_is_one_that_all_have_unless_the_address_says_otherwise():
    digits_board(models=DIGITS[:1])
    digits_board(models=DIGITS[1:2], readings=(rapl_reading, make_reading), device=metered_device())
    chosen = ids("tree", "mlp8")
    shown = of(*chosen)
    assert (shown.scope, shown.common_scopes, shown.comparable) == ("process", ("process",), True)
    asked = of(*chosen, rest="&scope=cpu_package")
    assert [one.key for one in asked.mismatches] == ["scope"]
    assert asked.query.endswith("&scope=cpu_package")
    assert of(*chosen, rest="&scope=process").query == shown.query


def test_an_entry_without_energy_is_compared_in_the_rest():
    digits_board(models=DIGITS[:1])
    digits_board(models=DIGITS[1:2], readings=(), device=Device.objects.get())
    shown = of(*ids("tree", "mlp8"))
    assert shown.comparable
    assert line(shown, "energy_per_item_j").versus[1].why == "missing"
    assert line(shown, "latency_p50_s").versus[1].verdict == "worse"


def test_a_retracted_entry_is_kept_and_said(board):
    one, other = ids("tree", "cnn_m")
    Entry.objects.filter(uuid=other).update(status="retracted")
    rebuild_board(board=board, now=NOW)
    shown = of(one, other)
    assert [member.status for member in shown.members] == ["published", "retracted"]
    assert line(shown, "accuracy").versus[1].verdict == "better"
    assert other not in {row.id for row in shown.board_rows}


@pytest.mark.parametrize(
    ("rest", "key", "value"),
    [
        ("&wat=1", "wat", "1"),
        ("&base=nonsense", "base", "nonsense"),
        ("&m=nope~accuracy", "m", "nope"),
        ("&m=ttft_p50_s", "m", "ttft_p50_s"),
        ("&scope=moon", "scope", "moon"),
        ("&scope=wall", "scope", "wall"),
        ("&e=again", "e", "again"),
    ],
)
def test_what_cannot_be_used_is_noted_and_the_rest_is_kept(board, rest, key, value):
    shown = of(*ids("tree", "cnn_m"), rest=rest)
    assert len(shown.members) == 2
    assert (key, value) in {(note.key, note.value) for note in shown.notes}


def test_unknown_malformed_and_too_many_entries_are_noted(board):
    six = ids("tree", "mlp8", "logreg", "mlp64", "rf100", "cnn_s")
    shown = of(six[0], "junk", uuid4(), *six[1:], six[0])
    assert [member.id for member in shown.members] == six[:4]
    assert [note.reason for note in shown.notes] == [
        "This is no entry's id.",
        "There is no such entry that everybody may see.",
        "At most 4 entries are compared.",
        "At most 4 entries are compared.",
    ]


@pytest.mark.parametrize("query", ["", "e=", "e=~~~", "e=%00", "e=" + "x~" * 400, "base=1&m=&scope=&e=\ud800"])
def test_nothing_to_compare_is_no_error(query):
    assert comparison(query).members == ()


def test_only_what_differs_of_the_configuration_is_listed(board):
    shown = of(*ids("cnn_m", "cnn_m int8"))
    assert {one.key for one in shown.config} == {"model", "model file", "precision"}
    assert shown.same_config > 8


def test_json_and_csv_say_the_same(board):
    shown = of(*ids("tree", "cnn_m", "mlp8"))
    told = json.loads(to_json(shown))
    rows = list(csv.DictReader(io.StringIO(to_csv(shown))))
    assert len(rows) == 3 * len(told["metrics"])
    by_key = {(row["metric"], row["entry"]): row for row in rows}
    for metric in told["metrics"]:
        for value in metric["values"]:
            row = by_key[metric["metric"], value["entry"]]
            assert row["value"] == repr(value["value"])
            versus = value["versus_baseline"]
            assert (row["baseline"] == "true") == (versus is None)
            if versus and versus["difference"] is not None:
                assert float(row["difference"]) == versus["difference"]
                assert row["verdict"] == versus["verdict"]
    assert told["adjusted_over"] == shown.tested


def test_the_number_of_queries_does_not_depend_on_what_is_compared(board, django_assert_num_queries):
    chosen = ids("tree", "cnn_m", "mlp8", "rf100")
    with django_assert_num_queries(9):
        of(*chosen)
    with django_assert_num_queries(9):
        of(*chosen[:2])
    with django_assert_num_queries(1):
        comparison("")


def test_similar_entries_are_the_same_model_and_the_nearest_in_rank(board, django_assert_max_num_queries):
    (chosen,) = ids("mlp64")
    with django_assert_max_num_queries(5):
        offers = similar(chosen)
    names = [row.model_name for _, row in offers]
    assert 3 <= len(names) <= 8
    assert "mlp64" not in names
    assert similar(uuid4()) == ()
    assert len(recent((chosen,))) == 8


def test_the_intervals_of_a_comparison_are_paired(board):
    """Where both answer nearly the same items, the interval is narrower than of independent ones."""
    one, other = ids("cnn_m", "cnn_m int8")
    Score.objects.filter(entry__uuid=other, metric="accuracy").update(
        draws=Score.objects.get(entry__uuid=one, metric="accuracy").draws
    )
    found = line(of(one, other), "accuracy").versus[1]
    assert found.difference_interval.low == found.difference_interval.high == 0
    assert np.isclose(found.probability_better, 0.5)
