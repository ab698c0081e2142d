"""What the literature reports, as a page shows it: never among what was measured here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.text import slugify

from leaderboard.boards.lookup import public_slugs
from leaderboard.boards.models import Board, ReportedResult
from leaderboard.metrics.registry import METRICS


@dataclass(frozen=True, slots=True)
class Figure:
    """One reported figure. `bound` is empty where it was given as exact, `baseline` where it stands alone.

    `better` says which way `value` is better, empty where nobody said. `measured_here` is true where the figure is the
    quantity of a metric of the registry, in its unit. `title` is the paper's, empty where only its citation is known.
    """

    key: str
    subject: str
    metric: str
    bound: str
    value: float
    unit: str
    baseline: str
    better: str
    task: str
    device: str
    scope: str
    note: str
    topic: str
    paper: str
    title: str
    citation: str
    url: str
    code_url: str
    published_on: date | None

    @property
    def measured_here(self) -> bool:
        metric = METRICS.get(self.metric)
        return metric is not None and metric.unit == self.unit and not self.baseline


@dataclass(frozen=True, slots=True)
class TaskBoard:
    slug: str
    title: str


def reported_figures() -> tuple[Figure, ...]:
    """Return all figures, the newest paper first and its figures together: one query."""
    rows = sorted(ReportedResult.objects.all(), key=lambda row: (row.citation, row.key, row.pk))
    rows.sort(key=lambda row: row.published_on or date.min, reverse=True)
    return tuple(_figure(row) for row in rows)


def boards_of_tasks() -> dict[str, TaskBoard]:
    """Return the measured boards by what a paper may call their task: two queries."""
    boards = list(Board.objects.select_related("benchmark").order_by("pk"))
    names = public_slugs(boards)
    found: dict[str, TaskBoard] = {}
    for board in boards:
        for name in (board.benchmark.slug, slugify(board.title)):
            found[name] = TaskBoard(names[board.pk], board.title)
    return found


def comparable_boards(figures: Iterable[Figure]) -> dict[str, TaskBoard]:
    """Return a board by the key of each figure that it can be read beside: same quantity, same task."""
    boards = boards_of_tasks()
    found = {}
    for figure in figures:
        board = boards.get(slugify(figure.task)) if figure.measured_here and figure.task else None
        if board is not None:
            found[figure.key] = board
    return found


def _figure(row: ReportedResult) -> Figure:
    said = row.conditions if isinstance(row.conditions, dict) else {}
    texts = {name: str(said.get(name) or "") for name in ("title", "direction", "note", "topic", "code_url")}
    return Figure(
        key=row.key or f"typed-{row.pk}",
        subject=row.model_name,
        metric=row.metric,
        bound=row.bound,
        value=row.value,
        unit=row.unit,
        baseline=row.baseline,
        better=texts["direction"],
        task=row.benchmark,
        device=row.device,
        scope=row.scope,
        note=texts["note"],
        topic=texts["topic"],
        paper=row.paper or slugify(row.citation)[:60],
        title=texts["title"],
        citation=row.citation,
        url=row.url,
        code_url=texts["code_url"] if texts["code_url"].startswith("https://") else "",
        published_on=row.published_on,
    )
