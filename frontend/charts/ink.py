"""A plot as a file of its own: the same elements with a size, a frame of text, and colours written into them.

On a page the stylesheet colours the classes. A file has none, so the light theme's values are written as attributes;
a test holds the two to the same colours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from xml.etree.ElementTree import Element

from frontend.charts.elements import SVG, svg, written

LIGHT = {
    "bg": "#FFFFFF", "surface": "#F5F7FA", "text": "#14181F", "muted": "#525B68", "control": "#767F8C",
    "line": "#D5DAE1", "front": "#0B4FB3", "c0": "#7A828E", "c1": "#3E90EF", "c2": "#D0640C", "c3": "#135F66",
    "c4": "#490242", "c5": "#3E3D01", "c6": "#7414C9",
}  # fmt: skip

CATEGORIES = ("c0", "c1", "c2", "c3", "c4", "c5", "c6")
KEY_PX = 6.7
"""What a character of a key takes; a little generous."""
LINE = 140
"""Characters that a line of the caption has room for."""
_STROKE = {"fill": "none", "vector-effect": "non-scaling-stroke"}
RULES: Mapping[str, Mapping[str, str]] = {
    "minor": {**_STROKE, "stroke": "surface"},
    "major": {**_STROKE, "stroke": "line"},
    "frame": {**_STROKE, "stroke": "control"},
    "front": {**_STROKE, "stroke": "front", "stroke-width": "2"},
    "beyond": {**_STROKE, "stroke": "front", "stroke-width": "1.5", "stroke-dasharray": "1 5"},
    "without": {**_STROKE, "stroke": "muted", "stroke-width": "1.5", "stroke-dasharray": "6 4"},
    "event": {"fill": "text", "font-size": "12"},
    "whiskers": {**_STROKE, "stroke": "muted"},
    "region": {**_STROKE, "stroke": "text"},
    "band": {**_STROKE, "fill": "front", "fill-opacity": "0.12", "stroke": "front", "stroke-width": "0.75"},
    "arrow": {"fill": "muted"},
    "hatch": {"stroke": "line", "stroke-width": "1.5"},
    "guide": {"stroke": "muted", "stroke-width": "1"},
    "hexagon": {"fill": "c0", "stroke": "bg"},
    "better": {"fill": "none", "stroke": "muted", "stroke-width": "1.5"},
    "axis": {"fill": "muted", "font-size": "12"},
    "title": {"fill": "text", "font-weight": "600"},
    "gutter": {"fill": "muted", "font-size": "12"},
    "hit": {"fill": "none"},
    "labels": {"fill": "text", "font-size": "12", "stroke": "bg", "stroke-width": "4", "paint-order": "stroke",
               "stroke-linejoin": "round"},
    "leader": {"fill": "none", "stroke": "text", "stroke-width": "1"},
    "nothing": {"fill": "text", "font-size": "13"},
    "stack": {"fill": "text", "font-size": "10"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is burned into the file around the plot; a key is a slot of the palette, a path and its words."""

    title: str
    caption: Sequence[str]
    keys: Sequence[tuple[str, str, str]] = ()
    width: int = 960
    height: int = 600


def as_file(plot: Element, sheet: Sheet) -> str:
    """Return the complete SVG document."""
    caption = [part for line in sheet.caption for part in wrap(line, LINE, break_on_hyphens=False)]
    lines = len(caption)
    width, height = str(sheet.width), str(sheet.height)
    root = svg(None, "svg", xmlns=SVG, width=width, height=height, viewBox=f"0 0 {width} {height}", role="img",
               font_family="system-ui, sans-serif")  # fmt: skip
    svg(root, "title", sheet.title)
    svg(root, "rect", width="100%", height="100%", fill=LIGHT["bg"])
    svg(root, "text", sheet.title, x="24", y="36", font_size="20", font_weight="600", fill=LIGHT["text"])
    for index, line in enumerate(caption):
        svg(root, "text", line, x="24", y=str(sheet.height - 16 - 17 * (lines - 1 - index)), font_size="12",
            fill=LIGHT["muted"])  # fmt: skip
    _keys(root, sheet.keys, sheet.height - 16 - 17 * lines)
    lines += bool(sheet.keys)
    plot.attrib |= {
        "x": "68",
        "y": "78",
        "width": str(sheet.width - 120),
        "height": str(sheet.height - 190 - 17 * lines),
    }
    _ink(plot)
    _widen(plot)
    root.append(plot)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + written(root)


def _keys(root: Element, keys: Sequence[tuple[str, str, str]], y: int) -> None:
    x = 30.0
    for hue, path, label in keys:
        svg(root, "path", d=path, transform=f"translate({x:g} {y - 4})", fill=LIGHT[hue])
        svg(root, "text", label, x=f"{x + 10:g}", y=str(y), font_size="12", fill=LIGHT["text"])
        x += 34 + KEY_PX * len(label)


def _widen(element: Element) -> None:
    """A file is wide: what is there for smaller plots goes."""
    for child in list(element):
        classes = set(child.get("class", "").split())
        if classes & {"narrow", "medium"} and "wide" not in classes:
            element.remove(child)
        else:
            _widen(child)


def _ink(element: Element) -> None:
    classes = element.get("class", "").split()
    if "pt" in classes:
        _ink_point(element, classes)
    for name in classes:
        for attribute, value in RULES.get(name, {}).items():
            element.set(attribute, LIGHT.get(value, value))
    for child in element:
        _ink(child)
        if "better" in classes and child.tag == "text":
            child.attrib |= {"fill": LIGHT["muted"], "stroke": "none", "font-size": "12"}
        if "gutter" in classes and child.tag == "rect":
            child.set("fill", LIGHT["surface"])


def _ink_point(link: Element, classes: Sequence[str]) -> None:
    own = next((LIGHT[name] for name in classes if name in CATEGORIES), None)
    hue = own or LIGHT["front" if {"on", "contested"} & set(classes) else "c0"]
    for mark in link.iter():
        if "hl" in classes and mark.get("class") == "hit":
            mark.attrib |= {"r": "10", "stroke": LIGHT["text"], "stroke-width": "3"}
        if mark.get("class") == "core":
            mark.set("fill", own or LIGHT["front"])
        if mark.get("class") == "mark":
            solid = "solid" in classes
            mark.attrib |= {
                "fill": hue if solid else LIGHT["bg"],
                "stroke": LIGHT["bg"] if solid else hue,
                "stroke-width": "1" if solid else "1.75",
            }
