"""Where the results of a board come from that were not measured here."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Source:
    """Who published a board's results, and where."""

    title: str
    publisher: str
    url: str
    licence: str
    published_on: date
    sha256: str
    loaded_at: datetime
