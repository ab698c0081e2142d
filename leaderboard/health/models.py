"""Health checks: one reference job each, and what it said of its device."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from leaderboard.devices.models import Device
from leaderboard.runs.models import Job


class Verdict(models.TextChoices):
    """What a check found. An inconclusive one says nothing of the device: other work, or a lost attempt."""

    ASKED = "asked"
    GOOD = "good"
    DRIFTED = "drifted"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


class Cause(models.TextChoices):
    """Why a check was asked for."""

    ENROLMENT = "enrolment"
    CHANGED = "changed"
    GAP = "gap"
    DAILY = "daily"
    JOBS = "jobs"
    AGAIN = "again"
    OPERATOR = "operator"


class HealthCheckQuerySet(models.QuerySet["HealthCheck"]):
    def baseline(self, device_id: int) -> "list[HealthCheck]":
        """Return the good checks that this device is compared with: the first few since its baseline began."""
        mine = self.filter(device_id=device_id)
        start = mine.filter(starts_baseline=True).order_by("-asked_at").values_list("asked_at", flat=True).first()
        if start is None:
            return []
        return list(mine.filter(verdict=Verdict.GOOD, asked_at__gte=start).order_by("asked_at")[:BASELINE_CHECKS])

    def conclude(self, pk: int, verdict: Verdict, *, now: datetime, **found: object) -> bool:
        """Write down what an open check found; false when somebody was faster."""
        return self.filter(pk=pk, verdict=Verdict.ASKED).update(verdict=verdict, done_at=now, **found) == 1


BASELINE_CHECKS = 5


class HealthCheck(models.Model):
    """One run of the reference job on one device. `*_ratio` is to the baseline's median; 1 is no drift."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="health_checks")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="health_check")
    cause = models.CharField(max_length=20, choices=Cause.choices)
    verdict = models.CharField(max_length=20, choices=Verdict.choices, default=Verdict.ASKED)
    sentence = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    starts_baseline = models.BooleanField(default=False)
    fingerprint = models.CharField(max_length=64, blank=True)
    correct = models.PositiveIntegerField(null=True)
    latency_p50_s = models.FloatField(null=True)
    latency_ratio = models.FloatField(null=True)
    mean_power_w = models.FloatField(null=True)
    power_source = models.CharField(max_length=200, blank=True)
    power_ratio = models.FloatField(null=True)

    objects = HealthCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(verdict="asked"), name="one_open_health_check_per_device"
            ),
            models.CheckConstraint(
                condition=Q(verdict="asked") ^ Q(done_at__isnull=False), name="a_health_check_is_open_or_done"
            ),
        ]
        indexes = [models.Index(fields=["device", "-asked_at"], name="health_of_device")]

    def __str__(self) -> str:
        return f"{self.verdict} check of {self.device_id}"
