"""The text in a figure: names of points, titles of axes, the arrow into the better corner, labels of gutters."""

from typing import Any

from frontend.charts.hexagons import NARROW_SCALE
from frontend.charts.labels import Frame, Label, place_labels
from frontend.charts.scatter import Plot
from frontend.figures.axes import GAP, GUTTER, coordinate
from frontend.figures.look import FAINT, GROUND, INK
from frontend.figures.marks import plain

WIDE = Frame(900, 340, 12)
"""As low as the plot is on a laptop: names that are free of each other there stay so on a taller screen."""
MEDIUM = Frame(520, 340, 10)
"""Between a phone and a screen."""
NARROW = Frame(240, 182, 5, (40.0, 34.0), NARROW_SCALE)
"""The arrow has no word there."""
ROOMS = {"wide": (WIDE, 100), "medium": (MEDIUM, 70), "narrow": (NARROW, 42)}
"""And how many characters a line beside the plot has room for."""
FONT_PX = 12
X_ANCHOR = {"start": "left", "middle": "center", "end": "right"}

Note = dict[str, Any]


def notes_of(plot: Plot, better: str, nothing: str) -> dict[str, list[Note]]:
    """Return all annotations, `wide`, `medium` and `narrow`: the page draws those that it has room for."""
    return {
        name: [
            *_titles(plot, most),
            _better(plot, word),
            *_gutters(plot, most),
            *_nothing(plot, nothing),
            *(_label(plot, label) for label in place_labels(plot, frame)),
        ]
        # On a phone the word would cover points; the titles of the axes say it too.
        for name, (frame, most) in ROOMS.items()
        for word in (better if frame is not NARROW else "",)
    }


def labelled(plot: Plot) -> dict[str, int]:
    """Return how many of the front carry their name in each of the rooms."""
    front = {mark.point.id for mark in plot.placed if mark.point.front == "on"}
    return {name: sum(label.id in front for label in place_labels(plot, frame)) for name, (frame, _) in ROOMS.items()}


def _text(text: str, colour: str, **place: Any) -> Note:
    return {"text": text, "showarrow": False, "font": {"color": colour, "size": FONT_PX}, **place}


def _label(plot: Plot, label: Label) -> Note:
    """The name beside its point; far from it, at the end of a line to it."""
    note = _text(
        "<br>".join(map(plain, label.lines)), INK, xref="x", yref="y", xanchor=X_ANCHOR[label.anchor],
        yanchor="middle", align=X_ANCHOR[label.anchor], borderpad=0,
        x=coordinate(plot.x, plot.x.value(label.x)), y=coordinate(plot.y, plot.y.value(1 - label.y)),
        name=f"label-{label.id}", **({"hovertext": plain(label.text)} if label.is_cut else {}),
    )  # fmt: skip
    if not label.leader:
        return note | {"xshift": label.dx, "yshift": -label.middle}
    line = {"arrowhead": 0, "arrowwidth": 1, "arrowcolor": FAINT, "standoff": 7}
    return note | line | {"showarrow": True, "ax": label.dx, "ay": label.middle}


def _titles(plot: Plot, most: int) -> list[Note]:
    # Not <b>: Plotly makes a style attribute of it, which the policy forbids.
    whole = {"xref": "paper", "yref": "paper", "font": {"color": INK, "size": FONT_PX, "weight": 600}}
    across, up = _broken(plot.x.title, most), _broken(plot.y.title, most)
    return [
        _text(across, INK, x=1, y=0, xanchor="right", yanchor="top", yshift=-26, align="right", **whole),
        _text(up, INK, x=0, y=1, xanchor="left", yanchor="bottom", yshift=8, align="left", **whole),
    ]


def _broken(title: str, most: int) -> str:
    """On two lines where one is too short: the direction stands on the second."""
    name, _, direction = title.rpartition(", ")
    return plain(title) if len(title) <= most else f"{plain(name)},<br>{plain(direction)}"


def _better(plot: Plot, word: str) -> Note:
    """An arrow whose head is in the corner, with the word at its other end."""
    across, up = plot.better
    right, top = across == "right", up == "top"
    return {
        **_text(word, FAINT),
        "x": (1 - (GUTTER + GAP if plot.x_gutter else 0)) if right else 0,
        "y": 1 if top else (GUTTER + GAP if plot.y_gutter else 0),
        "xref": "paper", "yref": "paper",
        "xshift": -8 if right else 8, "yshift": -8 if top else 8,
        "ax": -34 if right else 34, "ay": 20 if top else -20,
        "xanchor": "right" if right else "left",
        "showarrow": True, "arrowhead": 2, "arrowsize": 1, "arrowwidth": 1.5, "arrowcolor": FAINT, "bgcolor": GROUND,
    }  # fmt: skip


def _gutters(plot: Plot, most: int) -> list[Note]:
    found = []
    if plot.x_gutter:
        found.append(_text(_short(plot.x_gutter.label, most), FAINT, x=1, y=0.5, xref="paper", yref="paper",
                           textangle=90, xanchor="left", xshift=2))  # fmt: skip
    if plot.y_gutter:
        found.append(_text(_short(plot.y_gutter.label, most), FAINT, x=0, y=GUTTER / 2, xref="paper", yref="paper",
                           xanchor="left", yanchor="middle", xshift=4))  # fmt: skip
    return found


def _nothing(plot: Plot, words: str) -> list[Note]:
    if not plot.placed or any(None not in (mark.x, mark.y) for mark in plot.placed):
        return []
    return [_text(words, INK, x=0.5, y=0.5, xref="paper", yref="paper")]


def _short(label: str, most: int) -> str:
    """The number and the kind alone, where the whole does not fit beside the plot."""
    return plain(label if len(label) <= most else label.split(":", maxsplit=1)[0])
