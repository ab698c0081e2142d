"""From a report of streamed text to an entry: texts graded, tokens counted, energies shared out."""

import json
import math

import numpy as np
import pytest

from leaderboard.boards.entry_export import entry_json
from leaderboard.boards.entry_selectors import entry_detail
from leaderboard.boards.exports import to_csv
from leaderboard.boards.models import BoardEntry, Entry, Score
from leaderboard.boards.selectors import board_view
from leaderboard.boards.services import Unscorable
from leaderboard.metrics.definitions import generation
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import GuardVerdict, MissingReason
from leaderboard.runs.states import JobState
from tests.boards.classifier import CLASSIFIER_METRICS
from tests.factories import (
    N_ITEMS,
    BoardFactory,
    JobFactory,
    PriceFactory,
    TextBenchmarkFactory,
    TextSubmissionFactory,
    make_generated,
    make_measured,
    make_reading,
    make_streamed,
    publish_entry,
    rapl_reading,
    texts_with,
)

pytestmark = pytest.mark.django_db
GENERATION_METRICS = {record.key for record in generation.METRICS}


@pytest.fixture(autouse=True)
def _board():
    BoardFactory(benchmark=TextBenchmarkFactory(), title="Additions")


def publish(measured=None, **values):
    job = JobFactory(state=JobState.VERIFYING, submission=TextSubmissionFactory(**values))
    return publish_entry(job=job, measured=measured or make_generated())


def score(entry, metric, scope="process"):
    return Score.objects.get(entry=entry, metric=metric, scope=scope if METRICS[metric].scoped else "")


def value(entry, metric, scope="process"):
    return score(entry, metric, scope).value


def streaming(**changes):
    return make_generated(streamed=make_streamed(**changes))


def unscorable(measured, reason, **values):
    with pytest.raises(Unscorable, match=reason):
        publish(measured, **values)
    assert not Entry.objects.exists()


def test_texts_are_graded_by_the_benchmarks_grader():
    entry = publish(make_generated(texts=texts_with(30)))
    assert (value(entry, "accuracy"), score(entry, "accuracy").n) == (30 / N_ITEMS, N_ITEMS)


def test_every_metric_of_a_complete_run_has_a_value():
    PriceFactory()
    entry = publish()
    found = {row.metric: row.missing_reason for row in entry.scores.all()}
    assert found.keys() == CLASSIFIER_METRICS | GENERATION_METRICS
    assert [metric for metric, reason in found.items() if reason] == []
    assert (entry.runtime, entry.precision) == ("llama.cpp", "q8_0")


def test_a_classifier_has_no_scores_of_tokens():
    BoardFactory()
    assert {row.metric for row in publish_entry().scores.all()} & GENERATION_METRICS == set()


def test_times_and_tokens_follow_from_the_report():
    measured = make_generated(latency_s=0.001)
    entry = publish(measured)
    seconds = sum(repeat.seconds for repeat in measured.repeats)
    assert value(entry, "ttft_p50_s") == pytest.approx(0.0004)
    assert value(entry, "tpot_p50_s") == pytest.approx(0.0002)
    assert value(entry, "itl_p99_s") == pytest.approx(0.0004)
    assert value(entry, "e2e_p50_s") == value(entry, "latency_p50_s") == pytest.approx(0.001)
    assert value(entry, "output_tokens_per_s") == pytest.approx(5 * 4000 / seconds)
    assert value(entry, "output_tokens_mean") == 4.0
    assert value(entry, "tokens_per_correct") == pytest.approx(4.0 / 0.9)


def test_energy_is_shared_out_to_tokens_and_phases():
    measured = make_generated()
    entry = publish(measured)
    joules = sum(reading.joules for repeat in measured.repeats for reading in repeat.energy)
    prefill = 8.0 * 0.4 * 3 / 3000
    assert value(entry, "energy_per_output_token_j") == pytest.approx(joules / 20_000)
    assert value(entry, "prefill_energy_j") == pytest.approx(prefill)
    assert value(entry, "decode_energy_per_token_j") == pytest.approx((joules - 5000 * prefill) / 15_000)
    assert value(entry, "energy_per_item_j") == pytest.approx(joules / 5000)


def test_intervals_contain_their_values_and_ratios_are_drawn_jointly():
    entry = publish()
    found = {row.metric: row for row in entry.scores.all()}
    for metric in ("output_tokens_per_s", "prefill_energy_j", "decode_energy_per_token_j", "tokens_per_correct"):
        assert found[metric].low <= found[metric].value <= found[metric].high
        assert found[metric].low < found[metric].high
    drawn = {metric: np.frombuffer(row.draws, "<f4") for metric, row in found.items() if row.draws}
    assert drawn["tokens_per_correct"] == pytest.approx(drawn["output_tokens_mean"] / drawn["accuracy"], rel=1e-5)
    assert drawn["energy_per_output_token_j"] == pytest.approx(drawn["energy_per_item_j"] / 4, rel=1e-5)


def test_each_scope_has_its_own_energies_of_tokens():
    entry = publish(make_generated(readings=(make_reading, rapl_reading)))
    for metric in ("energy_per_output_token_j", "prefill_energy_j", "decode_energy_per_token_j"):
        assert {row.scope for row in entry.scores.filter(metric=metric)} == {"process", "cpu_package"}


