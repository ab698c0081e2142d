"""What the agent and its measuring child say to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from agents.endpoints import Endpoint
from agents.meters import Meter
from leaderboard.protocol import AttemptSpec, LivePower, Phase, PhaseMark

ARTEFACT_FOLDER = "artefacts"
"""Where in the work folder of an attempt its files are; the agent takes the folder over when the child has ended."""
LOADING = "loading the model"  # a process that dies while this is the last that it said could not load it


class MeasureOrder(BaseModel):
    """One measurement: the spec, and where its files and its scratch space are; a reference has no model file."""

    model_config = ConfigDict(frozen=True)

    spec: AttemptSpec
    model_path: Path | None
    inputs_path: Path
    endpoint: Endpoint | None = None
    work_dir: Path
    meters: Mapping[str, Meter] = Field(default_factory=dict)


class Event(BaseModel):
    """How far the child is: progress 0..1 over the whole measurement, one short line of detail, a line for the log.

    `power` has the windows that ended since the event before.
    """

    model_config = ConfigDict(frozen=True)

    phase: Phase
    progress: Annotated[float, Field(ge=0, le=1)]
    detail: str = ""
    log: str = ""
    power: LivePower | None = None


@dataclass
class PhaseLog:
    """Phases in the order they were entered, on a monotonic clock in seconds."""

    _entered: list[tuple[Phase, float]] = field(default_factory=list)
    _last: float = 0.0

    def saw(self, phase: Phase, at_s: float) -> None:
        self._last = at_s
        if not self._entered or self._entered[-1][0] != phase:
            self._entered.append((phase, at_s))

    @property
    def now(self) -> Phase:
        """The phase that was entered last."""
        return self._entered[-1][0] if self._entered else Phase.PREPARING

    @property
    def origin_s(self) -> float:
        """The start of the first phase, which marks count from."""
        return self._entered[0][1] if self._entered else 0.0

    def marks(self) -> tuple[PhaseMark, ...]:
        """Each phase from its start to the next one's, seconds since the first."""
        if not self._entered:
            return ()
        origin = self._entered[0][1]
        ends = [at for _, at in self._entered[1:]] + [self._last]
        return tuple(
            PhaseMark(phase=phase, start_s=start - origin, end_s=end - origin)
            for (phase, start), end in zip(self._entered, ends, strict=True)
        )
