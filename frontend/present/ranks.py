"""An entry's rank in words, with its uncertainty."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.present import words
from frontend.present.registry import METRICS
from leaderboard.boards.models import Entry
from leaderboard.boards.rows import Row
from leaderboard.protocol import MissingReason, Scope


def rank_sentence(row: Row, metric: str, scope: Scope | None, *, ranked: int, tied: int) -> str:
    """`ranked` entries of the board have a rank; of `tied` others it cannot be told apart."""
    if row.status not in Entry.ON_BOARDS:
        return _("No rank: the entry is %s.") % words.STATUS_WORDS[row.status]
    by = words.metric_phrase(METRICS[metric].name)
    if scope:
        by = _("%(metric)s, energy scope %(scope)s") % {"metric": by, "scope": words.SCOPE_NAMES[scope]}
    if row.rank is None:
        cell = row.cells.get(metric)
        reason = cell.missing_reason if cell and cell.missing_reason else MissingReason.NOT_MEASURED
        return _("No rank by %(by)s: %(why)s.") % {"by": by, "why": words.missing(reason)}
    place = _("Rank %(rank)d of %(ranked)d by %(by)s") % {"rank": row.rank, "ranked": ranked, "by": by}
    if row.rank_low != row.rank_high:
        ends = {"place": place, "low": row.rank_low, "high": row.rank_high}
        place = _("%(place)s (95 %% interval %(low)s–%(high)s)") % ends
    if tied < 1:
        return f"{place}."
    return ngettext(
        "%(place)s; no clear difference from %(tied)d other.",
        "%(place)s; no clear difference from %(tied)d others.",
        tied,
    ) % {"place": place, "tied": tied}
