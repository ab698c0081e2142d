"""The protocol for one model on one device: what is done, in which order, and what is said meanwhile.

Preflight, load, first call, accuracy pass, energy sources, idle, warm-up, repeats until stable, idle again. The
accuracy pass comes early, so that a model which cannot be scored ends in a second, and so that the memory peak is the
model's and not the meters'.
"""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.calls import Calls
from agents.child_messages import ARTEFACT_FOLDER, LOADING, MeasureOrder
from agents.energy.base import EnergySource, SourceError
from agents.energy.registry import open_sources
from agents.fingerprint import environment
from agents.guard import Guard
from agents.live_power import Watched
from agents.memory import MemoryCap, PeakMemory
from agents.progress import Progress, Say
from agents.repeats import TIMED, WARM, Repeats
from agents.steadiness import idle_drifted
from agents.timing import histogram_counts, idle_window, prefill_window, repeat_seconds, verdict
from agents.trace_files import Written, write_artefacts
from agents.tracing import Recorder
from agents.workloads.base import Workload
from agents.workloads.opening import open_workload
from leaderboard.protocol import (
    PROTOCOL_VERSION,
    EnergyReading,
    Measured,
    MeasuringProtocol,
    Phase,
    PrefillWindow,
    Report,
)

_QUIET_PATIENCE = 10  # times guard_quiet_s; then the verdict of the windows has to tell

# Where the phases lie on the way from 0 to 1, for a digits model: about 35 s, most of them idle or timed. The rest of
# them is `WARM` and `TIMED`.
_PREPARED, _BASELINED = 0.15, 0.40


