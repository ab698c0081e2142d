"""How values are spread: the share of them that are no larger, step by step, with lines at percentiles."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from xml.etree.ElementTree import Element

from frontend.charts.elements import layer, percent, svg, units
from frontend.charts.ticks import round_ticks

LOG_FROM_RATIO = 20.0
MOST_STEPS = 300


@dataclass(frozen=True, slots=True)
class Curve:
    """Values, ascending, each with the share of all that are no larger."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Percentile:
    value: float
    label: str


@dataclass(frozen=True, slots=True)
class EcdfWords:
    name: str
    value: Callable[[float], str]
    share: Callable[[float], str]


def of_values(name: str, values: Sequence[float]) -> Curve:
    ordered = sorted(values)
    return Curve(name, [(value, (index + 1) / len(ordered)) for index, value in enumerate(ordered)])


def of_counts(name: str, bins: Sequence[tuple[float, int]]) -> Curve:
    """From the upper edges of ascending bins and what each holds."""
    total = sum(count for _, count in bins) or 1
    sums = accumulate(count for _, count in bins)
    return Curve(name, [(edge, above / total) for (edge, _), above in zip(bins, sums, strict=True)])


def ecdf(curves: Sequence[Curve], marks: Sequence[Percentile], words: EcdfWords) -> Element:
    """Return the plot area; logarithmic across where the values span more than LOG_FROM_RATIO."""
    root = svg(None, "svg", class_="small-plot ecdf", role="img", aria_label=words.name, overflow="visible")
    values = [value for curve in curves for value, _ in curve.points]
    if not values:
        return root
    place = _scale(min(values), max(values))
    grid = layer(root)
    ticks = round_ticks(min(values), max(values), log=_is_log(min(values), max(values)))
    upright = "".join(f"M{units(place(tick))} 0V1000" for tick in ticks)
    svg(grid, "path", class_="major", d=f"M0 500H1000M0 0H1000{upright}")
    svg(grid, "path", class_="frame", d="M0 0V1000H1000")
    for index, curve in enumerate(curves):
        svg(grid, "path", class_=f"curve c{index + 1}", d=_steps(curve.points, place))
    for share in (0.0, 0.5, 1.0):
        svg(root, "text", words.share(share), class_="tick", x="0", dx="-6", y=percent(1 - share), dy="4",
            text_anchor="end")  # fmt: skip
    for row, mark in enumerate(marks):
        at, up = place(mark.value), len(marks) - 1 - row
        svg(root, "line", class_="at", x1=percent(at), x2=percent(at), y1=str(-6 - 14 * up), y2="100%")
        side = {"dx": "-4", "text_anchor": "end"} if at > 0.6 else {"dx": "4"}
        svg(root, "text", mark.label, class_="at", x=percent(at), y=str(-8 - 14 * up), **side)
    for tick in ticks:
        svg(root, "text", words.value(tick), class_="tick", x=percent(place(tick)), y="100%", dy="16",
            text_anchor="middle")  # fmt: skip
    return root


def _is_log(low: float, high: float) -> bool:
    return low > 0 and high / low >= LOG_FROM_RATIO


def _scale(low: float, high: float) -> Callable[[float], float]:
    if high <= low:
        return lambda _value: 0.5
    if _is_log(low, high):
        return lambda value: min(1.0, max(0.0, math.log(value / low) / math.log(high / low)))
    return lambda value: min(1.0, max(0.0, (value - low) / (high - low)))


def _steps(points: Sequence[tuple[float, float]], place: Callable[[float], float]) -> str:
    stride = math.ceil(len(points) / MOST_STEPS)
    kept = [*points[::stride], *points[-1:]] if stride > 1 else points
    moves = "".join(f"H{units(place(value))}V{units(1 - share)}" for value, share in kept)
    return f"M{units(place(points[0][0]))} 1000{moves}H1000" if points else ""
