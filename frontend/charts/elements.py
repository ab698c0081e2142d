"""SVG elements, escaped and in order. Positions are percentages, so that a plot is as wide as its place on the page."""

import re
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

AT_EDGE = 0.98
"""A label under the middle of a tick from here on would stand out of a phone's page."""
SVG = "http://www.w3.org/2000/svg"
register_namespace("", SVG)
# What XML 1.0 cannot carry, not even escaped.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def percent(share: float) -> str:
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + "%"


def units(share: float) -> str:
    """A place inside a layer with `viewBox="0 0 1000 1000"`."""
    return f"{1000 * share:.1f}".removesuffix(".0")


def pixels(length: float) -> str:
    return f"{length:.1f}".removesuffix(".0")


def svg(parent: Element | None, tag: str, text: str = "", **attributes: str) -> Element:
    """Append `<tag>`; `class_` and `stroke_width` become `class` and `stroke-width`."""
    named = {name.rstrip("_").replace("_", "-"): UNPRINTABLE.sub("�", value) for name, value in attributes.items()}
    element = Element(tag, named) if parent is None else SubElement(parent, tag, named)
    if text:
        element.text = UNPRINTABLE.sub("�", text)
    return element


def layer(parent: Element, **attributes: str) -> Element:
    """A layer for lines: it stretches with the plot while strokes keep their width (`vector-effect` in the styles)."""
    return svg(parent, "svg", **attributes, width="100%", height="100%", viewBox="0 0 1000 1000",
               preserveAspectRatio="none")  # fmt: skip


def written(element: Element) -> str:
    return tostring(element, encoding="unicode")


def anchor_under(place: float) -> str:
    """Return where a label below the tick at this share of an axis is held: at the edge it ends there."""
    return "end" if place > AT_EDGE else "middle"
