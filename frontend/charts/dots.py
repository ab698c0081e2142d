"""Small plots of one entry: its repeats as dots."""

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element

from frontend.charts.elements import layer, percent, svg


def dots(values: Sequence[float], middle: float | None, name: str, label: Callable[[float], str]) -> Element:
    """Each repeat's value over its number, from zero, with the headline as a line."""
    root = svg(None, "svg", class_="small-plot", role="img", aria_label=name, overflow="visible")
    if not values:
        return root
    top = max(values) * 1.1
    svg(layer(root), "path", class_="frame", d="M0 1000H1000")
    if middle is not None:
        at = percent(1 - middle / top)
        svg(root, "line", class_="at", x1="0", x2="100%", y1=at, y2=at)
        svg(root, "text", label(middle), class_="at", x="100%", y=at, dy="-4", text_anchor="end")
    for index, value in enumerate(values):
        x = percent((index + 0.5) / len(values))
        svg(root, "circle", class_="dot", cx=x, cy=percent(1 - value / top), r="3.5")
        svg(root, "text", str(index + 1), class_="tick", x=x, y="100%", dy="16", text_anchor="middle")
    return root
