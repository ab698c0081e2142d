"""What is published: measurements, the scores derived from them, entries, and the rows a board reads."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from leaderboard.accounts.models import User
from leaderboard.catalog.models import Benchmark
from leaderboard.devices.models import Device
from leaderboard.protocol import MissingReason, Provenance, Scope
from leaderboard.runs.models import Job, Result
from leaderboard.submissions.models import Submission

PROVENANCES = [(item.value, item.value) for item in Provenance]
SCOPES = [(item.value, item.value) for item in Scope]
REASONS = [(item.value, item.value) for item in MissingReason]


class Board(models.Model):
    """A benchmark version with a ranking metric and default axes; ranked separately for each energy scope.

    The newest version answers to `slug`; every version answers to `<slug>-v<version>`.
    """

    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    benchmark = models.ForeignKey(Benchmark, on_delete=models.PROTECT, related_name="boards")
    rank_metric = models.CharField(max_length=60)
    x = models.CharField(max_length=60)
    y = models.CharField(max_length=60)
    # Blank: the scope in which most entries have an energy. An operator's choice is kept.
    scope = models.CharField(max_length=20, blank=True, choices=SCOPES)
    revision = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)
    # Written with each revision, so that a view needs no count: how many entries have an energy there,
    # {scope: {entries, provenances: {provenance: entries}}}.
    scopes = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "benchmark"], name="one_board_per_slug_and_benchmark_version")
        ]

    def __str__(self) -> str:
        return f"{self.slug} on {self.benchmark_id}"


class Measurement(models.Model):
    """One quantity as it was measured, with its source. Never changed."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="measurements")
    quantity = models.CharField(max_length=60)
    value = models.FloatField(null=True)
    provenance = models.CharField(max_length=20, choices=PROVENANCES)
    scope = models.CharField(max_length=20, blank=True, choices=SCOPES)
    source = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=40, blank=True)
    n = models.PositiveIntegerField()
    protocol_version = models.PositiveIntegerField()
    missing_reason = models.CharField(max_length=40, blank=True, choices=REASONS)
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["result", "quantity", "source"], name="one_measurement_per_source"),
            models.CheckConstraint(
                condition=Q(value__isnull=False) ^ ~Q(missing_reason=""), name="a_measurement_has_a_value_or_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(quantity__endswith="_j") | Q(value=None) | Q(value__gt=0), name="an_energy_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.result_id}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User | None) -> "EntryQuerySet":
        """Return what `user` may see: a private one is its submitter's and staff's."""
        if user is None:
            return self.exclude(status="private")
        return self.all() if user.is_staff else self.filter(~Q(status="private") | Q(submission__submitted_by=user))


class Entry(models.Model):
    """One immutable measurement of a model in a configuration on a device: published, or private as its submission."""

    class Status(models.TextChoices):
        PUBLISHED = "published"
        UNDER_REVIEW = "under_review"
        SUPERSEDED = "superseded"
        RETRACTED = "retracted"
        PRIVATE = "private"

    ON_BOARDS = (Status.PUBLISHED, Status.UNDER_REVIEW)
    """One that is looked into again stays where it stood, with a badge: doubt alone moves no rank."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="entry")
    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="entry")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="entries")
    benchmark = models.ForeignKey(Benchmark, on_delete=models.PROTECT, related_name="entries")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="entries")
    runtime = models.CharField(max_length=40)
    precision = models.CharField(max_length=20)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PUBLISHED)
    stable = models.BooleanField()
    guard = models.CharField(max_length=20)
    warnings = models.JSONField(default=list)
    # Of a private one, when it was scored.
    published_at = models.DateTimeField()

    objects = EntryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"entry {self.uuid}"


class EntryChange(models.Model):
    """What became of an entry: it was published, and what people decided about it since. Only ever added to.

    Readers see an entry's own as its history of corrections, and those of all entries as the changelog.
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published"
        UNDER_REVIEW = "under_review"
        RESTORED = "restored"
        RETRACTED = "retracted"
        SUPERSEDED = "superseded"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reason = models.TextField(blank=True)
    successor = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Nobody: the server publishes on its own.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=Q(kind="published"), name="an_entry_is_published_once"),
            models.CheckConstraint(
                condition=Q(kind="published") | (~Q(reason="") & Q(by__isnull=False)),
                name="a_decision_has_a_reason_and_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(kind="superseded") | Q(successor__isnull=False), name="what_is_superseded_has_a_successor"
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(kind__in=["retracted", "superseded"]),
                name="only_what_left_has_a_successor",
            ),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="changes_newest_first")]

    def __str__(self) -> str:
        return f"{self.kind}: entry {self.entry_id}"


