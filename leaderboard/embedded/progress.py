"""How far the bundled models are: two queries, and words."""

from collections.abc import Sequence
from dataclasses import dataclass

from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import ACTIVE_ATTEMPT, JobState
from leaderboard.submissions.models import Submission


@dataclass(frozen=True)
class Failed:
    """A model without an entry, and why: its job failed, or its scoring fails again and again."""

    model: str
    reason: str


@dataclass(frozen=True)
class Running:
    """The one attempt in hand. `share` is in 0..1."""

    model: str
    phase: str
    share: float


@dataclass(frozen=True)
class Snapshot:
    chosen: int
    published: int
    failed: tuple[Failed, ...]
    running: Running | None
    cancelled: tuple[str, ...] = ()

    @property
    def is_settled(self) -> bool:
        return self.published + len(self.failed) + len(self.cancelled) >= self.chosen


def take_snapshot(submissions: Sequence[Submission]) -> Snapshot:
    jobs = Job.objects.filter(submission__in=submissions).order_by("pk")
    rows = jobs.values_list("state", "code", "message", "submission__model_name")
    return Snapshot(
        chosen=len(rows),
        published=sum(state == JobState.PUBLISHED for state, *_ in rows),
        failed=tuple(
            Failed(model, " ".join(part for part in (code or state, message) if part))
            for state, code, message, model in rows
            if state == JobState.FAILED or (state == JobState.VERIFYING and code)
        ),
        running=_running(),
        cancelled=tuple(model for state, *_, model in rows if state == JobState.CANCELLED),
    )


def _running() -> Running | None:
    """Return what is being measured, whoever submitted it."""
    attempts = Attempt.objects.filter(state__in=ACTIVE_ATTEMPT).order_by("pk")
    found = attempts.values_list("job__submission__model_name", "phase", "progress").first()
    return Running(*found) if found else None


def news(snapshot: Snapshot) -> str:
    """Return what is going on in words that change only when something has happened."""
    parts = []
    if snapshot.chosen:
        parts.append(f"{snapshot.published} of {snapshot.chosen} measured")
    if snapshot.failed:
        parts.append(f"{len(snapshot.failed)} failed")
    if snapshot.cancelled:
        parts.append(f"{len(snapshot.cancelled)} cancelled")
    if snapshot.running is not None:
        parts.append(f"{snapshot.running.model}: {snapshot.running.phase or 'waiting for the agent'}")
    elif not snapshot.is_settled:
        parts.append("waiting for the queue")
    return ", ".join(parts) or "nothing is being measured"


def ticking(snapshot: Snapshot, elapsed_s: float) -> str:
    """Return the part that changes all the time, for as long as something is going on."""
    if snapshot.is_settled and snapshot.running is None:
        return ""
    share = f"{snapshot.running.share:.0%}  " if snapshot.running else ""
    return f"{share}{duration(elapsed_s)}"


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
