"""What somebody else has published, as it is loaded: one publication, and its results in the registry's own units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from leaderboard.protocol import Scope


class BadPublication(Exception):
    """A file cannot be loaded; the message names the row and says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A published number of a metric; `about` says what it is in the publication's own words."""

    value: float
    scope: Scope | None
    about: str


@dataclass(frozen=True, slots=True)
class Reported:
    """One published result. `uid` is its name in the publication; `figures` are by the registry's keys.

    `batch` and `threads` are None and `precision` is empty where the publication does not say.
    """

    uid: str
    url: str
    model_name: str
    device_name: str
    device_class: str
    runtime: str
    precision: str
    batch: int | None
    threads: int | None
    figures: Mapping[str, Figure]
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Publication:
    """Where results come from, and how the board of them is headed. `published_on` is the day of the release."""

    title: str
    description: str
    publisher: str
    url: str
    licence: str
    published_on: date
    rank_metric: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Loadable:
    """A publication with its distinct results; `repeated` rows said the same again."""

    publication: Publication
    results: tuple[Reported, ...]
    repeated: int
