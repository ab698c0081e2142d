"""A job as `/api/v1` answers it: the same shape when asked for, when watched, and when it was just changed."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.urls import reverse

from leaderboard.runs.selectors import JobView


def job_url(uuid: UUID) -> str:
    return reverse("api-v1:get_job", args=[uuid])


def job_values(view: JobView) -> dict[str, Any]:
    """Return what `shapes.JobAnswer` is made of."""
    url = job_url(view.id)
    current = view.current
    return asdict(view) | {
        "url": url,
        "html_url": f"/jobs/{view.id}/",
        "log_url": f"{url}/log",
        "events_url": f"{url}/events",
        "phase": current.phase if current and not view.is_over else None,
        "progress": current.progress if current and not view.is_over else None,
        "entry_url": f"/entries/{view.entry}/" if view.entry else None,
    }
