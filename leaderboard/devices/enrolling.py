"""The staff's side of an enrolment: name the machine, be shown its token once, and see what comes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from leaderboard.accounts.models import User, digest
from leaderboard.devices.models import Agent, Connection, EnrolToken
from leaderboard.protocol import DeviceKind

GOOD_FOR = timedelta(minutes=15)
QUIET_AFTER = timedelta(seconds=60)
"""A machine that was not heard of for so long after its token was shown may need help."""


class BadMachine(Exception):
    """The name cannot be, or is taken; the message says which."""


class AlreadyUsed(Exception):
    """A machine enrolled with this token; another machine needs an enrolment of its own."""


@dataclass(frozen=True, slots=True)
class DoctorLine:
    code: str
    result: str
    evidence: str
    fix: str


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """`agent` and what follows are empty until a machine has enrolled."""

    pk: int
    name: str
    expected_kind: str
    created_by: str
    shown_at: datetime | None
    expires_at: datetime
    contacted_at: datetime | None
    contacted_from: str
    contacted_version: str
    refusal: str
    agent: str
    agent_id: int | None
    enrolled_at: datetime | None
    connection: str
    doctor: tuple[DoctorLine, ...]
    doctor_at: datetime | None


def check_name(name: str) -> None:
    """Raise BadMachine for what no machine can be called, or one is called already."""
    if not name.isascii() or not name.replace("-", "").isalnum() or name != name.lower() or len(name) > 60:
        raise BadMachine(f"{name!r} is no name for a machine: use at most 60 small letters, digits and dashes.")
    if Agent.objects.filter(name=name).exists():
        raise BadMachine(f"A machine named {name} is enrolled already; choose another name.")


def begin_enrolment(*, name: str, kind: DeviceKind, by: User, now: datetime) -> EnrolToken:
    """Make an enrolment whose token nobody knows yet: it is made when it is shown. Raises BadMachine."""
    check_name(name)
    nobodys = digest(secrets.token_urlsafe(32))
    return EnrolToken.objects.create(
        token_hash=nobodys, name=name, expected_kind=kind.value, created_by=by, expires_at=now
    )


def show_token(*, enrolment_id: int, now: datetime) -> str:
    """Return a new token in clear, never to be had again; the one before it is no longer good. Raises AlreadyUsed."""
    token = EnrolToken.PREFIX + secrets.token_urlsafe(32)
    unused = EnrolToken.objects.filter(pk=enrolment_id, used_by_secret_hash="")
    changed = unused.update(
        token_hash=digest(token), shown_at=now, expires_at=now + GOOD_FOR, contacted_at=None, refusal=""
    )
    if changed != 1:
        raise AlreadyUsed("A machine has enrolled with this token.")
    return token


def enrolment_view(pk: int, *, now: datetime) -> EnrolmentView | None:
    token = EnrolToken.objects.select_related("created_by").filter(pk=pk).first()
    if token is None:
        return None
    used = token.used_by_secret_hash
    agent = Agent.objects.filter(secret_hash=used).first() if used else None
    return EnrolmentView(
        pk=token.pk,
        name=token.name,
        expected_kind=token.expected_kind,
        created_by=token.created_by.username,
        shown_at=token.shown_at,
        expires_at=token.expires_at,
        contacted_at=token.contacted_at,
        contacted_from=token.contacted_from,
        contacted_version=token.contacted_version,
        refusal=token.refusal,
        agent=agent.name if agent else "",
        agent_id=agent.pk if agent else None,
        enrolled_at=agent.enrolled_at if agent else None,
        connection=agent.connection(now=now).value if agent else Connection.NEVER_SEEN.value,
        doctor=doctor_lines(agent) if agent else (),
        doctor_at=agent.doctor_at if agent else None,
    )


def open_enrolments(*, now: datetime) -> tuple[EnrolToken, ...]:
    """Return what staff began of late and no machine has answered, newest first."""
    since = now - timedelta(days=1)
    return tuple(EnrolToken.objects.filter(used_by_secret_hash="", expires_at__gt=since).order_by("-pk")[:10])


def doctor_lines(agent: Agent) -> tuple[DoctorLine, ...]:
    return tuple(DoctorLine(**line) for line in agent.doctor)
