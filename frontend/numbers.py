"""How a number is written for a reader. No page, chart or table formats a number anywhere else.

Decimals follow the interval: two significant digits of its half-width decide the last digit shown. Without an
interval three significant digits are shown, and of an estimate never more than two.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from leaderboard.boards.rows import Cell
from leaderboard.metrics.definition import Metric
from leaderboard.protocol import Provenance

MINUS = "\N{MINUS SIGN}"
GROUP = "\N{NARROW NO-BREAK SPACE}"
SPACE = "\N{NO-BREAK SPACE}"
TO = "\N{EN DASH}"
ABSENT = "\N{EN DASH}"
INFINITE = "∞"
MOST_DECIMALS = 12
ESTIMATE_DIGITS = 2
PLAIN_DIGITS = 3
MOST_DIGITS = 4
"""An interval may be narrower than anybody reads: beyond these, digits are noise to the eye."""

PREFIXES = (
    (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"),
)  # fmt: skip
PREFIXED_UNITS = frozenset({"s", "J", "W"})
LEAST_COUNTED = 0.05
"""What is counted for more items (money) is counted for enough that no less than this is read."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What stored values are multiplied by for a column or an axis, and the unit that then stands in its header."""

    factor: float
    unit: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is shown: the text, its interval in the same decimals, and half of that interval."""

    text: str
    interval: str = ""
    plus_minus: str = ""


def decimals_of(size: float, digits: int) -> int:
    """Return how many decimals show `digits` significant digits of `size`; negative: round to tens, hundreds, ..."""
    if not math.isfinite(size) or size == 0:
        return 0
    # 0.0996 to two digits is 0.10, one decimal less than its own logarithm says: round first.
    exponent = int(f"{abs(size):.{digits - 1}e}".partition("e")[2])
    return min(digits - 1 - exponent, MOST_DECIMALS)


def fixed(value: float, decimals: int) -> str:
    if math.isinf(value):
        return INFINITE if value > 0 else MINUS + INFINITE
    # Rounding up the largest floats would leave their range.
    rounded = round(value, decimals) if abs(value) < 1e300 else value
    text = f"{abs(rounded):,.{max(decimals, 0)}f}".replace(",", GROUP)
    return MINUS + text if rounded < 0 else text


def significant(value: float, digits: int = PLAIN_DIGITS) -> str:
    return fixed(value, decimals_of(value, digits))


def compact(value: float) -> str:
    """The shortest form, for ticks and counts: 0.5, 20, 1 000."""
    return (
        fixed(value, max(0, decimals_of(value, PLAIN_DIGITS))).rstrip("0").rstrip(".") if value % 1 else fixed(value, 0)
    )


def prefix_of(value: float) -> tuple[float, str]:
    size = abs(value)
    if size == 0 or not math.isfinite(size):
        return 1.0, ""
    # 999.6 µs to three digits is 1.00 ms.
    size = float(f"{size:.2e}")
    return next(((step, letter) for step, letter in PREFIXES if size >= step), PREFIXES[-1])


def with_unit(text: str, unit: str) -> str:
    between = f"{SPACE}×{SPACE}" if unit.startswith("10") else SPACE
    return f"{text}{between}{unit}" if unit else text


def si(value: float, unit: str, digits: int = PLAIN_DIGITS) -> str:
    """`0.00042 s` as `420 µs`."""
    step, letter = prefix_of(value)
    return with_unit(significant(value / step, digits), letter + unit)


def si_tick(value: float, unit: str) -> str:
    step, letter = prefix_of(value)
    return with_unit(compact(float(f"{value / step:.6g}")), letter + unit)


def unit_of(metric: Metric) -> str:
    return "" if metric.shown_unit == "1" else metric.shown_unit


def is_prefixed(metric: Metric) -> bool:
    return not metric.display_unit and metric.unit in PREFIXED_UNITS


def scale_of(metric: Metric, values: Iterable[float | None]) -> Scale:
    """One unit for a whole column, chosen by its middle value, so that milliseconds and seconds never mix."""
    finite = [abs(value) for value in values if value is not None and math.isfinite(value) and value != 0]
    if metric.counted_for and finite:
        typical = median(finite)
        legible = (scale for scale in metric.counted_for if typical * scale[0] >= LEAST_COUNTED)
        return Scale(*next(legible, metric.counted_for[-1]))
    if not is_prefixed(metric):
        return Scale(metric.display_factor, unit_of(metric))
    step, letter = prefix_of(median(finite)) if finite else (1.0, "")
    return Scale(1 / step, letter + metric.unit)


def digits_allowed(cell: Cell) -> int:
    return ESTIMATE_DIGITS if cell.provenance is Provenance.ESTIMATED else PLAIN_DIGITS


def has_interval(cell: Cell) -> bool:
    return cell.low is not None and cell.high is not None and math.isfinite(cell.low) and cell.high > cell.low


def decimals_for(cell: Cell, factor: float) -> int:
    value = (cell.value or 0.0) * factor
    if cell.low is None or cell.high is None or not has_interval(cell) or not math.isfinite(cell.high):
        return decimals_of(value, digits_allowed(cell))
    decimals = decimals_of((cell.high - cell.low) * factor / 2, 2)
    most = ESTIMATE_DIGITS if cell.provenance is Provenance.ESTIMATED else MOST_DIGITS
    return min(decimals, decimals_of(value, most)) if value else decimals


def figure(cell: Cell, scale: Scale) -> Figure:
    """The cell in the column's unit. Call it for a cell that has a value."""
    value = cell.value
    if value is None:
        return Figure(ABSENT)
    if math.isinf(value):
        return Figure(INFINITE)
    decimals = decimals_for(cell, scale.factor)
    text = "0" if value == 0 else fixed(value * scale.factor, decimals)
    if cell.low is None or cell.high is None or not has_interval(cell):
        return Figure(text)
    low, high = cell.low * scale.factor, cell.high * scale.factor
    half = max(value * scale.factor - low, high - value * scale.factor)
    ends = fixed(low, decimals), fixed(high, decimals)
    # An interval inside the last digit shown (an estimate's, mostly) would only repeat the value.
    if ends[0] == ends[1]:
        return Figure(text)
    return Figure(text, TO.join(ends), f"±{fixed(half, max(decimals, decimals_of(half, 1)))}")


def in_words(cell: Cell, metric: Metric) -> str:
    """The value with its unit and interval, for a sentence: `31.2 µs (30.1-32.6)`."""
    if cell.value is None:
        return ABSENT
    scale = scale_of(metric, [cell.value])
    shown = figure(cell, scale)
    text = with_unit(shown.text, scale.unit)
    return f"{text} ({shown.interval})" if shown.interval else text


def brief(cell: Cell, metric: Metric) -> str:
    """The value alone, in at most three digits, for a sentence that names several."""
    if cell.value is None:
        return ABSENT
    scale = scale_of(metric, [cell.value])
    shown = cell.value * scale.factor
    return with_unit("0" if shown == 0 else significant(shown, digits_allowed(cell)), scale.unit)


def counted(count: int, one: str, many: str = "") -> str:
    return f"{fixed(count, 0)} {one if count == 1 else many or one + 's'}"


def bytes_in_words(count: int) -> str:
    size, unit = float(count), "B"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            break
        size /= 1024
    return with_unit(significant(size) if unit != "B" else fixed(size, 0), unit)
