"""A comparison from its address, and the entries that a reader may want to compare."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from leaderboard.boards.address import parse
from leaderboard.boards.address_values import note
from leaderboard.boards.compare.address import at_most, read, write
from leaderboard.boards.compare.loading import Loaded, cells_in, scopes_of
from leaderboard.boards.compare.powers import powers
from leaderboard.boards.compare.shapes import Agreement, Comparison, ConfigLine, Member, MetricLine, Mismatch, Versus
from leaderboard.boards.compare.verdicts import Side, adjusted, versus_of
from leaderboard.boards.lookup import default_scope
from leaderboard.boards.models import Board, Entry, ReportedEntry
from leaderboard.boards.rows import Cell, Note, Row
from leaderboard.boards.stored import stored_rows
from leaderboard.boards.viewing import SCOPE_LABELS
from leaderboard.metrics.registry import METRICS
from leaderboard.metrics.statistics.testing import mcnemar_exact
from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.missing import MissingReason
from leaderboard.protocol import Scope

USUAL = (
    "accuracy", "energy_per_item_j", "energy_per_output_token_j", "mean_power_w", "ipw", "energy_per_correct_j",
    "latency_p50_s", "latency_p90_s", "latency_p99_s", "ttft_p50_s", "tpot_p50_s", "throughput_per_s",
    "output_tokens_per_s", "cost_of_pass_usd", "memory_peak_bytes", "artefact_bytes",
)  # fmt: skip
"""What is compared unless the address names metrics: of these whatever any of the entries has."""


def comparison(query: str) -> Comparison:
    """Return what a query string asks to compare; nine queries at most, whatever it names."""
    wanted, notes = read(parse(query))
    there = (
        set(Entry.objects.visible_to(None).filter(uuid__in=wanted.ids).values_list("uuid", flat=True))
        if wanted.ids
        else set()
    )
    _note_unknown([one for one in wanted.ids if one not in there], notes)
    kept = at_most([one for one in wanted.ids if one in there], notes)
    loaded = Loaded(kept)
    if wanted.base is not None and wanted.base not in kept:
        note(notes, "base", str(wanted.base), _("The baseline is one of the compared entries; the first one is taken."))
    base = kept.index(wanted.base) if wanted.base in kept else 0
    scope, common = _scope(loaded, base, wanted.scope)
    if wanted.scope and wanted.scope != scope:
        note(notes, "scope", wanted.scope, _("None of these entries has an energy in this scope."))
    cells = [_cells(loaded, place, scope, common) for place in range(len(kept))]
    members = tuple(loaded.member(place, row) for place, row in enumerate(cells))
    mismatches = _mismatches(loaded, members, scope, common)
    offered = tuple(metric for metric in METRICS if any(metric in row for row in cells))
    shown = _shown(wanted.metrics, offered, notes)
    lines = _lines(loaded, members, base, shown, comparable=len(members) > 1 and not mismatches)
    config, same = _config(members)
    board, x, y, board_rows = _board(loaded, members, scope)
    is_usual = wanted.scope == _scope(loaded, base, None)[0]
    return Comparison(
        members=members,
        base=base,
        scope=scope,
        common_scopes=common,
        mismatches=mismatches,
        lines=lines,
        offered=offered,
        tested=_tested(lines, len(members)),
        agreements=_agreements(members, base) if len(members) > 1 and not mismatches else (),
        powers=powers(loaded, cells),
        config=config,
        same_config=same,
        board=board,
        x=x,
        y=y,
        board_rows=board_rows,
        query=write(kept, kept[base] if kept else None, wanted.metrics, None if is_usual else wanted.scope),
        notes=tuple(notes),
    )


def _note_unknown(ids: Sequence[UUID], notes: list[Note]) -> None:
    reported = set(ReportedEntry.objects.filter(uuid__in=ids).values_list("uuid", flat=True)) if ids else set()
    for one in ids:
        if one in reported:
            why = _("Reported results have neither intervals nor one protocol: nothing is compared with them.")
            note(notes, "e", str(one), why, f"/entries/{one}/")
        else:
            note(notes, "e", str(one), _("There is no such entry that everybody may see."))


def _scope(loaded: Loaded, base: int, wanted: Scope | None) -> tuple[Scope | None, tuple[Scope, ...]]:
    """Return the scope of the view, and those in which all entries that have an energy have one.

    Without a common one it is the wanted one, or that of the baseline's board, and the gate says so.
    """
    own = [scopes for candidate in loaded.pool if (scopes := scopes_of(candidate))]
    common = tuple(scope for scope in Scope if own and all(scope in scopes for scopes in own))
    if wanted and any(wanted in scopes for scopes in own):
        return wanted, common
    board = loaded.home(loaded.entries[base]) if loaded.entries else None
    usual = default_scope(board) if board else None
    if usual in common:
        return usual, common
    if common:
        return common[0], common
    return (usual if any(usual in scopes for scopes in own) else (own[0][0] if own else None)), common


def _cells(loaded: Loaded, place: int, scope: Scope | None, common: Sequence[Scope]) -> dict[str, Cell]:
    """Where there is no common scope each entry is shown in one of its own: nothing is compared then."""
    candidate = loaded.pool[place]
    own = scopes_of(candidate)
    return cells_in(candidate, scope if scope in common or scope in own or not own else own[0])


def _mismatches(
    loaded: Loaded, members: Sequence[Member], scope: Scope | None, common: Sequence[Scope]
) -> tuple[Mismatch, ...]:
    found = [
        Mismatch("benchmark", tuple(member.benchmark for member in members)),
        Mismatch("items", tuple(entry.benchmark.inputs_sha256[:12] for entry in loaded.entries)),
        Mismatch("protocol", tuple(str(entry.job.protocol_version) for entry in loaded.entries)),
    ]
    different = [mismatch for mismatch in found if len(set(mismatch.values)) > 1]
    if any(member.scopes for member in members) and scope not in common:
        scopes = tuple(", ".join(SCOPE_LABELS[one] for one in member.scopes) or "none" for member in members)
        different.append(Mismatch("scope", scopes))
    return tuple(different)


def _shown(wanted: Sequence[str], offered: Sequence[str], notes: list[Note]) -> tuple[str, ...]:
    for metric in wanted:
        if metric not in offered:
            note(notes, "m", metric, _("None of these entries has this metric."))
    shown = tuple(metric for metric in wanted if metric in offered)
    return shown or tuple(metric for metric in USUAL if metric in offered)


def _lines(
    loaded: Loaded, members: Sequence[Member], base: int, metrics: Sequence[str], *, comparable: bool
) -> tuple[MetricLine, ...]:
    cells = {metric: tuple(_cell(member, metric) for member in members) for metric in metrics}
    drawn = loaded.draws(metrics, [member.row.cells for member in members]) if comparable else {}
    contenders: list[Mapping[str, Versus] | None] = []
    for place, member in enumerate(members):
        if place == base or len(members) < 2:
            contenders.append(None)
        elif not comparable:
            contenders.append({metric: Versus("incomparable", "gate") for metric in metrics})
        else:
            pairs = {
                metric: (_side(member, place, drawn, metric), _side(members[base], base, drawn, metric))
                for metric in metrics
            }
            contenders.append(adjusted({metric: versus_of(metric, *pairs[metric]) for metric in metrics}, pairs))
    return tuple(
        MetricLine(metric, cells[metric], tuple(None if one is None else one[metric] for one in contenders))
        for metric in metrics
    )


def _side(member: Member, place: int, drawn: Mapping[str, Sequence[FloatArray | None]], metric: str) -> Side:
    return Side(_cell(member, metric), drawn[metric][place], member.row.device, member.outcomes)


def _cell(member: Member, metric: str) -> Cell:
    unknown = Cell(None, None, None, None, None, 0, MissingReason.NOT_MEASURED)
    return member.row.cells.get(metric, unknown)


def _tested(lines: Sequence[MetricLine], members: int) -> int:
    counts = [
        sum(1 for line in lines if (one := line.versus[place]) is not None and one.p_value is not None)
        for place in range(members)
    ]
    return max(counts, default=0)


def _agreements(members: Sequence[Member], base: int) -> tuple[Agreement, ...]:
    theirs = members[base].outcomes
    found = []
    for member in members:
        ours = member.outcomes
        if member is members[base] or ours is None or theirs is None or ours.shape != theirs.shape:
            continue
        test = mcnemar_exact(ours, theirs)
        both = int(((ours > 0) & (theirs > 0)).sum())
        neither = len(ours) - both - test.first_only - test.second_only
        found.append(Agreement(member.id, both, test.first_only, test.second_only, neither, test.p_value))
    return tuple(found)


def _config(members: Sequence[Member]) -> tuple[tuple[ConfigLine, ...], int]:
    """Only what differs, and how many keys are the same in all."""
    keys = dict.fromkeys(key for member in members for key in member.config)
    lines = [ConfigLine(key, tuple(member.config.get(key, "") for member in members)) for key in keys]
    different = tuple(line for line in lines if len(set(line.values)) > 1)
    return different, len(lines) - len(different)


def _board(loaded: Loaded, members: Sequence[Member], scope: Scope | None) -> tuple[str, str, str, tuple[Row, ...]]:
    """The board that all of them stand on, with its axes and rows; one query."""
    home: Board | None = loaded.home(loaded.entries[0]) if members else None
    if home is None or len(members) < 2 or len({member.benchmark for member in members}) > 1:
        return "", "", "", ()
    return loaded.slug(home), home.x, home.y, tuple(stored_rows(home, scope).values())
