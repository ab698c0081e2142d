"""What may come of any arguments: a documented value or MetricInputError, and nothing else. Warnings are errors."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from math import isfinite, isinf, isnan
from typing import Any

import numpy as np

from leaderboard.metrics import MetricInputError


def only_documented(call: Callable[[], Any], *, infinite: bool = False, missing: bool = False) -> Any:
    """Return what comes of it, `None` where it is refused. `infinite` and `missing` (NaN) say which are documented."""
    try:
        value = call()
    except MetricInputError:
        return None
    for number in _numbers(value):
        assert isfinite(number) or (infinite and isinf(number)) or (missing and isnan(number)), value
    return value


def _numbers(value: Any) -> list[float]:
    if isinstance(value, (bool, int, float, np.floating, np.integer)):
        return [float(value)]
    if isinstance(value, np.ndarray):
        return [float(number) for number in value.ravel()]
    if isinstance(value, Mapping):
        return _numbers(list(value.values()))
    if isinstance(value, (tuple, list)):
        return [number for part in value for number in _numbers(part)]
    if is_dataclass(value):
        return [number for field in fields(value) for number in _numbers(getattr(value, field.name))]
    assert value is None or isinstance(value, str), f"{value!r} is no documented outcome"
    return []
