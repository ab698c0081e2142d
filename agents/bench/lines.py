"""The report of one measurement for a terminal."""

from collections.abc import Callable, Iterator, Sequence

from agents.bench.benchmark import Benchmark
from agents.bench.figures import figures
from agents.bench.numbers import Figure, in_words
from agents.doctor.power import grade
from agents.terminal import wrapped
from leaderboard.metrics.registry import METRICS
from leaderboard.protocol import (
    AttemptSpec,
    EnergyReading,
    EnergySourceInfo,
    GuardReading,
    GuardVerdict,
    Measured,
    Provenance,
    Report,
)
from leaderboard.scoring.readings import by_source, scored
from leaderboard.scoring.run import Draft

_NAMES = {
    "accuracy": "accuracy",
    "latency_p50_s": "latency, median",
    "latency_mean_s": "latency, mean",
    "latency_p90_s": "latency, p90",
    "latency_p99_s": "latency, p99",
    "throughput_per_s": "throughput",
    "ttft_p50_s": "TTFT, median",
    "tpot_p50_s": "TPOT, median",
    "itl_p99_s": "ITL, p99",
    "output_tokens_per_s": "output tokens",
    "cold_start_s": "cold start",
    "memory_peak_bytes": "peak memory",
    "energy_per_item_j": "per item",
    "energy_per_output_token_j": "per output token",
    "prefill_energy_j": "prefill",
    "decode_energy_per_token_j": "per decoded token",
    "mean_power_w": "mean power",
    "energy_per_correct_j": "per correct answer",
    "ipw": "IPW",
    "idle_power_w": "idle power",
}
_COLUMN = 20
_TIMES_CONSTANT = "CPU time x a constant: comparable on this device alone"


def report_lines(report: Report, measured: Measured, spec: AttemptSpec, benchmark: Benchmark, width: int) -> list[str]:
    """Plain text of at most `width` columns; every figure with its interval, every energy with where it comes from."""
    drafts = figures(report, measured, benchmark)
    lines = wrapped(f"perwatt agent bench   {spec.model.name} on {benchmark.slug}, version {benchmark.version}", width)
    lines += [part for text in _about(report, measured, spec) for part in wrapped(text, width)]
    lines += ["", *_figure_lines([draft for draft in drafts if draft.scope is None and draft.provenance], width)]
    for reading in _scored_readings(measured):
        found = [d for d in drafts if (d.scope, d.provenance) == (reading.scope, reading.provenance)]
        lines += ["", *_source_lines(reading, width), *_figure_lines(found, width)]
    if not measured.repeats[0].energy:
        lines += ["", *_row("energy", "- (no source; `perwatt agent doctor` says why)", width)]
    return [*lines, "", *(part for name, text in _quality(report, measured) for part in _row(name, text, width))]


def _about(report: Report, measured: Measured, spec: AttemptSpec) -> Iterator[str]:
    facts = report.environment.facts
    yield facts.get("cpu_model") or facts.get("arch", "unknown machine")
    yield (
        f"{spec.runtime} {measured.runtime_version}, {measured.provider}, {measured.precision}, "
        f"batch {spec.options.batch}, threads {spec.options.threads}"
    )


def _figure_lines(drafts: Sequence[Draft], width: int) -> Iterator[str]:
    by_metric = {draft.metric: draft for draft in drafts}
    for metric, name in _NAMES.items():
        if metric in by_metric:
            yield from _row(name, in_words(Figure.of(by_metric[metric]), METRICS[metric]), width)


def _row(name: str, text: str, width: int) -> list[str]:
    return wrapped(f"{name:<{_COLUMN - 1}} {text}", width, " " * _COLUMN)


def _scored_readings(measured: Measured) -> list[EnergyReading]:
    """One reading of each source that has scores: of two with one scope and provenance, the better."""
    return [energy.windows[0] for energy in scored(by_source(measured))]


def _source_lines(reading: EnergyReading, width: int) -> Iterator[str]:
    info = EnergySourceInfo(
        key=reading.source, scope=reading.scope, provenance=reading.provenance, method=reading.method, present=True
    )
    is_estimate = reading.provenance is Provenance.ESTIMATED
    name = "energy, estimated" if is_estimate else f"energy, {reading.provenance}"
    yield from _row(name, f"{reading.source}, scope {reading.scope}, grade {grade(info)}", width)
    if reading.rated_power_w is not None:
        rated = f"{reading.rated_power_w:g} W, {reading.rated_power_origin}"
        yield from _row("", f"{_TIMES_CONSTANT}; rated {rated}", width)


def _quality(report: Report, measured: Measured) -> Iterator[tuple[str, str]]:
    worst = {
        "steal": _worst(measured, lambda guard: guard.steal_share),
        "pressure": _worst(measured, lambda guard: guard.pressure_share),
        "run-queue wait": _worst(measured, lambda guard: guard.run_queue_wait_share),
    }
    shares = ", ".join(f"{name} {share}" for name, share in worst.items())
    yield "guard", f"{measured.guard}: at most {shares}"
    if measured.guard is GuardVerdict.NOISY:
        yield "", "Other work was in the means, the tails and the energy, so they are hidden: measure again in quiet."
    yield "repeats", f"{len(measured.repeats)}, {'stable' if measured.stable else 'unstable'}"
    read = {warning for repeat in measured.repeats for reading in repeat.energy for warning in reading.warnings}
    yield "warnings", ", ".join(dict.fromkeys((*report.warnings, *sorted(read)))) or "none"


def _worst(measured: Measured, share_of: Callable[[GuardReading], float | None]) -> str:
    shares = [share_of(repeat.guard) for repeat in measured.repeats]
    known = [share for share in shares if share is not None]
    return f"{max(known):.1%}" if len(known) == len(shares) else "unknown"
