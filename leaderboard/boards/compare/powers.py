"""The power of the compared entries, each from its own raw trace, in seconds from its first counted repeat."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from leaderboard.boards.compare.loading import Loaded
from leaderboard.boards.compare.shapes import MemberPower, PhaseTotal
from leaderboard.boards.pool import HEADLINE_ENERGY
from leaderboard.boards.rows import Cell
from leaderboard.boards.said import Said
from leaderboard.boards.trace_plot import MOST_BINS, WindowLine, chief_source, stored_trace, window_lines
from leaderboard.boards.trace_view import UNREADABLE, TraceView, trace_views
from leaderboard.protocol import Measured, WindowKind
from leaderboard.runs.trace_files import BadTrace

NOT_DRAWN = {
    "bad": "Its trace cannot be drawn: {why}",
    "lost": "The server has lost its samples.",
    "no_repeat": "Its trace has no repeat of the source behind its energy, so nothing can be aligned.",
}


def powers(loaded: Loaded, cells: Sequence[Mapping[str, Cell]]) -> tuple[MemberPower, ...]:
    """Return a power for each entry, or the reason why it has none; one query."""
    said = {key: one for key, one in loaded.reports.items() if one is not None}
    if not loaded.reports:
        return ()
    views = trace_views({key: report for key, (report, _) in said.items()})
    found = []
    for entry, row in zip(loaded.entries, cells, strict=True):
        key = entry.result.attempt_id
        if key not in said:
            found.append(MemberPower(UNREADABLE))
            continue
        found.append(_power(views[key], said[key][1], row.get(HEADLINE_ENERGY), MOST_BINS // len(loaded.entries)))
    return tuple(found)


def _power(view: TraceView, measured: Measured, cell: Cell | None, bins: int) -> MemberPower:
    if not view.power_sha256:
        return MemberPower(view.said)
    source = chief_source(measured, cell)
    try:
        plot = stored_trace(view.power_sha256, source, bins)
    except BadTrace as error:
        return MemberPower(Said(NOT_DRAWN["bad"], {"why": str(error)}))
    except OSError:
        return MemberPower(Said(NOT_DRAWN["lost"]))
    windows = window_lines(plot, measured, source)
    zero = next((one.power.start_s for one in windows if one.power.kind == WindowKind.REPEAT), None)
    if zero is None:
        return MemberPower(Said(NOT_DRAWN["no_repeat"]))
    reading = next(one for one in measured.repeats[0].energy if one.source == source)
    return MemberPower(
        why=None,
        said=view.said,
        is_warning=view.is_warning,
        source=source,
        scope=reading.scope,
        provenance=reading.provenance,
        lines=tuple(line for line in plot.lines if line.source == source),
        windows=windows,
        totals=_totals(windows),
        start_s=plot.start_s,
        end_s=plot.end_s,
        zero_s=zero,
    )


def _totals(windows: Sequence[WindowLine]) -> tuple[PhaseTotal, ...]:
    order = {kind.value: place for place, kind in enumerate(WindowKind)}
    kinds = sorted(windows, key=lambda one: order[one.power.kind])
    return tuple(_total(kind, list(same)) for kind, same in groupby(kinds, key=lambda one: one.power.kind))


def _total(kind: str, windows: Sequence[WindowLine]) -> PhaseTotal:
    joules = sum(one.power.joules for one in windows)
    # A window's mean is over the time that has samples, which may be less than the window lasts.
    sampled_s = sum(one.power.joules / one.power.mean_w for one in windows if one.power.mean_w > 0)
    agent = [one.agent_j for one in windows]
    return PhaseTotal(
        kind=kind,
        windows=len(windows),
        lasts_s=sum(one.power.end_s - one.power.start_s for one in windows),
        mean_w=joules / sampled_s if sampled_s > 0 else 0.0,
        joules=joules,
        agent_j=sum(one for one in agent if one is not None) if None not in agent else None,
        flags=tuple(dict.fromkeys(one.flag for one in windows if one.flag)),
    )
