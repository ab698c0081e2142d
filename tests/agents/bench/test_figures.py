"""The figures of a report made here are the scores of a server, written as the site writes them."""

import math
import uuid

from hypothesis import given
from hypothesis import strategies as st

from agents.bench.benchmark import load_benchmark
from agents.bench.figures import figures
from agents.bench.numbers import Figure, in_words
from frontend import numbers
from leaderboard.boards.rows import Cell
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import MissingReason, Provenance, Scope
from tests.factories import make_measured, make_reading, make_report, rapl_reading

ATTEMPT = uuid.UUID(int=3)
READINGS = (make_reading, rapl_reading)


def drafts_of(name, **changes):
    benchmark = load_benchmark(name)
    key = {"answers": benchmark.key} if benchmark.generation is None else {"answers": (), "texts": benchmark.key}
    measured = make_measured(readings=READINGS, **key | changes)
    return figures(make_report(ATTEMPT, measured=measured), measured, benchmark)


def test_two_sources_are_two_sets_of_figures_and_never_a_sum():
    energies = [draft for draft in drafts_of("digits") if draft.metric == "energy_per_item_j"]

    assert {(draft.scope, draft.provenance) for draft in energies} == {
        (Scope.PROCESS, Provenance.ESTIMATED), (Scope.CPU_PACKAGE, Provenance.COUNTER),
    }  # fmt: skip


def test_one_wrong_label_is_one_item_less():
    key = load_benchmark("digits").key
    right = drafts_of("digits")[0]
    wrong = drafts_of("digits", answers=((key[0] + 1) % 10, *key[1:]))[0]

    assert (right.metric, right.spread.value) == ("accuracy", 1.0)
    assert math.isclose(wrong.spread.value, 1 - 1 / len(key))


@given(
    st.sampled_from(["accuracy", "latency_p50_s", "throughput_per_s", "energy_per_item_j", "ipw", "memory_peak_bytes"]),
    st.floats(1e-9, 1e6),
    st.floats(0, 0.9),
    st.booleans(),
)
def test_a_figure_is_written_as_the_site_writes_it(key, value, share, is_estimate):
    metric = METRICS[key]
    low, high = (value * (1 - share), value * (1 + share)) if share else (None, None)
    provenance = Provenance.ESTIMATED if is_estimate else Provenance.MEASURED

    theirs = numbers.in_words(Cell(value, low, high, provenance, None, 1, None), metric)

    for theirs_own, plain in (
        (numbers.GROUP, " "), (numbers.SPACE, " "), (numbers.TO, "-"), ("×", "x"),
    ):  # fmt: skip
        theirs = theirs.replace(theirs_own, plain)
    assert in_words(Figure(value, low, high, is_estimate=is_estimate), metric) == theirs


def test_what_is_missing_is_a_dash_with_its_reason_zero_a_value_and_never_correct_infinite():
    metric = METRICS["energy_per_correct_j"]

    assert in_words(Figure(None, missing=MissingReason.NOISY_MACHINE), METRICS["ipw"]) == "- (noisy machine)"
    assert in_words(Figure(0.0, 0.0, 0.006), METRICS["accuracy"]) == "0 % (0.00-0.60)"
    assert in_words(Figure(math.inf, math.inf, math.inf), metric) == "infinite (never correct)"
