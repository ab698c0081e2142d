"""The quantities of a report as they were measured, each with its source. Pure: what is written where is elsewhere."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from leaderboard.metrics.vocabulary import FloatArray
from leaderboard.protocol import EnergyMethod, Measured, MissingReason, Provenance, Scope
from leaderboard.scoring.readings import PhaseEnergy, SourceEnergy, prefill_by_source

OUTCOMES = "correct_items"
LATENCY = "latency_s"
CPU_TIME = "cpu_s"
LOAD = "load_s"
FIRST_CALL = "first_call_s"
MEMORY = "memory_peak_bytes"
TTFT = "ttft_s"
TPOT = "tpot_s"
ITL = "inter_token_gap_s"
OUTPUT_TOKENS = "output_tokens"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One Measurement before it is a row. `value` is None exactly when `missing` says why."""

    quantity: str
    value: float | None
    n: int
    provenance: Provenance = Provenance.MEASURED
    scope: Scope | None = None
    source: str = ""
    method: EnergyMethod | None = None
    missing: MissingReason | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def energy_quantity(scope: Scope) -> str:
    """A reading carries its boundary in its name: `cpu_package_energy_j`, never a total."""
    return f"{scope}_energy_j"


def idle_quantity(scope: Scope) -> str:
    return f"{scope}_idle_energy_j"


def prefill_quantity(scope: Scope) -> str:
    return f"{scope}_prefill_energy_j"


def gather(measured: Measured, outcomes: FloatArray, energies: Iterable[SourceEnergy]) -> tuple[Evidence, ...]:
    calls = sum(repeat.calls for repeat in measured.repeats)
    items = sum(repeat.items for repeat in measured.repeats)
    medians = [repeat.median_s for repeat in measured.repeats]
    memory = measured.memory_peak_bytes
    found = [
        Evidence(OUTCOMES, float(outcomes.sum()), len(outcomes), detail={"outcomes": pack_outcomes(outcomes)}),
        Evidence(LATENCY, float(np.median(medians)), calls, detail=_latency_detail(measured)),
        Evidence(CPU_TIME, sum(repeat.cpu_s for repeat in measured.repeats), items, detail={"items": items}),
        Evidence(LOAD, measured.load_s, 1),
        Evidence(FIRST_CALL, measured.first_call_s, 1),
        Evidence(MEMORY, memory, 1, missing=None if memory else MissingReason.NOT_MEASURED),
    ]
    for energy in energies:
        found += [_energy(energy), _idle(energy)]
    if any(repeat.streamed for repeat in measured.repeats):
        found += _streaming(measured)
        found += [_prefill(phase) for phase in prefill_by_source(measured).values()]
    return tuple(found)


def _streaming(measured: Measured) -> list[Evidence]:
    """The times and tokens of streamed requests, with the server's own timings of the same ones beside them."""
    streamed = [repeat.streamed for repeat in measured.repeats if repeat.streamed]
    calls = sum(repeat.calls for repeat in measured.repeats)
    prompt_tokens, cached = sum(part.prompt_tokens for part in streamed), [part.cached_tokens for part in streamed]
    server = {
        TTFT: {"server_prefill_p50_s": [part.server_prefill_p50_s for part in streamed]},
        TPOT: {"server_tpot_p50_s": [part.server_tpot_p50_s for part in streamed]},
    }
    times: dict[str, Sequence[float | None]] = {
        TTFT: [part.ttft_p50_s for part in streamed],
        TPOT: [part.tpot_p50_s for part in streamed],
        ITL: [part.itl_p99_s for part in streamed],
    }
    return [
        *(_median(name, found, calls, server.get(name, {})) for name, found in times.items()),
        Evidence(
            OUTPUT_TOKENS,
            float(sum(part.output_tokens for part in streamed)),
            calls,
            detail={
                "prompt_tokens": prompt_tokens,
                "cached_tokens": None if None in cached else sum(count or 0 for count in cached),
                "repeats": [part.output_tokens for part in streamed],
            },
        ),
    ]


def _median(name: str, times_s: Sequence[float | None], calls: int, server: Mapping[str, Any]) -> Evidence:
    found = [time for time in times_s if time is not None]
    value = float(np.median(found)) if found else None
    reason = None if found else MissingReason.NOT_APPLICABLE
    return Evidence(name, value, calls, missing=reason, detail={"repeats": list(times_s), **server})


def _prefill(phase: PhaseEnergy) -> Evidence:
    return Evidence(
        prefill_quantity(phase.scope),
        None if phase.missing else sum(phase.joules),
        len(phase.joules),
        provenance=phase.provenance,
        scope=phase.scope,
        source=phase.source,
        method=phase.method,
        missing=phase.missing,
        detail={"seconds": phase.seconds, "requests": sum(phase.requests), "joules": list(phase.joules)},
    )


def pack_outcomes(outcomes: FloatArray) -> str:
    """One bit for each item, in item order, as base64; `unpack_outcomes` reads it."""
    return base64.b64encode(np.packbits(outcomes > 0).tobytes()).decode()


def unpack_outcomes(packed: str, n: int) -> FloatArray:
    bits = np.unpackbits(np.frombuffer(base64.b64decode(packed), dtype=np.uint8), count=n)
    return bits.astype(np.float64)


def _latency_detail(measured: Measured) -> dict[str, Any]:
    return {
        "repeats": [repeat.model_dump(mode="json", exclude={"energy"}) for repeat in measured.repeats],
        "histogram": measured.histogram.model_dump(mode="json"),
    }


def _energy(energy: SourceEnergy) -> Evidence:
    windows = [
        {"joules": reading.joules, "seconds": reading.seconds, "missing": reading.missing, "samples": reading.samples}
        for reading in energy.windows
    ]
    return Evidence(
        energy_quantity(energy.scope),
        energy.joules,
        len(windows),
        provenance=energy.provenance,
        scope=energy.scope,
        source=energy.source,
        method=energy.method,
        missing=energy.missing,
        detail={"seconds": energy.seconds, "items": energy.items, "windows": windows, **energy.facts},
    )


def _idle(energy: SourceEnergy) -> Evidence:
    # The idle baseline of an estimate may well be nothing at all: that is missing, since an energy is positive.
    return Evidence(
        idle_quantity(energy.scope),
        energy.idle_joules,
        energy.idle_windows,
        provenance=energy.provenance,
        scope=energy.scope,
        source=energy.source,
        method=energy.method,
        missing=None if energy.idle_joules else energy.idle_missing or MissingReason.NOT_MEASURED,
        detail={"seconds": energy.idle_seconds},
    )
