"""What an entry knows of the energy of single items, in words: how far each may be off, or why none can be told."""

from statistics import median

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present import words
from leaderboard.boards.details import EntryDetail
from leaderboard.boards.item_energies import ItemEnergies
from leaderboard.boards.trace_view import TraceState
from leaderboard.metrics.energy.windows import MIN_SAMPLES
from leaderboard.protocol import MissingReason


def chief_energies(entry: EntryDetail) -> ItemEnergies | None:
    """Return those of the source behind the energy at the head of the page; of the first where there is none."""
    cell = entry.row.cells.get("energy_per_item_j")
    same = [one for one in entry.item_energies if cell and (one.scope, one.provenance) == (cell.scope, cell.provenance)]
    return next(iter((*same, *entry.item_energies)), None)


def source_name(energies: ItemEnergies) -> str:
    return _("%(source)s (%(scope)s)") % {
        "source": energies.source,
        "scope": words.lower_first(str(words.SCOPE_NAMES[energies.scope])),
    }


def how_sure(energies: ItemEnergies) -> str:
    """How far the energies that are told may be off, and which are not told."""
    told = len(energies.told.energy_j)
    said = _(
        "%(source)s is read every %(period)s: what was used within one period of a call's start or end cannot be told "
        "from its neighbours, ± %(edge)s for the median call. What was used between calls is in none of them."
    ) % {
        "source": source_name(energies),
        "period": numbers.si(energies.told.period_s or 0.0, "s"),
        "edge": numbers.si(median(energies.told.edge_j.tolist()), "J", numbers.ESTIMATE_DIGITS),
    }
    if told < energies.calls:
        said += " " + _("%(left)s of %(all)s calls are not in it: too short, or sampled with a pause.") % {
            "left": numbers.fixed(energies.calls - told, 0),
            "all": numbers.fixed(energies.calls, 0),
        }
    return said


def why_none(energies: ItemEnergies, trace: TraceState) -> str:
    """Why the energy of one item is not told; a whole sentence."""
    reason = words.missing(energies.missing)
    if energies.missing is MissingReason.TOO_FEW_SAMPLES and energies.told.period_s is not None:
        return _too_few(energies, energies.told.period_s) % {
            "call": numbers.si(energies.call_s, "s"),
            "source": source_name(energies),
            "period": numbers.si(energies.told.period_s, "s"),
            "least": numbers.si(MIN_SAMPLES * energies.told.period_s, "s"),
            "told": numbers.fixed(len(energies.told.energy_j), 0),
            "all": numbers.fixed(energies.calls, 0),
            "reason": reason,
        }
    if energies.missing in (MissingReason.NOT_MEASURED, MissingReason.PENDING):
        if trace is TraceState.AGREES:
            return _("When the calls ran is not known, so the energy of one item cannot be told (%s).") % reason
        return _("Without its raw trace the energy of one item cannot be told (%s).") % reason
    return _("No energy of one item is told: %s.") % reason


def _too_few(energies: ItemEnergies, period_s: float) -> str:
    if energies.call_s >= MIN_SAMPLES * period_s:
        return _(
            "Of %(all)s calls %(told)s were sampled often enough to tell their energy (%(source)s is read every "
            "%(period)s): a distribution of the long ones alone would mislead."
        )
    if energies.batch > 1:
        return _(
            "A batch takes %(call)s on average, %(source)s is read every %(period)s: under %(least)s the energy of one "
            "batch cannot be resolved (%(reason)s)."
        )
    return _(
        "One item takes %(call)s on average, %(source)s is read every %(period)s: under %(least)s the energy of one "
        "item cannot be resolved (%(reason)s)."
    )
