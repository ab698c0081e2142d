"""What a board says, in sentences: the reading above it and the summary of its chart."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext, ngettext

from frontend import numbers
from frontend.present.registry import METRICS
from frontend.present.words import joined, metric_phrase, missing
from leaderboard.boards.rows import BoardView, Row


def reading(view: BoardView) -> str:
    """Who leads by the board's ranking metric, and who cannot be told from the leader."""
    name = metric_phrase(METRICS[view.rank_metric].name)
    ranked = [row for row in view.board_rows if row.rank is not None]
    if not ranked:
        return _nobody(view, name)
    leader = min(ranked, key=lambda row: row.rank or 0)
    group = [row for row in ranked if row.band == leader.band and row is not leader]
    words = {"metric": name, "leader": leader.model_name, "value": _value(leader, view.rank_metric)}
    if len(ranked) == 1 < len(view.board_rows):
        words |= {"others": str(len(view.board_rows) - 1), "why": _why_not(view)}
        return gettext("Only %(leader)s is ranked by %(metric)s, with %(value)s; %(others)s are not: %(why)s.") % words
    if not group:
        return gettext("%(leader)s leads in %(metric)s with %(value)s.") % words
    names = joined([leader.model_name, *_names(group)])
    words |= {"names": names, "count": str(len(group) + 1)}
    return gettext("%(names)s share the lead in %(metric)s: no clear difference among these %(count)s.") % words


def _nobody(view: BoardView, name: str) -> str:
    if not view.board_rows:
        return gettext("Nothing is ranked by %(metric)s yet.") % {"metric": name}
    entries = numbers.counted(len(view.board_rows), gettext("entry"), gettext("entries"))
    words = {"entries": entries, "metric": name, "why": _why_not(view)}
    return gettext("Measured: %(entries)s. None is ranked by %(metric)s: %(why)s.") % words


def _why_not(view: BoardView) -> str:
    """The commonest reason for having no rank."""
    cells = [row.cells.get(view.rank_metric) for row in view.board_rows if row.rank is None]
    reasons = Counter(cell.missing_reason if cell else "not_measured" for cell in cells)
    return str(missing(reasons.most_common(1)[0][0]))


def summary(view: BoardView) -> str:
    """How much is shown, and how far the front reaches along the chart's axes."""
    devices = len({row.device for row in view.rows})
    parts = [
        gettext("%(entries)s on %(devices)s.")
        % {
            "entries": numbers.counted(len(view.rows), gettext("entry"), gettext("entries")),
            "devices": numbers.counted(devices, gettext("device"), gettext("devices")),
        }
    ]
    if len(view.rows) < view.total:
        parts.append(gettext("Filtered from %d.") % view.total)
    parts.append(front_words(view.rows, view.view.x, view.view.y))
    parts += _unplaced(view)
    return " ".join(part for part in parts if part)


def front_words(rows: Sequence[Row], x: str, y: str) -> str:
    """How many of the rows are on the front, and where on these axes it begins and ends; empty without rows."""
    front = [row for row in rows if row.front == "on" and _finite(row, x)]
    if not front:
        return gettext("None is on the front.") if rows else ""
    front.sort(key=lambda row: _sort_value(row, x), reverse=METRICS[x].direction == "higher")
    words = {"count": len(front), "first": _point(front[0], x, y), "last": _point(front[-1], x, y)}
    if len(front) == 1:
        return gettext("1 on the front: %(first)s.") % words
    return gettext("%(count)d on the front, from %(first)s to %(last)s.") % words


def _unplaced(view: BoardView) -> list[str]:
    found = []
    for key in dict.fromkeys((view.view.x, view.view.y)):
        count = sum(1 for row in view.rows if key not in row.cells or row.cells[key].value is None)
        if count:
            text = ngettext("%(count)d has no %(metric)s.", "%(count)d have no %(metric)s.", count)
            found.append(text % {"count": count, "metric": metric_phrase(METRICS[key].name)})
    return found


def _point(row: Row, x: str, y: str) -> str:
    return f"{row.model_name} ({_plain(row, x)}, {_plain(row, y)})"


def _plain(row: Row, key: str) -> str:
    cell = row.cells.get(key)
    return numbers.brief(cell, METRICS[key]) if cell else numbers.ABSENT


def _value(row: Row, key: str) -> str:
    cell = row.cells.get(key)
    return numbers.in_words(cell, METRICS[key]) if cell else numbers.ABSENT


def _names(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(row.model_name for row in rows))


def _finite(row: Row, key: str) -> bool:
    cell = row.cells.get(key)
    return cell is not None and cell.value is not None and not cell.infinite


def _sort_value(row: Row, key: str) -> float:
    return row.cells[key].value or 0.0