@dataclass
class Measurement:
    """One order being measured."""

    order: MeasureOrder
    say: Say
    warnings: list[str] = field(default_factory=list)
    guard: Guard = field(default_factory=Guard)
    recorder: Recorder = field(default_factory=Recorder)
    calls: list[Calls | None] = field(default_factory=list)
    progress: Progress = field(init=False)
    repeats: Repeats = field(init=False)

    def __post_init__(self) -> None:
        self.progress = Progress(self.say, Watched(self.recorder))
        self.repeats = Repeats(self.order, self.guard, self.progress, self.warnings)

    @property
    def protocol(self) -> MeasuringProtocol:
        return self.order.spec.protocol

    def run(self) -> Report:
        with contextlib.ExitStack() as ending:
            measured = self._measure(ending)
        self.progress.phases.saw(Phase.MEASURING, time.monotonic())
        written = self._keep_traces(measured)
        return Report(
            protocol_version=PROTOCOL_VERSION,
            attempt_id=self.order.spec.attempt_id,
            environment=environment(),
            phases=self.progress.phases.marks(),
            warnings=tuple(dict.fromkeys((*self.warnings, *written.warnings))),
            measured=measured,
            artefacts=written.artefacts,
        )

    def _keep_traces(self, measured: Measured) -> Written:
        folder, marks = self.order.work_dir / ARTEFACT_FOLDER, self.progress.phases.marks()
        return write_artefacts(folder, self.recorder, measured, marks, self.progress.phases.origin_s, self.calls)

    def _measure(self, ending: contextlib.ExitStack) -> Measured:
        protocol = self.protocol
        workload = open_workload(self.order)
        ending.callback(workload.close)
        cap = self._preflight()
        memory = PeakMemory()
        load_s = self._load(workload)
        self.guard.serves(workload.served_by, own_waits=workload.own_waits)
        first_call_s = workload.first_call()
        self.progress.log(Phase.PREPARING, 0.08, f"first call {first_call_s * 1e3:.2f} ms")
        answered = workload.answer_all()
        memory_peak_bytes = memory.added_bytes() if workload.served_by is None else None
        with cap.not_for_us():
            sources = self._open_sources(workload, ending)
        idle_before = self._idle(sources, Phase.BASELINE, _PREPARED)
        self.progress.tell(Phase.WARMUP, _BASELINED, "warming up")
        warmup = workload.window(protocol.warmup_calls, protocol.warmup_s)
        self.progress.tell(Phase.MEASURING, WARM, "timing")
        timed, stable = self.repeats.timed(workload, sources)
        self.calls = [one.calls for one in timed]
        prefill = self._prefill(workload, sources)
        idle_after = self._idle(sources, Phase.MEASURING, TIMED)
        if idle_drifted(idle_before, idle_after):
            self.warnings.append("idle_drift")
        self.warnings += workload.warnings
        return Measured(
            runtime_version=workload.version,
            provider=workload.provider,
            precision=workload.precision,
            load_s=load_s,
            first_call_s=first_call_s,
            warmup_calls=len(warmup.calls_ns),
            repeats=tuple(one.repeat for one in timed),
            stable=stable,
            guard=verdict(timed),
            histogram=histogram_counts([one.histogram for one in timed]),
            idle_before=idle_before,
            idle_after=idle_after,
            answers=answered.labels,
            texts=answered.texts,
            prefill=prefill,
            memory_peak_bytes=memory_peak_bytes,
            thermal=self.repeats.thermal(),
        )

    def _preflight(self) -> MemoryCap:
        protocol, limits = self.protocol, self.order.spec.limits
        self.progress.tell(Phase.PREPARING, 0.0, "waiting for a quiet machine")
        if not self.guard.wait_until_quiet(protocol.guard_quiet_s, protocol.guard_quiet_s * _QUIET_PATIENCE):
            self.warnings.append("machine_not_quiet")
        cap = MemoryCap(limits.memory_bytes)
        cap.apply()
        if cap.granted_bytes < limits.memory_bytes:
            self.progress.log(
                Phase.PREPARING, 0.05, f"memory: {cap.granted_bytes >> 20} MiB, all that the machine can spare"
            )
        return cap

    def _open_sources(self, workload: Workload, ending: contextlib.ExitStack) -> list[EnergySource]:
        """Those that could be prepared; why another could not is a warning."""
        self.progress.tell(Phase.PREPARING, 0.1, "preparing the energy sources")
        spec = self.order.spec
        usable: list[EnergySource] = []
        meters = self.order.meters
        for source in open_sources(spec.device_key, spec.rated_power_w, workload.served_by, meters=meters):
            ending.callback(source.close)
            try:
                source.prepare()
                usable.append(self.recorder.watch(source))
            except SourceError as error:
                self.warnings.append(str(error)[:200])
        names = ", ".join(f"{source.info.key} ({source.info.provenance.value})" for source in usable)
        self.progress.log(Phase.PREPARING, _PREPARED, f"energy sources: {names or 'none'}")
        return usable

    def _load(self, workload: Workload) -> float:
        self.progress.tell(Phase.PREPARING, 0.06, LOADING)
        start = time.perf_counter_ns()
        workload.load()
        load_s = (time.perf_counter_ns() - start) / 1e9
        workload.describe()
        self.progress.log(
            Phase.PREPARING,
            0.07,
            f"{workload.runtime} {workload.version}, {workload.provider}, {workload.precision} weights: "
            f"loaded in {load_s * 1e3:.1f} ms",
        )
        return load_s

    def _idle(self, sources: Sequence[EnergySource], phase: Phase, share: float) -> tuple[EnergyReading, ...]:
        self.progress.tell(phase, share, f"idle for {self.protocol.idle_s:g} s")
        return idle_window(sources, self.protocol.idle_s)

    def _prefill(self, workload: Workload, sources: Sequence[EnergySource]) -> tuple[PrefillWindow, ...]:
        min_s = repeat_seconds(self.protocol, sources)
        made = [
            prefill_window(lambda: workload.prefill_window(min_s), workload.prompt_tokens, sources)
            for _ in range(workload.prefills)
        ]
        if made:
            self.progress.log(
                Phase.MEASURING, TIMED, f"prefill: {', '.join(f'{one.requests} requests' for one in made)}"
            )
        return tuple(made)
