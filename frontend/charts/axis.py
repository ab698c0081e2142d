"""An axis: which value stands where, and what is written beside it. Fractions run from 0 (low) to 1 (high)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from frontend import numbers
from leaderboard.metrics.definition import Metric

MOST_TICKS = 7
LOG_FROM_RATIO = 20.0
PAD = 0.07
"""Share of the span that is left free at either end."""
INTERVAL_SHARE = 0.25
"""Intervals may widen the axis by this share of the values' span; longer whiskers end at the edge."""
FARTHEST = 1e200
NEAREST = 1e-9
"""A part of an axis ends no farther out, in its unit or in fractions of it, and is no smaller a share of its ends."""


@dataclass(frozen=True, slots=True)
class Tick:
    place: float
    label: str


@dataclass(frozen=True, slots=True)
class AxisWords:
    """What an axis says of its metric, and of points that have no place on it; the page translates it."""

    name: str = ""
    """The metric's, inside a sentence; without one its own is taken."""
    lower: str = "lower is better"
    higher: str = "higher is better"
    log: str = "log scale"
    missing: str = "{count} without {name}"
    missing_why: str = "{count} without {name}: {why}"
    infinite: str = "{count} never correct: {name} infinite"
    not_positive: str = "{count} at zero or below: not on a log scale"


@dataclass(frozen=True, slots=True)
class Axis:
    metric: Metric
    low: float
    high: float
    log: bool
    ticks: tuple[Tick, ...]
    minor: tuple[float, ...]
    unit: str
    factor: float = 1.0
    """What values are multiplied by to be in `unit`."""
    words: AxisWords = AxisWords()

    @property
    def title(self) -> str:
        named = f"{self.metric.name} ({self.unit})" if self.unit else self.metric.name
        better = self.words.lower if self.metric.direction == "lower" else self.words.higher
        return ", ".join((named, *((self.words.log,) if self.log else ()), better))

    def place(self, value: float | None) -> float | None:
        """Return the fraction for a value, or None for one that has no place on this axis."""
        if value is None or not math.isfinite(value) or (self.log and value <= 0):
            return None
        return _share(value, self.low, self.high, log=self.log)

    def value(self, fraction: float) -> float:
        """Return the value that stands at a fraction."""
        if self.log:
            return math.exp(math.log(self.low) + fraction * (math.log(self.high) - math.log(self.low)))
        return self.low + fraction * (self.high - self.low)

    def range(self, low: float, high: float) -> str:
        """Return the metric's name and two values of it, or one where they are shown alike."""
        ends = dict.fromkeys(self._said(end) for end in (low, high))
        return f"{self.metric.name}: {' – '.join(ends)}"

    def _said(self, value: float) -> str:
        if numbers.is_prefixed(self.metric):
            return numbers.si(value, self.metric.unit)
        return numbers.with_unit(numbers.significant(value * self.factor), self.unit)

    def ticks_between(self, low: float, high: float) -> tuple[tuple[float, str], ...]:
        """Return values with their labels for a part of the axis."""
        scale = numbers.Scale(self.factor, self.unit)
        return tuple(
            (tick, _label(self.metric, tick, scale)) for tick in _ticks(low, high, self.metric, scale, log=self.log)
        )

    def clamp(self, value: float) -> float:
        """Return the fraction for the end of a whisker, kept inside the plot."""
        if math.isinf(value):
            return 1.0 if value > 0 else 0.0
        if self.log and value <= 0:
            return 0.0
        return min(1.0, max(0.0, _share(value, self.low, self.high, log=self.log)))


