"""What a job went through and goes through: each step with when it began, how long it took and how long it may."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frontend import numbers
from frontend.present.devices import blocked_by
from frontend.present.jobs import duration, state_of
from frontend.present.registry import translated
from frontend.present.words import Words
from leaderboard.devices.selectors import DeviceView
from leaderboard.protocol import Phase
from leaderboard.runs.line import PlaceInLine
from leaderboard.runs.selectors import AttemptView, JobView
from leaderboard.runs.timers import UNDO_DISPATCH_AFTER

MOST_DEVICES = 5
PHASE_NAMES: Mapping[str, Words] = {
    Phase.PREPARING.value: gettext_lazy("Preparing"),
    Phase.BASELINE.value: gettext_lazy("Baseline"),
    Phase.WARMUP.value: gettext_lazy("Warming up"),
    Phase.MEASURING.value: gettext_lazy("Measuring"),
    Phase.UPLOADING.value: gettext_lazy("Uploading"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """`limit` says how long the step that lasts may last; a step that is over has none."""

    name: str
    at: datetime
    took: str
    is_now: bool = False
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    begun: tuple[Step, ...]
    ahead: Sequence[str]


Begun = tuple[str, datetime, str]
"""The name of a step, when it began, and what it may last."""


def timeline_context(job: JobView, place: PlaceInLine | None, *, now: datetime) -> Mapping[str, Any]:
    return {"timeline": timeline(job, now=now), "place": place_words(place)}


def timeline(job: JobView, *, now: datetime) -> Timeline:
    """The steps of the attempt that counts; those of others are in the table of attempts."""
    begun = list(_begun(job))
    if job.is_over:
        end = Step(state_of(job).word, job.state_since, numbers.ABSENT)
        return Timeline((*_done(begun, job.state_since), end), ())
    name, at, limit = begun[-1]
    lasting = Step(name, at, duration((now - at).total_seconds()), is_now=True, limit=limit)
    return Timeline((*_done(begun[:-1], at), lasting), _ahead(name, end=state_of(replace(job, state="published")).word))


def _done(begun: Sequence[Begun], end: datetime) -> Iterator[Step]:
    for (name, at, _limit), (_next, until, _until_limit) in pairwise((*begun, ("", end, ""))):
        yield Step(name, at, duration((until - at).total_seconds()))


def _ahead(now: str, *, end: str) -> Sequence[str]:
    """The names of what follows a step; one that is not known has nothing that surely follows."""
    names = [_("Queued"), _("Offered"), *(str(name) for name in PHASE_NAMES.values()), _("Verifying"), end]
    return names[names.index(now) + 1 :] if now in names else ()


def _begun(job: JobView) -> Iterator[Begun]:
    attempt = _counted(job)
    again = job.state == "queued" and attempt is None and bool(job.attempts)
    queued = _("No limit: it waits until a device is free.")
    yield _("Queued"), job.state_since if again else job.created_at, queued
    if attempt is None:
        return
    offer = _("At most %s, then it is offered anew.") % duration(UNDO_DISPATCH_AFTER.total_seconds())
    yield _("Offered"), attempt.dispatched_at, offer
    if attempt.claimed_at is not None:
        yield from _measured(attempt, attempt.claimed_at)
    if attempt.state == "done" and attempt.finished_at is not None:
        yield _("Verifying"), attempt.finished_at, _("No limit: what fails for no fault of its own is scored again.")


def _measured(attempt: AttemptView, claimed_at: datetime) -> Iterator[Begun]:
    until = attempt.deadline_at
    limit = _("The measurement ends by %s UTC.") % f"{until:%H:%M:%S}" if until else ""
    # The server hears of the first phase with the first heartbeat; it began with the claim.
    yield str(PHASE_NAMES[Phase.PREPARING.value]), claimed_at, limit
    for index, one in enumerate(attempt.phases):
        if index or one.phase != Phase.PREPARING:
            yield str(PHASE_NAMES.get(one.phase, one.phase)), one.at, limit


def _counted(job: JobView) -> AttemptView | None:
    """The attempt that the job's state speaks of; a job that is back in line has none."""
    current = job.current
    if current is None or (job.state == "queued" and current.state != "dispatched"):
        return None
    return current


def overdue_words(job: JobView) -> str:
    """What to say of a step that lasts twice as long as such steps do; empty before that."""
    late = job.overdue
    if late is None:
        return ""
    values = {
        "at": f"{late.since:%Y-%m-%d %H:%M}",
        "expected": duration(late.expected_s),
        "n": late.n,
    }
    if late.step == "waiting":
        said = ngettext(
            "Waiting longer than expected: in line since %(at)s UTC; %(n)d recent job there waited %(expected)s.",
            "Waiting longer than expected: in line since %(at)s UTC; three in four of %(n)d recent jobs there waited "
            "at most %(expected)s.",
            late.n,
        )
        return f"{said % values} {_('It keeps its place and starts when a device is free; it can be cancelled.')}"
    said = ngettext(
        "Taking longer than expected: started %(at)s UTC; %(n)d recent job of this benchmark there took %(expected)s.",
        "Taking longer than expected: started %(at)s UTC; three in four of %(n)d recent jobs of this benchmark there "
        "took at most %(expected)s.",
        late.n,
    )
    until = job.current.deadline_at if job.current else None
    end = _("If it is not done by %s UTC, it is ended as timed out.") % f"{until:%H:%M:%S}" if until else ""
    return f"{said % values} {end}".strip()


def place_words(place: PlaceInLine | None) -> Mapping[str, Any] | None:
    """Where the job stands in line, in words; None where it stands in none."""
    if place is None:
        return None
    values = {"position": place.position, "of": place.of}
    position = ngettext(
        "%(position)d of %(of)d that waits for these devices",
        "%(position)d of %(of)d that wait for these devices",
        place.of,
    )
    return {
        "position": position % values,
        "start": _window(place),
        "devices": devices_shown(place.devices),
    }


def devices_shown(devices: Sequence[DeviceView]) -> Mapping[str, Any]:
    """The first few devices with what keeps each from taking a job, those that are online first."""
    first = sorted(devices, key=lambda view: (bool(blocked_by(view)), view.connection != "online", view.slug))
    shown = [{"slug": view.slug, "facts": blocked_by(view) or _("it is free")} for view in first[:MOST_DEVICES]]
    return {"shown": shown, "more": len(first) - len(shown)}


def _window(place: PlaceInLine) -> str:
    span = place.start
    if span is None:
        return translated(place.start_note)
    words = ngettext(
        "in %(low)s to %(high)s (as %(n)d recent job there took)",
        "in %(low)s to %(high)s (the middle half of %(n)d recent jobs there)",
        span.n,
    )
    return words % {"low": duration(span.low_s), "high": duration(span.high_s), "n": span.n}
