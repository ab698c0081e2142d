"""An enrolment as its page shows it: what has happened, what comes next, and what may be wrong. Never the token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from frontend.present.device_page import doctor_context
from frontend.present.devices import standing
from leaderboard.devices.enrolling import QUIET_AFTER, EnrolmentView
from leaderboard.devices.selectors import DeviceView


@dataclass(frozen=True, slots=True)
class Step:
    """`state` is done, now or next; `text` is what is known of it."""

    key: str
    name: str
    state: str
    text: str


def steps_of(view: EnrolmentView, *, now: datetime) -> tuple[Step, ...]:
    """Waiting, contacted, key exchanged, doctor, ready: each is done by something that was seen, in any order."""
    failing = [line.code for line in view.doctor if line.result == "fail"]
    facts = (
        ("shown", _("Token shown"), view.shown_at is not None, _shown(view, now)),
        ("contacted", _("Contacted"), bool(view.contacted_at or view.agent), _contacted(view)),
        ("exchanged", _("Key exchanged"), bool(view.agent), _exchanged(view)),
        ("doctor", _("Doctor"), view.doctor_at is not None, _doctor(view, failing)),
        ("ready", _("Ready"), view.connection == "online" and not failing, _ready(view, failing)),
    )
    first = next((place for place, fact in enumerate(facts) if not fact[2]), len(facts))
    return tuple(
        Step(key, name, "done" if done else "now" if place == first else "next", text)
        for place, (key, name, done, text) in enumerate(facts)
    )


def _shown(view: EnrolmentView, now: datetime) -> str:
    if view.agent:
        return _("used, and good for nothing more")
    if view.shown_at is None:
        return _("not yet")
    if view.expires_at <= now:
        return _("no longer good since %s UTC") % f"{view.expires_at:%H:%M}"
    return _("good until %s UTC, once") % f"{view.expires_at:%H:%M}"


def _contacted(view: EnrolmentView) -> str:
    if view.contacted_at is None:
        return _("waiting for the machine")
    words = {"address": view.contacted_from or _("an unknown address"), "version": view.contacted_version}
    return _("from %(address)s, agent %(version)s") % words


def _exchanged(view: EnrolmentView) -> str:
    if view.agent:
        return _("%s brought a secret of its own; its digest is kept here") % view.agent
    return _("turned away: %s") % view.refusal if view.refusal else ""


def _doctor(view: EnrolmentView, failing: Sequence[str]) -> str:
    if view.doctor_at is None:
        return ""
    told = _("%d checks") % len(view.doctor)
    return _("%(told)s, to fix: %(codes)s") % {"told": told, "codes": ", ".join(failing)} if failing else told


def _ready(view: EnrolmentView, failing: Sequence[str]) -> str:
    if not view.agent:
        return ""
    if view.connection != "online":
        return _("the agent does not run yet: start it with the last command")
    return _("online, but the doctor found something to fix") if failing else _("online")


def is_silent(view: EnrolmentView, *, now: datetime) -> bool:
    """Nobody came within a minute of the token being shown."""
    return (
        view.shown_at is not None and view.contacted_at is None and not view.agent and now - view.shown_at > QUIET_AFTER
    )


def causes_of(origin: str, *, now: datetime) -> list[Mapping[str, str]]:
    """What keeps a machine from coming, each with the command that tells, to be run on that machine."""
    certificate = f"curl -sSv {origin}/healthz 2>&1 | grep -i certificate"
    found = (
        (_("Wrong address, or no way to it"), f"curl -sS {origin}/healthz", _("an answer of any kind")),
        (_("Its certificate is not trusted"), certificate, _("no complaint; else add --ca-file FILE")),
        (_("A proxy in between"), "env | grep -i _proxy", _("nothing, or this server in NO_PROXY")),
        (_("The clock is wrong, and with it every certificate"), "date -u", f"{now:%Y-%m-%d %H:%M} UTC"),
        (_("All of it, from the agent's own eyes"), f"perwatt agent doctor --url {origin}", _("NET-01 pass")),
    )
    return [{"cause": cause, "test": test, "good": good} for cause, test, good in found]


def enrolment_context(
    view: EnrolmentView,
    devices: Sequence[DeviceView],
    checks: Mapping[str, tuple[str, str, datetime]],
    *,
    now: datetime,
) -> Mapping[str, Any]:
    steps = steps_of(view, now=now)
    silent = is_silent(view, now=now)
    return {
        "enrolment": view,
        "steps": steps,
        "ready": all(step.state == "done" for step in steps),
        "silent": silent,
        "expired": not view.agent and view.shown_at is not None and view.expires_at <= now,
        "doctor": doctor_context(view.doctor, view.doctor_at),
        "devices": [_device(device, checks) for device in devices],
        "unexpected": bool(devices and view.expected_kind and view.expected_kind not in {one.kind for one in devices}),
        "revision": revision_of(steps, devices, checks, silent=silent, doctor_at=view.doctor_at),
        "sentence": sentence_of(steps),
    }


def _device(device: DeviceView, checks: Mapping[str, tuple[str, str, datetime]]) -> Mapping[str, Any]:
    verdict, sentence, asked_at = checks.get(device.slug, ("", "", None))
    return {
        "view": device,
        "standing": standing(device),
        "verdict": verdict,
        "sentence": sentence,
        "asked_at": asked_at,
        "out": device.health in {"maintenance", "retired"},
    }


def sentence_of(steps: Sequence[Step]) -> str:
    current = next((step for step in steps if step.state == "now"), None)
    if current is None:
        return _("The machine is ready.")
    sentences = {
        "shown": _("Show the token to begin."),
        "contacted": _("Waiting for the machine."),
        "exchanged": _("A machine came, and its key was not taken."),
        "doctor": _("Enrolled; its doctor was not heard of yet."),
        "ready": _("Enrolled, and not ready: %s.") % current.text,
    }
    return sentences[current.key]


def revision_of(
    steps: Sequence[Step],
    devices: Sequence[DeviceView],
    checks: Mapping[str, tuple[str, str, datetime]],
    *,
    silent: bool,
    doctor_at: datetime | None,
) -> str:
    """Of everything that the page shows and that may change: another revision is another page."""
    facts = [(one.slug, one.connection, one.activity, one.health) for one in devices]
    known = (steps, facts, sorted(checks.items()), silent, doctor_at)
    return sha256(repr(known).encode()).hexdigest()[:16]


def status_record(context: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the page asks for every two seconds."""
    return {
        "revision": context["revision"],
        "sentence": context["sentence"],
        "steps": [
            {"key": step.key, "name": step.name, "state": step.state, "text": step.text} for step in context["steps"]
        ],
        "silent": context["silent"],
        "devices": [one["view"].slug for one in context["devices"]],
    }
