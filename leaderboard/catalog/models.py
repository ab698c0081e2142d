"""What can be measured: benchmarks and model artefacts; and what things cost."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from leaderboard.protocol import GenerationContract, MeasuringProtocol, ModelContract, RuntimeName

# Which runtime measures a model of which format. The first two are files, the others references.
RUNTIMES = {
    "onnx": RuntimeName.ONNXRUNTIME,
    "gguf": RuntimeName.LLAMA_CPP,
    "endpoint": RuntimeName.OPENAI,
    "container": RuntimeName.CONTAINER,
}
TENSOR_FORMATS = frozenset({"onnx", "container"})
TEXT_FORMATS = frozenset({"gguf", "endpoint", "container"})
"""What a benchmark of tensors takes, and one that asks for text: an image speaks the protocol of either."""


class Benchmark(models.Model):
    """One immutable version of a benchmark; items and answers are blobs named by their digest.

    It asks for tensors by a `contract`, or for text by a `generation`. `contamination` says what is known of how items
    were made, who may have them and what models may have seen of them; blank where nothing is. It is no part of what a
    version measures, so it alone may be written anew as more is known.
    """

    slug = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField()
    contamination = models.TextField(blank=True)
    modality = models.CharField(max_length=40)
    task = models.CharField(max_length=40)
    grader = models.CharField(max_length=40)
    licence = models.CharField(max_length=100)
    citation = models.TextField()
    n = models.PositiveIntegerField()
    inputs_sha256 = models.CharField(max_length=64)
    inputs_bytes = models.PositiveBigIntegerField()
    answers_sha256 = models.CharField(max_length=64)
    contract = models.JSONField(null=True)
    generation = models.JSONField(null=True)
    protocol = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="one_benchmark_per_slug_and_version"),
            models.CheckConstraint(condition=Q(n__gt=0), name="a_benchmark_has_items"),
            models.CheckConstraint(
                condition=Q(contract__isnull=False) ^ Q(generation__isnull=False),
                name="a_benchmark_asks_for_tensors_or_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug}-v{self.version}"

    def model_contract(self) -> ModelContract | None:
        return None if self.contract is None else ModelContract.model_validate(self.contract)

    def generation_contract(self) -> GenerationContract | None:
        return None if self.generation is None else GenerationContract.model_validate(self.generation)

    def measuring_protocol(self) -> MeasuringProtocol:
        return MeasuringProtocol.model_validate(self.protocol)


class ModelArtefact(models.Model):
    """The bytes of a model, by digest, and what the file itself says; or a reference to what serves it.

    A reference is an image by digest, or an endpoint that an agent's operator has named: it has no bytes here.
    """

    sha256 = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - several references have none
    reference = models.CharField(max_length=200, blank=True)
    format = models.CharField(max_length=20)
    size_bytes = models.PositiveBigIntegerField(null=True)
    parameters = models.PositiveBigIntegerField(null=True)
    precision = models.CharField(max_length=20, blank=True)
    signature = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="artefacts")
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="an_artefact_has_bytes"),
            models.CheckConstraint(
                condition=Q(sha256__isnull=False, size_bytes__isnull=False, reference="")
                | (Q(sha256__isnull=True, size_bytes__isnull=True) & ~Q(reference="")),
                name="an_artefact_is_a_file_or_a_reference",
            ),
            models.UniqueConstraint(
                fields=["format", "reference"], condition=~Q(reference=""), name="one_artefact_per_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.sha256[:12] if self.sha256 else self.reference}"

    @property
    def runtime(self) -> str:
        return RUNTIMES[self.format]


class PriceQuerySet(models.QuerySet["Price"]):
    def book(self, *, device_slug: str, at: datetime) -> dict[str, "Price"]:
        """Return the newest price of each kind valid at `at`; a price for the device beats the general one."""
        book: dict[str, Price] = {}
        rows: Iterable[Price] = self.filter(
            Q(device_slug="") | Q(device_slug=device_slug), valid_from__lte=at
        ).order_by("device_slug", "valid_from", "pk")
        for price in rows:
            book[price.kind] = price
        return book


class Price(models.Model):
    """One line of the price book, with its date and where it comes from."""

    class Kind(models.TextChoices):
        ELECTRICITY_USD_PER_KWH = "electricity_usd_per_kwh"
        DEVICE_USD_PER_HOUR = "device_usd_per_hour"
        CARBON_G_PER_KWH = "carbon_g_per_kwh"
        HUMAN_USD_PER_ITEM = "human_usd_per_item"

    kind = models.CharField(max_length=40, choices=Kind.choices)
    value = models.FloatField()
    device_slug = models.SlugField(max_length=100, blank=True)
    valid_from = models.DateTimeField()
    citation = models.TextField()

    objects = PriceQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(value__gte=0), name="a_price_is_not_negative")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
