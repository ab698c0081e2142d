"""Amounts good and bad for fuzz tests."""

from math import inf, nan

from hypothesis import strategies as st

BAD = st.sampled_from([0.0, -1.0, nan, inf, -inf, 1e308, -1e308, 1e-308, 5e-324])


def mostly(good, bad=BAD):
    """Bad in one of ten draws: more would leave little that a function can answer."""
    return st.integers(0, 9).flatmap(lambda place: bad if place == 4 else good)


def lists_of(elements):
    """Mostly of three, so that lists often fit each other."""
    return mostly(st.lists(elements, min_size=3, max_size=3), st.lists(elements, max_size=4))


amounts = mostly(st.floats(1e-6, 1e6))
shares = mostly(st.floats(0, 1))
counts = mostly(st.integers(0, 50), st.sampled_from([-1, 2.5, nan, inf, 10**200, 10**400]))
amount_lists = lists_of(amounts)
times = mostly(st.lists(st.floats(0, 100), min_size=3, max_size=3, unique=True).map(sorted), amount_lists)
