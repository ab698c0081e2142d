"""Agents, the devices on their machines, and where joules come from."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from leaderboard.accounts.models import User, digest
from leaderboard.protocol import DeviceKind, EnergyMethod, Provenance, Scope

LATE_AFTER = timedelta(seconds=90)
OFFLINE_AFTER = timedelta(minutes=5)
LONG_SILENCE = timedelta(hours=1)


class Health(models.TextChoices):
    GOOD = "good"
    UNKNOWN = "unknown"
    FAILING = "failing"
    MAINTENANCE = "maintenance"
    RETIRED = "retired"


IN_SERVICE = (Health.GOOD, Health.UNKNOWN)
"""What takes any job. Nobody has to wait for the first check of a device: it stands before all other jobs."""
CHECKABLE = (*IN_SERVICE, Health.FAILING)
"""A failing device still takes the reference job, by which it is found good again."""


class Connection(models.TextChoices):
    ONLINE = "online"
    LATE = "late"
    OFFLINE = "offline"
    NEVER_SEEN = "never seen"


class EnrolToken(models.Model):
    """A one-use, short-lived token `pwdev_...` that lets one machine enrol under `name`."""

    PREFIX: ClassVar[str] = "pwdev_"

    token_hash = models.CharField(max_length=64, unique=True)
    name = models.SlugField(max_length=60)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    used_by_secret_hash = models.CharField(max_length=64, blank=True)
    # What staff expect to see enrol, and when they were shown the token; empty for one that a command wrote.
    expected_kind = models.CharField(max_length=10, blank=True)
    shown_at = models.DateTimeField(null=True)
    # The last time a machine came with this token, from where, with which agent, and why it was turned away.
    contacted_at = models.DateTimeField(null=True)
    contacted_from = models.CharField(max_length=60, blank=True)
    contacted_version = models.CharField(max_length=40, blank=True)
    refusal = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"enrolment of {self.name}"

    @classmethod
    def issue(cls, *, name: str, by: User, expires_at: datetime) -> str:
        """Return the token in clear, which is never to be had again."""
        token = cls.PREFIX + secrets.token_urlsafe(32)
        cls.objects.create(token_hash=digest(token), name=name, created_by=by, expires_at=expires_at)
        return token


class Agent(models.Model):
    """An enrolled agent process and its machine: one secret, one queue, at most one running attempt."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.SlugField(max_length=60, unique=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    session_epoch = models.PositiveIntegerField(default=0)
    enrolled_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    # When it was heard of again after a long silence, in which anything may have been done to the machine.
    back_at = models.DateTimeField(null=True)
    version = models.CharField(max_length=40, blank=True)
    # The machine's wall clock less the server's, at the last sync, with the way there in it.
    clock_offset_s = models.FloatField(null=True)
    boot_id = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    health = models.CharField(max_length=20, choices=Health.choices, default=Health.GOOD)
    health_reason = models.CharField(max_length=200, blank=True)
    # The lines that the doctor printed on the machine when it was last asked there.
    doctor = models.JSONField(default=list)
    doctor_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def queue_name(self) -> str:
        return f"agent.{self.uuid}"

    def connection(self, *, now: datetime) -> Connection:
        if self.last_seen_at is None:
            return Connection.NEVER_SEEN
        silent = now - self.last_seen_at
        if silent > OFFLINE_AFTER:
            return Connection.OFFLINE
        return Connection.LATE if silent > LATE_AFTER else Connection.ONLINE


class DeviceQuerySet(models.QuerySet["Device"]):
    def schedulable(self, *, now: datetime) -> "DeviceQuerySet":
        """Return devices whose agent is in contact and that nobody took out of service.

        A failing one is among them: it still takes the reference job, by which it is found good again.
        """
        return self.filter(
            reported=True,
            health__in=CHECKABLE,
            agent__health=Health.GOOD,
            agent__last_seen_at__gt=now - LATE_AFTER,
        ).select_related("agent")


class Device(models.Model):
    """A piece of hardware on an agent's machine. `key` names it there, `slug` everywhere."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="devices")
    key = models.CharField(max_length=31)
    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in DeviceKind])
    name = models.CharField(max_length=200)
    vendor = models.CharField(max_length=200, blank=True)
    cores = models.PositiveIntegerField(null=True)
    memory_bytes = models.PositiveBigIntegerField(null=True)
    runtimes = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    rated_power_w = models.FloatField(null=True, blank=True)
    health = models.CharField(max_length=20, choices=Health.choices, default=Health.UNKNOWN)
    health_reason = models.CharField(max_length=200, blank=True)
    # Whether the agent's last inventory has it.
    reported = models.BooleanField(default=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "key"], name="one_device_per_agent_and_key"),
            models.CheckConstraint(
                condition=Q(rated_power_w=None) | Q(rated_power_w__gt=0), name="a_rated_power_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def takes_jobs(self) -> bool:
        """Whether its health, and that of its agent, let it have one; needs `agent`."""
        return self.reported and self.health in IN_SERVICE and self.agent.health == Health.GOOD

    def can_run(self, runtime: str, *, threads: int) -> bool:
        return runtime in self.runtimes and (self.cores is None or threads <= self.cores)


class EnergySource(models.Model):
    """One way to learn joules on a device, as its agent last probed it; absent ones are kept with their reason."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="energy_sources")
    key = models.CharField(max_length=200)
    scope = models.CharField(max_length=20, choices=[(scope.value, scope.value) for scope in Scope])
    provenance = models.CharField(max_length=20, choices=[(item.value, item.value) for item in Provenance])
    method = models.CharField(max_length=40, choices=[(method.value, method.value) for method in EnergyMethod])
    present = models.BooleanField()
    detail = models.TextField(blank=True)
    why_absent = models.TextField(blank=True)
    fix = models.TextField(blank=True)
    resolution_s = models.FloatField(null=True)
    rated_power_w = models.FloatField(null=True)
    rated_power_origin = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "key"], name="one_energy_source_per_device_and_key")]

    def __str__(self) -> str:
        return f"{self.key} of {self.device}"


class ContactHour(models.Model):
    """In which minutes of an hour an agent was heard of: bit n of `minutes` is minute n."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="contact_hours")
    hour = models.DateTimeField()
    minutes = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "hour"], name="one_contact_row_per_agent_and_hour")]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.hour:%Y-%m-%d %H}"


class DeviceEvent(models.Model):
    """What was done to a device, or changed on it. `breaks`: what was measured before is not comparable."""

    class Kind(models.TextChoices):
        ENROLLED = "enrolled"
        CHANGED = "changed"
        HEALTH = "health"

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.CharField(max_length=300)
    breaks = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)

    class Meta:
        indexes = [models.Index(fields=["device", "-at"], name="events_of_device")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"
