"""The protocol for one model on one device: what is done, in which order, and what is said meanwhile.

Preflight, load, first call, accuracy pass, energy sources, idle, warm-up, repeats until stable, idle again. The
accuracy pass comes early, so that a model which cannot be scored ends in a second, and so that the memory peak is the
model's and not the meters'.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from agents.answering import answer_all, guarded, in_stable_disorder, timed_batches
from agents.child_messages import Event, MeasureOrder, PhaseLog
from agents.cooling import Cooldown, thermometer_of
from agents.energy.base import EnergySource, SourceError
from agents.energy.registry import open_sources
from agents.fingerprint import environment
from agents.guard import Guard, overall
from agents.memory import MemoryCap, PeakMemory
from agents.runtimes.base import Items, Runtime
from agents.runtimes.onnx_runtime import OnnxRuntime
from agents.steadiness import series_warnings
from agents.timing import Timed, histogram_counts, idle_window, interval_share, timed_repeat, timed_window
from agents.trace_files import FOLDER, Written, write_artefacts
from agents.tracing import Recorder
from leaderboard.protocol import (
    PROTOCOL_VERSION,
    EnergyMethod,
    EnergyReading,
    GuardVerdict,
    Measured,
    MeasuringProtocol,
    Phase,
    Report,
)

Say = Callable[[Event], None]

_QUIET_PATIENCE = 10  # times guard_quiet_s; then the verdict of the windows has to tell
_IDLE_DRIFT_LIMIT = 0.10
_SHARE_FOR_REPEATS = 0.8  # of the time that is left; pauses to cool down and the last idle window take the rest

# Where the phases lie on the way from 0 to 1, for a digits model: about 35 s, most of them idle or timed.
_PREPARED, _BASELINED, _WARM, _TIMED = 0.15, 0.40, 0.45, 0.75


@dataclass
class Measurement:
    """One order being measured."""

    order: MeasureOrder
    say: Say
    phases: PhaseLog = field(default_factory=PhaseLog)
    warnings: list[str] = field(default_factory=list)
    guard: Guard = field(default_factory=Guard)
    furthest: float = 0.0
    recorder: Recorder = field(default_factory=Recorder)
    cooldown: Cooldown | None = None

    @property
    def protocol(self) -> MeasuringProtocol:
        return self.order.spec.protocol

    def run(self) -> Report:
        sources: list[EnergySource] = []
        try:
            measured = self._measure(sources)
        finally:
            for source in sources:
                source.close()
        self.phases.saw(Phase.MEASURING, time.monotonic())
        written = self._keep_traces(measured)
        return Report(
            protocol_version=PROTOCOL_VERSION,
            attempt_id=self.order.spec.attempt_id,
            environment=environment(),
            phases=self.phases.marks(),
            warnings=tuple(dict.fromkeys((*self.warnings, *written.warnings))),
            measured=measured,
            artefacts=written.artefacts,
        )

    def _keep_traces(self, measured: Measured) -> Written:
        folder = self.order.work_dir / FOLDER
        return write_artefacts(folder, self.recorder, measured, self.phases.marks(), self.phases.origin_s)

    def _measure(self, sources: list[EnergySource]) -> Measured:
        spec, protocol = self.order.spec, self.protocol
        items: Items = np.load(self.order.inputs_path, allow_pickle=False)
        contract, model_path = spec.benchmark.contract, self.order.model_path
        if contract is None or model_path is None:
            raise ValueError(f"{spec.runtime} measures a file on a benchmark of tensors")
        runtime: Runtime = OnnxRuntime(contract, spec.options)
        cap = self._preflight()
        memory = PeakMemory()
        load_s = self._load(runtime, model_path)
        batches = in_stable_disorder(timed_batches(items, spec.options.batch), spec.benchmark.slug)
        feeds = [runtime.feed(batch) for batch in batches]
        first_call_s = self._first_call(runtime, feeds[0])
        answers = answer_all(runtime, items, spec.options.batch)
        memory_peak_bytes = memory.added_bytes()
        with cap.not_for_us():
            sources += self._open_sources()

        idle_before = self._idle(sources, Phase.BASELINE, _PREPARED)
        self._progress(Phase.WARMUP, _BASELINED, "warming up")
        warmup = timed_window(runtime.call, runtime.wanted, feeds, protocol.warmup_calls, protocol.warmup_s)
        self._progress(Phase.MEASURING, _WARM, "timing")
        timed, stable = self._timed(runtime, feeds, sources)
        idle_after = self._idle(sources, Phase.MEASURING, _TIMED)
        if idle_drifted(idle_before, idle_after):
            self.warnings.append("idle_drift")
        return Measured(
            runtime_version=runtime.version,
            provider=runtime.provider,
            precision=runtime.precision,
            load_s=load_s,
            first_call_s=first_call_s,
            warmup_calls=len(warmup.calls_ns),
            repeats=tuple(one.repeat for one in timed),
            stable=stable,
            guard=verdict(timed),
            histogram=histogram_counts([one.histogram for one in timed]),
            idle_before=idle_before,
            idle_after=idle_after,
            answers=tuple(answers.tolist()),
            memory_peak_bytes=memory_peak_bytes,
            thermal=self.cooldown.thermal() if self.cooldown else None,
        )

    def _preflight(self) -> MemoryCap:
        protocol, limits = self.protocol, self.order.spec.limits
        self._progress(Phase.PREPARING, 0.0, "waiting for a quiet machine")
        if not self.guard.wait_until_quiet(protocol.guard_quiet_s, protocol.guard_quiet_s * _QUIET_PATIENCE):
            self.warnings.append("machine_not_quiet")
        cap = MemoryCap(limits.memory_bytes)
        cap.apply()
        if cap.granted_bytes < limits.memory_bytes:
            self._log(Phase.PREPARING, 0.05, f"memory: {cap.granted_bytes >> 20} MiB, all that the machine can spare")
        return cap

    def _open_sources(self) -> list[EnergySource]:
        """Those that could be prepared; why another could not is a warning."""
        self._progress(Phase.PREPARING, 0.1, "preparing the energy sources")
        spec = self.order.spec
        usable = []
        for source in open_sources(spec.device_key, spec.rated_power_w, meters=self.order.meters):
            try:
                source.prepare()
                usable.append(self.recorder.watch(source))
            except SourceError as error:
                self.warnings.append(str(error)[:200])
        names = ", ".join(f"{source.info.key} ({source.info.provenance.value})" for source in usable)
        self._log(Phase.PREPARING, _PREPARED, f"energy sources: {names or 'none'}")
        return usable

    def _load(self, runtime: Runtime, model_path: Path) -> float:
        self._progress(Phase.PREPARING, 0.06, "loading the model")
        start = time.perf_counter_ns()
        runtime.load(model_path)
        load_s = (time.perf_counter_ns() - start) / 1e9
        runtime.describe(model_path)
        self._log(
            Phase.PREPARING,
            0.07,
            f"onnxruntime {runtime.version}, {runtime.provider}, {runtime.precision} weights: "
            f"loaded in {load_s * 1e3:.1f} ms",
        )
        return load_s

    def _first_call(self, runtime: Runtime, feed: Any) -> float:
        start = time.perf_counter_ns()
        outputs = guarded(runtime, feed)
        first_call_s = (time.perf_counter_ns() - start) / 1e9
        runtime.answers(outputs, self.order.spec.options.batch)
        self._log(Phase.PREPARING, 0.08, f"first call {first_call_s * 1e3:.2f} ms")
        return first_call_s

    def _idle(self, sources: Sequence[EnergySource], phase: Phase, progress: float) -> tuple[EnergyReading, ...]:
        self._progress(phase, progress, f"idle for {self.protocol.idle_s:g} s")
        return idle_window(sources, self.protocol.idle_s)

    def _timed(
        self, runtime: Runtime, feeds: Sequence[Any], sources: Sequence[EnergySource]
    ) -> tuple[list[Timed], bool]:
        """A series of repeats; a disturbed one is measured once more if there is time, and then stands as it is."""
        timed, stable = self._series(runtime, feeds, sources)
        enough_left = self._left_s() * _SHARE_FOR_REPEATS >= sum(one.repeat.seconds for one in timed)
        if verdict(timed) in (GuardVerdict.NOISY, GuardVerdict.REJECTED) and enough_left:
            self._log(Phase.MEASURING, _WARM, "other work disturbed the repeats: measuring once more")
            timed, stable = self._series(runtime, feeds, sources)
        if not stable:
            self.warnings.append("unstable")
        self.warnings += series_warnings([one.repeat for one in timed])
        return timed, stable

    def _series(
        self, runtime: Runtime, feeds: Sequence[Any], sources: Sequence[EnergySource]
    ) -> tuple[list[Timed], bool]:
        protocol, batch = self.protocol, self.order.spec.options.batch
        min_s = repeat_seconds(protocol, sources)
        timed: list[Timed] = []
        stable = False
        most = most_repeats(protocol, min_s, self._left_s())
        while not stable and len(timed) < most:
            self._cool_down(len(timed) + 1)
            timed.append(
                timed_repeat(
                    lambda: timed_window(runtime.call, runtime.wanted, feeds, protocol.repeat_min_calls, min_s),
                    batch,
                    self.guard,
                    sources,
                )
            )
            self._say_repeat(timed)
            enough = len(timed) >= protocol.repeats
            stable = enough and interval_share([one.repeat for one in timed]) < protocol.stable_share
        return timed, stable

    def _left_s(self) -> float:
        now = time.monotonic()
        return self.order.spec.limits.wall_s - (now - (self.phases.origin_s or now))

    def _cool_down(self, number: int) -> None:
        """Before every repeat; what it waits for is the temperature at the first one's start."""
        if self.cooldown is None:
            spec = self.order.spec
            thermometer = thermometer_of(spec.device_key)
            self.cooldown = Cooldown(thermometer, self.protocol, spec.limits.wall_s)
            if thermometer is None:
                self._log(Phase.MEASURING, _WARM, "no temperature can be read here: no pauses to cool down")
        if waited_s := self.cooldown.before_repeat():
            self._log(Phase.MEASURING, _WARM, f"cooled down for {waited_s:.0f} s before repeat {number}")

    def _say_repeat(self, timed: Sequence[Timed]) -> None:
        repeat, number = timed[-1].repeat, len(timed)
        line = f"repeat {number}: median {repeat.median_s * 1e6:.2f} us, {repeat.calls} calls, {repeat.guard.verdict}"
        share = min(1.0, number / self.protocol.repeats)
        self._log(Phase.MEASURING, _WARM + share * (_TIMED - _WARM), line)

    def _progress(self, phase: Phase, progress: float, detail: str) -> None:
        self._say(Event(phase=phase, progress=self._onward(progress), detail=detail))

    def _log(self, phase: Phase, progress: float, line: str) -> None:
        self._say(Event(phase=phase, progress=self._onward(progress), detail=line[:200], log=line))

    def _say(self, event: Event) -> None:
        self.phases.saw(event.phase, time.monotonic())
        self.say(event)

    def _onward(self, progress: float) -> float:
        self.furthest = max(self.furthest, progress)
        return self.furthest


