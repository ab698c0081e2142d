"""The address of a choice: the board's own keys, and `board`, `licence`, `pref`. Nothing in it is an error.

A form can't convert units, so it sends other keys (`quality`, `latency_us`, `energy` in `energy_as`, ...); they become
the limits that they mean, and the page goes to the address that says so.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import get_args
from urllib.parse import quote

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from leaderboard.boards.address_values import MAX_LIST, note
from leaderboard.boards.choose.shapes import Need
from leaderboard.boards.rows import Note

NEEDS: tuple[Need, ...] = get_args(Need)
USUAL_NEEDS: tuple[Need, ...] = ("energy", "quality", "latency")
"""What is asked of a choice unless the address names more."""

BOARD_KEYS = frozenset({"scope", "src", "dev", "class", "vendor", "quant", "engine", "batch", "org", "q"})
CHARGE_J = 50 * 3600.0
"""Joules in a charge of 50 Wh, a laptop's battery."""
LATENCIES = ("latency_p50_s", "latency_p90_s", "latency_p99_s")


@dataclass(frozen=True, slots=True)
class Wish:
    """What an address asks for. `query` is the part that the board's own grammar reads."""

    board: str = ""
    query: str = ""
    licence: tuple[str, ...] = ()
    pref: tuple[Need, ...] = USUAL_NEEDS


@dataclass(slots=True)
class _Reading:
    notes: list[Note]
    plain: dict[str, str] = field(default_factory=dict)
    limits: dict[str, str] = field(default_factory=dict)


def read(pairs: Iterable[tuple[str, str]]) -> tuple[Wish, list[Note]]:
    reading = _Reading([])
    given: dict[str, str] = {}
    for key, text in pairs:
        if key in given:
            note(reading.notes, key, text, _("The key stands here twice; the first one counts."))
        elif text.strip():
            given[key] = text
    latency = given.pop("latency_of", LATENCIES[0])
    if latency not in LATENCIES:
        note(
            reading.notes,
            "latency_of",
            latency,
            format_lazy(_("A latency is one of {known}; the median is taken."), known=", ".join(LATENCIES)),
        )
        latency = LATENCIES[0]
    energy = given.pop("energy_as", "j")
    if energy not in _ENERGY:
        note(
            reading.notes,
            "energy_as",
            energy,
            format_lazy(_("An energy is in one of {known}."), known=", ".join(_ENERGY)),
        )
    elif "energy" in given:
        _number("energy", given.pop("energy"), "max.energy_per_item_j", _ENERGY[energy], reading)
    given.pop("energy", None)
    for key, text in given.items():
        _read_one(key, text, latency, reading)
    plain = reading.plain
    wish = Wish(
        board=plain.pop("board", ""),
        licence=_words(plain.pop("licence", "")),
        pref=_pref(plain.pop("pref", ""), reading.notes),
        query=_joined({**plain, **reading.limits}),
    )
    return wish, reading.notes


def write(wish: Wish) -> str:
    """The query string, without `?`."""
    pref = "" if wish.pref == USUAL_NEEDS else "~".join(wish.pref)
    tail = _joined({"licence": "~".join(wish.licence), "pref": pref})
    return "&".join(part for part in (_joined({"board": wish.board}), wish.query, tail) if part)


def _read_one(key: str, text: str, latency: str, reading: _Reading) -> None:
    if key in BOARD_KEYS | {"board", "licence", "pref"} or key.startswith(("min.", "max.")):
        reading.plain[key] = text
    elif key == "device":
        _device(text, reading)
    elif key in _FORM:
        limit, convert = _FORM[key]
        _number(key, text, limit, convert, reading)
    elif key.startswith("latency_") and key.removeprefix("latency_") in _SECONDS:
        unit = _SECONDS[key.removeprefix("latency_")]
        _number(key, text, f"max.{latency}", lambda value: value * unit, reading)
    else:
        note(reading.notes, key, text, _("A choice has no such key."))


def _number(key: str, text: str, limit: str, convert: Callable[[float], float], reading: _Reading) -> None:
    try:
        # The board's own form writes accuracy as `95 %`; the same here is the same.
        plain = text.strip().removesuffix("%") if limit == "min.accuracy" else text
        value = convert(float(plain.strip().replace(",", ".")))
    except (ValueError, ZeroDivisionError, OverflowError):
        value = float("nan")
    if not isfinite(value) or value < 0:
        note(reading.notes, key, text, _("A limit is a plain number that is not negative."))
    elif limit in reading.limits:
        note(reading.notes, key, text, _("Another field already says this limit."))
    else:
        # Twelve digits: 97.5 % is 0.975, without what the conversion left in the last ones.
        reading.limits[limit] = repr(float(f"{value:.12g}"))


def _device(text: str, reading: _Reading) -> None:
    kind, _colon, value = text.partition(":")
    if kind in {"dev", "class"} and value:
        reading.plain[kind] = value
    else:
        note(reading.notes, "device", text, _("A device is dev:<slug> or class:<name>."))


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in text.split("~") if word))[:MAX_LIST]


def _pref(text: str, notes: list[Note]) -> tuple[Need, ...]:
    words = list(dict.fromkeys(word for word in text.split("~") if word))
    for word in words:
        if word not in NEEDS:
            note(notes, "pref", word, format_lazy(_("A preference is one of {known}."), known=", ".join(NEEDS)))
    named = [need for word in words for need in NEEDS if need == word]
    return (*named, *(need for need in USUAL_NEEDS if need not in named))


def _joined(parts: Mapping[str, str]) -> str:
    return "&".join(
        f"{quote(key, safe='.', errors='replace')}={quote(text, safe='~', errors='replace')}"
        for key, text in parts.items()
        if text
    )


_SECONDS: Mapping[str, float] = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
_ENERGY: Mapping[str, Callable[[float], float]] = {
    "nj": lambda value: value * 1e-9,
    "uj": lambda value: value * 1e-6,
    "mj": lambda value: value * 1e-3,
    "j": lambda value: value,
    "kj": lambda value: value * 1e3,
    "charge": lambda queries: CHARGE_J / queries,
}
"""`charge`: how many queries a charge of CHARGE_J must last for."""
_FORM: Mapping[str, tuple[str, Callable[[float], float]]] = {
    "quality": ("min.accuracy", lambda percent: percent / 100),
    "memory_mib": ("max.memory_peak_bytes", lambda mib: mib * 2**20),
    "price_per_million": ("max.cost_per_item_usd", lambda usd: usd / 1e6),
}
