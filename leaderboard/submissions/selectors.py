"""What a submitter chooses from: files that are here, benchmarks, and what was submitted before."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from leaderboard.accounts.models import User
from leaderboard.catalog.models import Benchmark, ModelArtefact
from leaderboard.catalog.onnx_file import from_json
from leaderboard.submissions.models import Submission
from leaderboard.submissions.requests import is_slug

MOST_FILES = 50
MOST_ITEMS = 1024


@dataclass(frozen=True)
class FileChoice:
    sha256: str
    format: str
    size_bytes: int
    named: str


@dataclass(frozen=True)
class BenchmarkChoice:
    """The newest version of a benchmark, which is the one that is measured."""

    slug: str
    version: int
    title: str
    n: int
    task: str
    asks_for: str
    protocol_version: int
    repeats: int


def files_of(user: User, *, chosen: str = "") -> tuple[FileChoice, ...]:
    """Return the user's newest uploads, and the chosen file whoever uploaded it."""
    own = ModelArtefact.objects.filter(uploaded_by=user).exclude(sha256=None).order_by("-uploaded_at", "-pk")
    rows = list(own[:MOST_FILES])
    if chosen and all(row.sha256 != chosen for row in rows):
        rows = [*ModelArtefact.objects.filter(sha256=chosen), *rows]
    theirs = Submission.objects.visible_to(user)
    named = dict(theirs.filter(artefact__in=rows).order_by("pk").values_list("artefact_id", "model_name"))
    return tuple(FileChoice(row.sha256 or "", row.format, row.size_bytes or 0, named.get(row.pk, "")) for row in rows)


def benchmark_choices() -> tuple[BenchmarkChoice, ...]:
    newest = {row.slug: row for row in Benchmark.objects.order_by("slug", "version")}
    return tuple(
        BenchmarkChoice(
            slug=row.slug,
            version=row.version,
            title=row.title,
            n=row.n,
            task=row.task,
            asks_for="text" if row.contract is None else "tensors",
            protocol_version=(protocol := row.measuring_protocol()).version,
            repeats=protocol.repeats,
        )
        for row in newest.values()
    )


def newest_of_model(slug: str, *, user: User | None = None) -> dict[str, Any] | None:
    """Return what the newest submission of a model that `user` may know of says of it, as REST takes it.

    Of a private one that is `private` too: who asks for it once more has not decided to show it.
    """
    if not all(slugify(part) == part and is_slug(part) for part in slug.split("/", 1)):
        return None
    rows = Submission.objects.visible_to(user).filter(model_slug=slug).select_related("artefact")
    row = rows.order_by("-created_at", "-pk").first()
    return None if row is None else {"model": model_of(row), **private_part(row)}


def model_of(row: Submission) -> dict[str, str]:
    """Return the model part of a submission, as REST takes it."""
    artefact = row.artefact
    source = (
        {"sha256": artefact.sha256} if artefact.sha256 else {"format": artefact.format, "reference": artefact.reference}
    )
    told = {
        "name": row.model_name,
        "organisation": row.organisation,
        "licence": row.licence,
        "family": row.family,
        "released_on": row.released_on.isoformat() if row.released_on else "",
    }
    return {name: value for name, value in (told | source).items() if value}


def private_part(row: Submission) -> dict[str, bool]:
    """Return what a body says of who may see it: nothing where that is everybody."""
    return {"private": True} if row.private else {}


def natural_batch(sha256: str) -> int | None:
    """Return the number of items that a file takes at once, where it is made for one number above one only."""
    signature = ModelArtefact.objects.filter(sha256=sha256, format="onnx").values_list("signature", flat=True).first()
    if signature is None:
        return None
    shapes = [tensor.shape for tensor in from_json(signature).inputs]
    first = shapes[0][0] if shapes and shapes[0] else None
    return first if isinstance(first, int) and 1 < first <= MOST_ITEMS else None
