"""The bundled catalogue of papers and of the figures in their abstracts: two CSV files, read as they stand.

`papers.csv` has one line for each paper, `claims.csv` one for each figure. Only figures and names are taken over,
in the registry's unit where a figure is one of its quantities.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from pathlib import Path

MOST_BYTES = 16 * 1024**2
BOUNDS = (
    "up to about", "up to", "can achieve", "at least", "at most", "as few as", "as much as", "over", "more than",
    "below", "within", "about", "nearly", "close to",
)  # fmt: skip
"""Words with which an abstract gives no exact figure; they begin a note."""

DIRECTIONS = ("higher", "lower")
COUNTS: Mapping[str, float] = {"million": 1e6, "billion": 1e9}
_PAPER = ("paper_id", "title", "listed_date", "organisation", "arxiv", "code_url", "category")
_CLAIM = (
    "paper_id", "claim_id", "subject", "metric", "value", "unit", "direction", "dataset_or_task", "hardware",
    "baseline", "note",
)  # fmt: skip
UNNAMED = "not named"
"""The baseline of a ratio whose abstract does not say to what."""


class BadCatalogue(Exception):
    """The files are no such catalogue; the message says what is wrong with which line."""


@dataclass(frozen=True, slots=True)
class Paper:
    """`listed_on` is the day of its listing, None where that has none; `arxiv` is empty where nobody looked it up."""

    slug: str
    title: str
    organisation: str
    listed_on: date | None
    arxiv: str
    code_url: str
    topic: str

    @property
    def citation(self) -> str:
        parts = [self.title, self.organisation, f"arXiv:{self.arxiv}" if self.arxiv else ""]
        if self.listed_on:
            parts.append(str(self.listed_on.year))
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure of one abstract. `direction` says which way `value` is better."""

    key: str
    paper: Paper = field(repr=False)
    subject: str
    metric: str
    unit: str
    bound: str
    value: float
    direction: str
    task: str
    device: str
    baseline: str
    note: str


def read_catalogue(folder: Path) -> tuple[Claim, ...]:
    """Return every figure of a folder, in the order of its file; raises BadCatalogue."""
    papers: dict[str, Paper] = {}
    claims: dict[str, Claim] = {}
    for number, row in _rows(folder / "papers.csv", _PAPER):
        try:
            papers[row["paper_id"]] = _paper(row)
        except ValueError as error:
            raise BadCatalogue(f"papers.csv, line {number}: {error}.") from None
    for number, row in _rows(folder / "claims.csv", _CLAIM):
        try:
            claim = _claim(row, papers)
        except ValueError as error:
            raise BadCatalogue(f"claims.csv, line {number}: {error}.") from None
        if claims.setdefault(claim.key, claim) is not claim:
            raise BadCatalogue(f"claims.csv, line {number}: {claim.key} stands there twice.")
    return tuple(claims.values())


def _rows(file: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadCatalogue(f"{file.name} is over {MOST_BYTES // 1024**2} MiB.")
        reader = csv.DictReader(file.read_text(encoding="utf-8").splitlines(keepends=True), strict=True)
        rows = [(reader.line_num, {name: (row.get(name) or "").strip() for name in columns}) for row in reader]
    except OSError as error:
        raise BadCatalogue(f"{file} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadCatalogue(f"{file.name} is no CSV: {error}.") from None
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise BadCatalogue(f"{file.name} has no column {', '.join(missing)}.")
    return rows


def _paper(row: Mapping[str, str]) -> Paper:
    """Raises ValueError, which says what is wrong with the line."""
    if not (row["paper_id"] and row["title"]):
        raise ValueError("a paper has an id and a title")
    listed = row["listed_date"]
    return Paper(
        slug=row["paper_id"],
        title=row["title"],
        organisation=row["organisation"],
        listed_on=date.fromisoformat(listed) if listed else None,
        arxiv=row["arxiv"],
        code_url=row["code_url"] if row["code_url"].startswith("https://") else "",
        topic=row["category"],
    )


def _claim(row: Mapping[str, str], papers: Mapping[str, Paper]) -> Claim:
    """Raises ValueError, which says what is wrong with the line."""
    if row["paper_id"] not in papers:
        raise ValueError(f"there is no paper {row['paper_id']!r}")
    if not (row["claim_id"] and row["subject"] and row["metric"]) or row["direction"] not in DIRECTIONS:
        raise ValueError("a figure has an id, a subject, a metric and a direction, higher or lower")
    value = float(row["value"])
    if not isfinite(value):
        raise ValueError(f"{row['value']!r} is no number")
    bound, note = _bound(row["note"])
    metric, value, unit, note = _quantity(row, value, note)
    return Claim(
        key=row["claim_id"],
        paper=papers[row["paper_id"]],
        subject=row["subject"],
        metric=metric,
        unit=unit,
        bound=bound,
        value=value,
        direction=row["direction"],
        task=row["dataset_or_task"],
        device=row["hardware"],
        baseline=row["baseline"],
        note=note,
    )


def _bound(note: str) -> tuple[str, str]:
    first, _, rest = note.partition(";")
    return (first, rest.strip()) if first in BOUNDS else ("", note)


def _quantity(row: Mapping[str, str], value: float, note: str) -> tuple[str, float, str, str]:
    """Return metric, value, unit and note: of a share that was right and of a count, in the registry's unit."""
    metric, unit = row["metric"], row["unit"]
    if metric == "top1_accuracy":
        metric, note = "accuracy", f"top-1; {note}" if note else "top-1"
    if row["baseline"]:
        return metric, value, unit, note
    if metric == "accuracy" and unit == "percent":
        return metric, _exact(value / 100), "1", note
    if metric == "parameters" and unit in COUNTS:
        return metric, _exact(value * COUNTS[unit]), "1", note
    return metric, value, unit, note


def _exact(value: float) -> float:
    """8.3 billion are 8,300,000,000, without what the conversion left in the last digits."""
    return float(f"{value:.12g}")
