"""The figures of a report made here beside those that a server makes of the same report: the same, to the last bit."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.bench.figures import (
    ENERGY_METRICS,
    Figure,
    Seeds,
    energy_figures,
    figures,
    outcomes_of,
    resampled,
)
from agents.bench.numbers import in_words
from frontend import numbers
from leaderboard.boards.energy_scores import Prices, energy_scores
from leaderboard.boards.readings import by_source
from leaderboard.boards.rows import Cell
from leaderboard.boards.scoring import Run, quality, size, speed
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import GuardVerdict, MissingReason, Provenance
from tests.factories import answers_with, make_measured, make_reading, make_repeat, rapl_reading

KEY = np.array(answers_with(40))
SEEDS = Seeds(items=11, repeats=12)
READINGS = (make_reading, rapl_reading)


def both(measured):
    """(ours, the server's), by metric and source."""
    drawn = resampled(outcomes_of(measured, KEY), SEEDS)
    run = Run(measured, drawn.outcomes, item_seed=SEEDS.items, repeat_seed=SEEDS.repeats)
    accuracy = run.accuracy()
    drafts = {
        ("", draft.metric): draft
        for draft in (quality(run, accuracy), *speed(run), *size(run, artefact_bytes=1, parameters=None))
    }
    ours = {("", figure.metric): figure for figure in figures(measured, drawn)}
    for energy in by_source(measured):
        name = energy.source
        for draft in energy_scores(run, accuracy, energy, Prices(None, None)):
            drafts[name, draft.metric] = draft
        ours |= {(name, figure.metric): figure for figure in energy_figures(measured, drawn, name)}
    return ours, {key: drafts[key] for key in ours}


def _plain(value):
    return None if value is None else float(value)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"guard": GuardVerdict.NOISY},
        {"guard": GuardVerdict.UNKNOWN},
        {"guard": GuardVerdict.REJECTED},
        {"answers": answers_with(0)},
        {"memory_peak_bytes": None},
        {"repeats": tuple(make_repeat(0.001 * n, calls=50, energy=(rapl_reading(8.0 + n),)) for n in (1, 2, 3))},
        {"readings": (lambda watts, seconds: rapl_reading(watts, seconds, MissingReason.WINDOW_TOO_SHORT),)},
    ],
    ids=["clean", "noisy", "unknown", "rejected", "never right", "no memory", "few calls", "no joules"],
)
def test_they_are_those_of_a_server_with_the_same_seeds(changes):
    ours, theirs = both(make_measured(**{"readings": READINGS} | changes))

    assert len(ours) > 8
    for key, figure in ours.items():
        draft = theirs[key]
        value = None if draft.spread is None else draft.spread.value
        assert _plain(figure.value) == _plain(value), key
        assert (figure.value is None) == (figure.missing is not None)
        assert figure.missing == draft.missing, key
        if value is not None and figure.metric not in ("cold_start_s", "memory_peak_bytes", "idle_power_w"):
            assert (_plain(figure.low), _plain(figure.high)) == tuple(map(_plain, draft.bounds())), key


def test_two_sources_are_two_sets_of_figures_and_never_a_sum():
    measured = make_measured(readings=READINGS)
    drawn = resampled(outcomes_of(measured, KEY), SEEDS)

    process, package = (energy_figures(measured, drawn, name) for name in ("codecarbon", "rapl"))

    assert [figure.metric for figure in process] == list(ENERGY_METRICS)
    assert process[0].is_estimate
    assert not package[0].is_estimate


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
    assert in_words(Figure(key, value, low, high, is_estimate=is_estimate), metric) == theirs


def test_what_is_missing_is_a_dash_with_its_reason_zero_a_value_and_never_correct_infinite():
    metric = METRICS["energy_per_correct_j"]

    assert in_words(Figure("ipw", None, missing=MissingReason.NOISY_MACHINE), METRICS["ipw"]) == "- (noisy machine)"
    assert in_words(Figure("accuracy", 0.0, 0.0, 0.006), METRICS["accuracy"]) == "0 % (0.00-0.60)"
    assert in_words(Figure(metric.key, math.inf, math.inf, math.inf), metric) == "infinite (never correct)"
