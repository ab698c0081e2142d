"""The power trace of an entry: the plot, the same in a sentence, and the energy of each window."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import numbers
from frontend.charts.trace import Band, Moment, TraceLine, TraceWords, trace
from frontend.present.drawn import drawn
from frontend.present.words import GUARD, Words, missing
from leaderboard.boards import trace_plot
from leaderboard.boards.details import EntryDetail
from leaderboard.boards.power_bins import PowerLine, WindowPower
from leaderboard.boards.rows import Cell
from leaderboard.boards.trace_plot import TracePlot, WindowLine, stored_trace, window_lines
from leaderboard.boards.trace_view import TraceView
from leaderboard.protocol import Measured, TraceKind
from leaderboard.runs.trace_files import BadTrace

WINDOWS: Mapping[str, Words] = {
    "idle_before": gettext_lazy("idle before"),
    "idle_after": gettext_lazy("idle after"),
    "repeat": gettext_lazy("repeat"),
    "prefill": gettext_lazy("prefill"),
    "set_aside": gettext_lazy("set aside"),
}
GROUPS: Mapping[str, Words] = {
    "idle_before": gettext_lazy("idle"),
    "idle_after": gettext_lazy("idle"),
    "repeat": gettext_lazy("repeats"),
    "prefill": gettext_lazy("prefill"),
}
METHODS: Mapping[TraceKind, Words] = {
    TraceKind.POWER_W: gettext_lazy("sampled power"),
    TraceKind.COUNTER_J: gettext_lazy("energy counter, its steps over time"),
    TraceKind.CPU_S: gettext_lazy("estimate: processor time multiplied by a constant"),
}


@dataclass(frozen=True, slots=True)
class ShownLine:
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class ShownWindow:
    name: str
    begins: str
    lasts: str
    mean: str
    peak: str
    server: str
    agent: str
    flag: str


@dataclass(frozen=True, slots=True)
class Sampled:
    """A trace that can be drawn, and the windows of the source that its figures are read by."""

    plot: TracePlot
    windows: tuple[WindowLine, ...]
    source: str
    measured: Measured


@dataclass(frozen=True, slots=True)
class TracePanel:
    """`why` says why there is no plot."""

    svg: SafeString | None
    why: str
    summary: str
    lines: tuple[ShownLine, ...]
    left_out: int
    windows: tuple[ShownWindow, ...]
    source: str
    flagged: bool


def sampled(trace: TraceView, measured: Measured | None, energy: Cell | None) -> Sampled | None:
    """`energy` is what a page shows at its head: its source is the chief one. None where nothing was kept.

    Raises BadTrace, OSError.
    """
    if measured is None or not trace.power_sha256:
        return None
    source = trace_plot.chief_source(measured, energy)
    plot = stored_trace(trace.power_sha256, source)
    source = source if source in plot.windows else next(iter(plot.windows), "")
    return Sampled(plot, window_lines(plot, measured, source), source, measured)


def trace_panel(trace: TraceView, measured: Measured | None, energy: Cell | None) -> TracePanel:
    try:
        found = sampled(trace, measured, energy)
    except BadTrace as error:
        return _without(_("It cannot be drawn: %s") % error)
    except OSError:
        return _without(_("The server has lost the samples."))
    if found is None:
        return _without("")
    plot, windows, source = found.plot, found.windows, found.source
    summary = _summary(plot, windows, source)
    return TracePanel(
        svg=_plot(plot, windows, summary),
        why="",
        summary=summary,
        lines=tuple(ShownLine(line_name(line), line_about(line)) for line in plot.lines),
        left_out=plot.left_out,
        windows=tuple(_shown(window, plot.start_s) for window in windows),
        source=source,
        flagged=any(window.flag for window in windows),
    )


def withheld(energy: Cell | None) -> str:
    """Why an entry has no energy, where it might have had one."""
    return str(missing(energy.missing_reason)) if energy is not None and energy.value is None else ""


def chief_source(entry: EntryDetail) -> str:
    """Return the source behind the energy at the head of the page; the first that was read where there is none.

    Empty where nothing is known of any.
    """
    if entry.measured is None:
        return ""
    return trace_plot.chief_source(entry.measured, entry.row.cells.get("energy_per_item_j"))


def forced(measured: Measured) -> int:
    """How often clocks were held down while it was timed, as far as the hardware tells."""
    return sum(repeat.guard.throttle_events or 0 for repeat in measured.repeats)


def _without(why: str) -> TracePanel:
    return TracePanel(None, why, "", (), 0, (), "", flagged=False)


def _plot(plot: TracePlot, windows: Sequence[WindowLine], summary: str) -> SafeString:
    words = TraceWords(
        summary, lambda watts: numbers.si_tick(watts, "W"), lambda seconds: numbers.si_tick(seconds, "s")
    )
    return drawn(trace(drawn_lines(plot.lines), bands_of(windows), (plot.start_s, plot.end_s), words))


def drawn_lines(lines: Iterable[PowerLine]) -> list[TraceLine]:
    return [
        TraceLine(
            line_name(line),
            [[Moment(one.at_s, one.low_w, one.mean_w, one.high_w) for one in run] for run in line.runs],
        )
        for line in lines
    ]


def bands_of(windows: Iterable[WindowLine]) -> list[Band]:
    return [
        Band(
            window.power.start_s,
            window.power.end_s,
            window_name(window.power),
            counted=window.power.kind in ("repeat", "prefill"),
            flag=flag_of(window),
            group=str(GROUPS.get(window.power.kind, "")),
        )
        for window in windows
    ]


def _summary(plot: TracePlot, windows: Sequence[WindowLine], source: str) -> str:
    said = _("Power of %(source)s over %(seconds)s.") % {
        "source": source or line_name(plot.lines[0]),
        "seconds": numbers.si(plot.end_s - plot.start_s, "s"),
    }
    for kinds, text in (
        (("repeat",), _("While it was timed it drew %(mean)s on average, %(joules)s in all.")),
        (("idle_before", "idle_after"), _("Idle, it drew %(mean)s.")),
    ):
        found = [window.power for window in windows if window.power.kind in kinds]
        seconds = sum(one.joules / one.mean_w for one in found if one.mean_w > 0)
        if seconds > 0:
            joules = sum(one.joules for one in found)
            said += " " + text % {"mean": numbers.si(joules / seconds, "W"), "joules": numbers.si(joules, "J")}
    return said


def line_name(line: PowerLine) -> str:
    return f"{line.source} {line.part}".strip()


def line_about(line: PowerLine) -> str:
    return _("%(method)s, %(samples)s") % {
        "method": METHODS[line.kind],
        "samples": numbers.counted(line.samples, _("sample"), _("samples")),
    }


def window_name(power: WindowPower) -> str:
    name = str(WINDOWS.get(power.kind, power.kind.replace("_", " ")))
    return name if power.kind in ("idle_before", "idle_after") else f"{name} {power.index + 1}"


def flag_of(window: WindowLine) -> str:
    return str(GUARD.get(window.flag, window.flag)) if window.flag else ""


def _shown(window: WindowLine, start_s: float) -> ShownWindow:
    power = window.power
    return ShownWindow(
        name=window_name(power),
        begins=numbers.si(power.start_s - start_s, "s") if power.start_s > start_s else "0",
        lasts=numbers.si(power.end_s - power.start_s, "s"),
        mean=numbers.si(power.mean_w, "W"),
        peak=numbers.ABSENT if power.peak_w is None else numbers.si(power.peak_w, "W"),
        server=numbers.si(power.joules, "J", 4),
        agent=numbers.ABSENT if window.agent_j is None else numbers.si(window.agent_j, "J", 4),
        flag=flag_of(window),
    )
