"""Reported figures in words: what a paper calls a metric, its units, and the metric here that says the nearest."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import numbers
from frontend.present.registry import METRICS
from frontend.present.words import Words
from leaderboard.boards.literature.selectors import Figure

NEAREST: Mapping[str, str] = {
    "compression_ratio": "artefact_bytes",
    "cost_ratio": "cost_per_item_usd",
    "energy": "energy_per_item_j",
    "energy_efficiency_ratio": "energy_per_item_j",
    "ipw_ratio": "ipw",
    "latency": "latency_p50_s",
    "memory": "memory_peak_bytes",
    "memory_reduction": "memory_peak_bytes",
    "power": "mean_power_w",
    "speedup": "latency_p50_s",
    "throughput": "throughput_per_s",
    "tokens_reduction": "output_tokens_mean",
    "ttft": "ttft_p50_s",
}
"""Where a reader finds how Perwatt measures something of the kind. It is not the same quantity."""

METRIC_NAMES: Mapping[str, Words] = {
    "compression_ratio": gettext_lazy("Compression"),
    "cost_ratio": gettext_lazy("Cost"),
    "coverage": gettext_lazy("Queries answered"),
    "energy": gettext_lazy("Energy"),
    "energy_efficiency_ratio": gettext_lazy("Energy efficiency"),
    "flops": gettext_lazy("Operations"),
    "ipw_ratio": gettext_lazy("Intelligence per watt"),
    "latency": gettext_lazy("Latency"),
    "memory": gettext_lazy("Memory"),
    "memory_reduction": gettext_lazy("Memory saved"),
    "miou": gettext_lazy("Mean intersection over union"),
    "other": gettext_lazy("Something else"),
    "power": gettext_lazy("Power"),
    "speedup": gettext_lazy("Speed-up"),
    "throughput": gettext_lazy("Throughput"),
    "tokens_reduction": gettext_lazy("Tokens saved"),
    "ttft": gettext_lazy("Time to first token"),
}
COSTS = frozenset({"cost_ratio", "energy", "flops", "latency", "memory", "parameters", "power", "ttft"})
"""Less of these is better, so that a factor of them has to say which way it goes."""
GROUPED_FROM = 1e5
ENERGIES = frozenset({"energy", "energy_efficiency_ratio", "ipw_ratio", "power"})

UNIT_NAMES: Mapping[str, Words] = {
    "1": "",
    "f1": "F1",
    "f1_percent": gettext_lazy("% F1"),
    "percent": "%",
    "percent_drop": gettext_lazy("% drop"),
    "percent_gain": gettext_lazy("% gain"),
    "percent_increase": gettext_lazy("% increase"),
    "percent_of_baseline": gettext_lazy("% of the baseline"),
    "percent_of_peak": gettext_lazy("% of the hardware’s peak"),
    "percent_reduction": gettext_lazy("% reduction"),
    "pp": gettext_lazy("percentage points"),
    "x": "×",
}
COUNTS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
BOUND_NAMES: Mapping[str, Words] = {
    "about": gettext_lazy("about"),
    "as few as": gettext_lazy("as few as"),
    "as much as": gettext_lazy("as much as"),
    "at least": gettext_lazy("at least"),
    "at most": gettext_lazy("at most"),
    "below": gettext_lazy("below"),
    "can achieve": gettext_lazy("can achieve"),
    "close to": gettext_lazy("close to"),
    "more than": gettext_lazy("more than"),
    "nearly": gettext_lazy("nearly"),
    "over": gettext_lazy("over"),
    "up to": gettext_lazy("up to"),
    "up to about": gettext_lazy("up to about"),
    "within": gettext_lazy("within"),
}


def metric_name(metric: str) -> str:
    if metric in METRICS:
        return METRICS[metric].name
    return str(METRIC_NAMES.get(metric, metric.replace("_", " ")))


def glossary_key(metric: str) -> str:
    """The metric of the glossary that this is, or is nearest to; empty for none."""
    return metric if metric in METRICS else NEAREST.get(metric, "")


def has_energy(figure: Figure) -> bool:
    metric = METRICS.get(figure.metric)
    return figure.metric in ENERGIES or (metric is not None and metric.scoped)


def value_words(figure: Figure) -> str:
    """The figure as it was published, with its bound and unit: `up to 2.3 ×`."""
    parts = [_number(figure), _unit(figure)]
    if figure.bound:
        parts.insert(0, str(BOUND_NAMES.get(figure.bound, figure.bound)))
    return numbers.SPACE.join(part for part in parts if part)


def baseline_words(figure: Figure) -> str:
    """What a ratio or a difference is to; empty for a figure that stands alone."""
    if figure.baseline == "not named":
        return _("a baseline that is not named")
    return figure.baseline


def _number(figure: Figure) -> str:
    value = figure.value
    if figure.measured_here:
        value = METRICS[figure.metric].display(value)
    if figure.metric == "parameters":
        return _counted(value)
    if abs(value) >= GROUPED_FROM and value == round(value):
        return numbers.fixed(value, 0)
    return f"{value:.10g}".replace("-", numbers.MINUS)


def _counted(value: float) -> str:
    """As papers name the sizes of models: 8.3 B, with every digit that was published."""
    step, letter = next(((step, letter) for step, letter in COUNTS if abs(value) >= step), (1.0, ""))
    return numbers.SPACE.join(part for part in (f"{value / step:.10g}", letter) if part)


def _unit(figure: Figure) -> str:
    if figure.measured_here:
        return numbers.unit_of(METRICS[figure.metric])
    if figure.unit == "x" and figure.metric in COSTS:
        return _("× less") if figure.better == "higher" else _("× more")
    return str(UNIT_NAMES.get(figure.unit, figure.unit.replace("_", " ")))
