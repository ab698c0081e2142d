from itertools import pairwise, product
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError, Placement, cheapest_placement

# Two stages on an old and a new device: the old one is cheap and slow.
COST, LATENCY = [[1.0, 3.0], [1.0, 3.0]], [[4.0, 1.0], [4.0, 1.0]]


def test_a_loose_bound_takes_the_cheap_device_and_a_tight_one_the_fast():
    assert cheapest_placement(COST, LATENCY, 8) == Placement((0, 0), 2.0, 8.0)
    assert cheapest_placement(COST, LATENCY, 2) == Placement((1, 1), 6.0, 2.0)


def test_a_bound_in_between_takes_both():
    best = cheapest_placement(COST, LATENCY, 5)
    assert (best.cost_usd, best.latency_s, best.mixed) == (4.0, 5.0, True)


def test_a_bound_that_nothing_meets_is_infeasible():
    assert cheapest_placement(COST, LATENCY, 1.9) is None
    assert cheapest_placement([[inf]], [[1.0]], 10) is None


def test_a_slow_link_makes_a_mix_infeasible():
    best = cheapest_placement(COST, LATENCY, 5, [[0, 0.1], [0.1, 0]])
    assert best.devices == (1, 1)


def test_a_stage_that_a_device_cannot_run_goes_elsewhere():
    assert cheapest_placement([[inf, 3.0], [1.0, 3.0]], LATENCY, 10).devices == (1, 0)


def test_a_mix_that_is_no_cheaper_than_one_of_its_devices_is_not_recommended():
    cost, latency = [[1.0, 1.0], [1.0, 2.0]], [[2.0, 1.0], [2.0, 3.0]]
    assert cheapest_placement(cost, latency, 10) == Placement((0, 0), 2.0, 4.0)


@pytest.mark.parametrize(
    ("cost", "latency", "sla", "transfer"),
    [
        ([], [], 1, None),
        ([[]], [[]], 1, None),
        ([[1]], [[1, 2]], 1, None),
        ([1], [1], 1, None),
        ([[-1]], [[1]], 1, None),
        ([[1]], [[nan]], 1, None),
        ([[1]], [[1]], 0, None),
        ([[1]], [[1]], inf, None),
        ([[1]], [[1]], 1, [[-1]]),
        ([[1]], [[1]], 1, [1]),
    ],
)
def test_a_pipeline_that_does_not_fit_is_refused(cost, latency, sla, transfer):
    with pytest.raises(MetricInputError):
        cheapest_placement(cost, latency, sla, transfer)


@given(st.data())
def test_the_search_finds_what_brute_force_finds(data):
    stages, devices = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 3))
    cells = st.one_of(st.integers(0, 9).map(float), st.just(inf))
    table = st.lists(st.lists(cells, min_size=devices, max_size=devices), min_size=stages, max_size=stages)
    cost, latency = np.array(data.draw(table)), np.array(data.draw(table))
    square = st.lists(
        st.lists(st.integers(0, 3), min_size=devices, max_size=devices), min_size=devices, max_size=devices
    )
    transfer, sla = np.array(data.draw(square)), data.draw(st.integers(1, 25))

    feasible = []
    for choice in product(range(devices), repeat=stages):
        takes = sum(latency[stage, device] for stage, device in enumerate(choice))
        takes += sum(transfer[before, after] for before, after in pairwise(choice))
        paid = sum(cost[stage, device] for stage, device in enumerate(choice))
        if takes <= sla and paid < inf:
            feasible.append((paid, len(set(choice)) > 1))
    best = cheapest_placement(cost, latency, sla, transfer)
    if not feasible:
        assert best is None
    else:
        assert (best.cost_usd, best.mixed) == min(feasible)
        assert best.latency_s <= sla
