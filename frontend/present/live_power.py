"""Power of a job while it is measured: the plot, the same in a sentence, and what each phase took so far."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import numbers
from frontend.charts.trace import Band, Moment, TraceLine, TraceWords, trace
from frontend.present.drawn import drawn
from frontend.present.words import SCOPE_NAMES, Badge, Words, provenance_badge
from leaderboard.protocol import Phase
from leaderboard.runs.live_power import LiveBin, LivePower, PhasePower, Refused

PHASES: dict[Phase, Words] = {
    Phase.PREPARING: gettext_lazy("preparing"),
    Phase.BASELINE: gettext_lazy("idle before"),
    Phase.WARMUP: gettext_lazy("warming up"),
    Phase.MEASURING: gettext_lazy("measuring"),
    Phase.UPLOADING: gettext_lazy("uploading"),
}


@dataclass(frozen=True, slots=True)
class ShownPhase:
    name: str
    begins: str
    sampled: str
    mean: str
    peak: str
    energy: str


@dataclass(frozen=True, slots=True)
class LivePanel:
    """`why` says why there is nothing else."""

    why: str = ""
    svg: SafeString | None = None
    summary: str = ""
    readings: tuple[tuple[str, str], ...] = ()
    phases: tuple[ShownPhase, ...] = ()
    source: str = ""
    badge: Badge | None = None
    scope: Words = ""
    as_of: str = ""


def live_panel(power: LivePower | Refused | None) -> LivePanel | None:
    if power is None:
        return None
    if isinstance(power, Refused):
        return LivePanel(why=_("What the device last told of its power was left out: %s") % power.reason)
    summary = _summary(power)
    current = PHASES[power.current.phase]
    return LivePanel(
        svg=_plot(power, summary),
        summary=summary,
        readings=(
            (_("Newest"), _watts(power.now_w)),
            (_("Mean, %s") % current, _watts(power.mean_w)),
            (_("Peak so far"), _watts(power.peak_w)),
            (_("Energy, %s") % current, _joules(power.energy_j)),
        ),
        phases=tuple(_shown(phase) for phase in power.phases),
        source=power.source,
        badge=provenance_badge(power.provenance),
        scope=SCOPE_NAMES[power.scope],
        as_of=f"{power.received_at:%H:%M:%S} UTC",
    )


def _plot(power: LivePower, summary: str) -> SafeString:
    runs = [_moments(run) for run in power.runs]
    bands = [
        Band(
            phase.start_s,
            phase.end_s,
            str(PHASES[phase.phase]),
            counted=phase.phase is Phase.MEASURING,
            group=_("idle") if phase.phase is Phase.BASELINE else "",
        )
        for phase in power.phases
    ]
    words = TraceWords(
        summary, lambda watts: numbers.si_tick(watts, "W"), lambda seconds: numbers.si_tick(seconds, "s")
    )
    span = (power.bins[0].start_s, power.bins[-1].end_s)
    return drawn(trace([TraceLine(power.source, runs)], bands, span, words))


def _moments(run: Sequence[LiveBin]) -> list[Moment]:
    """Each stretch at its middle; one alone from its start to its end, or it would be a point that nobody sees."""
    if len(run) == 1:
        (one,) = run
        return [Moment(at, one.low_w, one.mean_w, one.high_w) for at in (one.start_s, one.end_s)]
    return [Moment((one.start_s + one.end_s) / 2, one.low_w, one.mean_w, one.high_w) for one in run]


def _summary(power: LivePower) -> str:
    current = power.current
    said = _("Newest: %(now)s. While %(phase)s: %(mean)s on average, %(joules)s in %(sampled)s. Provisional.") % {
        "now": _watts(power.now_w),
        "mean": _watts(power.mean_w),
        "joules": _joules(power.energy_j),
        "sampled": _seconds(current.sampled_s),
        "phase": PHASES[current.phase],
    }
    if power.gaps:
        unsampled = _seconds(sum(gap.end_s - gap.start_s for gap in power.gaps))
        gaps = numbers.counted(len(power.gaps), _("gap"), _("gaps"))
        said += " " + _("Nothing was sampled in %(gaps)s of %(seconds)s together.") % {
            "gaps": gaps,
            "seconds": unsampled,
        }
    return said


def _shown(phase: PhasePower) -> ShownPhase:
    return ShownPhase(
        name=str(PHASES[phase.phase]),
        begins=_seconds(phase.start_s),
        sampled=_seconds(phase.sampled_s),
        mean=_watts(phase.mean_w),
        peak=_watts(phase.peak_w),
        energy=_joules(phase.energy_j),
    )


def _watts(value: float) -> str:
    return numbers.si(value, "W")


def _joules(value: float) -> str:
    return numbers.si(value, "J")


def _seconds(value: float) -> str:
    return numbers.si(value, "s") if value > 0 else numbers.with_unit("0", "s")
