"""Whatever goes in, a documented value or MetricInputError comes out; a warning would be an error."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import leaderboard.metrics as m
from tests.metrics.any_input import fractions, lists, numbers
from tests.metrics.documented import only_documented

outcomes = st.integers(0, 3).flatmap(
    lambda size: st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 1.0, 0.0, 0.5, float("nan")]), min_size=size, max_size=size), max_size=3
    )
)


@given(fractions, numbers, numbers, numbers)
def test_any_quality_and_power_give_a_ratio_or_are_refused(accuracy, perplexity, spent, other):
    for ratio in (m.intelligence_per_watt, m.intelligence_per_joule):
        only_documented(lambda ratio=ratio: ratio(accuracy, spent))
    for ratio in (m.perplexity_per_watt, m.perplexity_per_joule):
        only_documented(lambda ratio=ratio: ratio(perplexity, spent))
    only_documented(lambda: m.energy_per_correct_j(accuracy, spent), infinite=True)
    only_documented(lambda: m.gain_parts(perplexity, spent, other))


@given(lists, lists)
def test_any_queries_give_a_ratio_or_are_refused(quality, spent):
    for ratio in (m.ipw_from_queries, m.ipj_from_queries, m.ppw_from_queries, m.ppj_from_queries):
        only_documented(lambda ratio=ratio: ratio(quality, spent))
    for ratio in (m.intelligence_per_watt, m.perplexity_per_watt):
        only_documented(lambda ratio=ratio: ratio(np.array(quality), np.array(spent)), missing=True)


@given(outcomes, lists, lists, numbers, fractions)
def test_any_models_are_routed_or_refused(correct, sizes, cloud, saving, accuracy):
    only_documented(lambda: m.query_coverage(correct))
    only_documented(lambda: m.best_of_coverage(correct))
    only_documented(lambda: m.expected_router_saving(saving, accuracy))
    for size in (sizes, range(1, len(correct) + 1)):
        only_documented(lambda size=size: m.difficulty_levels(correct, size), infinite=True)
        only_documented(lambda size=size: m.oracle_routes(correct, size))
        only_documented(lambda size=size: m.saving_of_routes(correct, size, correct, cloud))
        only_documented(lambda size=size: m.saving_of_routes(correct, size, correct, [1.0] * len(cloud), cloud))
