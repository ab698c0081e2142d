"""The state of the service, for people and as data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from frontend.present.device_index import seconds_in_words, strip_of
from frontend.present.devices import blocked_by
from leaderboard.devices.availability import Availability
from leaderboard.health.status import ServiceStatus


def status_context(status: ServiceStatus, seen: Mapping[str, Availability]) -> Mapping[str, Any]:
    free = sum(not blocked_by(one.view) for one in status.devices)
    return {
        "status": status,
        "sentence": _sentence(status, free),
        "heartbeat": _heartbeat(status),
        "jobs": [(word, status.jobs[word]) for word in status.jobs],
        "devices": [
            {"one": one, "blocked": blocked_by(one.view), "strip": strip_of(seen[one.view.agent])}
            for one in status.devices
        ],
    }


def _sentence(status: ServiceStatus, free: int) -> str:
    if not status.alive:
        return _("Nothing is dispatched or scored now: the worker or its clock is not heard of.")
    if status.incidents:
        return _("%(bad)d of %(all)d devices need attention.") % {
            "bad": len(status.incidents),
            "all": len(status.devices),
        }
    found = {"free": free, "all": len(status.devices), "waiting": status.jobs.get("queued", 0)}
    if found["waiting"]:
        return _("All is well: %(free)d of %(all)d devices are free, and jobs that wait: %(waiting)d.") % found
    return _("All is well: %(free)d of %(all)d devices are free.") % found


def _heartbeat(status: ServiceStatus) -> str:
    if status.ticked_at is None:
        return _("no tick was ever seen")
    ago = seconds_in_words(max(0.0, (status.at - status.ticked_at).total_seconds()))
    return _("last tick %s ago") % ago


def status_record(status: ServiceStatus, seen: Mapping[str, Availability]) -> Mapping[str, Any]:
    return {
        "at": status.at.isoformat(),
        "worker_alive": status.alive,
        "worker_ticked_at": _moment(status.ticked_at),
        "jobs": status.jobs,
        "running": [
            {
                "job": str(job.id),
                "model": job.model,
                "device": job.device,
                "phase": job.phase or None,
                "since": _moment(job.since),
            }
            for job in status.running
        ],
        "devices": [
            {
                "slug": one.view.slug,
                "connection": one.view.connection,
                "activity": one.view.activity,
                "health": one.view.health,
                "blocked_by": blocked_by(one.view) or None,
                "last_measured_at": _moment(one.last_measured_at),
                "available_share_24h": seen[one.view.agent].share,
            }
            for one in status.devices
        ],
        "incidents": [
            {"device": one.slug, "health": one.health, "reason": one.health_reason} for one in status.incidents
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
