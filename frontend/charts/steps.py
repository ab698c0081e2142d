"""How durations are distributed: one cumulative curve for each entry on a shared logarithmic axis."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from frontend.charts.elements import layer, percent, svg, units
from frontend.charts.ticks import round_ticks

SHARES = (0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """`steps` are (value, share of the counts at or below it), rising. `label` stands where the curve passes a half."""

    label: str
    steps: tuple[tuple[float, float], ...]


def cumulative(label: str, low: float, bins_per_decade: int, counts: Mapping[int, int]) -> Curve:
    """From a log-spaced histogram; a bin's counts are reached at its upper edge."""
    total, seen = sum(counts.values()), 0
    steps: list[tuple[float, float]] = []
    for index in sorted(counts):
        if not steps:
            steps.append((low * 10 ** (index / bins_per_decade), 0.0))
        seen += counts[index]
        steps.append((low * 10 ** ((index + 1) / bins_per_decade), seen / total))
    return Curve(label, tuple(steps))


def curves(found: Sequence[Curve], name: str, label: Callable[[float], str]) -> Element:
    """Curve i has the class `s<i>`, which gives it a colour and a pattern of dashes, and its label."""
    root = svg(None, "svg", class_="small-plot curves", role="img", aria_label=name, overflow="visible")
    values = [value for curve in found for value, _ in curve.steps]
    if not values:
        return root
    low, high = math.log(min(values)), math.log(max(values))

    def place(value: float) -> float:
        return (math.log(value) - low) / (high - low)

    group = layer(root)
    ticks = round_ticks(min(values), max(values), log=True)
    upright = "".join(f"M{units(place(tick))} 0V1000" for tick in ticks)
    svg(group, "path", class_="grid", d="".join(f"M0 {units(1 - share)}H1000" for share in SHARES) + upright)
    for index, curve in enumerate(found):
        path = "".join(
            f"{'L' if step else 'M'}{units(place(value))} {units(1 - share)}"
            for step, (value, share) in enumerate(curve.steps)
        )
        svg(group, "path", class_=f"curve s{index}", d=path)
    for index, curve in enumerate(found):
        at = next(value for value, share in curve.steps if share >= 0.5)
        svg(
            root,
            "text",
            curve.label,
            class_="at",
            x=percent(place(at)),
            dx="5",
            y=percent(0.5),
            dy=str(-6 + 14 * index),
        )
    for tick in ticks:
        svg(root, "text", label(tick), class_="tick", x=percent(place(tick)), y="100%", dy="16", text_anchor="middle")
    for share in SHARES:
        svg(
            root, "text", f"{share:.0%}", class_="tick", x="0", dx="-6", y=percent(1 - share), dy="4", text_anchor="end"
        )
    return root
