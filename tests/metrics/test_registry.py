import re
from dataclasses import FrozenInstanceError

import pytest

from leaderboard.metrics import (
    METRICS,
    STATUS_WORDS,
    UnknownMetric,
    intelligence_per_watt,
    ipw_from_queries,
    metric,
)
from leaderboard.protocol import Scope

REQUIRED = """
accuracy latency_p50_s latency_p90_s latency_p99_s latency_mean_s cold_start_s throughput_per_s cpu_s_per_item
energy_per_item_j energy_per_item_net_j mean_power_w peak_power_w idle_power_w ipw ipj energy_per_correct_j
cost_per_item_usd cost_of_pass_usd
carbon_per_item_g ttft_p50_s tpot_p50_s itl_p99_s e2e_p50_s output_tokens_per_s output_tokens_mean
energy_per_output_token_j prefill_energy_j decode_energy_per_token_j tokens_per_correct memory_peak_bytes
artefact_bytes parameters hypervolume_contribution
"""
UNIT_OF_SUFFIX = {
    "_s": "s",
    "_j": "J",
    "_w": "W",
    "_usd": "USD",
    "_bytes": "B",
    "_per_s": "1/s",
    "_per_item": "s",
    "_g": "g",
}

every_metric = pytest.mark.parametrize("record", METRICS.values(), ids=METRICS)


def test_every_metric_that_is_collected_has_a_record_under_its_key():
    assert set(METRICS) >= set(REQUIRED.split())
    assert all(key == record.key for key, record in METRICS.items())


@every_metric
def test_the_worked_example_of_each_metric_computes(record):
    example = record.example
    assert example.citation
    assert example.compute() == pytest.approx(example.expected, rel=example.relative_tolerance)


@every_metric
def test_each_record_says_what_a_reader_needs(record):
    for text in (record.name, record.symbol, record.formula, record.source, record.missing_rule, record.infinity_rule):
        assert text.strip()
    assert record.summary.endswith(".")
    assert record.misleads.endswith(".")
    assert record.status in STATUS_WORDS
    assert record.version >= 1
    assert len(record.tooltip.split()) <= 40


@every_metric
def test_the_unit_is_the_one_in_the_key(record):
    suffixes = [suffix for suffix in UNIT_OF_SUFFIX if record.key.endswith(suffix)]
    if suffixes:
        assert record.unit == UNIT_OF_SUFFIX[max(suffixes, key=len)]


@every_metric
def test_a_source_of_others_carries_its_arxiv_number_and_a_rule_of_ours_says_so(record):
    assert record.arxiv is None or re.fullmatch(r"\d{4}\.\d{5}", record.arxiv)
    if record.status == "P":
        assert "Perwatt" in record.source
    else:
        assert record.arxiv


@every_metric
def test_energy_plays_a_part_exactly_where_a_scope_is_carried(record):
    energy_words = ("energy", "power", "ipw", "ipj", "cost", "carbon")
    assert record.scoped == any(word in record.key for word in energy_words)


@every_metric
def test_a_record_names_the_scopes_that_a_value_can_have(record):
    assert record.scopes == (tuple(Scope) if record.scoped else ())
    assert record.described()["scopes"] == record.scopes


@pytest.mark.parametrize("key", ["latency_p90_s", "latency_p99_s"])
def test_the_example_of_a_tail_is_a_median_over_repeats(key):
    example = metric(key).example
    for fastest in example.arguments["fastest_s"]:
        alone = example.function(**{**example.arguments, "fastest_s": [fastest]})
        assert (alone == pytest.approx(example.expected)) == (fastest == 0.002)
    assert example.function(**{**example.arguments, "calls": 99}) is None


def test_the_examples_of_energy_per_token_take_energy_and_tokens():
    assert metric("energy_per_output_token_j").status == "P"
    decode = metric("decode_energy_per_token_j").example
    assert decode.function(**{**decode.arguments, "requests": 10}) == 3.0


def test_only_what_is_divided_by_accuracy_can_be_infinite():
    infinite = {key for key, record in METRICS.items() if not record.infinity_rule.startswith("Never")}
    assert infinite == {"energy_per_correct_j", "cost_of_pass_usd", "tokens_per_correct"}


def test_display_factors_turn_stored_into_shown_values():
    assert metric("ipw").display(0.0345) == pytest.approx(34.5)
    assert metric("ipw").shown_unit == "10⁻³/W"
    assert metric("accuracy").display(0.978) == pytest.approx(97.8)
    assert metric("energy_per_item_j").shown_unit == "J"


def test_intelligence_per_watt_says_that_its_power_is_a_mean_over_time_and_the_papers_is_not():
    watt = metric("ipw")
    assert (watt.status, watt.formula) == ("D", "mean(accuracy) / (energy of the timed pass / its duration)")
    assert "over time" in watt.summary
    assert "over queries" in watt.misleads
    assert "over queries" in metric("mean_power_w").misleads
    # Where they part: 10 s at 100 W and 30 s at 300 W.
    correct, power_w, seconds = [1, 0], [100.0, 300.0], [10.0, 30.0]
    over_time_w = sum(p * s for p, s in zip(power_w, seconds, strict=True)) / sum(seconds)
    assert ipw_from_queries(correct, power_w) == 0.5 / 200
    assert intelligence_per_watt(0.5, over_time_w) == 0.5 / 250


def test_an_unknown_key_is_named_with_the_ones_that_exist():
    with pytest.raises(UnknownMetric, match="no metric 'speed'; the metrics are accuracy, ") as caught:
        metric("speed")
    assert caught.value.key == "speed"


def test_the_registry_does_not_change():
    with pytest.raises(TypeError):
        METRICS["speed"] = METRICS["ipw"]
    with pytest.raises(FrozenInstanceError):
        METRICS["ipw"].key = "speed"
