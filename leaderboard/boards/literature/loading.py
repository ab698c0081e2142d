"""The catalogue's figures become rows. Loading the same files again changes nothing; what staff typed in stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leaderboard.boards.literature.catalogue import Claim
from leaderboard.boards.models import ReportedResult

_BATCH = 200
_COMPARED = (
    "key", "paper", "benchmark", "model_name", "device", "metric", "unit", "bound", "value", "baseline", "scope",
    "conditions", "citation", "url", "published_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoadedFigures:
    figures: int
    papers: int
    changed: int
    gone: int


def load_figures(claims: Sequence[Claim], *, now: datetime) -> LoadedFigures:
    """Make the rows of the catalogue those of `claims`, in one transaction."""
    with transaction.atomic():
        known = {row.key: row for row in ReportedResult.objects.exclude(key="")}
        rows = [_row(claim, now) for claim in claims]
        changed = [row for row in rows if row.key not in known or _values(known[row.key]) != _values(row)]
        gone = known.keys() - {row.key for row in rows}
        stale = [known[key].pk for key in (*gone, *(row.key for row in changed)) if key in known]
        ReportedResult.objects.filter(pk__in=stale).delete()
        ReportedResult.objects.bulk_create(changed, batch_size=_BATCH)
    return LoadedFigures(len(rows), len({row.paper for row in rows}), len(changed), len(gone))


def _values(row: ReportedResult) -> list[object]:
    return [getattr(row, name) for name in _COMPARED]


def _row(claim: Claim, now: datetime) -> ReportedResult:
    paper = claim.paper
    said = {
        "title": paper.title,
        "topic": paper.topic,
        "code_url": paper.code_url,
        "direction": claim.direction,
        "note": claim.note,
    }
    return ReportedResult(
        key=claim.key,
        paper=paper.slug,
        benchmark=claim.task,
        model_name=claim.subject,
        device=claim.device,
        metric=claim.metric,
        unit=claim.unit,
        bound=claim.bound,
        value=claim.value,
        baseline=claim.baseline,
        scope="",  # an abstract that names an energy does not say of which boundary
        conditions={name: value for name, value in said.items() if value},
        citation=paper.citation,
        url=f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else "",
        published_on=paper.listed_on,
        added_at=now,
    )