def repeat_seconds(protocol: MeasuringProtocol, sources: Sequence[EnergySource]) -> float:
    """A vendor's counter or sampled power needs a longer window than a clock does, a wall meter a longer one yet."""
    metered = any(source.info.method is not EnergyMethod.TIME_TIMES_CONSTANT for source in sources)
    least_s = max(protocol.repeat_min_s, protocol.counter_window_s) if metered else protocol.repeat_min_s
    return max(least_s, *(source.window_s for source in sources)) if sources else least_s


def most_repeats(protocol: MeasuringProtocol, min_s: float, left_s: float) -> int:
    """How many repeats a series may have: no more than the time that is left allows, and never fewer than it needs."""
    fitting = int(_SHARE_FOR_REPEATS * left_s / min_s) if min_s > 0 else protocol.repeats_max
    return max(protocol.repeats, min(protocol.repeats_max, fitting))


def verdict(timed: Sequence[Timed]) -> GuardVerdict:
    return overall((one.repeat.guard, one.repeat.seconds) for one in timed)


def idle_drifted(before: Sequence[EnergyReading], after: Sequence[EnergyReading]) -> bool:
    """Whether any source's idle power moved by more than a tenth while the model ran."""
    pairs = zip(before, after, strict=True)
    powers = [(a.joules / a.seconds, b.joules / b.seconds) for a, b in pairs if a.joules and b.joules]
    return any(abs(last - first) > _IDLE_DRIFT_LIMIT * first for first, last in powers)
