"""Amounts good and bad for fuzz tests, and what an outcome may be."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from math import inf, isfinite, isnan, nan

import numpy as np
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError

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


def is_documented(outcome, *, infinite=False):
    """Finite throughout, or `None`; infinite only where a function's documentation says so, and never NaN."""
    if is_dataclass(outcome):
        return all(is_documented(getattr(outcome, field.name), infinite=infinite) for field in fields(outcome))
    if isinstance(outcome, Mapping):
        return is_documented(list(outcome.values()), infinite=infinite)
    if isinstance(outcome, list | tuple | np.ndarray):
        return all(is_documented(part, infinite=infinite) for part in outcome)
    if outcome is None or isinstance(outcome, str | bool):
        return True
    return isfinite(outcome) or (infinite and not isnan(outcome))


def assert_documented(function, arguments, *, infinite=False):
    """Whatever the arguments: a documented outcome or MetricInputError; warnings are errors here as everywhere."""
    try:
        outcome = function(*arguments)
    except MetricInputError:
        return
    assert is_documented(outcome, infinite=infinite), outcome
