"""Jobs, their attempts and results. What must never happen is forbidden by the database, not by code paths."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from leaderboard.accounts.models import User
from leaderboard.catalog.models import Benchmark
from leaderboard.devices.models import Agent, Device
from leaderboard.protocol import Code, Phase
from leaderboard.runs.states import (
    ACTIVE_ATTEMPT,
    OPEN_JOB,
    AttemptState,
    JobState,
    attempt_sources,
    job_sources,
)
from leaderboard.submissions.models import Submission


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> "JobQuerySet":
        return self.filter(state__in=OPEN_JOB)

    def hold(self, pk: int) -> bool:
        """Take the job's row for this transaction; false when it is not among these.

        Everything that changes a job or its attempts takes the job first, so that two who meet there wait for each
        other in one order, and what is read after it stays true until the transaction ends.
        """
        return self.filter(pk=pk).update(state=F("state")) == 1

    def move(self, pk: int, target: JobState, *, now: datetime, **values: Any) -> bool:
        """Change one job's state if the table allows it from where it is; false when somebody was faster."""
        rows = self.filter(pk=pk, state__in=job_sources(target))
        return rows.update(state=target, state_since=now, **values) == 1


class Job(models.Model):
    """One submission on one benchmark, on one device or on any of a class."""

    class Purpose(models.TextChoices):
        """What comes of it: an entry on a board, or a health check of its device."""

        ENTRY = "entry"
        REFERENCE = "reference"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices, default=Purpose.ENTRY)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="jobs")
    benchmark = models.ForeignKey(Benchmark, on_delete=models.PROTECT, related_name="jobs")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, related_name="jobs")
    device_class = models.CharField(max_length=20, blank=True)
    protocol_version = models.PositiveIntegerField()
    repeat_index = models.PositiveIntegerField(default=0)
    priority = models.IntegerField(default=0)
    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.QUEUED)
    code = models.CharField(max_length=40, blank=True, choices=[(code.value, code.value) for code in Code])
    message = models.TextField(blank=True)
    infra_tries = models.PositiveIntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True)
    retry_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="retries")
    created_at = models.DateTimeField()
    state_since = models.DateTimeField()

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(device__isnull=False) ^ ~Q(device_class=""), name="a_job_names_a_device_or_a_class"
            ),
            models.UniqueConstraint(fields=["retry_of"], name="one_retry_per_job"),
        ]
        indexes = [
            models.Index(fields=["state", "-priority", "created_at"], name="job_queue"),
            models.Index(fields=["submission", "created_at"], name="job_of_submission"),
        ]

    def __str__(self) -> str:
        return f"job {self.uuid}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def active(self) -> "AttemptQuerySet":
        return self.filter(state__in=ACTIVE_ATTEMPT)

    def move(self, pk: int, target: AttemptState, *, now: datetime, **values: Any) -> bool:
        """Change one attempt's state if the table allows it from where it is; false when somebody was faster."""
        if target != AttemptState.CLAIMED:
            values["finished_at"] = now
        if target == AttemptState.DONE:  # of a brief one no heartbeat may have said so
            values["measuring_since"] = Coalesce("measuring_since", Value(now))
        if self.filter(pk=pk, state__in=attempt_sources(target)).update(state=target, **values) != 1:
            return False
        if target == AttemptState.DONE:
            AttemptPower.objects.filter(attempt_id=pk).delete()  # provisional: what is kept is in the report
        return True


