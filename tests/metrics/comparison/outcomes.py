"""What a fuzz test accepts: finite numbers (infinite ones where they are documented), or MetricInputError.

Any other exception fails by itself.
"""

from dataclasses import fields, is_dataclass
from math import isfinite, isinf

import numpy as np
from hypothesis import strategies as st

from leaderboard.metrics import MetricInputError

NASTY = st.one_of(
    st.sampled_from([0.0, 1.0, 0.5, 2.0, -1.0, float("nan"), float("inf"), float("-inf"), 1e-300, 1e300, 5e-324, 1e9]),
    st.floats(),
    st.floats(0, 1),
)
ROWS = st.lists(NASTY, max_size=6)
TABLES = st.integers(0, 4).flatmap(lambda width: st.lists(st.lists(NASTY, min_size=width, max_size=width), max_size=4))


def _leaves(value):
    if is_dataclass(value):
        return [leaf for field in fields(value) for leaf in _leaves(getattr(value, field.name))]
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in _leaves(part)]
    if isinstance(value, tuple | list | np.ndarray):
        return [leaf for part in value for leaf in _leaves(part)]
    return [value]


def outcome(call, infinite=False):
    """The value, or None where the input was refused; a silent NaN fails, and inf unless the function documents it."""
    try:
        value = call()
    except MetricInputError:
        return None
    numbers = [leaf for leaf in _leaves(value) if isinstance(leaf, float)]
    assert all(isfinite(leaf) or (infinite and isinf(leaf)) for leaf in numbers), value
    return value
