"""Benchmarks as a reader sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

from leaderboard.catalog.models import Benchmark
from leaderboard.catalog.samples import Sample, sample_of
from leaderboard.grading import GRADERS
from leaderboard.protocol import GenerationContract, MeasuringProtocol, ModelContract

# What may differ between versions, in a reader's words.
_COMPARED = {
    "items": ("n", "inputs_sha256"),
    "answer key": ("answers_sha256",),
    "grader": ("grader",),
    "contract": ("contract", "generation"),
    "measuring protocol": ("protocol",),
    "texts": ("title", "description", "task", "licence", "citation"),
}


@dataclass(frozen=True, slots=True)
class VersionChange:
    """`changed` names what is different from the version before it; empty for the first."""

    version: int
    n: int
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BenchmarkPage:
    name: str
    slug: str
    version: int
    title: str
    description: str
    contamination: str
    modality: str
    task: str
    grader: str
    licence: str
    citation: str
    n: int
    inputs_sha256: str
    inputs_bytes: int
    answers_sha256: str
    rule: str
    contract: ModelContract | None
    generation: GenerationContract | None
    protocol: MeasuringProtocol
    versions: tuple[int, ...]
    changes: tuple[VersionChange, ...]
    sample: Sample | None


def benchmark_page(name: str) -> BenchmarkPage | None:
    """Return the benchmark that goes by `slug-vN`, or None when there is none."""
    slug, _, version = name.rpartition("-v")
    rows = {row.version: row for row in Benchmark.objects.filter(slug=slug).order_by("version")}
    row = rows.get(int(version)) if version.isascii() and version.isdigit() else None
    if row is None:
        return None
    return BenchmarkPage(
        name=str(row),
        slug=row.slug,
        version=row.version,
        title=row.title,
        description=row.description,
        contamination=row.contamination,
        modality=row.modality,
        task=row.task,
        grader=row.grader,
        licence=row.licence,
        citation=row.citation,
        n=row.n,
        inputs_sha256=row.inputs_sha256,
        inputs_bytes=row.inputs_bytes,
        answers_sha256=row.answers_sha256,
        rule=GRADERS[row.grader].rule if row.generation and row.grader in GRADERS else "",
        contract=row.model_contract(),
        generation=row.generation_contract(),
        protocol=row.measuring_protocol(),
        versions=tuple(rows),
        changes=_changes(list(rows.values())),
        sample=sample_of(row),
    )


def _changes(rows: Sequence[Benchmark]) -> tuple[VersionChange, ...]:
    """Newest first; `rows` come oldest first."""
    found = []
    for before, row in zip([None, *rows], rows, strict=False):
        changed = () if before is None else tuple(name for name in _COMPARED if _differs(before, row, name))
        found.append(VersionChange(row.version, row.n, changed))
    return tuple(reversed(found))


def _differs(before: Benchmark, after: Benchmark, name: str) -> bool:
    return any(getattr(before, field) != getattr(after, field) for field in _COMPARED[name])
