"""How a figure is written in a terminal: by the rules of the site, in characters that every terminal has.

Two significant digits of the interval's half-width decide the last digit shown; without an interval three significant
digits are, and of an estimate never more than two.
"""

import math
from dataclasses import dataclass

from leaderboard.metrics.definition import Metric
from leaderboard.protocol import MissingReason, Provenance
from leaderboard.scoring.run import Draft

_PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))
_PREFIXED = frozenset({"s", "J", "W"})
_PLAIN_DIGITS, _ESTIMATE_DIGITS, _MOST_DIGITS, _MOST_DECIMALS = 3, 2, 4, 12


@dataclass(frozen=True)
class Figure:
    """A value with its interval, or the reason why there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    missing: MissingReason | None = None
    is_estimate: bool = False

    @classmethod
    def of(cls, draft: Draft) -> "Figure":
        low, high = draft.bounds()
        value = None if draft.spread is None else draft.spread.value
        return cls(value, low, high, draft.missing, draft.provenance is Provenance.ESTIMATED)


def in_words(figure: Figure, metric: Metric) -> str:
    """`31.2 µs (30.1-32.6)`; a dash and the reason for what is missing."""
    if figure.value is None:
        reason = figure.missing.value.replace("_", " ") if figure.missing else "not measured"
        return f"- ({reason})"
    if math.isinf(figure.value):
        return "infinite (never correct)"
    factor, unit = _scale(figure.value, metric)
    value, decimals = figure.value * factor, _decimals(figure, factor)
    text = "0" if value == 0 else _fixed(value, decimals)
    if figure.low is not None and figure.high is not None and _is_wide(figure):
        low, high = _fixed(figure.low * factor, decimals), _fixed(figure.high * factor, decimals)
        if low != high:
            return f"{_with_unit(text, unit)} ({low}-{high})"
    return _with_unit(text, unit)


def _scale(value: float, metric: Metric) -> tuple[float, str]:
    unit = "" if metric.shown_unit == "1" else metric.shown_unit
    if metric.display_unit or metric.unit not in _PREFIXED or value == 0:
        return metric.display_factor, unit
    size = float(f"{abs(value):.2e}")  # 999.6 µs to three digits is 1.00 ms
    step, letter = next((pair for pair in _PREFIXES if size >= pair[0]), _PREFIXES[-1])
    return 1 / step, letter + metric.unit


def _is_wide(figure: Figure) -> bool:
    return figure.low is not None and figure.high is not None and math.isfinite(figure.low) and figure.high > figure.low


def _decimals(figure: Figure, factor: float) -> int:
    value = (figure.value or 0.0) * factor
    digits = _ESTIMATE_DIGITS if figure.is_estimate else _PLAIN_DIGITS
    if not _is_wide(figure) or figure.low is None or figure.high is None or not math.isfinite(figure.high):
        return _decimals_of(value, digits)
    decimals = _decimals_of((figure.high - figure.low) * factor / 2, 2)
    most = _ESTIMATE_DIGITS if figure.is_estimate else _MOST_DIGITS
    return min(decimals, _decimals_of(value, most)) if value else decimals


def _decimals_of(size: float, digits: int) -> int:
    """How many decimals show `digits` significant digits of `size`; 0.0996 to two digits is 0.10."""
    if not math.isfinite(size) or size == 0:
        return 0
    exponent = int(f"{abs(size):.{digits - 1}e}".partition("e")[2])
    return min(digits - 1 - exponent, _MOST_DECIMALS)


def _fixed(value: float, decimals: int) -> str:
    if math.isinf(value):
        return "infinite"
    return f"{round(value, decimals):,.{max(decimals, 0)}f}".replace(",", " ")


def _with_unit(text: str, unit: str) -> str:
    between = " x " if unit.startswith("10") else " "
    return f"{text}{between}{unit}" if unit else text
