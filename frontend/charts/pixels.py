"""A grid of numbers as grey squares: dark is high, as ink on paper."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from frontend.charts.elements import svg


def pixels(rows: Sequence[Sequence[float]], name: str) -> Element:
    height, width = len(rows), max((len(row) for row in rows), default=0)
    values = [value for row in rows for value in row]
    low, high = min(values, default=0.0), max(values, default=1.0)
    root = svg(None, "svg", class_="pixels", role="img", aria_label=name, viewBox=f"0 0 {width} {height}",
               shape_rendering="crispEdges")  # fmt: skip
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            share = (value - low) / (high - low) if high > low else 0.0
            if share > 0:
                svg(root, "rect", x=str(x), y=str(y), width="1", height="1", fill_opacity=f"{share:.2f}")
    return root