class Attempt(models.Model):
    """One try at a job by one agent. A passed lease is not a state: it is computed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="attempts")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="attempts")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=AttemptState.choices, default=AttemptState.DISPATCHED)
    claim_key = models.UUIDField(null=True)
    dispatched_at = models.DateTimeField()
    rung_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_expires_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    phase = models.CharField(max_length=20, blank=True, choices=[(phase.value, phase.value) for phase in Phase])
    # Each phase with when the server first heard of it, in order: [["preparing", "2026-11-02T12:00:00+00:00"], ...].
    phase_marks = models.JSONField(default=list)
    # When the server first heard that a counted run had begun: from then on it counts toward a quota.
    measuring_since = models.DateTimeField(null=True)
    progress = models.FloatField(default=0)
    detail = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40, blank=True, choices=[(code.value, code.value) for code in Code])
    message = models.TextField(blank=True)
    log = models.TextField(blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=Q(state__in=ACTIVE_ATTEMPT), name="one_active_attempt_per_job"
            ),
            models.UniqueConstraint(
                fields=["agent"], condition=Q(state__in=ACTIVE_ATTEMPT), name="one_active_attempt_per_machine"
            ),
            models.UniqueConstraint(fields=["job", "number"], name="one_attempt_per_job_and_number"),
            models.CheckConstraint(
                condition=~Q(state=AttemptState.CLAIMED)
                | Q(claim_key__isnull=False, lease_expires_at__isnull=False, deadline_at__isnull=False),
                name="a_claimed_attempt_has_a_key_and_a_lease",
            ),
        ]
        # Who had how much of late is asked with each dispatch.
        indexes = [models.Index(fields=["dispatched_at"], name="attempt_dispatched")]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.job_id}"


class AttemptPower(models.Model):
    """What a running attempt's agent says of its power meanwhile: a LivePower, or why the last one was left out.

    The row goes when there is a report, and 30 days after the end of an attempt that brought none.
    """

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, primary_key=True, related_name="live_power")
    power = models.JSONField(null=True)
    refused = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"live power of {self.attempt_id}"


class Result(models.Model):
    """What an agent reported, byte for byte. Late and second ones are kept, but only one counts."""

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="result")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="results")
    sha256 = models.CharField(max_length=64)
    payload = models.TextField()
    accepted = models.BooleanField()
    received_at = models.DateTimeField()
    # How often scoring it failed for no fault of its own, and from when on it is asked for again.
    score_failures = models.PositiveIntegerField(default=0)
    score_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job"], condition=Q(accepted=True), name="one_accepted_result_per_job")
        ]

    def __str__(self) -> str:
        return f"result of {self.attempt_id}"


class AttemptArtefact(models.Model):
    """A file that belongs to an attempt, such as its power trace: complete, with the digest its agent stated."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="artefacts")
    name = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    received_at = models.DateTimeField()
    # Empty until it was held against the report that names it.
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "name"], name="one_artefact_per_attempt_and_name"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="an_attempts_artefact_has_bytes"),
        ]
        # The sweep asks for these all the time, and they are few.
        indexes = [
            models.Index(fields=["attempt"], condition=Q(checked_at=None), name="artefact_unchecked"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.attempt_id}"


class TraceCheck(models.Model):
    """What an attempt's file says of the report that names it. Never changed.

    `difference` is that of the server's joules to the agent's over the repeats, the worst of all sources; `lines` has
    all of them.
    """

    class Verdict(models.TextChoices):
        AGREES = "agrees"
        DIFFERS = "differs"
        UNUSABLE = "unusable"

    artefact = models.OneToOneField(AttemptArtefact, on_delete=models.PROTECT, related_name="trace_check")
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    difference = models.FloatField(null=True)
    lines = models.JSONField(default=list)
    parquet_sha256 = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(verdict="unusable") | ~Q(reason=""), name="an_unusable_trace_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict}: {self.artefact_id}"


class ReaperWatch(models.Model):
    """Since when the reaper has been ticking without a gap."""

    name = models.CharField(max_length=20, unique=True)
    since = models.DateTimeField()
    last_tick_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} since {self.since}"


class MailWish(models.Model):
    """A user who wants mail about jobs, from then on; it goes to the address of the account."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="mail_wish")
    since = models.DateTimeField()
    # Of the page on which it was asked for; empty: the site's.
    language = models.CharField(max_length=20, blank=True, default="")

    def __str__(self) -> str:
        return f"mail to {self.user_id}"


class JobMail(models.Model):
    """A mail that was sent about a job, or that the mail server refused for good."""

    class Kind(models.TextChoices):
        OVER = "over"
        LATE = "late"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    sent_at = models.DateTimeField()
    # What the mail server said; empty where it took the mail.
    refused = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "kind"], name="one_mail_per_job_and_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.job_id}"
