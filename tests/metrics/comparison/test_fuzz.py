import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.metrics import (
    Dps,
    ItemScores,
    ProbeOutputs,
    alarm_threshold,
    best_under_budget,
    check_proxy,
    compare_dps,
    domain_specialization,
    energy_bound_j,
    energy_stars,
    find_duplicates,
    geometric_mean_speedup,
    held_out_time_s,
    inflation_factor,
    iso_cost_difference,
    iso_quality_ratio,
    job_energy_limit_j,
    latency_aware_score,
    macro_average,
    match_references,
    modality_gap,
    operating_curve,
    output_token_limit,
    performance_profile,
    performance_ratios,
    profile_area,
    profile_area_on_grid,
    quantization_recovery,
    spearman,
    task_dps,
    time_to_result_s,
    wall_time_limit_s,
    worst_case_bound_j,
)
from tests.metrics.comparison.outcomes import NASTY, ROWS, TABLES
from tests.metrics.documented import only_documented

counts = st.integers(-1, 10**6)
named = st.dictionaries(st.sampled_from("abc"), NASTY, max_size=3)
scales = st.sampled_from(["linear", "log"])
tasks = st.dictionaries(
    st.sampled_from("abc"), st.none() | st.builds(Dps, st.floats(0, 100), st.floats(0, 100), counts)
)


def curves(draw):
    return operating_curve(draw(ROWS), draw(ROWS), draw(scales))


CALLS = {
    "time_to_result_s": lambda draw: time_to_result_s(draw(TABLES)),
    "held_out_time_s": lambda draw: held_out_time_s(draw(NASTY), draw(NASTY)),
    "performance_ratios": lambda draw: performance_ratios(draw(TABLES), draw(NASTY)),
    "performance_profile": lambda draw: performance_profile(draw(TABLES), draw(ROWS)),
    "profile_area": lambda draw: profile_area(draw(TABLES), draw(NASTY)),
    "profile_area_on_grid": lambda draw: profile_area_on_grid(draw(TABLES), draw(NASTY), draw(st.integers(0, 200))),
    "geometric_mean_speedup": lambda draw: geometric_mean_speedup(draw(ROWS), draw(ROWS), draw(ROWS)),
    "match_references": lambda draw: match_references(draw(NASTY), draw(ROWS), draw(ROWS)),
    "task_dps": lambda draw: task_dps(draw(ROWS) * 3, draw(ROWS), draw(ROWS)),
    "compare_dps": lambda draw: compare_dps(draw(tasks), draw(tasks)),
    "energy_stars": lambda draw: energy_stars(draw(ROWS), draw(st.sampled_from(["quantile", "width"]))),
    "latency_aware_score": lambda draw: latency_aware_score(*[draw(NASTY) for _ in range(5)]),
    "quantization_recovery": lambda draw: quantization_recovery(
        ItemScores("base", draw(named)),
        ItemScores("small", draw(named), "base"),
        draw(NASTY),
        draw(st.integers(-1, 50)),
    ),
    "iso_cost_difference": lambda draw: iso_cost_difference(curves(draw), curves(draw), draw(NASTY)),
    "iso_quality_ratio": lambda draw: iso_quality_ratio(curves(draw), curves(draw), draw(NASTY)),
    "domain_specialization": lambda draw: domain_specialization(draw(named), "a"),
    "inflation_factor": lambda draw: inflation_factor(draw(ROWS), draw(ROWS)),
    "energy_bound_j": lambda draw: energy_bound_j(draw(NASTY), draw(NASTY), draw(counts)),
    "worst_case_bound_j": lambda draw: worst_case_bound_j(draw(ROWS), draw(ROWS), draw(ROWS), draw(counts)),
    "output_token_limit": lambda draw: output_token_limit(draw(NASTY), draw(counts)),
    "wall_time_limit_s": lambda draw: wall_time_limit_s(draw(counts), draw(NASTY), draw(NASTY)),
    "job_energy_limit_j": lambda draw: job_energy_limit_j(draw(NASTY), draw(NASTY)),
    "alarm_threshold": lambda draw: alarm_threshold(draw(ROWS)),
    "best_under_budget": lambda draw: best_under_budget(draw(ROWS), draw(ROWS), draw(NASTY)),
    "spearman": lambda draw: spearman(draw(ROWS), draw(ROWS)),
    "check_proxy": lambda draw: check_proxy(draw(ROWS), draw(ROWS), draw(counts)),
    "macro_average": lambda draw: macro_average(draw(named)),
    "modality_gap": lambda draw: modality_gap(draw(st.none() | NASTY), draw(st.none() | NASTY)),
    "find_duplicates": lambda draw: find_duplicates(
        ProbeOutputs(draw(ROWS), draw(ROWS)), {"known": ProbeOutputs(draw(ROWS), draw(ROWS))}, draw(NASTY)
    ),
}

INFINITE = {"time_to_result_s", "held_out_time_s", "performance_ratios"}
"""A target that was missed is reached after an infinite time."""


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=80)
@given(st.data())
def test_only_documented_outcomes_occur(name, data):
    only_documented(lambda: CALLS[name](data.draw), infinite=name in INFINITE)


lengths = st.integers(2, 6)
positive = st.floats(1e-9, 1e9)


@settings(max_examples=80)
@given(lengths.flatmap(lambda n: st.tuples(*[st.lists(positive, min_size=n, max_size=n)] * 3)), NASTY)
def test_plausible_rows_give_documented_outcomes_too(rows, extra):
    first, second, third = rows
    only_documented(lambda: performance_ratios([first, second]), infinite=True)
    only_documented(lambda: geometric_mean_speedup(first, second, third))
    only_documented(lambda: energy_stars(first, "width"))
    only_documented(lambda: worst_case_bound_j(first, second, [1] * len(first), 100))
    only_documented(lambda: check_proxy(first, second))
    for scale in ("linear", "log"):
        only_documented(
            lambda scale=scale: iso_quality_ratio(
                operating_curve(first, second, scale), operating_curve(second, third, scale), extra
            )
        )
    named_rows = [{str(i): value for i, value in enumerate(row)} for row in (first, second)]
    only_documented(
        lambda: quantization_recovery(ItemScores("a", named_rows[0]), ItemScores("b", named_rows[1], "a"), draws=50)
    )
    only_documented(lambda: domain_specialization(named_rows[0], "0"))
