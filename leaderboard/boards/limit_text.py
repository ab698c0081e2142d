"""A limit on a metric as it may be typed: a number in the metric's own unit, or with a unit behind it."""

from decimal import Decimal
from math import isfinite

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from leaderboard.boards.address_values import MAX_TEXT, Ignored
from leaderboard.metrics.definition import Metric
from leaderboard.metrics.registry import METRICS

_PREFIXES = {"n": "1e-9", "u": "1e-6", "µ": "1e-6", "μ": "1e-6", "m": "1e-3", "k": "1e3", "": "1"}
_BYTES = {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "B": 1}


def read_limit(text: str, metric: str) -> float:
    """Read `0.95`, `95 %` or `20 µs`; raises Ignored, which says how to write it."""
    units = _units_of(METRICS[metric])
    written = text.strip() if len(text) <= MAX_TEXT else ""
    unit = next((unit for unit in units if written.endswith(unit)), "")
    try:
        number = float(Decimal(written.removesuffix(unit).strip()) * units.get(unit, 1))
    except (ArithmeticError, ValueError):
        number = float("nan")
    if not isfinite(number):
        known = ", ".join(units) or _("it has none")
        raise Ignored(
            format_lazy(_("A limit is a number in the metric's own unit, or with a unit: {known}."), known=known)
        )
    if number > 1 and METRICS[metric].shown_unit == "%":
        raise Ignored(_("It is a fraction of 1: for 95 % write 0.95 or 95 %."))
    return number


def _units_of(metric: Metric) -> dict[str, Decimal]:
    """Return what a unit behind the number multiplies by; one that ends another comes after it."""
    if metric.shown_unit == "%":
        return {"%": Decimal("0.01")}
    if metric.unit == "B":
        return {unit: Decimal(size) for unit, size in _BYTES.items()}
    if metric.unit in {"s", "J", "W"}:
        return {prefix + metric.unit: Decimal(factor) for prefix, factor in _PREFIXES.items()}
    return {}
