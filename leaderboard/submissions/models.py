"""What people ask to have measured."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from leaderboard.accounts.models import User
from leaderboard.catalog.models import Benchmark, ModelArtefact

DRAFT_LIFE = timedelta(days=14)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User | None) -> "SubmissionQuerySet":
        """Return what `user` may know of: a private one is its owner's and staff's."""
        if user is None:
            return self.filter(private=False)
        return self.all() if user.is_staff else self.filter(Q(private=False) | Q(submitted_by=user))


class Submission(models.Model):
    """One model, as its submitter names it, asked to be measured on one benchmark with one configuration."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    # Who made the model, as its submitter writes it; blank where nobody has stated it.
    organisation = models.CharField(max_length=100, blank=True)
    model_name = models.CharField(max_length=100)
    # The model's key: `name`, or `organisation/name`, each a slug.
    model_slug = models.CharField(max_length=201, db_index=True)
    family = models.CharField(max_length=100, blank=True)
    # When the model came out, which is not when it was measured.
    released_on = models.DateField(null=True)
    licence = models.CharField(max_length=100)
    artefact = models.ForeignKey(ModelArtefact, on_delete=models.PROTECT, related_name="submissions")
    benchmark = models.ForeignKey(Benchmark, on_delete=models.PROTECT, related_name="submissions")
    batch = models.PositiveIntegerField(default=1)
    threads = models.PositiveIntegerField(default=1)
    # Its jobs and their entries are seen by its owner and by staff alone, until one of them makes it public.
    private = models.BooleanField(default=False)
    idempotency_key = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submitted_by", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="one_submission_per_idempotency_key",
            ),
            models.CheckConstraint(
                condition=Q(organisation="") ^ Q(model_slug__contains="/"),
                name="the_key_of_a_model_has_its_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_name} on {self.benchmark}"

    def belongs_to(self, user: User | None) -> bool:
        """Say whether `user` submitted it, or is staff: whoever may manage its jobs, and see it while it is private."""
        return user is not None and (user.is_staff or self.submitted_by_id == user.pk)

    def is_shown_to(self, user: User | None) -> bool:
        return not self.private or self.belongs_to(user)


class Draft(models.Model):
    """What somebody has filled in of the form at `/submit/` so far; it becomes at most one submission."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    # The body of a submission as REST takes it, as far as it is known.
    body = models.JSONField(default=dict)
    submission = models.ForeignKey(Submission, on_delete=models.SET_NULL, null=True, related_name="drafts")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["owner", "expires_at"], name="draft_of_owner")]

    def __str__(self) -> str:
        return f"draft {self.uuid}"

    @property
    def idempotency_key(self) -> str:
        return f"draft-{self.uuid}"
