"""The queue, for people and as data."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import numbers
from frontend.present.devices import blocked_by
from frontend.present.job_timeline import PHASE_NAMES, devices_shown
from frontend.present.jobs import duration
from leaderboard.runs.queue_view import Pool, QueueView, Running
from leaderboard.runs.waiting import Waiting


def queue_context(view: QueueView) -> Mapping[str, Any]:
    return {
        "queue": view,
        "sentence": _sentence(view),
        "pools": [_pool_row(pool) for pool in view.pools],
        "waiting": [_waiting_row(job, view) for job in view.waiting],
        "running": [_running_row(job, view) for job in view.running],
        "left_out": view.n_waiting - len(view.waiting),
    }


def _sentence(view: QueueView) -> str:
    free, devices = sum(pool.free for pool in view.pools), sum(len(pool.devices) for pool in view.pools)
    waits = ngettext("%(n)d job waits", "%(n)d jobs wait", view.n_waiting) % {"n": view.n_waiting}
    runs = ngettext("%(n)d is on a device", "%(n)d are on a device", len(view.running)) % {"n": len(view.running)}
    are = ngettext("%(free)d of %(n)d device is free", "%(free)d of %(n)d devices are free", devices)
    values = {"waits": waits, "runs": runs, "are": are % {"free": free, "n": devices}}
    return _("%(waits)s, %(runs)s; %(are)s.") % values


def _pool_row(pool: Pool) -> Mapping[str, Any]:
    wait = pool.median_wait_s
    return {
        "pool": pool,
        "wait": numbers.ABSENT if wait is None else duration(wait),
        "devices": devices_shown(pool.devices),
    }


def _waiting_row(job: Waiting, view: QueueView) -> Mapping[str, Any]:
    place = _("%(place)d of %(of)d") % {"place": job.place, "of": job.of}
    return {"job": job, "place": place, "waits": duration((view.at - job.since).total_seconds())}


def _running_row(job: Running, view: QueueView) -> Mapping[str, Any]:
    return {
        "job": job,
        "phase": str(PHASE_NAMES.get(job.phase, job.phase)) or (_("Offered") if job.progress is None else _("Taken")),
        "percent": None if job.progress is None else round(100 * job.progress),
        "lasts": duration((view.at - job.since).total_seconds()),
    }


def queue_record(view: QueueView) -> Mapping[str, Any]:
    pools = [
        {
            "device_class": pool.kind,
            "free": pool.free,
            "busy": pool.busy,
            "away": pool.away,
            "waiting": pool.waiting,
            "running": pool.running,
            "median_wait_s": pool.median_wait_s,
            "devices": [{"slug": one.slug, "blocked_by": blocked_by(one) or None} for one in pool.devices],
        }
        for pool in view.pools
    ]
    return {
        "at": view.at.isoformat(),
        "n_waiting": view.n_waiting,
        "pools": pools,
        "waiting": [
            {**asdict(job), "id": job.id and str(job.id), "since": job.since.isoformat()} for job in view.waiting
        ],
        "running": [
            {**asdict(job), "id": job.id and str(job.id), "phase": job.phase or None, "since": job.since.isoformat()}
            for job in view.running
        ],
    }
