"""Which devices a reader asked for: `class vendor scope quality state`, lists joined by `~`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.present import words
from frontend.present.devices import grade
from frontend.present.filters import WayOut
from frontend.present.hardware_words import vendor_name, vendor_slug
from leaderboard.boards.address import parse
from leaderboard.devices.models import Connection, Health
from leaderboard.devices.selectors import DeviceView
from leaderboard.protocol import Scope

KEYS = ("class", "vendor", "scope", "quality", "state")
TITLES: Mapping[str, str | Promise] = {
    "class": gettext_lazy("Class"),
    "vendor": gettext_lazy("Vendor"),
    "scope": gettext_lazy("Energy scope"),
    "quality": gettext_lazy("Energy quality"),
    "state": gettext_lazy("State"),
}
GRADES = "ABCDE"
NO_SOURCE = "none"
MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Filtered:
    devices: tuple[DeviceView, ...]
    chosen: Mapping[str, tuple[str, ...]]
    query: str
    ignored: tuple[str, ...]
    total: int


def traits(device: DeviceView) -> Mapping[str, frozenset[str]]:
    """Return what a device can be found by. Its three facts are three values of `state`, never one."""
    present = [source for source in device.sources if source.present]
    return {
        "class": frozenset({device.kind}),
        "vendor": frozenset({vendor_slug(device.vendor) or NO_SOURCE}),
        "scope": frozenset(source.scope for source in present) or frozenset({NO_SOURCE}),
        "quality": frozenset(grade(source) for source in present) or frozenset({NO_SOURCE}),
        "state": frozenset(slugify(word) for word in (device.connection, device.activity, device.health)),
    }


def filtered(devices: Sequence[DeviceView], query: str) -> Filtered:
    """Filter by what the query has of our keys; whatever else it has is ignored, and named in `ignored`."""
    known = {key: {value for device in devices for value in traits(device)[key]} for key in KEYS}
    known["state"] |= _states()
    known["quality"] |= set(GRADES)
    chosen: dict[str, tuple[str, ...]] = {}
    ignored: list[str] = []
    for key, text in parse(query):
        for value in dict.fromkeys(part for part in text.split("~") if part):
            now = vendor_slug(value) if key == "vendor" and value not in known[key] else value
            if key in KEYS and now in known[key]:
                chosen[key] = tuple(dict.fromkeys((*chosen.get(key, ()), now)))
            else:
                ignored.append(f"{key}={value}"[:MOST_SHOWN])
    found = tuple(device for device in devices if _matches(traits(device), chosen))
    return Filtered(found, chosen, written(chosen), tuple(ignored), len(devices))


def written(chosen: Mapping[str, Iterable[str]]) -> str:
    return "&".join(f"{key}={quote('~'.join(chosen[key]), safe='~')}" for key in KEYS if chosen.get(key))


def groups(devices: Sequence[DeviceView], shown: Filtered) -> list[Mapping[str, Any]]:
    """Return the choices of each key with the count of all devices that have it."""
    return [
        {"key": key, "title": TITLES[key], "choices": _choices(key, devices, shown.chosen.get(key, ()))} for key in KEYS
    ]


def ways_out(devices: Sequence[DeviceView], shown: Filtered) -> Sequence[WayOut]:
    """Each filter of a list that is empty as a link that drops it, with the devices that come back; then all."""
    ways = []
    for key in shown.chosen:
        rest = {other: values for other, values in shown.chosen.items() if other != key}
        count = sum(_matches(traits(device), rest) for device in devices)
        said = f"{str(TITLES[key]).lower()}: {', '.join(_label(key, value) for value in shown.chosen[key])}"
        text = _("Remove %(name)s, +%(count)d") % {"name": said, "count": count}
        ways.append(WayOut(f"/devices/?{written(rest)}" if rest else "/devices/", text))
    return (*ways, WayOut("/devices/", _("Clear all, +%d") % len(devices))) if len(ways) > 1 else ways


def _choices(key: str, devices: Sequence[DeviceView], chosen: Iterable[str]) -> list[Mapping[str, Any]]:
    counts: dict[str, int] = {}
    for device in devices:
        for value in traits(device)[key]:
            counts[value] = counts.get(value, 0) + 1
    picked = set(chosen)
    return [
        {"value": value, "label": _label(key, value), "count": counts.get(value, 0), "chosen": value in picked}
        for value in sorted({*counts, *picked})
    ]


def _label(key: str, value: str) -> str:
    if value == NO_SOURCE:
        return _("not stated") if key == "vendor" else _("no source")
    if key == "scope":
        return str(words.SCOPE_NAMES[Scope(value)])
    if key == "vendor":
        return vendor_name(value).replace("-", " ")
    return value.replace("-", " ") if key == "state" else value


def _matches(mine: Mapping[str, frozenset[str]], chosen: Mapping[str, tuple[str, ...]]) -> bool:
    """Values of one key are alternatives; those of the three facts of `state` are three questions."""
    for key, values in chosen.items():
        asked = [set(values)] if key != "state" else [fact & set(values) for fact in _facts()]
        if not all(mine[key] & one for one in asked if one):
            return False
    return True


def _facts() -> tuple[set[str], ...]:
    connection = {slugify(item.value) for item in Connection}
    health = {slugify(item.value) for item in Health}
    return connection, {"idle", "reserved", "running-a-job"}, health


def _states() -> set[str]:
    return set().union(*_facts())
