"""Where a job stands in line now, which devices could take it, and when one may."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leaderboard.devices.selectors import DeviceView, device_list
from leaderboard.runs.estimates import Span, start_window
from leaderboard.runs.rivals import line, on_devices


@dataclass(frozen=True, slots=True)
class PlaceInLine:
    """`position` is 1 for the next of `of` that wait for these devices. `start` is from now; None has its note.

    The order changes with who had how much of late, and so does the place.
    """

    position: int
    of: int
    devices: tuple[DeviceView, ...]
    start: Span | None
    start_note: str


def place_in_line(uuid: UUID, *, now: datetime) -> PlaceInLine | None:
    """Return where a job waits; None for one that does not, or was offered to a device."""
    devices = device_list(now=now)
    found = next((one for one in line(devices, now=now) if one.id == uuid), None)
    if found is None:
        return None
    start, note = start_window(found.takers, ahead=found.position - 1 + on_devices(found.takers))
    return PlaceInLine(found.position, found.of, found.takers.able, start, note)