class Score(models.Model):
    """A metric of an entry, derived from measurements by one version of its formula.

    `value` is a float column so that an infinite cost-of-pass stays a value. `draws` holds STORED_DRAWS resamples as
    little-endian float32: the same items are drawn for every entry of an item set, so that entries can be compared
    pair by pair.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="scores")
    metric = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    scope = models.CharField(max_length=20, blank=True, choices=SCOPES)
    # Blank where there is no value because nothing was there to measure with.
    provenance = models.CharField(max_length=20, blank=True, choices=PROVENANCES)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.PositiveIntegerField()
    missing_reason = models.CharField(max_length=40, blank=True, choices=REASONS)
    terms = models.JSONField(default=dict)
    draws = models.BinaryField(null=True)
    measurements = models.ManyToManyField(Measurement, related_name="scores")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "metric", "scope", "provenance", "version"], name="one_score_per_metric_and_version"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) ^ ~Q(missing_reason=""), name="a_score_has_a_value_or_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} of {self.entry_id}"


class ReportedResult(models.Model):
    """A figure that somebody published, as it was published: with its citation, and never among the measured ones.

    `metric` is a key of the registry where the figure is that quantity, in its unit; else the publication's own word.
    A figure with a `baseline` is a ratio or a difference to it, and never that quantity.
    """

    # Of the bundled catalogue of papers: what it calls the figure. Empty for what staff has typed in.
    key = models.SlugField(max_length=100, blank=True)
    paper = models.SlugField(max_length=100, blank=True)
    benchmark = models.CharField(max_length=100, blank=True)
    model_name = models.CharField(max_length=200)
    device = models.CharField(max_length=200, blank=True)
    metric = models.CharField(max_length=60)
    unit = models.CharField(max_length=40, blank=True)
    # "up to", "at least", "about": such a figure is no exact point.
    bound = models.CharField(max_length=20, blank=True)
    value = models.FloatField()
    baseline = models.CharField(max_length=200, blank=True)
    scope = models.CharField(max_length=20, blank=True, choices=SCOPES)
    conditions = models.JSONField(default=dict, blank=True)
    citation = models.TextField()
    url = models.URLField(blank=True)
    published_on = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["benchmark", "model_name", "device", "metric", "scope", "citation"],
                condition=Q(key=""),
                name="one_reported_figure_per_citation",
            ),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="one_reported_figure_per_key"),
            models.CheckConstraint(condition=~Q(citation=""), name="a_reported_figure_has_a_citation"),
            models.CheckConstraint(
                condition=~Q(metric__endswith="_j") | Q(value__gt=0), name="a_reported_energy_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} of {self.model_name}, reported"


class ReportedBoard(models.Model):
    """A board of results that somebody else has published. It changes only when its file is loaded anew."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField()
    publisher = models.CharField(max_length=100)
    url = models.URLField(max_length=500)
    licence = models.CharField(max_length=100)
    published_on = models.DateField()
    rank_metric = models.CharField(max_length=60)
    x = models.CharField(max_length=60)
    y = models.CharField(max_length=60)
    # As a board's: {scope: {entries, provenances: {provenance: entries}}}.
    scopes = models.JSONField(default=dict)
    # Of the file that was loaded: the same file again changes nothing.
    sha256 = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class ReportedEntry(models.Model):
    """One published result, as a row of its board has it, in one scope. `uid` is its name in the publication.

    `facts` are the publication's own words about system and software, `about` what each figure is.
    """

    uuid = models.UUIDField(unique=True, editable=False)
    board = models.ForeignKey(ReportedBoard, on_delete=models.CASCADE, related_name="rows")
    uid = models.CharField(max_length=100)
    url = models.URLField(max_length=500)
    facts = models.JSONField(default=dict)
    about = models.JSONField(default=dict)
    identity = models.JSONField(default=dict)
    cells = models.JSONField(default=dict)
    rank = models.PositiveIntegerField(null=True)
    rank_low = models.PositiveIntegerField(null=True)
    rank_high = models.PositiveIntegerField(null=True)
    band = models.PositiveIntegerField(null=True)
    front = models.CharField(max_length=20)
    front_probability = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "uid"], name="one_reported_entry_per_uid")]

    def __str__(self) -> str:
        return f"{self.uid} on {self.board_id}"


class BoardSnapshot(models.Model):
    """A board as it was at one revision: what a citable address shows. Made once, never changed.

    `content` is JSON, compressed by zlib: the board's choices, and its rows by scope as BoardEntry has them.
    """

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="snapshots")
    revision = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "revision"], name="one_snapshot_per_board_revision")]

    def __str__(self) -> str:
        return f"revision {self.revision} of {self.board_id}"


class KeptPage(models.Model):
    """The page of a large board's default view at one revision: `content` is compressed by zlib."""

    board = models.OneToOneField(Board, on_delete=models.CASCADE, related_name="kept_page")
    revision = models.PositiveIntegerField()
    language = models.CharField(max_length=20)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"page of revision {self.revision} of {self.board_id}"


class BoardEntry(models.Model):
    """The row a board reads, one per entry and energy scope, rebuilt with each board revision.

    `cells` is the wire form of the row's metrics: `{key: {value, low, high, infinite, provenance, scope, n,
    missing_reason}}`.
    """

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="rows")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="board_rows")
    scope = models.CharField(max_length=20, blank=True, choices=SCOPES)
    rank = models.PositiveIntegerField(null=True)
    rank_low = models.PositiveIntegerField(null=True)
    rank_high = models.PositiveIntegerField(null=True)
    band = models.PositiveIntegerField(null=True)
    front = models.CharField(max_length=20)
    front_probability = models.FloatField(null=True)
    identity = models.JSONField(default=dict)
    cells = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "entry", "scope"], name="one_row_per_board_entry_and_scope")
        ]
        indexes = [models.Index(fields=["board", "scope", "rank"], name="board_row_order")]

    def __str__(self) -> str:
        return f"row of {self.entry_id} on {self.board_id}"
