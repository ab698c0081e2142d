"""The glossary, made from the registry of metrics."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present.registry import status_words, translated
from leaderboard.metrics.definition import Metric


@dataclass(frozen=True, slots=True)
class GlossaryGroup:
    name: str
    about: str
    metrics: tuple[Metric, ...]


def glossary_of(metrics: Iterable[Metric]) -> tuple[GlossaryGroup, ...]:
    known = list(metrics)
    carried = tuple(metric for metric in known if metric.scoped)
    others = tuple(metric for metric in known if not metric.scoped)
    return (
        GlossaryGroup(_("Quality, speed and size"), _("They need no energy reading."), others),
        GlossaryGroup(
            _("Energy, efficiency and cost"),
            _("Each carries the boundary of its energy source; boards never mix those."),
            carried,
        ),
    )


def page_of(metric: Metric) -> Mapping[str, Any]:
    example = metric.example
    return {
        "metric": metric,
        "status": status_words(metric.status),
        "better": translated(metric.direction),
        "arguments": [(name.replace("_", " "), _shown(value)) for name, value in example.arguments.items()],
        "expected": _shown(example.expected),
        "function": _public_name(example.function),
        "shown": metric.display_factor != 1,
        "displayed": numbers.with_unit(numbers.significant(metric.display(example.expected)), numbers.unit_of(metric)),
        "unit": numbers.unit_of(metric),
    }


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}".replace("-", numbers.MINUS)
    if isinstance(value, list | tuple):
        many = [_shown(item) for item in value[:12]]
        return f"[{', '.join(many)}{', …' if len(value) > 12 else ''}]"
    return str(value)


def _public_name(function: Callable[..., object]) -> str:
    """Where the library has the function; empty for what a worked example only puts together from several."""
    return "" if function.__name__.startswith("_") else f"{function.__module__}.{function.__name__}"
