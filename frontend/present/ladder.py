"""The quantisation ladder: one model on one device in several precisions, everything else the same."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontend import numbers
from frontend.charts.axis import make_axis
from frontend.charts.ladder import Rung, ladder
from frontend.present.drawn import drawn
from frontend.present.registry import METRICS
from frontend.present.words import config_words
from leaderboard.boards.details import BoardRows
from leaderboard.boards.rows import Row

Y = "accuracy"
X = ("energy_per_item_j", "latency_p50_s")
"""What a step down saves: energy, or time where no energy was read."""


@dataclass(frozen=True, slots=True)
class Step:
    precision: str
    href: str
    quality: str
    takes: str
    change: str


@dataclass(frozen=True, slots=True)
class Ladder:
    title: str
    about: str
    svg: SafeString
    x_name: str
    steps: tuple[Step, ...]


def ladders_of(part: BoardRows) -> Iterator[Ladder]:
    """Only rows of one device, runtime, batch and threads are joined: nothing but precision differs between them."""
    groups: dict[tuple[str, str, int | None, int | None], list[Row]] = {}
    for row in part.rows:
        groups.setdefault((row.device, row.config.runtime, row.config.batch, row.config.threads), []).append(row)
    for rows in groups.values():
        newest = _newest(rows)
        x = next((key for key in X if all(_has(row, key) for row in newest)), None)
        if len(newest) > 1 and x and all(_has(row, Y) for row in newest):
            yield _ladder(part, newest, x)


def bits(precision: str) -> float:
    """Sort key: how many bits a weight has, by the name of its format; names without a number last."""
    found = re.search(r"[0-9]+", precision)
    return -float(found[0]) if found else 0.0


def _newest(rows: Sequence[Row]) -> list[Row]:
    by_precision: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row.published_at):
        by_precision[row.config.precision] = row
    return sorted(by_precision.values(), key=lambda row: (bits(row.config.precision), row.config.precision))


def _has(row: Row, key: str) -> bool:
    cell = row.cells.get(key)
    return cell is not None and cell.value is not None and not cell.infinite


def _value(row: Row, key: str) -> float:
    return row.cells[key].value or 0.0


def _ladder(part: BoardRows, rows: Sequence[Row], x_key: str) -> Ladder:
    x_metric, y_metric = METRICS[x_key], METRICS[Y]
    x = make_axis(x_metric, [_value(row, x_key) for row in rows])
    y = make_axis(y_metric, [_value(row, Y) for row in rows])
    rungs = [_rung(row, x_key) for row in rows]
    first = rows[0]
    title = _("%(board)s, %(device)s") % {"board": part.title, "device": first.device_name}
    name = _("%(y)s against %(x)s for each precision.") % {"y": y_metric.name, "x": x_metric.name}
    return Ladder(
        title=title,
        about=f"{first.config.runtime}, {config_words(first.config)}",
        svg=drawn(ladder(rungs, x, y, name)),
        x_name=x_metric.name,
        steps=tuple(_step(row, first, x_key) for row in rows),
    )


def _rung(row: Row, x_key: str) -> Rung:
    said = f"{numbers.in_words(row.cells[Y], METRICS[Y])}, {numbers.in_words(row.cells[x_key], METRICS[x_key])}"
    precision = row.config.precision
    return Rung(_value(row, x_key), _value(row, Y), precision, f"{precision}: {said}", _href(row))


def _step(row: Row, first: Row, x_key: str) -> Step:
    ratio = _value(row, x_key) / _value(first, x_key) if _value(first, x_key) else None
    change = "" if row is first or ratio is None else f"× {numbers.significant(ratio)}"
    return Step(
        precision=row.config.precision,
        href=_href(row),
        quality=numbers.in_words(row.cells[Y], METRICS[Y]),
        takes=numbers.in_words(row.cells[x_key], METRICS[x_key]),
        change=change,
    )


def _href(row: Row) -> str:
    return f"/entries/{row.id}/"
