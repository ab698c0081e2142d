"""Devices: the list, one of them, and its history, each in every form."""

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.pages.forms import csv_answer, json_answer
from frontend.pages.page import show
from frontend.present.device_filters import Filtered, filtered, groups, ways_out
from frontend.present.device_history import COLUMNS as HISTORY_COLUMNS
from frontend.present.device_history import comparable_since, history_context, history_records
from frontend.present.device_index import csv_field, index_lines, index_records, index_rows, record_of
from frontend.present.device_page import device_context, doctor_context, source_record
from frontend.present.devices import check_rows
from frontend.present.links import merged
from frontend.present.tables import board_part
from leaderboard.boards.selectors import device_entries
from leaderboard.clock import database_now
from leaderboard.devices.availability import Availability, availabilities
from leaderboard.devices.selectors import DeviceView, device_list, device_page, doctor_of, events_of
from leaderboard.health.selectors import checks_of
from leaderboard.runs.device_queue import jobs_waiting_for, queues

CHECKS_IN_HISTORY, CHECKS_ON_PAGE = 200, 5


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    now = database_now()
    devices = device_list(now=now)
    shown = _filtered(request, devices)
    # A form sends every field; the view's address is what a reader should see and pass on.
    if not shown.ignored and request.META.get("QUERY_STRING", "") != shown.query:
        return redirect(f"/devices/?{shown.query}" if shown.query else "/devices/")
    seen = availabilities({device.agent for device in devices}, now=now)
    context = {
        "shown": shown,
        "rows": index_rows(shown.devices, queues(shown.devices, now=now), seen),
        "groups": groups(devices, shown),
        "ways_out": () if shown.devices else ways_out(devices, shown),
        "forms": _forms("/devices", shown.query),
        "permalink": f"/devices/?{shown.query}" if shown.query else "/devices/",
    }
    return show(request, "devices.html", context, section="devices", trail=((_("Devices"), ""),), keys=None)


@require_safe
def index_as_json(request: HttpRequest) -> HttpResponse:
    now = database_now()
    devices = device_list(now=now)
    shown = _filtered(request, devices)
    seen = availabilities({device.agent for device in devices}, now=now)
    records = index_records(shown.devices, queues(shown.devices, now=now), seen)
    return json_answer({"query": shown.query, "ignored": shown.ignored, "total": shown.total, "devices": records})


@require_safe
def index_as_csv(request: HttpRequest) -> HttpResponse:
    now = database_now()
    shown = _filtered(request, device_list(now=now))
    seen = availabilities({device.agent for device in shown.devices}, now=now)
    return csv_answer(index_lines(index_records(shown.devices, queues(shown.devices, now=now), seen)), "devices")


def _filtered(request: HttpRequest, devices: Sequence[DeviceView]) -> Filtered:
    return filtered(devices, merged(request.META.get("QUERY_STRING", "")))


def _forms(path: str, query: str = "") -> list[dict[str, str]]:
    tail = f"?{query}" if query else ""
    return [
        {"name": "JSON", "href": f"{path}.json{tail}", "type": "application/json", "about": _("the same rows as data")},
        {"name": "CSV", "href": f"{path}.csv{tail}", "type": "text/csv", "about": _("for a spreadsheet")},
    ]


@require_safe
def device(request: HttpRequest, slug: str) -> HttpResponse:
    now = database_now()
    found = _found(slug, now)
    doctor, doctor_at = doctor_of(found.agent)
    events, checks = events_of(slug), checks_of(slug, limit=CHECKS_IN_HISTORY)
    context = {
        **device_context(found, events, queues([found], now=now), _seen(found, now)),
        "checks": check_rows(checks[:CHECKS_ON_PAGE]),
        "comparable_since": comparable_since(events, checks),
        "doctor": doctor_context(doctor, doctor_at),
        "waiting": jobs_waiting_for(slug, now=now),
        "boards": [board_part(part) for part in device_entries(slug)],
        "forms": _forms(f"/devices/{slug}"),
        "permalink": f"/devices/{slug}/",
    }
    return show(request, "device.html", context, section="devices", trail=(*_trail(), (found.name, "")))


@require_safe
def device_as_json(_request: HttpRequest, slug: str) -> HttpResponse:
    now = database_now()
    found = _found(slug, now)
    doctor, doctor_at = doctor_of(found.agent)
    return json_answer(
        {
            **record_of(found, queues([found], now=now), _seen(found, now)),
            "cores": found.cores,
            "memory_bytes": found.memory_bytes,
            "runtimes": found.runtimes,
            "agent_version": found.agent_version or None,
            "facts": {**found.machine, **found.facts},
            "energy_sources": [source_record(source) for source in found.sources],
            "doctor_at": doctor_at and doctor_at.isoformat(),
            "doctor": [
                {"code": line.code, "result": line.result, "evidence": line.evidence, "fix": line.fix}
                for line in doctor
            ],
        }
    )


@require_safe
def device_as_csv(_request: HttpRequest, slug: str) -> HttpResponse:
    now = database_now()
    found = _found(slug, now)
    return csv_answer(index_lines([record_of(found, queues([found], now=now), _seen(found, now))]), slug)


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    found = _found(slug, database_now())
    context = {
        "device": found,
        **history_context(events_of(slug), checks_of(slug, limit=CHECKS_IN_HISTORY)),
        "forms": _forms(f"/devices/{slug}/history"),
        "permalink": f"/devices/{slug}/history/",
    }
    trail = (*_trail(), (found.name, f"/devices/{slug}/"), (_("History"), ""))
    return show(request, "device_history.html", context, section="devices", trail=trail)


@require_safe
def history_as_json(_request: HttpRequest, slug: str) -> HttpResponse:
    _found(slug, database_now())
    records = history_records(events_of(slug), checks_of(slug, limit=CHECKS_IN_HISTORY))
    return json_answer({"device": slug, "history": records})


@require_safe
def history_as_csv(_request: HttpRequest, slug: str) -> HttpResponse:
    _found(slug, database_now())
    records = history_records(events_of(slug), checks_of(slug, limit=CHECKS_IN_HISTORY))
    lines = [HISTORY_COLUMNS, *([csv_field(record[column]) for column in HISTORY_COLUMNS] for record in records)]
    return csv_answer(lines, f"{slug}-history")


def _found(slug: str, now: datetime) -> DeviceView:
    found = device_page(slug, now=now)
    if found is None:
        raise Http404(_("There is no such device."))
    return found


def _seen(found: DeviceView, now: datetime) -> Availability:
    return availabilities({found.agent}, now=now)[found.agent]


def _trail() -> tuple[tuple[str, str], ...]:
    return ((_("Devices"), "/devices/"),)
