"""What people ask to have measured."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from leaderboard.catalog.models import Benchmark, ModelArtefact


class Submission(models.Model):
    """One model, as its submitter names it, asked to be measured on one benchmark with one configuration."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    model_name = models.CharField(max_length=100)
    model_slug = models.SlugField(max_length=100)
    family = models.CharField(max_length=100, blank=True)
    # When the model came out, which is not when it was measured.
    released_on = models.DateField(null=True)
    licence = models.CharField(max_length=100)
    artefact = models.ForeignKey(ModelArtefact, on_delete=models.PROTECT, related_name="submissions")
    benchmark = models.ForeignKey(Benchmark, on_delete=models.PROTECT, related_name="submissions")
    batch = models.PositiveIntegerField(default=1)
    threads = models.PositiveIntegerField(default=1)
    idempotency_key = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submitted_by", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="one_submission_per_idempotency_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.model_name} on {self.benchmark}"
