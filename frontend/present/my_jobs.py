"""One's own jobs as a table: which of them, on which page, and what can be done with each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from frontend.present.jobs import duration, sentence_of, state_of
from frontend.present.paging import Page, page_links
from leaderboard.accounts.models import User
from leaderboard.boards.address_values import note
from leaderboard.boards.rows import Note
from leaderboard.runs.mailing import last_refusal, wants_mail
from leaderboard.runs.selectors import JobView, job_counts, jobs_of
from leaderboard.runs.states import STOPPABLE_JOB, JobState

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """`total` counts the jobs in the chosen state, `counts` those in each."""

    jobs: tuple[JobView, ...]
    state: str
    page: int
    pages: int
    total: int
    counts: Mapping[str, int]
    notes: tuple[Note, ...]
    """On what of the address means nothing here."""
    now: datetime


def listing_of(user: User, query: Mapping[str, str], *, now: datetime) -> Listing:
    counts = job_counts(user)
    notes: list[Note] = []
    state = query.get("state", "")
    if state and state not in set(JobState):
        note(notes, "state", state, _("There is no such state; all are shown."))
        state = ""
    total = counts.get(state, 0) if state else sum(counts.values())
    pages = max(1, -(-total // PER_PAGE))
    asked = query.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    if not 1 <= page <= pages:
        note(notes, "page", asked, _("There is no such page; the first is shown."))
        page = 1
    states = (state,) if state else tuple(JobState)
    jobs = jobs_of(user, now=now, limit=PER_PAGE, offset=(page - 1) * PER_PAGE, states=states)
    return Listing(jobs, state, page, pages, total, counts, tuple(notes), now)


KEYS = ("state", "page")


def jobs_context(found: Listing) -> Mapping[str, Any]:
    return {
        "jobs": [_row(job, found.now) for job in found.jobs],
        "states": [_state(found, "", _("All")), *(_state(found, state.value) for state in JobState)],
        "pages": page_links(Page(found.page, found.pages), "/jobs/", f"state={found.state}" if found.state else ""),
        "any": bool(found.counts),
        "address_notes": found.notes,
        "json": f"/jobs.json{_href(found.state, found.page).removeprefix('/jobs/')}",
    }


def mail_part(user: User) -> Mapping[str, Any] | None:
    """What to say of mail, and the answer that a press gives; None where the server sends none."""
    if not settings.MAIL:
        return None
    if not user.email:
        return {"said": _("This server can mail you when a job is over; your account has no address yet.")}
    if wants_mail(user):
        said = _("%s gets a mail when a job is over or late.") % user.email
        return {"said": said, "refused": last_refusal(user), "on": "0", "act": _("No more mail")}
    said = _("Mail when a job is over, or lasts twice as long as expected?")
    return {"said": said, "on": "1", "act": _("Mail me at %s") % user.email}


def _row(job: JobView, now: datetime) -> Mapping[str, Any]:
    return {
        "view": job,
        "state": state_of(job),
        "why": "" if job.state == JobState.PUBLISHED and not job.private else sentence_of(job),
        "since": duration((now - job.state_since).total_seconds()),
        "can_cancel": job.state in STOPPABLE_JOB and not job.cancelling,
    }


def _state(found: Listing, state: str, name: str = "") -> Mapping[str, Any]:
    count = found.counts.get(state, 0) if state else sum(found.counts.values())
    return {"name": name or _NAMES[state](), "count": count, "href": _href(state, 1), "current": state == found.state}


_NAMES = {
    "queued": lambda: _("Queued"),
    "running": lambda: _("Running"),
    "verifying": lambda: _("Verifying"),
    "published": lambda: _("Published"),
    "failed": lambda: _("Failed"),
    "cancelled": lambda: _("Cancelled"),
}


def _href(state: str, page: int) -> str:
    query = ({"state": state} if state else {}) | ({"page": str(page)} if page > 1 else {})
    return f"/jobs/?{urlencode(query)}" if query else "/jobs/"
