"""Power of an attempt that is still measured: taken from heartbeats, held against what it may be, read for a page.

Provisional: it goes when the report is there, and no figure comes from it. Of an attempt that ended without one it is
kept for its owner for a while.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import ValidationError

from leaderboard.protocol import LivePower as Said
from leaderboard.protocol import Phase, PowerRun, Provenance, Scope
from leaderboard.runs.models import Attempt, AttemptPower
from leaderboard.runs.selectors import JobView
from leaderboard.runs.states import AttemptState, JobState

LEAST_PAUSE = timedelta(seconds=0.25)
"""What comes sooner after the last is not written: the next heartbeat says all of it again."""
_GAP_S = 0.01
_REFUSED_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class LiveBin:
    start_s: float
    end_s: float
    low_w: float
    mean_w: float
    high_w: float


@dataclass(frozen=True, slots=True)
class PhasePower:
    """All that was sampled of one phase: `sampled_s` of the time from its first bin to its last."""

    phase: Phase
    start_s: float
    end_s: float
    sampled_s: float
    energy_j: float
    mean_w: float
    peak_w: float


@dataclass(frozen=True, slots=True)
class Gap:
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class LivePower:
    """Seconds since the measurement began; between two `runs` nothing was sampled, and `gaps` says where.

    `current` is the phase of the newest run, and `energy_j` what was sampled since it began.
    """

    source: str
    scope: Scope
    provenance: Provenance
    runs: tuple[tuple[LiveBin, ...], ...]
    phases: tuple[PhasePower, ...]
    gaps: tuple[Gap, ...]
    current: PhasePower
    received_at: datetime

    @property
    def bins(self) -> tuple[LiveBin, ...]:
        return tuple(one for run in self.runs for one in run)

    @property
    def now_w(self) -> float:
        """The mean of the newest bin."""
        return self.runs[-1][-1].mean_w

    @property
    def mean_w(self) -> float:
        return self.current.mean_w

    @property
    def peak_w(self) -> float:
        """The largest of all phases."""
        return max(phase.peak_w for phase in self.phases)

    @property
    def energy_j(self) -> float:
        return self.current.energy_j


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing can be shown: what the agent said last was left out, and why."""

    reason: str


def take_power(*, attempt_id: UUID, power: Any, now: datetime) -> str | None:
    """Keep what a heartbeat says of a claimed attempt's power in place of what is kept; return why it is left out.

    A heartbeat that came to say more than this is not refused for it: the attempt goes on, and a reader sees why
    nothing is drawn.
    """
    said, refused = _read(power)
    values = {"refused": refused or "", "received_at": now} | ({"power": said} if said else {})
    with transaction.atomic():
        # The attempt's row first, as everything that ends an attempt does: what is written after that would stay.
        pk = _hold_claimed(attempt_id)
        if pk is not None:
            _write(pk, values, now=now)
    return refused


def _write(pk: int, values: dict[str, Any], *, now: datetime) -> None:
    rows = AttemptPower.objects.filter(attempt_id=pk)
    if not rows.filter(received_at__lte=now - LEAST_PAUSE).update(**values) and not rows.exists():
        AttemptPower.objects.create(attempt_id=pk, **values)


def _hold_claimed(attempt_id: UUID) -> int | None:
    claimed = Attempt.objects.filter(uuid=attempt_id, state=AttemptState.CLAIMED)
    return claimed.select_for_update().values_list("pk", flat=True).first()


def _read(power: Any) -> tuple[dict[str, Any] | None, str | None]:
    try:
        return Said.model_validate(power).model_dump(mode="json"), None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return None, f"{where}: {first['msg']}".removeprefix(": ").replace("\x00", "")[:_REFUSED_CHARACTERS]


def live_power(job: JobView) -> LivePower | Refused | None:
    """Return the power of a job that is being measured, None where nobody has told of it: one query, or none."""
    attempt = job.current
    if attempt is None or job.state != JobState.RUNNING or attempt.state != AttemptState.CLAIMED:
        return None
    return _kept(attempt.id)


def left_power(job: JobView) -> LivePower | Refused | None:
    """Return what was told of an attempt that ended without a report, to those who may manage the job: one query."""
    attempt = job.current
    if attempt is None or not job.is_mine or job.state not in (JobState.CANCELLED, JobState.FAILED):
        return None
    return _kept(attempt.id)


def _kept(attempt_id: UUID) -> LivePower | Refused | None:
    kept = AttemptPower.objects.filter(attempt__uuid=attempt_id).first()
    if kept is None:
        return None
    if kept.refused:
        return Refused(kept.refused)
    said = Said.model_validate(kept.power)
    return _live(said, kept.received_at) if said.runs else None


def _live(said: Said, received_at: datetime) -> LivePower:
    runs = tuple(_bins(run) for run in said.runs)
    phases = {phase: _phase(said, phase) for phase in dict.fromkeys(run.phase for run in said.runs)}
    ends = [(run[0].start_s, run[-1].end_s) for run in runs]
    return LivePower(
        source=said.source,
        scope=said.scope,
        provenance=said.provenance,
        runs=runs,
        phases=tuple(phases.values()),
        gaps=tuple(Gap(end, start) for (_, end), (start, _) in pairwise(ends) if start - end > _GAP_S),
        current=phases[said.runs[-1].phase],
        received_at=received_at,
    )


def _bins(run: PowerRun) -> tuple[LiveBin, ...]:
    rows = zip(run.low_w, run.mean_w, run.high_w, strict=True)
    return tuple(
        LiveBin(run.start_s + index * run.bin_s, run.start_s + (index + 1) * run.bin_s, *row)
        for index, row in enumerate(rows)
    )


def _phase(said: Said, phase: Phase) -> PhasePower:
    runs = [run for run in said.runs if run.phase == phase]
    sampled_s = sum(run.bin_s * len(run.mean_w) for run in runs)
    energy_j = sum(run.bin_s * sum(run.mean_w) for run in runs)
    return PhasePower(
        phase=phase,
        start_s=runs[0].start_s,
        end_s=runs[-1].end_s,
        sampled_s=sampled_s,
        energy_j=energy_j,
        mean_w=energy_j / sampled_s,
        peak_w=max(max(run.high_w) for run in runs),
    )
