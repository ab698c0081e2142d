"""Enrolment, sessions and inventories of agents."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from leaderboard.accounts.models import digest
from leaderboard.devices.changes import machine_facts, note_changes
from leaderboard.devices.contacts import note_minute
from leaderboard.devices.models import IN_SERVICE, LONG_SILENCE, Agent, Device, EnergySource, EnrolToken, Health
from leaderboard.protocol import SUPPORTED_PROTOCOLS, DeviceInfo, DoctorReport, EnrolRequest, Inventory, SyncRequest
from leaderboard.queue.broker import TaskName, ring

UNCHECKED = "Not checked yet."
UNCHECKED_SINCE_BACK = "Not checked since its agent reports it again."
GONE = "The agent no longer reports this device."


class EnrolmentRefused(Exception):
    """The token is unknown, spent or too old, or the name is taken."""


class UnknownProtocol(Exception):
    """The agent speaks a protocol that this server does not."""


class Superseded(Exception):
    """A newer process of this agent is in session; the older one stops."""


def enrol(*, request: EnrolRequest, now: datetime, address: str = "") -> Agent:
    """Make the agent that the token names. The same token with the same secret answers the same agent again.

    Raises EnrolmentRefused, UnknownProtocol.
    """
    token = EnrolToken.objects.filter(token_hash=digest(request.token)).first()
    try:
        agent = _enrol(token, request, now=now)
    except (EnrolmentRefused, UnknownProtocol) as refused:
        _note_visit(token, request, address, now=now, refusal=str(refused)[:200])
        raise
    _note_visit(token, request, address, now=now)
    return agent


def _enrol(token: EnrolToken | None, request: EnrolRequest, *, now: datetime) -> Agent:
    _check_protocol(request.protocol_version)
    if token is None:
        raise EnrolmentRefused("This enrolment token is not known here.")
    try:
        with transaction.atomic():
            agent = _spend(token, digest(request.secret), now=now)
            _write_inventory(agent, request.inventory, now=now)
    except IntegrityError:
        raise EnrolmentRefused(f"A machine named {token.name} is enrolled already; choose another name.") from None
    return agent


def _note_visit(
    token: EnrolToken | None, request: EnrolRequest, address: str, *, now: datetime, refusal: str = ""
) -> None:
    """Keep who came with a token, also in vain: whoever watches the enrolment sees why."""
    if token is not None:
        EnrolToken.objects.filter(pk=token.pk).update(
            contacted_at=now,
            contacted_from=address[:60],
            contacted_version=request.inventory.agent_version[:40],
            refusal=refusal,
        )


def _spend(token: EnrolToken, secret_hash: str, *, now: datetime) -> Agent:
    if token.used_by_secret_hash == secret_hash:
        return Agent.objects.get(secret_hash=secret_hash)
    fresh = EnrolToken.objects.filter(pk=token.pk, used_by_secret_hash="", expires_at__gt=now)
    if fresh.update(used_by_secret_hash=secret_hash) != 1:
        raise EnrolmentRefused("This enrolment token was used before or has expired; issue a new one.")
    return Agent.objects.create(name=token.name, secret_hash=secret_hash, enrolled_at=now)


def _check_protocol(version: int) -> None:
    if version not in SUPPORTED_PROTOCOLS:
        spoken = ", ".join(str(item) for item in SUPPORTED_PROTOCOLS)
        raise UnknownProtocol(f"The agent speaks protocol {version}; this server speaks {spoken}.")


def open_session(*, agent: Agent, request: SyncRequest, now: datetime) -> int:
    """Note the contact and the inventory; return the session epoch: a new one for a new process, which gets work.

    Raises Superseded for a process that a newer one has replaced, UnknownProtocol.
    """
    _check_protocol(request.protocol_version)
    epoch = agent.session_epoch + 1 if request.session_epoch is None else request.session_epoch
    rows = Agent.objects.filter(pk=agent.pk, session_epoch=agent.session_epoch)
    if (
        request.session_epoch not in {None, agent.session_epoch}
        or rows.update(
            session_epoch=epoch,
            last_seen_at=now,
            clock_offset_s=_clock_offset_s(request, now),
            back_at=now if _was_long_silent(agent, now) else agent.back_at,
        )
        != 1
    ):
        raise Superseded("A newer process of this agent is in session.")
    if agent.fingerprint != request.inventory.fingerprint or request.session_epoch is None:
        with transaction.atomic():
            _write_inventory(agent, request.inventory, now=now)
    note_minute(agent_id=agent.pk, before=agent.last_seen_at, now=now)
    if request.session_epoch is None:
        ring(TaskName.HEALTH)  # which dispatches after it: a new machine is checked before it is given work
    return epoch


def _was_long_silent(agent: Agent, now: datetime) -> bool:
    return agent.last_seen_at is not None and now - agent.last_seen_at > LONG_SILENCE


def _clock_offset_s(request: SyncRequest, now: datetime) -> float | None:
    return None if request.agent_time is None else (request.agent_time - now).total_seconds()


def note_contact(*, agent: Agent, epoch: int, now: datetime) -> None:
    """Note that the agent was heard of; raises Superseded when the epoch is not the current one."""
    if Agent.objects.filter(pk=agent.pk, session_epoch=epoch).update(last_seen_at=now) != 1:
        raise Superseded("A newer process of this agent is in session.")
    note_minute(agent_id=agent.pk, before=agent.last_seen_at, now=now)


def keep_doctor(*, agent: Agent, report: DoctorReport, now: datetime) -> None:
    """Keep what the doctor said on the machine, in place of what it said before."""
    lines = [line.model_dump() for line in report.lines]
    Agent.objects.filter(pk=agent.pk).update(doctor=lines, doctor_at=now)


def _write_inventory(agent: Agent, inventory: Inventory, *, now: datetime) -> None:
    before = {device.key: device for device in agent.devices.all()}
    Agent.objects.filter(pk=agent.pk).update(
        version=inventory.agent_version[:40],
        boot_id=inventory.boot_id,
        fingerprint=inventory.fingerprint,
        facts=machine_facts(inventory),
    )
    for info in inventory.devices:
        _write_device(agent, info)
    note_changes(agent=agent, before=before, inventory=inventory, now=now)
    seen = {info.key for info in inventory.devices}
    # One that fails, or that an operator took out, must not be well again because it was away for a moment.
    gone = Device.objects.filter(agent=agent, reported=True).exclude(key__in=seen)
    gone.filter(health__in=IN_SERVICE).update(health=Health.UNKNOWN, health_reason=GONE)
    gone.update(reported=False)


def _write_device(agent: Agent, info: DeviceInfo) -> None:
    facts = {
        "kind": info.kind,
        "name": info.name,
        "vendor": info.vendor,
        "cores": info.cores,
        "memory_bytes": info.memory_bytes,
        "runtimes": list(info.runtimes),
        "facts": dict(info.facts),
    }
    device, created = Device.objects.update_or_create(
        agent=agent,
        key=info.key,
        defaults=facts,
        create_defaults=facts | {"slug": slugify(f"{agent.name}-{info.key}"), "health_reason": UNCHECKED},
    )
    if not created and not device.reported:
        Device.objects.filter(pk=device.pk).update(reported=True)
        Device.objects.filter(pk=device.pk, health=Health.UNKNOWN).update(health_reason=UNCHECKED_SINCE_BACK)
    EnergySource.objects.filter(device=device).exclude(key__in=[item.key for item in info.energy_sources]).delete()
    for item in info.energy_sources:
        EnergySource.objects.update_or_create(
            device=device,
            key=item.key,
            defaults={
                "scope": item.scope,
                "provenance": item.provenance,
                "method": item.method,
                "present": item.present,
                "detail": item.detail,
                "why_absent": item.why_absent or "",
                "fix": item.fix or "",
                "resolution_s": item.resolution_s,
                "rated_power_w": item.rated_power_w,
                "rated_power_origin": item.rated_power_origin or "",
            },
        )
