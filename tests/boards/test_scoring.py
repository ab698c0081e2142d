"""From an accepted result to an entry: real rows, real report, real maths."""

import math
import uuid

import numpy as np
import pytest

from leaderboard.boards.models import BoardEntry, Entry, Measurement, Score
from leaderboard.boards.services import Unscorable, _publish, score_result
from leaderboard.metrics.registry import METRICS
from leaderboard.metrics.statistics.intervals import wilson_interval
from leaderboard.metrics.statistics.resampling import STORED_DRAWS
from leaderboard.protocol import Code, Failed, GuardVerdict, MissingReason, Provenance, Scope
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState
from leaderboard.scoring.evidence import unpack_outcomes
from tests.boards.classifier import CLASSIFIER_METRICS
from tests.factories import (
    N_ITEMS,
    NOW,
    ArtefactFactory,
    BoardFactory,
    JobFactory,
    PriceFactory,
    answers_with,
    make_measured,
    make_reading,
    make_repeat,
    make_report,
    make_result,
    publish_entry,
    rapl_reading,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board():
    BoardFactory()


def score(entry, metric, scope="process"):
    return Score.objects.get(entry=entry, metric=metric, scope=scope if METRICS[metric].scoped else "")


def value(entry, metric, scope="process"):
    return score(entry, metric, scope).value


def draws(entry, metric):
    return np.frombuffer(score(entry, metric).draws, "<f4")


def test_an_accepted_result_becomes_a_published_entry_on_its_board():
    result = make_result()
    entry = score_result(result=result, now=NOW)
    assert Job.objects.get(pk=result.job_id).state == JobState.PUBLISHED
    assert BoardEntry.objects.get(scope="process").entry == entry
    assert (entry.runtime, entry.precision, entry.guard, entry.stable) == ("onnxruntime", "fp32", "clean", True)


def test_accuracy_is_graded_against_the_answer_key_with_wilsons_interval():
    entry = publish_entry(measured=make_measured(answers=answers_with(30)))
    found = score(entry, "accuracy")
    wilson = wilson_interval(30, N_ITEMS)
    assert (found.value, found.low, found.high, found.n) == (30 / N_ITEMS, wilson.low, wilson.high, N_ITEMS)


def test_every_metric_of_a_complete_run_has_a_value():
    PriceFactory()
    entry = publish_entry()
    missing = [row.metric for row in entry.scores.all() if row.value is None]
    assert missing == []
    assert {row.metric for row in entry.scores.all()} == CLASSIFIER_METRICS


def test_values_follow_from_the_report():
    measured = make_measured(latency_s=0.002, watts=10.0, idle_watts=2.0)
    entry = publish_entry(measured=measured)
    joules = sum(reading.joules for repeat in measured.repeats for reading in repeat.energy)
    seconds = sum(repeat.seconds for repeat in measured.repeats)
    items = sum(repeat.items for repeat in measured.repeats)
    assert value(entry, "latency_p50_s") == pytest.approx(0.002)
    assert value(entry, "latency_mean_s") == pytest.approx(0.0022)
    assert value(entry, "throughput_per_s") == pytest.approx(items / seconds)
    assert value(entry, "energy_per_item_j") == pytest.approx(joules / items)
    assert value(entry, "mean_power_w") == pytest.approx(joules / seconds)
    assert value(entry, "idle_power_w") == pytest.approx(2.0)
    assert value(entry, "energy_per_item_net_j") == pytest.approx((joules - 2.0 * seconds) / items)
    assert value(entry, "ipw") == pytest.approx(0.9 / (joules / seconds))
    assert value(entry, "ipj") == pytest.approx(0.9 / (joules / items))
    assert value(entry, "energy_per_correct_j") == pytest.approx(1 / value(entry, "ipj"))
    assert value(entry, "cold_start_s") == pytest.approx(0.024)
    assert value(entry, "artefact_bytes") == 40_000
    assert value(entry, "parameters") == 4810
    assert value(entry, "memory_peak_bytes") == 60 * 2**20


def test_a_batch_counts_its_items_and_latency_stays_per_call():
    job = JobFactory(state=JobState.VERIFYING, submission__batch=8)
    measured = make_measured(batch=8, latency_s=0.004)
    entry = publish_entry(job=job, measured=measured)
    items = sum(repeat.items for repeat in measured.repeats)
    assert items == 5 * 8000
    assert value(entry, "latency_p50_s") == pytest.approx(0.004)
    assert value(entry, "throughput_per_s") == pytest.approx(items / sum(repeat.seconds for repeat in measured.repeats))
    assert value(entry, "cpu_s_per_item") == pytest.approx(sum(repeat.cpu_s for repeat in measured.repeats) / items)


def test_intervals_contain_their_values_and_come_from_the_draws():
    entry = publish_entry()
    for metric in ("latency_p50_s", "ipw", "energy_per_item_j", "energy_per_item_net_j"):
        found = score(entry, metric)
        assert found.low <= found.value <= found.high
        assert found.low < found.high
        assert len(draws(entry, metric)) == STORED_DRAWS


def test_ratios_are_drawn_jointly_with_what_they_are_made_of():
    entry = publish_entry()
    assert draws(entry, "ipw") == pytest.approx(draws(entry, "accuracy") / draws(entry, "mean_power_w"), rel=1e-5)
    assert draws(entry, "ipj") == pytest.approx(draws(entry, "accuracy") / draws(entry, "energy_per_item_j"), rel=1e-5)


def test_two_entries_are_resampled_on_the_same_items_and_on_their_own_repeats():
    first, second = publish_entry(), publish_entry()
    assert (draws(first, "accuracy") == draws(second, "accuracy")).all()
    assert (draws(first, "mean_power_w") != draws(second, "mean_power_w")).any()


def test_each_scope_and_provenance_has_its_own_set_and_they_are_never_summed():
    entry = publish_entry(measured=make_measured(readings=(make_reading, rapl_reading)))
    found = {(row.scope, row.provenance) for row in entry.scores.filter(metric="energy_per_item_j")}
    assert found == {("process", "estimated"), ("cpu_package", "counter")}
    assert value(entry, "ipw") == pytest.approx(value(entry, "ipw", "cpu_package"))


def test_of_two_sources_with_one_scope_and_provenance_the_counter_is_scored_and_both_are_kept():
    def integrated(watts, seconds):
        return rapl_reading(3 * watts, seconds, source="sampled", method="power_integral")

    entry = publish_entry(measured=make_measured(readings=(integrated, rapl_reading)))
    assert value(entry, "mean_power_w", "cpu_package") == pytest.approx(10.0, rel=0.02)
    assert set(Measurement.objects.filter(quantity="cpu_package_energy_j").values_list("source", flat=True)) == {
        "rapl",
        "sampled",
    }


def test_a_run_without_any_energy_has_reasons_instead_and_no_scope():
    entry = publish_entry(measured=make_measured(readings=()))
    energies = entry.scores.filter(metric__in=[key for key in METRICS if METRICS[key].scoped])
    assert {(row.scope, row.provenance, row.value, row.missing_reason) for row in energies} == {
        ("", "", None, "no_sensor")
    }
    assert value(entry, "accuracy") == 0.9


def test_a_source_that_could_not_read_says_why_in_its_scope():
    def unrated(watts, seconds):
        return make_reading(watts, seconds, missing=MissingReason.NO_RATED_POWER, rated_power_w=None)

    entry = publish_entry(measured=make_measured(readings=(unrated,)))
    assert score(entry, "ipw").missing_reason == "no_rated_power"
    assert score(entry, "energy_per_item_j").value is None
    row = Measurement.objects.get(quantity="process_energy_j")
    assert (row.value, row.missing_reason) == (None, "no_rated_power")


def test_windows_without_a_reading_are_left_out_with_their_items_and_fewer_than_three_are_no_energy():
    gap = rapl_reading(missing=MissingReason.WINDOW_TOO_SHORT)
    good = [make_repeat(energy=(rapl_reading(10.0, 1.1),)) for _ in range(3)]
    entry = publish_entry(measured=make_measured(repeats=(*good, make_repeat(energy=(gap,)))))
    assert value(entry, "energy_per_item_j", "cpu_package") == pytest.approx(11.0 / 1000)
    assert score(entry, "energy_per_item_j", "cpu_package").n == 3
    short = make_measured(repeats=(*good[:2], make_repeat(energy=(gap,)), make_repeat(energy=(gap,))))
    assert score(publish_entry(measured=short), "ipw", "cpu_package").missing_reason == "window_too_short"


def test_nothing_above_idle_is_missing_and_not_a_negative_energy():
    entry = publish_entry(measured=make_measured(watts=2.0, idle_watts=3.0))
    assert score(entry, "energy_per_item_net_j").missing_reason == "below_idle"
    assert value(entry, "energy_per_item_j") > 0


def test_a_noisy_machine_keeps_median_and_processor_time_and_hides_the_rest():
    entry = publish_entry(measured=make_measured(guard=GuardVerdict.NOISY))
    hidden = {row.metric for row in entry.scores.filter(missing_reason="noisy_machine")}
    assert {"latency_mean_s", "latency_p90_s", "latency_p99_s", "throughput_per_s", "energy_per_item_j", "ipw"} < hidden
    for metric in ("latency_p50_s", "cpu_s_per_item", "accuracy"):
        assert value(entry, metric) is not None


def test_an_unknown_guard_is_never_passed_so_there_is_no_tail():
    entry = publish_entry(measured=make_measured(guard=GuardVerdict.UNKNOWN))
    assert score(entry, "latency_p99_s").missing_reason == "withheld"
    assert value(entry, "latency_mean_s") is not None
    assert value(entry, "ipw") is not None


def test_a_percentile_needs_its_calls_in_every_repeat():
    repeats = tuple(make_repeat(calls=calls, energy=(make_reading(),)) for calls in (1000, 1000, 150))
    entry = publish_entry(measured=make_measured(repeats=repeats))
    assert value(entry, "latency_p90_s") is not None
    assert score(entry, "latency_p99_s").missing_reason == "too_few_samples"


def test_a_model_that_is_never_correct_costs_infinitely_much_and_ranks_last_at_zero():
    PriceFactory()
    entry = publish_entry(measured=make_measured(answers=answers_with(0)))
    assert value(entry, "ipw") == 0
    found = score(entry, "cost_of_pass_usd")
    assert (found.value, found.low, found.high) == (math.inf, math.inf, math.inf)
    assert value(entry, "energy_per_correct_j") == math.inf
    assert 0 < value(entry, "cost_per_item_usd") < 1


def test_cost_is_the_electricity_alone_without_a_device_rate_and_the_terms_say_so():
    PriceFactory(value=0.36)
    entry = publish_entry()
    terms = score(entry, "cost_of_pass_usd").terms
    assert terms["included"] == ["energy"]
    assert terms["device_usd"] is None
    assert terms["electricity_usd_per_kwh"]["citation"] == "An example tariff, 2026"
    energy = value(entry, "energy_per_item_j")
    assert value(entry, "cost_per_item_usd") == pytest.approx(energy * 1e-7)
    assert value(entry, "cost_of_pass_usd") == pytest.approx(energy * 1e-7 / 0.9)


def test_a_device_rate_is_added_for_the_time_of_an_item():
    job = JobFactory(state=JobState.VERIFYING)
    PriceFactory()
    PriceFactory(kind="device_usd_per_hour", value=3.6, device_slug=job.device.slug)
    entry = publish_entry(job=job)
    terms = score(entry, "cost_per_item_usd").terms
    assert terms["included"] == ["energy", "device"]
    assert terms["device_usd"] == pytest.approx(0.0011 * 0.001, rel=1e-6)
    assert value(entry, "cost_per_item_usd") == pytest.approx(terms["energy_usd"] + terms["device_usd"])


def test_without_a_tariff_there_is_no_cost():
    assert score(publish_entry(), "cost_of_pass_usd").missing_reason == "no_price"


def test_scores_name_the_measurements_they_came_from():
    entry = publish_entry()
    names = {row.quantity for row in score(entry, "ipw").measurements.all()}
    assert names == {"correct_items", "process_energy_j"}


def test_outcomes_are_kept_item_by_item():
    answers = answers_with(25, seed=3)
    entry = publish_entry(measured=make_measured(answers=answers))
    row = Measurement.objects.get(result=entry.result, quantity="correct_items")
    assert row.value == 25
    outcomes = unpack_outcomes(row.detail["outcomes"], N_ITEMS)
    assert outcomes.tolist() == [float(answer == i % 10) for i, answer in enumerate(answers)]


def test_parameters_that_a_format_does_not_have_are_not_applicable():
    job = JobFactory(state=JobState.VERIFYING, submission__artefact=ArtefactFactory(parameters=None))
    assert score(publish_entry(job=job), "parameters").missing_reason == "not_applicable"


def test_scoring_twice_publishes_once():
    result = make_result()
    first = score_result(result=result, now=NOW)
    second = score_result(result=result, now=NOW)
    assert first == second
    assert (Entry.objects.count(), BoardEntry.objects.count()) == (1, 1)
    assert Measurement.objects.filter(result=result).count() == len(set(Measurement.objects.values_list("quantity")))


def test_a_run_that_was_cut_short_after_its_entry_is_finished_by_the_next():
    result = make_result()
    score_result(result=result, now=NOW)
    BoardEntry.objects.all().delete()
    Job.objects.filter(pk=result.job_id).update(state=JobState.VERIFYING)
    score_result(result=result, now=NOW)
    assert BoardEntry.objects.count() == 1
    assert Job.objects.get(pk=result.job_id).state == JobState.PUBLISHED


def test_who_comes_second_to_publish_gets_the_entry_of_the_first_and_writes_nothing():
    result = make_result()
    first = score_result(result=result, now=NOW)
    written = (Measurement.objects.count(), Score.objects.count())
    assert _publish(result, now=NOW) == first
    assert (Measurement.objects.count(), Score.objects.count()) == written


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"protocol_version": 99}, "protocol 99"),
        ({"attempt_id": uuid.UUID(int=7)}, "another attempt"),
        ({"failed": Failed(code=Code.CRASHED, message="signal 11")}, "no measurement"),
        ({"measured": make_measured(answers=(1, 2, 3))}, "3 answers"),
        ({"measured": make_measured(answers=(10,) * N_ITEMS)}, "outside 0..9"),
        ({"measured": make_measured(answers=(-1,) * N_ITEMS)}, "outside 0..9"),
        ({"measured": make_measured(answers=(10**30,) * N_ITEMS)}, "outside 0..9"),
        ({"measured": make_measured(repeats=(make_repeat(items=2000),) * 3)}, "2000 items in 1000 calls"),
        ({"measured": make_measured(readings=(make_reading, make_reading))}, "twice"),
        ({"measured": make_measured(repeats=(make_repeat(seconds=1e300),) * 3)}, "cannot be"),
        ({"measured": make_measured(repeats=(make_repeat(calls=2**30),) * 3)}, "more items than can be counted"),
        (
            {
                "measured": make_measured(
                    repeats=(
                        make_repeat(energy=(rapl_reading(),)),
                        make_repeat(energy=(rapl_reading(method="power_integral"),)),
                        make_repeat(energy=(rapl_reading(),)),
                    )
                )
            },
            "changes its scope, provenance or method",
        ),
    ],
)
def test_a_report_that_contradicts_its_job_is_unscorable_and_leaves_nothing_behind(changes, reason):
    result = make_result()
    attempt = changes.pop("attempt_id", result.attempt.uuid)
    result.payload = make_report(attempt, **changes).model_dump_json()
    with pytest.raises(Unscorable, match=reason):
        score_result(result=result, now=NOW)
    assert not Entry.objects.exists()
    assert Job.objects.get(pk=result.job_id).state == JobState.VERIFYING


def test_a_payload_that_is_no_report_is_unscorable():
    result = make_result()
    result.payload = '{"protocol_version": 1}'
    with pytest.raises(Unscorable, match="attempt_id"):
        score_result(result=result, now=NOW)


def test_a_result_that_was_not_accepted_is_never_scored():
    with pytest.raises(Unscorable, match="Another result"):
        score_result(result=make_result(accepted=False), now=NOW)


def test_scope_and_provenance_are_those_of_the_reading():
    found = score(publish_entry(measured=make_measured(readings=(rapl_reading,))), "ipw", "cpu_package")
    assert (found.scope, found.provenance) == (Scope.CPU_PACKAGE, Provenance.COUNTER)