@pytest.mark.parametrize(
    ("measured", "reasons"),
    [
        (
            lambda: make_generated(prefill_watts=None),
            {"prefill_energy_j": "not_measured", "decode_energy_per_token_j": "not_measured"},
        ),
        (lambda: make_generated(prefill_watts=1e4), {"decode_energy_per_token_j": "window_too_short"}),
        (
            lambda: make_generated(readings=()),
            dict.fromkeys(
                ("energy_per_output_token_j", "prefill_energy_j", "decode_energy_per_token_j"), MissingReason.NO_SENSOR
            ),
        ),
        (
            lambda: streaming(output_tokens=1000, tpot_p50_s=None, itl_p99_s=None),
            {
                "tpot_p50_s": "not_applicable",
                "itl_p99_s": "not_applicable",
                "decode_energy_per_token_j": "not_applicable",
            },
        ),
        (lambda: streaming(cached_tokens=3), {"ttft_p50_s": "withheld"}),
        (lambda: streaming(output_tokens=1500), {"itl_p99_s": "too_few_samples"}),
        (
            lambda: make_generated(guard=GuardVerdict.NOISY),
            {"output_tokens_per_s": "noisy_machine", "itl_p99_s": "noisy_machine", "prefill_energy_j": "noisy_machine"},
        ),
    ],
)
def test_what_cannot_be_known_says_why(measured, reasons):
    entry = publish(measured())
    found = {row.metric: (row.value, row.missing_reason) for row in entry.scores.filter(metric__in=reasons)}
    assert found == {metric: (None, reason) for metric, reason in reasons.items()}


def test_a_source_that_resolves_no_prefill_window_says_so():
    def short(watts, seconds):
        missing = MissingReason.WINDOW_TOO_SHORT if seconds < 0.5 else None
        return make_reading(watts, seconds, missing)

    entry = publish(make_generated(readings=(short,)))
    assert score(entry, "prefill_energy_j").missing_reason == "window_too_short"
    assert score(entry, "decode_energy_per_token_j").missing_reason == "window_too_short"
    assert value(entry, "energy_per_output_token_j") > 0


def test_never_right_makes_tokens_per_correct_infinite():
    entry = publish(make_generated(texts=texts_with(0)))
    assert math.isinf(value(entry, "tokens_per_correct"))


def test_empty_answers_are_wrong_and_cost_nothing_per_token():
    measured = make_generated(
        texts=("",) * N_ITEMS, streamed=make_streamed(output_tokens=0, tpot_p50_s=None, itl_p99_s=None)
    )
    entry = publish(measured)
    assert value(entry, "accuracy") == 0
    assert score(entry, "energy_per_output_token_j").missing_reason == "not_applicable"
    assert score(entry, "tokens_per_correct").missing_reason == "not_applicable"


def test_the_servers_own_timings_are_kept_and_a_difference_is_said():
    entry = publish(streaming(server_tpot_p50_s=1e-4))
    (warning,) = entry.warnings
    assert warning.startswith(
        "The median time per output token is 0.2 ms by the client's clock and 0.1 ms by the server's"
    )
    assert "100% apart" in warning
    detail = entry.result.measurements.get(quantity="tpot_s").detail
    assert detail["server_tpot_p50_s"] == [1e-4] * 5
    assert warning in entry_detail(entry.uuid).warnings


def test_timings_that_agree_are_not_worth_a_word():
    assert publish().warnings == []
    assert publish(streaming(server_prefill_p50_s=None, server_tpot_p50_s=None)).warnings == []


def test_a_millisecond_on_the_way_of_the_first_token_is_no_disagreement():
    assert publish(streaming(server_prefill_p50_s=0.0001)).warnings == []


@pytest.mark.parametrize(
    ("measured", "reason"),
    [
        (lambda: make_generated(texts=texts_with(3)[:-1]), "39 texts; the benchmark has 40 items"),
        (make_measured, "no streamed requests"),
        (lambda: streaming(output_tokens=8001), "8001 tokens; 1000 requests may have 8000"),
        (lambda: streaming(output_tokens=0), "texts, and no token"),
        (lambda: streaming(cached_tokens=9001), "9001 cached tokens of prompts that have 9000"),
        (lambda: streaming(ttft_s=0.5), "first token after 0.5 s of answers that took"),
        (lambda: streaming(tpot_p50_s=1e13), "a time of a token that cannot be"),
        (lambda: streaming(tpot_p50_s=50.0), "further apart than"),
        (lambda: streaming(itl_p99_s=50.0), "further apart than"),
        (lambda: streaming(prompt_tokens=999), "a prompt of one token at least"),
        (lambda: make_generated(prefill_watts=1e13), "Prefill window 1 states a duration or an energy"),
    ],
)
def test_a_report_that_contradicts_itself_is_unscorable(measured, reason):
    unscorable(measured(), reason)


def test_labels_of_a_benchmark_that_asks_for_them_are_no_texts():
    BoardFactory()
    with pytest.raises(Unscorable, match="0 answers"):
        publish_entry(measured=make_generated())


def test_board_entry_json_and_csv_show_the_tokens():
    PriceFactory()
    entry = publish()
    row = BoardEntry.objects.get(scope="process")
    assert row.cells["ttft_p50_s"]["value"] == pytest.approx(0.0004)
    content = json.loads(entry_json(entry_detail(entry.uuid)))
    assert content["metrics"]["energy_per_output_token_j"]["scope"] == "process"
    assert content["reference"] is None
    assert "ttft_p50_s" in to_csv(board_view("addition", ""))
