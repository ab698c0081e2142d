"""The form of a choice: what can be asked of a board, in units that its values have, and what each input leaves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import numbers
from frontend.present import words
from frontend.present.filters import told_apart
from frontend.present.orders import Option
from frontend.present.registry import METRICS
from leaderboard.boards.address import number_text
from leaderboard.boards.choose.address import CHARGE_J, LATENCIES, USUAL_NEEDS
from leaderboard.boards.choose.shapes import BoardName, Choosing, Need
from leaderboard.boards.rows import BoardView, Choice, Row

NEED_WORDS: Mapping[Need, words.Words] = {
    "energy": gettext_lazy("Lowest energy"),
    "quality": gettext_lazy("Highest quality"),
    "latency": gettext_lazy("Lowest latency"),
    "memory": gettext_lazy("Least memory"),
    "price": gettext_lazy("Lowest price"),
}
_UNITS = {"ns": "ns", "µs": "us", "ms": "ms", "s": "s"}
_ENERGY_UNITS = {"nJ": "nj", "µJ": "uj", "mJ": "mj", "J": "j", "kJ": "kj"}
_FORM_LIMITS = frozenset(
    {"min.accuracy", "max.energy_per_item_j", "max.memory_peak_bytes", "max.cost_per_item_usd"}
    | {f"max.{metric}" for metric in LATENCIES}
)


@dataclass(frozen=True, slots=True)
class NumberField:
    """`leaves` is empty where the input is."""

    name: str
    label: str
    unit: str
    value: str
    leaves: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Preference:
    """One need in the order of preference; `up` and `down` are the whole order after the press, empty at an end."""

    name: words.Words
    up: str
    down: str


def small_form(boards: Iterable[BoardName], classes: Iterable[str]) -> Mapping[str, Any]:
    """What `parts/choose_form.html` shows: task, device class and top need."""
    return {
        "boards": [(board.slug, board.title) for board in boards],
        "classes": list(classes),
        "needs": [(need, NEED_WORDS[need]) for need in USUAL_NEEDS],
    }


def form_of(shown: Choosing, view: BoardView) -> Mapping[str, Any]:
    return {
        "boards": [Option(board.slug, board.title, board.slug == view.slug) for board in shown.boards],
        "scopes": view.scopes if len(view.scopes) > 1 else (),
        "devices": _devices(view),
        "device_leaves": _condition_leaves(shown, ("dev", "class")),
        "quality": _quality(shown) if "quality" in shown.offered else None,
        "percentiles": _percentiles(shown, view),
        "latency": _latency(shown, view) if "latency" in shown.offered else None,
        "energy": _energy(shown, view) if "energy" in shown.offered else None,
        "energy_units": _energy_units(view),
        "memory": _memory(shown) if "memory" in shown.offered else None,
        "price": _price(shown) if "price" in shown.offered else None,
        "licences": _licences(shown),
        "licence_leaves": _condition_leaves(shown, ("licence",)),
        "hidden": _hidden(shown, view),
        "preferences": _preferences(shown),
        "pref": "~".join(shown.pref),
        "left_out": _left_out(shown),
    }


def leaves(count: int, total: int) -> str:
    return _("leaves %(count)d of %(total)d") % {"count": count, "total": total}


def plain(value: float) -> str:
    """A number for an input: no grouping, no exponent, six digits at most."""
    text = f"{value:.{max(0, numbers.decimals_of(value, 6))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _leaves(shown: Choosing, key: str) -> str:
    total = shown.view.total if shown.view else 0
    return next((leaves(limit.leaves, total) for limit in shown.limits if limit.key == key), "")


def _condition_leaves(shown: Choosing, keys: Sequence[str]) -> str:
    total = shown.view.total if shown.view else 0
    return next((leaves(one.leaves, total) for one in shown.conditions if one.key in keys), "")


def _asked(shown: Choosing, key: str) -> float | None:
    return next((limit.value for limit in shown.limits if limit.key == key), None)


def _shown(value: float | None, factor: float) -> str:
    return "" if value is None else plain(value * factor)


def _devices(view: BoardView) -> list[Option]:
    found = [Option("", _("any"), chosen=False)]
    found += [_option("class", choice, _("any %s")) for choice in view.choices.get("class", ())]
    found += [_option("dev", choice, "%s") for choice in told_apart(view.choices.get("dev", ()))]
    return found


def _option(key: str, choice: Choice, said: str) -> Option:
    return Option(f"{key}:{choice.value}", f"{said % choice.label} ({choice.count})", choice.chosen)


def _quality(shown: Choosing) -> NumberField:
    value = _shown(_asked(shown, "min.accuracy"), 100)
    return NumberField("quality", _("Accuracy at least"), "%", value, _leaves(shown, "min.accuracy"))


def _percentiles(shown: Choosing, view: BoardView) -> list[Option]:
    chosen = shown.offered.get("latency", LATENCIES[0])
    present = [metric for metric in LATENCIES if any(_value(row, metric) is not None for row in view.board_rows)]
    return [Option(metric, METRICS[metric].name, metric == chosen) for metric in present]


def _latency(shown: Choosing, view: BoardView) -> NumberField:
    metric = shown.offered["latency"]
    scale = numbers.scale_of(METRICS[metric], [_value(row, metric) for row in view.board_rows])
    key = f"max.{metric}"
    return NumberField(
        f"latency_{_UNITS[scale.unit]}",
        _("Latency at most"),
        scale.unit,
        _shown(_asked(shown, key), scale.factor),
        _leaves(shown, key),
    )


def _energy_scale(view: BoardView) -> numbers.Scale:
    return numbers.scale_of(METRICS["energy_per_item_j"], [_value(row, "energy_per_item_j") for row in view.board_rows])


def _energy(shown: Choosing, view: BoardView) -> NumberField:
    key = "max.energy_per_item_j"
    asked, scale = _asked(shown, key), _energy_scale(view)
    hint = ""
    if asked:
        queries = numbers.significant(float(f"{CHARGE_J / asked:.3g}"))
        hint = _("%s queries per charge of 50 Wh") % queries
    return NumberField("energy", _("Energy budget"), scale.unit, _shown(asked, scale.factor), _leaves(shown, key), hint)


def _energy_units(view: BoardView) -> list[Option]:
    unit = _energy_scale(view).unit
    return [
        Option(_ENERGY_UNITS.get(unit, "j"), _("%s per query, at most") % unit, chosen=True),
        Option("charge", _("queries per 50 Wh charge, at least"), chosen=False),
    ]


def _memory(shown: Choosing) -> NumberField:
    key = "max.memory_peak_bytes"
    return NumberField(
        "memory_mib", _("Peak memory at most"), "MiB", _shown(_asked(shown, key), 2**-20), _leaves(shown, key)
    )


def _price(shown: Choosing) -> NumberField:
    key = "max.cost_per_item_usd"
    value = _shown(_asked(shown, key), 1e6)
    return NumberField("price_per_million", _("Price at most"), _("USD per million items"), value, _leaves(shown, key))


def _licences(shown: Choosing) -> list[Option]:
    """Only where there is a choice."""
    if len(shown.licences) < 2 and not shown.licence:
        return []
    options = [
        Option(name, f"{name} ({count})", name in shown.licence) for name, count in shown.licences.items() if name
    ]
    return [Option("", _("any"), not shown.licence), *options]


def _hidden(shown: Choosing, view: BoardView) -> list[tuple[str, str]]:
    """What the address asks for and the form has no field of."""
    state = view.view
    found = [(limit.key, number_text(limit.value)) for limit in shown.limits if limit.key not in _FORM_LIMITS]
    named = shown.offered.get("latency")
    found += [
        (f"max.{metric}", number_text(state.maximum[metric]))
        for metric in LATENCIES
        if metric in state.maximum and metric != named
    ]
    found += [(one.key, "~".join(one.values)) for one in shown.conditions if one.key not in {"dev", "class", "licence"}]
    sources = "~".join(state.src)
    if state.src != view.grammar.sources.get(state.scope, ()):
        found.append(("src", sources))
    return found


def _preferences(shown: Choosing) -> list[Preference]:
    """Of what the board has values for; what it has none of keeps its place in the order and is not shown."""
    order, places = shown.pref, [place for place, need in enumerate(shown.pref) if need in shown.offered]
    return [
        Preference(
            NEED_WORDS[order[place]],
            up=_swapped(order, place, places[index - 1]) if index else "",
            down=_swapped(order, place, places[index + 1]) if index < len(places) - 1 else "",
        )
        for index, place in enumerate(places)
    ]


def _swapped(order: Sequence[Need], one: int, other: int) -> str:
    moved = list(order)
    moved[one], moved[other] = moved[other], moved[one]
    return "~".join(moved)


def _left_out(shown: Choosing) -> list[str]:
    """What a reader might look for and why it is not there."""
    reasons: Mapping[Need, str] = {
        "quality": _("No accuracy is known here."),
        "energy": _("No energy is known here."),
        "latency": _("No latency is known here."),
        "memory": _("No peak memory is known here."),
        "price": _("No price: no tariff or no energy is known here."),
    }
    found = [reason for need, reason in reasons.items() if need not in shown.offered]
    if len(shown.licences) < 2:
        found.append(_("All entries here have one licence."))
    return [*found, _("No “my devices”: devices belong to no account.")]


def _value(row: Row, metric: str) -> float | None:
    cell = row.cells.get(metric)
    return cell.value if cell else None
