"""The power of the compared entries under each other, from one 0 W and one 0 s, and the same as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontend import numbers
from frontend.charts.trace import Shared, TraceLine, TraceWords, top_of, trace
from frontend.present import words
from frontend.present.compare_plots import letter
from frontend.present.drawn import drawn
from frontend.present.registry import spoken_sentence
from frontend.present.trace import WINDOWS, bands_of, drawn_lines, line_about, line_name
from leaderboard.boards.compare.shapes import Comparison, Member, MemberPower, PhaseTotal
from leaderboard.boards.pool import HEADLINE_ENERGY
from leaderboard.boards.rows import Cell
from leaderboard.protocol import Provenance, WindowKind


@dataclass(frozen=True, slots=True)
class PowerPlot:
    """One entry's plot; `svg` is None where there is none, and `why` says why."""

    letter: str
    name: str
    status: words.Words
    svg: SafeString | None
    why: str
    note: str
    is_warning: bool
    legend: tuple[str, ...]
    badges: tuple[words.Badge, ...]


@dataclass(frozen=True, slots=True)
class PhaseCell:
    letter: str
    joules: str
    about: str
    why: str
    flag: str


@dataclass(frozen=True, slots=True)
class Undrawn:
    """Entries without a plot for one and the same reason."""

    plots: tuple[PowerPlot, ...]
    why: str


@dataclass(frozen=True, slots=True)
class PowerPart:
    plots: tuple[PowerPlot, ...]
    drawn: tuple[PowerPlot, ...]
    undrawn: tuple[Undrawn, ...]
    phases: tuple[tuple[str, tuple[PhaseCell, ...]], ...]
    flagged: bool
    warning: str


def power_part(shown: Comparison, statuses: Mapping[str, words.Words]) -> PowerPart:
    lines = [drawn_lines(power.lines) for power in shown.powers]
    drawable = [power for power in shown.powers if not power.why]
    shared = top_of([line for one in lines for line in one])
    span = (
        min((power.start_s - power.zero_s for power in drawable), default=0.0),
        max((power.end_s - power.zero_s for power in drawable), default=0.0),
    )
    plots = [
        PowerPlot(
            letter=letter(place),
            name=member.row.model_name,
            status=statuses.get(member.status, ""),
            svg=None if power.why else _plot(power, lines[place], span, shared, _name(letter(place), member, power)),
            why=spoken_sentence(power.why) if power.why else "",
            note=_note(power, member.row.cells.get(HEADLINE_ENERGY)),
            is_warning=power.is_warning,
            legend=tuple(f"{line_name(line)}: {line_about(line)}" for line in power.lines),
            badges=_badges(power),
        )
        for place, (member, power) in enumerate(zip(shown.members, shown.powers, strict=True))
    ]
    return PowerPart(
        plots=tuple(plots),
        drawn=tuple(plot for plot in plots if plot.svg),
        undrawn=_undrawn([plot for plot in plots if not plot.svg]),
        phases=_phases(shown.powers),
        flagged=any(total.flags for power in shown.powers for total in power.totals),
        warning=_warning(drawable),
    )


def _undrawn(plots: Sequence[PowerPlot]) -> tuple[Undrawn, ...]:
    reasons = dict.fromkeys(plot.why for plot in plots)
    return tuple(Undrawn(tuple(plot for plot in plots if plot.why == why), why) for why in reasons)


def _plot(power: MemberPower, lines: list[TraceLine], span: tuple[float, float], top: float, name: str) -> SafeString:
    said = TraceWords(name, lambda watts: numbers.si_tick(watts, "W"), _seconds)
    own = (span[0] + power.zero_s, span[1] + power.zero_s)
    return drawn(trace(lines, bands_of(power.windows), own, said, Shared(top, power.zero_s)))


def _seconds(at: float) -> str:
    return numbers.si_tick(at, "s")


def _name(letter: str, member: Member, power: MemberPower) -> str:
    said = _("Power of %(letter)s, %(name)s, by %(source)s.") % {
        "letter": letter,
        "name": member.row.model_name,
        "source": power.source,
    }
    repeats = next((total for total in power.totals if total.kind == "repeat"), None)
    return f"{said} {_('While it was timed: %s.') % _about(repeats, _digits(power))}" if repeats else said


def _note(power: MemberPower, energy: Cell | None) -> str:
    if power.why or (energy is not None and energy.value is not None):
        return spoken_sentence(power.said) if power.said else ""
    why = words.missing(energy.missing_reason) if energy else _("not measured")
    return _("It has no energy here: %(why)s. What was sampled is shown as it came, and is no result.") % {"why": why}


def _badges(power: MemberPower) -> tuple[words.Badge, ...]:
    if power.provenance is None or power.scope is None:
        return ()
    return words.provenance_badge(power.provenance), words.scope_badge(power.scope)


def _warning(powers: Sequence[MemberPower]) -> str:
    if len({power.scope for power in powers}) > 1:
        return _("The plots are of different energy scopes: their heights cannot be compared.")
    if len({words.provenance_badge(power.provenance).text for power in powers if power.provenance}) > 1:
        return _("Some of these are measured and some estimated: their heights cannot be compared.")
    return ""


def _phases(powers: Sequence[MemberPower]) -> tuple[tuple[str, tuple[PhaseCell, ...]], ...]:
    there = {total.kind for power in powers for total in power.totals}
    return tuple(
        (str(WINDOWS[kind]), tuple(_cell(letter(place), kind, power) for place, power in enumerate(powers)))
        for kind in WindowKind
        if kind in there
    )


def _cell(letter: str, kind: str, power: MemberPower) -> PhaseCell:
    total = next((total for total in power.totals if total.kind == kind), None)
    if total is None:
        return PhaseCell(letter, numbers.ABSENT, "", _("no trace") if power.why else _("not sampled"), "")
    flags = ", ".join(str(words.GUARD.get(flag, flag)) for flag in total.flags)
    return PhaseCell(letter, numbers.si(total.joules, "J", _digits(power)), _about(total, _digits(power)), "", flags)


def _digits(power: MemberPower) -> int:
    return numbers.ESTIMATE_DIGITS if power.provenance is Provenance.ESTIMATED else numbers.PLAIN_DIGITS


def _about(total: PhaseTotal, digits: int) -> str:
    return _("%(mean)s over %(seconds)s") % {
        "mean": numbers.si(total.mean_w, "W", digits),
        "seconds": numbers.si(total.lasts_s, "s"),
    }
