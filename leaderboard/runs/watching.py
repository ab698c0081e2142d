"""What watchers of jobs are told: the job as it is now, and how much of its log there is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Length

from leaderboard.runs.models import Attempt
from leaderboard.runs.overdue import Lateness
from leaderboard.runs.selectors import JobView, views_of


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A job without its log, and the log's length in characters."""

    view: JobView
    log_length: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """How much a watcher has seen: a job's revision, and the number of the last line of its log.

    As text `REVISION.LINES`, which is the id of an event.
    """

    revision: str
    lines: int

    def __str__(self) -> str:
        return f"{self.revision}.{self.lines}"

    @classmethod
    def parsed(cls, text: str) -> "Cursor | None":
        """Return the cursor that a watcher brings back, or None for what is none: it is told everything then."""
        revision, _, lines = text.partition(".")
        known = revision.isascii() and revision.isalnum() and lines.isascii() and lines.isdigit() and len(text) <= 40
        return cls(revision, int(lines)) if known else None


def glimpses(uuids: Collection[UUID], *, now: datetime, lateness: Lateness) -> Mapping[UUID, Glimpse]:
    """Return each job that is there, in a fixed number of queries; time alone may change one: it is late then."""
    lengths = Attempt.objects.filter(job__uuid__in=uuids).values_list("job__uuid")
    by_job = dict(lengths.annotate(characters=Sum(Length("log"))).order_by())
    return {view.id: Glimpse(view, by_job.get(view.id, 0)) for view in views_of(uuids, now=now, lateness=lateness)}
