"""The limits that a board's form has fields for: on what the board itself is scored by, and on what is asked."""

from dataclasses import dataclass
from math import isfinite
from statistics import median

from frontend import numbers
from frontend.present import words
from frontend.present.registry import METRICS
from leaderboard.boards.columns import LATENCIES
from leaderboard.boards.rows import BoardView
from leaderboard.metrics.definition import Metric

BOUNDS = {"min": "minimum", "max": "maximum"}
"""The field of a view by the bound that its address names."""

_MIB = 1024**2


@dataclass(frozen=True, slots=True)
class Limit:
    """`example` is a value that the board could be asked for, as it may be typed."""

    name: str
    label: str
    value: str
    example: str


def limits_of(view: BoardView) -> tuple[Limit, ...]:
    """The board's quality, latency and energy as far as it has them, what is plotted, and what the address limits."""
    own = [key for key in view.grammar.columns if key in {"accuracy", "energy_per_item_j", *LATENCIES}]
    # What is plotted has a limit to be dragged, which the field is for.
    offered = dict.fromkeys((*(key for key in own if _values(view, key)), view.view.x, view.view.y))
    pairs = [("max" if METRICS[key].direction == "lower" else "min", key) for key in offered]
    asked = [(bound, key) for bound, field in BOUNDS.items() for key in getattr(view.view, field)]
    return tuple(limit_of(view, bound, key) for bound, key in dict.fromkeys([*pairs, *asked]))


def limit_of(view: BoardView, bound: str, key: str) -> Limit:
    metric = METRICS[key]
    value = getattr(view.view, BOUNDS[bound]).get(key)
    said = words.limit_name(bound, metric.name)
    # Of what has no unit that may be written behind a number, the label has it.
    own = metric.unit not in {"1", "B"} and not _takes_unit(metric)
    label = f"{said} ({metric.unit})" if own else said
    return Limit(f"{bound}.{key}", label, "" if value is None else typed(value, metric), _example(view, metric))


def _values(view: BoardView, key: str) -> list[float]:
    cells = [row.cells[key].value for row in view.board_rows if key in row.cells]
    return [value for value in cells if value is not None and isfinite(value)]


def typed(value: float, metric: Metric) -> str:
    """A limit as somebody would type it, which the address reads back."""
    if _takes_unit(metric):
        scale = numbers.scale_of(metric, [value])
        return f"{value * scale.factor:g} {scale.unit}"
    return f"{value:g}"


def _takes_unit(metric: Metric) -> bool:
    return metric.shown_unit == "%" or numbers.is_prefixed(metric)


def _example(view: BoardView, metric: Metric) -> str:
    """The board's middle value in two digits."""
    values = _values(view, metric.key)
    if not values:
        return ""
    middle = float(f"{median(values):.1e}")
    # Plain digits: nobody types a limit as a power of ten.
    return f"{middle / _MIB:.2g} MiB" if metric.unit == "B" and middle >= _MIB else typed(middle, metric)
