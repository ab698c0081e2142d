"""A time axis, and the best value over time as a step line on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from xml.etree.ElementTree import Element

from frontend.charts.axis import Axis
from frontend.charts.elements import anchor_under, layer, percent, svg, units

MOST_TICKS = 6
Best = Sequence[tuple[date, float]]
"""Values that were the best from their date on."""
_STEPS_IN_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True, slots=True)
class DateAxis:
    first: date
    last: date

    def place(self, day: date) -> float:
        """Return the fraction of the width at which a day stands."""
        return (day - self.first).days / max(1, (self.last - self.first).days)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Return places with ISO dates: days, or the firsts of months, at most `MOST_TICKS`."""
        days = (self.last - self.first).days
        if days < 90:
            step = max(1, -(-days // MOST_TICKS))
            shown = [self.first + timedelta(days=offset) for offset in range(0, days + 1, step)]
            return tuple((self.place(day), day.isoformat()) for day in shown)
        months = self.last.year * 12 + self.last.month - self.first.year * 12 - self.first.month
        step = next((step for step in _STEPS_IN_MONTHS if months / step <= MOST_TICKS), _STEPS_IN_MONTHS[-1])
        return tuple((self.place(day), day.isoformat()[:7]) for day in self._firsts(step))

    def _firsts(self, step: int) -> list[date]:
        """Return the first days of every `step`th month within the axis, counted from January of year 1."""
        begin = self.first.year * 12 + self.first.month - 1 + (self.first.day > 1)
        end = self.last.year * 12 + self.last.month - 1
        return [date(index // 12, index % 12 + 1, 1) for index in range(-(-begin // step) * step, end + 1, step)]


def date_axis(days: Sequence[date], today: date) -> DateAxis:
    """Return the axis from shortly before the first of `days` to `today`, or to the last of them."""
    first, last = min([*days, today]), max([*days, today])
    room = max(1, round((last - first).days * 0.04))
    return DateAxis(first - timedelta(days=room), last)


@dataclass(frozen=True, slots=True)
class Event:
    on: date
    value: float
    low: float | None
    high: float | None
    label: str
    title: str
    href: str
    kind: Literal["first", "model", "device"]
    open: bool


def timeline(x: DateAxis, y: Axis, events: Sequence[Event], without: Best, name: str) -> Element:
    """The best value by date; `without` is the same line for a counterfactual, dashed. A device's event is square."""
    root = svg(None, "svg", class_="plot dates", role="group", aria_label=name, overflow="visible")
    grid = layer(root, class_="grid")
    lines = [f"M{units(place)} 0V1000" for place, _ in x.ticks()]
    lines += [f"M0 {units(1 - tick.place)}H1000" for tick in y.ticks]
    svg(grid, "path", class_="major", d="".join(lines))
    svg(grid, "path", class_="frame", d="M0 0V1000H1000")
    steps = layer(root, class_="lines")
    svg(steps, "polyline", class_="without", points=_steps(x, y, without))
    svg(steps, "path", class_="whiskers", d="".join(_whisker(x, y, event) for event in events))
    svg(steps, "polyline", class_="front", points=_steps(x, y, [(event.on, event.value) for event in events]))
    axis = svg(root, "g", class_="axis", aria_hidden="true")
    for index, (place, text) in enumerate(x.ticks()):
        # On a phone there is room for every second date.
        kind = {"class_": "odd"} if index % 2 else {}
        svg(axis, "text", text, x=percent(place), y="100%", dy="17", text_anchor=anchor_under(place), **kind)
    for tick in y.ticks:
        svg(axis, "text", tick.label, x="0", dx="-8", y=percent(1 - tick.place), dy="4", text_anchor="end")
    svg(axis, "text", y.title, class_="title y", x="0", dx="-44", y="0", dy="-14", text_anchor="start")
    points = svg(root, "g", class_="points")
    for event in events:
        _event(points, x, y, event)
    return root


def _steps(x: DateAxis, y: Axis, values: Best) -> str:
    """Corners of the line, carried on to the right edge."""
    corners: list[tuple[float, float]] = []
    for on, value in values:
        at, down = x.place(on), 1 - y.clamp(value)
        corners += [(at, corners[-1][1])] if corners else []
        corners.append((at, down))
    corners += [(1.0, corners[-1][1])] if corners else []
    return " ".join(f"{units(across)},{units(down)}" for across, down in corners)


def _whisker(x: DateAxis, y: Axis, event: Event) -> str:
    if event.low is None or event.high is None:
        return ""
    return f"M{units(x.place(event.on))} {units(1 - y.clamp(event.low))}V{units(1 - y.clamp(event.high))}"


def _event(group: Element, x: DateAxis, y: Axis, event: Event) -> None:
    across, down = percent(x.place(event.on)), percent(1 - y.clamp(event.value))
    link = svg(group, "a", href=event.href, class_=f"pt on {'open' if event.open else 'solid'}")
    svg(link, "title", event.title)
    at = svg(link, "svg", x=across, y=down, overflow="visible")
    svg(at, "circle", class_="hit", r="12")
    if event.kind == "device":
        svg(at, "rect", class_="mark", x="-5", y="-5", width="10", height="10")
    else:
        svg(at, "circle", class_="mark", r="6")
    if event.label:
        left = x.place(event.on) > 0.7
        svg(at, "text", event.label, class_="event", x="-10" if left else "10", y="-9",
            text_anchor="end" if left else "start", aria_hidden="true")  # fmt: skip


def overlay(root: Element, fronts: Sequence[tuple[str, Sequence[tuple[float, float]]]]) -> None:
    """Append dated fronts to a Pareto plot, oldest first: each its label and its corners in shares of the plot."""
    group = layer(root, class_="lines dated")
    for index, (_, corners) in enumerate(fronts):
        age = len(fronts) - 1 - index
        points = " ".join(f"{units(across)},{units(down)}" for across, down in corners)
        svg(group, "polyline", class_=f"front age-{age}", points=points)
    for index, (label, corners) in enumerate(fronts):
        if corners:
            across, down = corners[0] if index % 2 else corners[-1]
            svg(root, "text", label, class_="event", x=percent(across), y=percent(down), dy="-8",
                text_anchor="middle", aria_hidden="true")  # fmt: skip
