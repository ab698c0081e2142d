"""One device: who it is, what it can do, where its joules come from, and what waits for it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import numbers
from frontend.present import words
from frontend.present.boundary import boundary_of
from frontend.present.device_index import strip_of, wait_words
from frontend.present.devices import grade, standing
from frontend.present.hardware_words import coded, fact_name, method_name, vendor_name
from leaderboard.catalog.models import RUNTIMES
from leaderboard.devices.availability import Availability
from leaderboard.devices.enrolling import DoctorLine
from leaderboard.devices.models import DeviceEvent
from leaderboard.devices.selectors import DeviceView, EventView, SourceView
from leaderboard.protocol import EnergyMethod, Provenance, Scope
from leaderboard.runs.device_queue import Queues

GRADES: Mapping[str, str | Promise] = {
    "A": gettext_lazy("calibrated external meter in line, clock-synchronised"),
    "B": gettext_lazy("external meter without calibration, or a board's shunt with documented accuracy"),
    "C": gettext_lazy("the vendor's cumulative energy counter"),
    "D": gettext_lazy("sampled power, integrated by the agent"),
    "E": gettext_lazy("a model or nameplate estimate; always called Estimated"),
}
# What a reader looks for, and the names that agents have for it.
_IDENTITY: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("Board or SoC"), ("board", "soc", "board_model")),
    (gettext_lazy("Operating system"), ("os",)),
    (gettext_lazy("Kernel"), ("kernel",)),
    (gettext_lazy("Driver"), ("driver", "nvidia_driver")),
    (gettext_lazy("Power mode"), ("power_mode", "nvpmodel", "governor")),
    (gettext_lazy("Cooling"), ("cooling", "fan")),
)


def device_context(
    device: DeviceView, events: Sequence[EventView], queues: Queues, seen: Availability
) -> Mapping[str, Any]:
    present = [source for source in device.sources if source.present]
    return {
        "device": device,
        "vendor": vendor_name(device.vendor),
        "standing": standing(device),
        "health_event": health_event(device, events),
        "memory": numbers.bytes_in_words(device.memory_bytes) if device.memory_bytes else "",
        "identity": identity_of(device),
        "formats": [name for name, runtime in RUNTIMES.items() if runtime in device.runtimes],
        "sources": [_card(source) for source in present],
        "absent": [
            {"key": source.key, "why_absent": coded(source.why_absent), "fix": coded(source.fix)}
            for source in device.sources
            if not source.present
        ],
        "strip": strip_of(seen),
        "wait": wait_words(queues, device.slug),
        "waits": len(queues.waits_s.get(device.slug, ())),
        "named": queues.named.get(device.slug, 0),
        "of_class": queues.of_class.get(device.slug, 0),
    }


def identity_of(device: DeviceView) -> list[Mapping[str, str]]:
    """Known facts under a reader's names, the missing ones with why, then whatever else the agent told."""
    told = {**device.machine, **device.facts}
    if device.kind == "board":
        told.setdefault("board", device.name)
    rows: list[Mapping[str, str]] = []
    used: set[str] = set()
    for title, names in _IDENTITY:
        found = next((name for name in names if told.get(name)), "")
        used.update(names)
        rows.append(
            {"name": str(title), "value": told.get(found, ""), "as": found if found not in {"os", "kernel"} else ""}
        )
    rest = sorted((name, value) for name, value in told.items() if name not in used and value)
    return rows + [{"name": fact_name(name), "value": value, "as": ""} for name, value in rest]


def health_event(device: DeviceView, events: Iterable[EventView]) -> EventView | None:
    """The event that made the device's health what it is, where somebody did it and its reason still stands."""
    if device.health not in {"maintenance", "retired"}:
        return None
    return next((event for event in events if event.kind == DeviceEvent.Kind.HEALTH), None)


def doctor_context(lines: Sequence[DoctorLine], at: datetime | None) -> Mapping[str, Any]:
    """The doctor's lines as a table; the words of the results are those of the terminal."""
    counts = {result: sum(line.result == result for line in lines) for result in ("pass", "warn", "fail", "skip")}
    shown: list[dict[str, Any]] = [
        {
            "line": line,
            "evidence": coded(line.evidence),
            "fix": coded(line.fix),
            "word": line.result.upper() if line.result in {"warn", "fail"} else line.result,
        }
        for line in lines
    ]
    failing = list(dict.fromkeys(line.code for line in lines if line.result == "fail"))
    return {
        "lines": shown,
        "notable": [one for one in shown if one["line"].result in {"warn", "fail"}],
        "rest": [one for one in shown if one["line"].result not in {"warn", "fail"}],
        "at": at,
        "summary": ", ".join(f"{count} {result}" for result, count in counts.items()),
        "total": len(lines),
        "failing": ", ".join(failing),
    }


def source_record(source: SourceView) -> Mapping[str, Any]:
    return {
        "key": source.key,
        "present": source.present,
        "scope": source.scope,
        "provenance": source.provenance,
        "method": source.method,
        "quality": grade(source) if source.present else None,
        "resolution_s": source.resolution_s,
        "stated_error": None,
        "last_calibrated_at": None,
        "detail": source.detail or None,
        "why_absent": source.why_absent or None,
        "fix": source.fix or None,
    }


def _card(source: SourceView) -> Mapping[str, Any]:
    letter = grade(source)
    return {
        "view": source,
        "detail": coded(source.detail),
        "grade": letter,
        "grade_meaning": GRADES[letter],
        "provenance": words.provenance_badge(Provenance(source.provenance)),
        "scope": words.scope_badge(Scope(source.scope)),
        "method": method_name(source.method),
        "resolution": numbers.si(source.resolution_s, "s") if source.resolution_s else "",
        "rate": _rate(source),
        "rated": numbers.si(source.rated_power_w, "W") if source.rated_power_w else "",
        "boundary": boundary_of(Scope(source.scope)),
    }


def _rate(source: SourceView) -> str:
    if source.method == EnergyMethod.TIME_TIMES_CONSTANT.value:
        return _("none: no sensor is read")
    if not source.resolution_s:
        return ""
    return _("up to %s") % numbers.si(1 / source.resolution_s, "Hz")
