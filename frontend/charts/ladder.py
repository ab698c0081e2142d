"""One model in several precisions: quality against what it takes, each step joined to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from frontend.charts.axis import Axis
from frontend.charts.elements import layer, percent, svg, units


@dataclass(frozen=True, slots=True)
class Rung:
    x: float
    y: float
    label: str
    title: str
    href: str


def ladder(rungs: Sequence[Rung], x: Axis, y: Axis, name: str) -> Element:
    """Return the plot area; its labels overflow into the padding around it."""
    root = svg(None, "svg", class_="small-plot ladder", role="group", aria_label=name, overflow="visible")
    lines = layer(root)
    grid = [f"M0 {units(1 - tick.place)}H1000" for tick in y.ticks] + [
        f"M{units(tick.place)} 0V1000" for tick in x.ticks
    ]
    svg(lines, "path", class_="major", d="".join(grid))
    svg(lines, "path", class_="frame", d="M0 0V1000H1000")
    places = [(x.place(rung.x), y.place(rung.y), rung) for rung in rungs]
    known = [(across, up, rung) for across, up, rung in places if across is not None and up is not None]
    svg(lines, "path", class_="curve", d="M" + "L".join(f"{units(a)} {units(1 - u)}" for a, u, _ in known))
    for tick in y.ticks:
        svg(root, "text", tick.label, class_="tick", x="0", dx="-6", y=percent(1 - tick.place), dy="4",
            text_anchor="end")  # fmt: skip
    for tick in x.ticks:
        svg(root, "text", tick.label, class_="tick", x=percent(tick.place), y="100%", dy="16", text_anchor="middle")
    for across, up, rung in known:
        link = svg(root, "a", href=rung.href)
        svg(link, "title", rung.title)
        svg(link, "circle", class_="hit", cx=percent(across), cy=percent(1 - up), r="12")
        svg(link, "circle", class_="dot", cx=percent(across), cy=percent(1 - up), r="4.5")
        side = {"dx": "-8", "text_anchor": "end"} if across > 0.7 else {"dx": "8"}
        svg(link, "text", rung.label, class_="at", x=percent(across), y=percent(1 - up), dy="-7", **side)
    return root
