"""The limits that can be drawn along a plot's axes, as its script reads them."""

from collections.abc import Iterator, Mapping

from frontend import numbers
from frontend.charts.axis import Axis
from frontend.present.words import limit_name


def written_limits(x: Axis, y: Axis, minimum: Mapping[str, float], maximum: Mapping[str, float]) -> str:
    """For each axis the limit that its direction asks for, and what else is set; joined by `|`.

    Each is joined by `~`: axis, key, value or nothing, the axis's low and high end, 1 where it is logarithmic, the
    factor and the unit in which it is read, and the limit's name.
    """
    return "|".join((*_limits("x", x, minimum, maximum), *_limits("y", y, minimum, maximum)))


def _limits(name: str, axis: Axis, minimum: Mapping[str, float], maximum: Mapping[str, float]) -> Iterator[str]:
    metric = axis.metric
    asked = "max" if metric.direction == "lower" else "min"
    for bound, limits in (("min", minimum), ("max", maximum)):
        value = limits.get(metric.key)
        if bound != asked and value is None:
            continue
        unit = metric.unit if numbers.is_prefixed(metric) else axis.unit
        key, set_to = f"{bound}.{metric.key}", "" if value is None else f"{value:g}"
        ends = f"{axis.low:.6g}", f"{axis.high:.6g}", str(int(axis.log))
        yield "~".join((name, key, set_to, *ends, f"{axis.factor:g}", unit, limit_name(bound, metric.name)))
