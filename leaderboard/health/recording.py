"""From the result of a reference job to a verdict, and to what follows from it."""

from datetime import datetime

from django.db import transaction

from leaderboard.devices.models import CHECKABLE, Device, Health
from leaderboard.health.judging import Judgement, Observed, judge
from leaderboard.health.models import HealthCheck, Verdict
from leaderboard.health.planning import mark_failing
from leaderboard.health.reference import least_correct
from leaderboard.protocol import GuardVerdict
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState


def record(*, check: HealthCheck, observed: Observed, n: int, now: datetime) -> Judgement:
    """Judge a check by its device's baseline and write it down, once; the device's health follows from it."""
    before = [_observed(one) for one in HealthCheck.objects.baseline(check.device_id)]
    found = judge(observed, before, least_correct=least_correct(n))
    with transaction.atomic():
        fresh = HealthCheck.objects.conclude(
            check.pk,
            found.verdict,
            now=now,
            sentence=found.sentence,
            starts_baseline=found.verdict == Verdict.GOOD and not before,
            fingerprint=observed.fingerprint,
            correct=observed.correct,
            latency_p50_s=observed.latency_p50_s,
            latency_ratio=found.latency_ratio,
            mean_power_w=observed.mean_power_w,
            power_source=observed.power_source,
            power_ratio=found.power_ratio,
        )
        if fresh:
            _follow(check.device_id, found)
        Job.objects.move(check.job_id, JobState.PUBLISHED, now=now, code="", message="")
    return found


def accept_baseline(*, device: Device, now: datetime) -> HealthCheck | None:
    """Let the newest conclusive check be the device's new baseline: an operator knows why it moved.

    Returns that check; None where there is none that measured, or where the newest found the device at fault.
    """
    conclusive = (Verdict.GOOD, Verdict.DRIFTED, Verdict.FAILED)
    last = device.health_checks.filter(verdict__in=conclusive).order_by("-asked_at").first()
    if last is None or last.verdict == Verdict.FAILED:
        return None
    with transaction.atomic():
        HealthCheck.objects.filter(pk=last.pk).update(
            starts_baseline=True,
            verdict=Verdict.GOOD,
            sentence=f"Accepted as the new baseline on {now:%Y-%m-%d}. {last.sentence}"[:300],
        )
        _found_good(device.pk)
    return last


def last_good_at(check: HealthCheck) -> datetime | None:
    """Return when the device was last known to be well before this check."""
    good = HealthCheck.objects.filter(device_id=check.device_id, verdict=Verdict.GOOD, asked_at__lt=check.asked_at)
    return good.order_by("-asked_at").values_list("done_at", flat=True).first()


def _follow(device_id: int, found: Judgement) -> None:
    if found.verdict in (Verdict.DRIFTED, Verdict.FAILED):
        mark_failing(device_id=device_id, reason=found.sentence)
    elif found.verdict == Verdict.GOOD:
        _found_good(device_id)


def _found_good(device_id: int) -> None:
    """One that an operator took out, or that is gone, stays as it is."""
    rows = Device.objects.filter(pk=device_id, reported=True, health__in=CHECKABLE)
    rows.update(health=Health.GOOD, health_reason="")


def _observed(check: HealthCheck) -> Observed:
    return Observed(
        fingerprint=check.fingerprint,
        guard=GuardVerdict.CLEAN,
        correct=check.correct or 0,
        latency_p50_s=check.latency_p50_s or 0.0,
        mean_power_w=check.mean_power_w,
        power_source=check.power_source,
    )
