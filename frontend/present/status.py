"""The state of the service, for people and as data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.present.device_index import seconds_in_words, strip_of
from frontend.present.devices import blocked_by
from leaderboard.devices.availability import Availability
from leaderboard.devices.selectors import DeviceView
from leaderboard.health.status import ServiceStatus


def status_context(status: ServiceStatus, seen: Mapping[str, Availability]) -> Mapping[str, Any]:
    free = sum(not blocked_by(one.view) for one in status.devices)
    troubles = _troubles(status)
    return {
        "status": status,
        "sentence": _sentence(status, free, troubles),
        "troubles": troubles,
        "heartbeat": _heartbeat(status),
        "jobs": [(word, status.jobs[word]) for word in status.jobs],
        "devices": [
            {"one": one, "blocked": blocked_by(one.view), "strip": strip_of(seen[one.view.agent])}
            for one in status.devices
        ],
    }


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is not well, in a few words for the sentence; whose it is to mend, and how."""

    what: str
    whose: str
    mend: str
    devices: Sequence[DeviceView] = ()


def _troubles(status: ServiceStatus) -> tuple[Trouble, ...]:
    found = []
    if not status.alive:
        found.append(
            Trouble(
                _("nothing is dispatched or scored now, for the worker or its clock is not heard of"),
                _("whoever runs this server"),
                _("Start the worker and beat again; jobs wait meanwhile, and none is lost."),
            )
        )
    values = {"bad": len(status.incidents), "all": len(status.devices)}
    if status.incidents:
        found.append(
            Trouble(
                ngettext(
                    "%(bad)d of %(all)d device needs attention",
                    "%(bad)d of %(all)d devices need attention",
                    values["all"],
                )
                % values,
                _("whoever runs the device"),
                _("Its page says what was found, and what would mend it."),
                status.incidents,
            )
        )
    return (*found, *_late_mail(status), *_out_of_reach(status))


def _late_mail(status: ServiceStatus) -> Iterator[Trouble]:
    if status.mail_late:
        since, tried_at = (f"{at:%Y-%m-%d %H:%M}" for at in (status.mail_late.since, status.mail_late.tried_at))
        yield Trouble(
            _("mail has been late since %(since)s UTC, for the mail server takes none") % {"since": since},
            _("whoever runs this server"),
            _(
                "It was last tried at %(at)s UTC. Lines of the worker's log that begin with “mail” say why: put "
                "EMAIL_URL right, or the server that it names. What waits goes by itself then: news of a job within a "
                "day, a link that somebody asked for within an hour."
            )
            % {"at": tried_at},
        )


def _out_of_reach(status: ServiceStatus) -> Iterator[Trouble]:
    if status.silent:
        yield Trouble(
            ngettext(
                "%(bad)d of %(all)d device is not in contact",
                "%(bad)d of %(all)d devices are not in contact",
                len(status.devices),
            )
            % {"bad": len(status.silent), "all": len(status.devices)},
            _("whoever runs the device"),
            _("Switch it on and start its agent, or retire it where it will not come back."),
            status.silent,
        )
    if status.stuck:
        yield Trouble(
            ngettext(
                "%(stuck)d of %(waiting)d job that waits cannot start",
                "%(stuck)d of %(waiting)d jobs that wait cannot start",
                status.jobs.get("queued", 0),
            )
            % {"stuck": status.stuck, "waiting": status.jobs.get("queued", 0)},
            _("whoever submitted the job, or runs its device"),
            _("No device that fits is online and well. Wait until one is, or cancel it and choose another device."),
        )


def _sentence(status: ServiceStatus, free: int, troubles: Sequence[Trouble]) -> str:
    if troubles:
        return _("Not all is well: %s.") % "; ".join(one.what for one in troubles)
    n = len(status.devices)
    are = ngettext("%(free)d of %(n)d device is free", "%(free)d of %(n)d devices are free", n) % {"free": free, "n": n}
    if waiting := status.jobs.get("queued", 0):
        return _("All is well: %(are)s, and jobs that wait: %(waiting)d.") % {"are": are, "waiting": waiting}
    return _("All is well: %(are)s.") % {"are": are}


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
                "job": job.id and str(job.id),
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
        "silent": [view.slug for view in status.silent],
        "jobs_that_cannot_start": status.stuck,
        "mail_late_since": _moment(status.mail_late.since) if status.mail_late else None,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
