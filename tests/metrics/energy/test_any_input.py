"""Whatever goes in, a documented value or MetricInputError comes out; a warning would be an error."""

from hypothesis import given
from hypothesis import strategies as st

import leaderboard.metrics as m
from tests.metrics.any_input import counts, lists, numbers, tidy_lists
from tests.metrics.documented import only_documented

traces = st.one_of(st.tuples(lists, lists), st.tuples(tidy_lists.map(sorted), tidy_lists))


@given(traces, numbers, numbers)
def test_any_trace_is_integrated_or_refused(trace, start, end):
    only_documented(lambda: m.integrate_power_j(*trace))
    only_documented(lambda: m.time_mean_power_w(*trace))
    only_documented(lambda: m.window_energy_j(*trace, start, end))
    only_documented(lambda: m.window_mean_power_w(*trace, start, end))
    only_documented(lambda: m.sampling_gaps(trace[0], start))
    only_documented(lambda: m.mlperf_mean_power_w(*trace, start, end))


@given(traces, lists, lists, counts, st.one_of(st.none(), numbers))
def test_any_marks_give_energies_or_are_refused(trace, starts, ends, least, longest):
    marks = sorted([*starts, *ends])
    for pair in ((starts, ends), (marks[::2], marks[1::2])):
        only_documented(lambda pair=pair: m.query_energies(*trace, *pair, min_samples=least, longest_gap_s=longest))


@given(lists, numbers, numbers, st.one_of(st.none(), numbers))
def test_any_counter_is_read_or_refused(readings, start, end, range_j):
    only_documented(lambda: m.counter_steps_j(readings, range_j), missing=True)
    only_documented(lambda: m.counter_energy_j(start, end, range_j))
    only_documented(lambda: m.counter_agreement(start, end))


@given(numbers, numbers, numbers, st.one_of(st.none(), numbers))
def test_any_idle_power_is_taken_off_or_refused(gross, seconds, idle, maybe_idle):
    only_documented(lambda: m.net_energy_j(gross, idle, seconds))
    only_documented(lambda: m.gross_and_net(gross, maybe_idle, seconds))
    only_documented(lambda: m.idle_baseline(gross, idle))


@given(lists, lists, numbers, numbers, numbers)
def test_any_cells_are_flagged_or_refused(energy, power, period, tolerance, least):
    limits = {"period_s": period, "tolerance_s": tolerance, "min_window_s": least}
    only_documented(lambda: m.under_sampling(energy, power, **limits))
    only_documented(lambda: m.under_sampling(energy, energy))


@given(lists, lists, numbers, numbers, counts)
def test_any_benchmark_run_is_scored_or_refused(first, second, one, other, count):
    only_documented(lambda: m.mlperf_energy_per_query_mj(one, other, count))
    only_documented(lambda: m.mlperf_stream_samples_per_j(count, one))
    only_documented(lambda: m.mlperf_offline_samples_per_j(one, other))
    only_documented(lambda: m.mlperf_tiny_window_j(one, other, count))
    only_documented(lambda: m.mlperf_tiny_energy_j(first))
    only_documented(lambda: m.steady_window(first, second, count))
    only_documented(lambda: m.steady_tokens(first, m.SteadyWindow(one, other)))
    only_documented(lambda: m.ml_energy_steady_state(one, count, other))
    only_documented(lambda: m.ml_energy_generation_energy_j(one, other, count))


@given(numbers, st.one_of(counts, numbers), st.one_of(counts, numbers))
def test_any_tokens_share_the_energy_of_decoding_or_are_refused(energy, tokens, requests):
    only_documented(lambda: m.decode_energy_per_token_j(energy, tokens, requests))
