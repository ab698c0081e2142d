"""How much of each of the last hours an agent was in contact."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, Subquery

from leaderboard.devices.models import ContactHour

HOURS = 24


@dataclass(frozen=True, slots=True)
class Availability:
    """`shares` of the last hours, oldest first, the running one last; None for an hour before records began."""

    since: datetime | None
    shares: tuple[float | None, ...]

    @property
    def known_hours(self) -> int:
        return sum(share is not None for share in self.shares)

    @property
    def share(self) -> float | None:
        """Return the mean of the known hours; None where there is none."""
        known = [share for share in self.shares if share is not None]
        return sum(known) / len(known) if known else None


def availabilities(agents: Collection[str], *, now: datetime) -> Mapping[str, Availability]:
    """Return the last day of each agent by its name, in one query."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    hours = [this_hour - timedelta(hours=back) for back in range(HOURS - 1, -1, -1)]
    earliest = ContactHour.objects.filter(agent=OuterRef("agent")).order_by("hour").values("hour")[:1]
    rows = ContactHour.objects.filter(agent__name__in=agents).annotate(first=Subquery(earliest))
    first: dict[str, datetime] = {}
    seen: dict[tuple[str, datetime], int] = {}
    wanted = rows.filter(Q(hour__gte=hours[0]) | Q(hour=F("first")))
    for agent, hour, minutes, begun in wanted.values_list("agent__name", "hour", "minutes", "first"):
        first[agent] = begun
        seen[agent, hour] = minutes
    return {
        agent: Availability(
            since=first.get(agent),
            shares=tuple(_share(hour, seen.get((agent, hour), 0), first.get(agent), now) for hour in hours),
        )
        for agent in agents
    }


def _share(hour: datetime, minutes: int, first: datetime | None, now: datetime) -> float | None:
    """Return the share of the hour's minutes so far; records began with the first bit of the first hour."""
    if first is None or hour < first:
        return None
    begin = (minutes & -minutes).bit_length() - 1 if hour == first and minutes else 0
    end = min(60, int((now - hour).total_seconds() // 60) + 1)
    return min(1.0, minutes.bit_count() / max(1, end - begin))
