from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import (
    MetricInputError,
    RuntimeProfile,
    denoised_image_runtime_s,
    device_seconds,
    device_seconds_energy_j,
    device_seconds_usd,
    estimated_runtime_s,
    fit_runtime_profile,
    generated_tokens,
    mean_estimated_runtime_s,
    offline_denoised_runtime_s,
    runtime_over_idealized,
)

PROFILE = RuntimeProfile((100, 200), (0.1, 0.3), 0.05, 0.02)
counts = st.integers(0, 400)


def test_the_estimate_drops_where_the_prompt_passes_a_cheaper_length():
    profile = RuntimeProfile((428, 472), (0.176, 0.175), 0.081)
    assert estimated_runtime_s(profile, 428, 0) > estimated_runtime_s(profile, 429, 0)


def test_no_output_costs_the_prompt_alone_and_the_first_token_comes_with_it():
    assert estimated_runtime_s(PROFILE, 100, 0) == estimated_runtime_s(PROFILE, 100, 1) == pytest.approx(0.12)


def test_a_model_without_a_profile_has_no_estimate():
    assert estimated_runtime_s(None, 10, 10) is None
    assert mean_estimated_runtime_s(None, [10], [10]) is None


@given(counts, counts, counts)
def test_the_estimate_never_falls_with_more_output(prompt, output, more):
    assert estimated_runtime_s(PROFILE, prompt, output + more) >= estimated_runtime_s(PROFILE, prompt, output)


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=5))
def test_the_column_is_the_mean_over_requests(requests):
    prompts, outputs = zip(*requests, strict=True)
    mean = np.mean([estimated_runtime_s(PROFILE, *request) for request in requests])
    assert mean_estimated_runtime_s(PROFILE, prompts, outputs) == pytest.approx(mean)


def test_an_echoed_prompt_is_no_output_and_completions_add_up():
    assert generated_tokens([10, 20], 5, echo_prompt=False) == 30
    assert generated_tokens([10, 20], 5, echo_prompt=True) == 25
    assert generated_tokens([3], 5, echo_prompt=True) == 0


def test_denoised_runtime_of_offline_batches_and_of_images():
    assert offline_denoised_runtime_s(8.0, 4) == 2.0
    assert denoised_image_runtime_s([[3.0, 1.0], [2.0, 5.0]]) == 1.5


def test_cost_aware_variants_multiply_by_the_accelerators():
    assert device_seconds(2.0, 4) == 4 * device_seconds(2.0, 1) == 8.0
    assert device_seconds_usd(2.0, 4, 0.5) == 4.0
    assert device_seconds_energy_j(2.0, 4, 300.0) == 2400.0


def test_queueing_changes_the_raw_time_and_the_ratio_and_not_the_idealized_time():
    ideal = estimated_runtime_s(PROFILE, 100, 10)
    assert runtime_over_idealized(ideal, ideal) == 1.0
    assert runtime_over_idealized(ideal + 1.0, ideal) > 1.0


@given(st.floats(0.001, 1), st.dictionaries(st.integers(1, 2000), st.floats(0.001, 10), min_size=1, max_size=5))
def test_a_fit_recovers_the_profile_behind_synthetic_runs(token_s, encode):
    profile = RuntimeProfile(tuple(sorted(encode)), tuple(encode[length] for length in sorted(encode)), token_s)
    runs = [(prompt, output) for prompt in encode for output in (1, 16, 64)]
    times = [estimated_runtime_s(profile, *run) for run in runs]
    fit = fit_runtime_profile(*zip(*runs, strict=True), times)
    assert fit.prompt_tokens == profile.prompt_tokens
    assert fit.output_token_s == pytest.approx(token_s)
    assert fit.prompt_s == pytest.approx(profile.prompt_s)


def test_a_fit_is_the_least_squares_fit():
    generator = np.random.default_rng(3)
    prompts, outputs = np.repeat([100, 200], 6), np.tile([1, 10, 20, 30, 40, 50], 2)
    times = 0.001 * prompts + 0.03 * outputs + generator.uniform(0, 0.01, 12)
    design = np.column_stack([prompts == 100, prompts == 200, outputs - 1]).astype(float)
    expected = np.linalg.lstsq(design, times)[0]
    fit = fit_runtime_profile(prompts, outputs, times)
    assert [*fit.prompt_s, fit.output_token_s] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("prompts", "outputs", "times"),
    [
        ([], [], []),
        ([10], [1, 2], [1.0]),
        ([10, 20], [1, 2], [1.0, 2.0]),
        ([10, 10], [5, 5], [1.0, 2.0]),
        ([0, 0], [1, 2], [1.0, 2.0]),
        ([10, 10], [1, 2], [1.0, nan]),
        ([10.5, 10.5], [1, 2], [1.0, 2.0]),
        ([10, 10], [1, 2], [2.0, 1.0]),
    ],
)
def test_runs_that_do_not_make_a_profile_are_refused(prompts, outputs, times):
    with pytest.raises(MetricInputError):
        fit_runtime_profile(prompts, outputs, times)


@pytest.mark.parametrize(
    "arguments",
    [
        ((), (), 0.1),
        ((1, 2), (0.1,), 0.1),
        ((0,), (0.1,), 0.1),
        ((2, 1), (0.1, 0.2), 0.1),
        ((1,), (-0.1,), 0.1),
        ((1,), (0.1,), inf),
        ((1,), (0.1,), 0.1, nan),
    ],
)
def test_a_profile_that_is_none_is_refused(arguments):
    with pytest.raises(MetricInputError):
        RuntimeProfile(*arguments)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (estimated_runtime_s, (PROFILE, -1, 0)),
        (mean_estimated_runtime_s, (PROFILE, [], [])),
        (mean_estimated_runtime_s, (PROFILE, [1], [1, 2])),
        (generated_tokens, ([-1], 0, False)),
        (offline_denoised_runtime_s, (1.0, 0)),
        (denoised_image_runtime_s, ([],)),
        (denoised_image_runtime_s, ([[]],)),
        (denoised_image_runtime_s, ([[0.0]],)),
        (device_seconds, (1.0, 0)),
        (device_seconds_usd, (1.0, 1, nan)),
        (device_seconds_energy_j, (1.0, 1, 0.0)),
        (runtime_over_idealized, (1.0, 0.0)),
    ],
)
def test_bad_input_is_refused(function, arguments):
    with pytest.raises(MetricInputError):
        function(*arguments)
