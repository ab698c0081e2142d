"""The list of devices: three facts each, what blocks it, its queue, and its last day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present.devices import best_grade, blocked_by, source_lines
from frontend.present.hardware_words import vendor_name
from leaderboard.boards.exports import safe_text
from leaderboard.devices.availability import HOURS, Availability
from leaderboard.devices.selectors import DeviceView
from leaderboard.runs.device_queue import Queues

CELL_WIDTH, CELL_HEIGHT = 5, 16
COLUMNS = (
    "slug", "name", "class", "vendor", "agent", "connection", "last_seen_at", "activity", "health", "health_reason",
    "blocked_by", "energy_scopes", "energy_quality", "jobs_named", "jobs_of_class", "median_wait_s",
    "available_share_24h", "availability_known_hours",
)  # fmt: skip


def index_rows(
    devices: Iterable[DeviceView], queues: Queues, seen: Mapping[str, Availability]
) -> list[Mapping[str, Any]]:
    return [
        {
            "view": device,
            "vendor": vendor_name(device.vendor),
            "blocked": blocked_by(device),
            "sources": source_lines(device),
            "named": queues.named.get(device.slug, 0),
            "of_class": queues.of_class.get(device.slug, 0),
            "wait": wait_words(queues, device.slug),
            "strip": strip_of(seen[device.agent]),
        }
        for device in devices
    ]


def wait_words(queues: Queues, slug: str) -> str:
    wait_s = queues.median_wait_s(slug)
    return numbers.ABSENT if wait_s is None else seconds_in_words(wait_s)


def seconds_in_words(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return numbers.with_unit(f"{seconds / size:.0f}", unit)
    return numbers.with_unit(f"{seconds:.0f}", "s")


def strip_of(seen: Availability) -> Mapping[str, Any]:
    """The last day as bars: full height is an hour in contact; an hour without records is a mark on the ground."""
    return {
        "bars": [
            {
                "x": CELL_WIDTH * place,
                "y": CELL_HEIGHT - _height(share),
                "height": _height(share),
                "kind": "unknown" if share is None else "seen" if share > 0 else "unseen",
            }
            for place, share in enumerate(seen.shares)
        ],
        "width": CELL_WIDTH * HOURS,
        "text": availability_words(seen),
        "since": seen.since if seen.known_hours < HOURS else None,
    }


def _height(share: float | None) -> float:
    return 2 if not share else round(2 + (CELL_HEIGHT - 2) * share, 1)


def availability_words(seen: Availability) -> str:
    if seen.share is None:
        return _("no contact is on record")
    share = _("in contact %d %%") % int(100 * seen.share)
    if seen.known_hours == HOURS:
        return share
    return _("%(share)s of the %(hours)d h on record") % {"share": share, "hours": seen.known_hours}


def index_records(
    devices: Sequence[DeviceView], queues: Queues, seen: Mapping[str, Availability]
) -> list[Mapping[str, Any]]:
    """The same rows as data: null for what is not known."""
    return [record_of(device, queues, seen[device.agent]) for device in devices]


def record_of(device: DeviceView, queues: Queues, seen: Availability) -> Mapping[str, Any]:
    present = [source.scope for source in device.sources if source.present]
    return {
        "slug": device.slug,
        "name": device.name,
        "class": device.kind,
        "vendor": device.vendor or None,
        "agent": device.agent,
        "connection": device.connection,
        "last_seen_at": _moment(device.last_seen_at),
        "activity": device.activity,
        "health": device.health,
        "health_reason": device.health_reason or None,
        "blocked_by": blocked_by(device) or None,
        "energy_scopes": sorted(set(present)),
        "energy_quality": best_grade(device) or None,
        "jobs_named": queues.named.get(device.slug, 0),
        "jobs_of_class": queues.of_class.get(device.slug, 0),
        "median_wait_s": queues.median_wait_s(device.slug),
        "available_share_24h": seen.share,
        "availability_known_hours": seen.known_hours,
    }


def index_lines(records: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[str]]:
    yield COLUMNS
    for record in records:
        yield [csv_field(record[column]) for column in COLUMNS]


def csv_field(value: Any) -> str:
    """A value as a spreadsheet may have it: empty for what is not known, no formulas."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return safe_text("~".join(map(str, value)))
    return safe_text(value) if isinstance(value, str) else str(value)


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
