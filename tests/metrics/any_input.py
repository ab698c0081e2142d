"""Arguments of every kind, and what may come of them: a documented value or MetricInputError, and nothing else."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from math import isfinite, isinf, isnan
from typing import Any

import numpy as np
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError

numbers = st.one_of(
    st.sampled_from([0.0, -0.0, -1.0, 1.0, 1e308, -1e308, 5e-324, float("nan"), float("inf"), float("-inf")]),
    st.floats(0, 1),
    st.floats(1e-3, 1e3),
    st.floats(),
)
fractions = st.one_of(st.sampled_from([0.0, 1.0, -0.5, 1.5, float("nan")]), st.floats(0, 1))
counts = st.integers(-2, 40)
lists = st.lists(numbers, max_size=8)
tidy_lists = st.lists(st.floats(0, 1e3), max_size=8)


def only_documented(call: Callable[[], Any], *, infinite: bool = False, missing: bool = False) -> None:
    """`infinite` and `missing` (NaN in an array) say which of the two the function documents."""
    try:
        value = call()
    except MetricInputError:
        return
    for number in _numbers(value):
        assert isfinite(number) or (infinite and isinf(number)) or (missing and isnan(number)), value


def _numbers(value: Any) -> list[float]:
    if isinstance(value, (bool, int, float, np.floating, np.integer)):
        return [float(value)]
    if isinstance(value, np.ndarray):
        return [float(number) for number in value.ravel()]
    if isinstance(value, (tuple, list)):
        return [number for part in value for number in _numbers(part)]
    if is_dataclass(value):
        return [number for field in fields(value) for number in _numbers(getattr(value, field.name))]
    assert value is None or isinstance(value, str), f"{value!r} is no documented outcome"
    return []