def _share(value: float, low: float, high: float, *, log: bool) -> float:
    if log:
        return (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
    return (value - low) / (high - low)


def make_axis(
    metric: Metric,
    values: Iterable[float | None],
    ends: Iterable[float | None] = (),
    wanted: str | None = None,
    words: AxisWords = AxisWords(),
) -> Axis:
    """Return the axis for all `values` of a board; `ends` are interval ends, `wanted` is "log", "lin" or None."""
    finite = [value for value in values if value is not None and math.isfinite(value)]
    log = _is_log(metric, finite, wanted)
    if log:
        finite = [value for value in finite if value > 0]
    low, high = _span(finite, [end for end in ends if end is not None and math.isfinite(end)], log=log)
    # Ticks with SI prefixes carry their own unit; the others share the one that a table's column would have.
    scale = numbers.Scale(1.0, "") if numbers.is_prefixed(metric) else numbers.scale_of(metric, finite)
    # Without a value there is nothing to measure out: numbers beside the axis would be made up.
    shown = _ticks(low, high, metric, scale, log=log) if finite else []
    ticks = tuple(Tick(_share(tick, low, high, log=log), _label(metric, tick, scale)) for tick in shown)
    minor = _minor(low, high, scale) if log and finite else ()
    return Axis(metric, low, high, log, ticks, minor, scale.unit, scale.factor, words)


def windowed(axis: Axis, low: float, high: float) -> Axis:
    """Return a part of an axis, on the same scale and in the same unit; all of it where the part can't be drawn."""
    if not _can_show(low, high, log=axis.log):
        return axis
    scale = numbers.Scale(axis.factor, axis.unit)
    shown = _ticks(low, high, axis.metric, scale, log=axis.log) if axis.ticks else []
    return replace(
        axis,
        low=low,
        high=high,
        ticks=tuple(Tick(_share(tick, low, high, log=axis.log), _label(axis.metric, tick, scale)) for tick in shown),
        minor=_minor(low, high, scale) if axis.log and axis.ticks else (),
    )


def _can_show(low: float, high: float, *, log: bool) -> bool:
    """Whether there are numbers to write between two ends, however far or near they lie."""
    largest = max(abs(low), abs(high))
    if log and not 1 / FARTHEST <= low <= high <= FARTHEST:
        return False
    return largest <= FARTHEST and high - low > max(largest * NEAREST, 1 / FARTHEST)


def _is_log(metric: Metric, finite: Sequence[float], wanted: str | None) -> bool:
    positive = [value for value in finite if value > 0]
    if not positive or wanted == "lin":
        return False
    return wanted == "log" or (metric.log_default and max(positive) / min(positive) >= LOG_FROM_RATIO)


def _span(values: Sequence[float], ends: Sequence[float], *, log: bool) -> tuple[float, float]:
    if not values:
        return (1.0, 10.0) if log else (0.0, 1.0)
    to, back = (math.log, _exp) if log else (_same, _same)
    low, high = to(min(values)), to(max(values))
    room = (high - low) * INTERVAL_SHARE
    usable = [to(end) for end in ends if end > 0 or not log]
    low = max(min([low, *usable]), low - room)
    high = min(max([high, *usable]), high + room)
    # One value, or equal ones, still need an axis with two ends.
    if low == high == 0 and not log:
        return -PAD, 1.0
    pad = (high - low) * PAD or (0.5 if log else abs(high) * 0.1)
    return back(low - pad), back(high + pad)


def _exp(value: float) -> float:
    """Never overflows, whatever an agent reports."""
    return math.exp(min(690.0, max(-690.0, value)))


def _same(value: float) -> float:
    return value


def _label(metric: Metric, value: float, scale: numbers.Scale) -> str:
    if numbers.is_prefixed(metric):
        return numbers.si_tick(value, metric.unit)
    return numbers.compact(float(f"{value * scale.factor:.6g}"))


def _ticks(low: float, high: float, metric: Metric, scale: numbers.Scale, *, log: bool) -> list[float]:
    """Round numbers in the unit that is shown, not in the one that is stored."""
    ends = low * scale.factor, high * scale.factor
    found = _log_ticks(*ends) if log else _linear_ticks(*ends)
    # A share above 100 % is no tick, although the axis leaves room there.
    if metric.shown_unit == "%":
        found = [tick for tick in found if tick <= 100 + 1e-9]
    return [tick for tick in (tick / scale.factor for tick in found) if low <= tick <= high]


def _log_ticks(low: float, high: float) -> list[float]:
    for steps in ((1, 2, 5), (1, 5), (1,)):
        found = _decades(low, high, steps)
        if len(found) <= MOST_TICKS:
            break
    else:
        found = found[:: math.ceil(len(found) / MOST_TICKS)]
    return found if len(found) > 1 else _linear_ticks(low, high)


def _decades(low: float, high: float, steps: Iterable[int]) -> list[float]:
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = chain.from_iterable((step * 10.0**exponent for step in steps) for exponent in exponents)
    return [tick for tick in every if low <= tick <= high]


def _linear_ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / MOST_TICKS
    decade = 10.0 ** math.floor(math.log10(rough))
    step = next(decade * factor for factor in (1, 2, 5, 10) if decade * factor >= rough)
    first = math.ceil(low / step)
    return [index * step for index in range(first, math.floor(high / step) + 1)]


def _minor(low: float, high: float, scale: numbers.Scale) -> tuple[float, ...]:
    found = _decades(low * scale.factor, high * scale.factor, range(1, 10))
    # More lines than this are a grey area, not a grid.
    return tuple(_share(value / scale.factor, low, high, log=True) for value in found) if len(found) <= 60 else ()
