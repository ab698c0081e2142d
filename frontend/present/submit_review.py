"""The last step: what is asked for, what to expect, and how a program would ask for the same."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import numbers
from frontend.present.devices import scope_name
from frontend.present.jobs import duration
from frontend.present.quotas import quota_effect
from frontend.present.registry import translated
from leaderboard.boards.expected_energy import ExpectedEnergy, expected_energy
from leaderboard.runs.estimates import FREE, Estimate, Span, estimate
from leaderboard.runs.quota import quota_of
from leaderboard.submissions.models import Draft
from leaderboard.submissions.requests import SubmissionRequest
from leaderboard.submissions.services import Refused
from leaderboard.submissions.validating import validate


def review_context(draft: Draft, *, origin: str, now: datetime) -> dict[str, Any]:
    """Return nothing but the empty parts where the draft is not whole."""
    try:
        request, checked = validate(draft.body)
    except Refused:
        return {"rows": [], "expected": None}
    found, quota = estimate(request, checked, now=now), quota_of(draft.owner, now=now)
    benchmark = checked.benchmark
    version = f"{benchmark.title} · {benchmark} · {_('protocol')} {benchmark.measuring_protocol().version}"
    return {
        "rows": [{**row, "href": f"/submit/{draft.uuid}/{row['step']}/"} for row in _rows(request, version)],
        "expected": [
            *_expected(found, request.benchmark),
            *_energy(expected_energy(request.benchmark, found.devices)),
            *([{"name": _("Quota"), "value": quota_effect(quota)}] if quota else []),
        ],
        "rest": rest_lines(request, origin),
        "cli": cli_line(request, origin),
    }


def body_of(request: SubmissionRequest) -> dict[str, Any]:
    """Return the body that REST takes, without what was left out."""
    body: dict[str, Any] = request.model_dump(mode="json", exclude_none=True)
    for name in ("family", "organisation"):
        if not body["model"].get(name):
            body["model"].pop(name, None)
    if not request.private:
        del body["private"]
    return body


def rest_lines(request: SubmissionRequest, origin: str) -> str:
    body = json.dumps(body_of(request), ensure_ascii=False, indent=2)
    return (
        "curl -H @auth-header -H 'Content-Type: application/json' \\\n"
        f"  -d {shlex.quote(body)} \\\n  {origin}/api/v1/submissions"
    )


def cli_arguments(request: SubmissionRequest, origin: str) -> list[str]:
    """Return the arguments of `perwatt` that ask for the same."""
    model = request.model
    source = ("--sha256", model.sha256) if model.sha256 else (f"--{model.format}", model.reference)
    place = ("--device", request.device) if request.device else ("--device-class", request.device_class)
    pairs = (
        source,
        ("--name", model.name),
        ("--organisation", model.organisation),
        ("--licence", model.licence),
        ("--family", model.family),
        ("--released-on", model.released_on.isoformat() if model.released_on else ""),
        ("--benchmark", request.benchmark),
        place,
        ("--batch", str(request.options.batch)),
        ("--threads", str(request.options.threads)),
        ("--url", origin),
    )
    private = ["--private"] if request.private else []
    # With an equals sign, so that a name may begin with a dash.
    return ["submit", *(f"{name}={value}" for name, value in pairs if value), *private]


def cli_line(request: SubmissionRequest, origin: str) -> str:
    return f"perwatt {shlex.join(cli_arguments(request, origin))}"


def _rows(request: SubmissionRequest, version: str) -> list[dict[str, str]]:
    model = request.model
    device = request.device or _("any %s that fits") % request.device_class
    source = f"SHA-256 {model.sha256}" if model.sha256 else f"{model.format} {model.reference}"
    told = ", ".join(part for part in (model.family, str(model.released_on or "")) if part)
    options = _("batch %(batch)s, threads %(threads)s") % request.options.model_dump()
    return [
        {"name": _("Model"), "value": model.called.name, "step": "model"},
        {
            "name": _("Organisation"),
            "value": model.called.organisation or f"{numbers.ABSENT} {_('not stated')}",
            "step": "model",
        },
        {"name": _("Source"), "value": source, "step": "model"},
        {"name": _("Licence"), "value": model.licence, "step": "model"},
        {"name": _("Family, released on"), "value": told or f"{numbers.ABSENT} {_('not stated')}", "step": "model"},
        {"name": _("Benchmark"), "value": version, "step": "benchmark"},
        {"name": _("Device"), "value": device, "step": "device"},
        {"name": _("Options"), "value": options, "step": "options"},
        {"name": _("Who sees it"), "value": _who(request), "step": "options"},
    ]


def _who(request: SubmissionRequest) -> str:
    if request.private:
        return _("you and staff, until you make it public: the job, its log and what it measures")
    return _("everybody who reaches this server: the job and the entry it makes; its log you and staff")


def _start(found: Estimate) -> str:
    if found.start:
        return _span(found.start)
    known = "" if found.start_note == FREE else f"{numbers.ABSENT} "
    return known + translated(found.start_note)


def _expected(found: Estimate, benchmark: str) -> list[Mapping[str, str]]:
    absent = f"{numbers.ABSENT} "
    never = _("No past jobs of %s on these devices.") % benchmark
    return [
        {"name": _("Can run on"), "value": _devices(found)},
        {"name": _("Ahead of it"), "value": _jobs(found.ahead)},
        {
            "name": _("Starts in"),
            "value": _start(found),
        },
        {
            "name": _("Takes"),
            "value": _span(found.run_time) if found.run_time else absent + never,
        },
    ]


def _energy(found: Sequence[ExpectedEnergy]) -> Iterator[Mapping[str, str]]:
    if not found:
        why = _("not known yet: no past job of this benchmark on these devices has its energy")
        yield {"name": _("Energy used"), "value": f"{numbers.ABSENT} {why}"}
    for one in found:
        said = ngettext(
            "%(low)s to %(high)s for the counted repeats (%(scope)s, %(provenance)s): %(n)d recent measurement",
            "%(low)s to %(high)s for the counted repeats (%(scope)s, %(provenance)s): the middle half of %(n)d recent "
            "measurements",
            one.n,
        )
        values = {
            "low": numbers.si(one.low_j, "J"),
            "high": numbers.si(one.high_j, "J"),
            "scope": scope_name(one.scope.value),
            "provenance": one.provenance.value,
            "n": one.n,
        }
        yield {"name": _("Energy used"), "value": said % values}


def _jobs(count: int) -> str:
    return ngettext("%(n)d job", "%(n)d jobs", count) % {"n": count}


def _devices(found: Estimate) -> str:
    """Those that could take it now, then those that could if they were not away."""
    away = [slug for slug in found.devices if slug not in found.ready]
    said = [", ".join(found.ready)] if found.ready else []
    if away:
        said.append(_("not now, for they are offline or not well: %s") % ", ".join(away))
    return "; ".join(said) or f"{numbers.ABSENT} {_('no device in service fits')}"


def _span(span: Span) -> str:
    words = ngettext(
        "%(low)s to %(high)s: as %(n)d recent job", "%(low)s to %(high)s: the middle half of %(n)d recent jobs", span.n
    )
    return words % {"low": duration(span.low_s), "high": duration(span.high_s), "n": span.n}
