"""What came out of an attempt."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from leaderboard.missing import MissingReason
from leaderboard.protocol.base import ArtefactName, Bytes, Count, Seconds, Sha256, Short, Text, Wire
from leaderboard.protocol.failures import Code
from leaderboard.protocol.words import EnergyMethod, GuardVerdict, Phase, Provenance, Scope


class EnergyReading(Wire):
    """Energy of one window from one source. `joules` is None exactly when `missing` says why."""

    source: Short
    scope: Scope
    provenance: Provenance
    method: EnergyMethod
    seconds: Seconds
    joules: Annotated[float, Field(gt=0)] | None
    missing: MissingReason | None = None
    resolution_s: Seconds | None = None
    samples: Count = 0
    counter_start: float | None = None
    counter_end: float | None = None
    rated_power_w: float | None = None
    rated_power_origin: Short | None = None
    warnings: tuple[Short, ...] = ()


class GuardReading(Wire):
    """Shares of the window's wall time; None where the kernel does not say."""

    verdict: GuardVerdict
    steal_share: float | None = None
    pressure_share: float | None = None
    run_queue_wait_share: float | None = None
    others_busy_cores: float | None = None
    own_waits: bool = False
    """What is measured has threads that wait for each other: waits count only where others were busy as well."""
    throttle_events: Count | None = None


class Streamed(Wire):
    """The streamed requests of one window. Times are medians over its requests, by the client's clock; None where no
    request had enough tokens for one. `server_*` are the server's own timings of the same requests, where it tells.
    """

    prompt_tokens: Count
    output_tokens: Count
    cached_tokens: Count | None
    ttft_p50_s: Annotated[float, Field(gt=0)]
    tpot_p50_s: Annotated[float, Field(gt=0)] | None
    itl_p99_s: Annotated[float, Field(gt=0)] | None
    server_prefill_p50_s: Annotated[float, Field(gt=0)] | None = None
    server_tpot_p50_s: Annotated[float, Field(gt=0)] | None = None


class PrefillWindow(Wire):
    """Requests for one token each: what reading the prompts costs, beside the windows that go on to answer."""

    requests: Annotated[Count, Field(ge=1)]
    prompt_tokens: Count
    seconds: Annotated[float, Field(gt=0)]
    energy: tuple[EnergyReading, ...] = ()


class Repeat(Wire):
    """One timed window: `calls` calls of `batch` items each; latencies are per call."""

    calls: Annotated[Count, Field(ge=1)]
    items: Annotated[Count, Field(ge=1)]
    seconds: Annotated[float, Field(gt=0)]
    median_s: Annotated[float, Field(gt=0)]
    mean_s: Annotated[float, Field(gt=0)]
    p90_s: Annotated[float, Field(gt=0)] | None
    p99_s: Annotated[float, Field(gt=0)] | None
    cpu_s: Seconds
    guard: GuardReading
    energy: tuple[EnergyReading, ...] = ()
    streamed: Streamed | None = None


class HistogramCounts(Wire):
    """Log-spaced latency histogram: bin i covers low_s * 10**(i / bins_per_decade) up to the next; sparse."""

    low_s: Annotated[float, Field(gt=0)]
    bins_per_decade: Annotated[int, Field(ge=1, le=1000)]
    counts: Mapping[int, Annotated[Count, Field(ge=1)]]


class PhaseMark(Wire):
    """A phase on the agent's monotonic clock, seconds since the measurement began."""

    phase: Phase
    start_s: Seconds
    end_s: Seconds


class Environment(Wire):
    fingerprint: Sha256
    facts: Mapping[Short, Short]


class Thermal(Wire):
    """Temperature as the first and the last repeat began, and how long the pauses between repeats were in all."""

    sensor: Short
    first_c: float
    last_c: float
    waited_s: Seconds


class Measured(Wire):
    """What a finished measurement found. Per item, in item order, it has a label or a text; the server grades them."""

    runtime_version: Short
    provider: Short
    precision: Short
    load_s: Seconds
    first_call_s: Seconds
    warmup_calls: Annotated[Count, Field(ge=1)]
    repeats: Annotated[tuple[Repeat, ...], Field(min_length=3, max_length=50)]
    stable: bool
    guard: GuardVerdict
    histogram: HistogramCounts
    idle_before: tuple[EnergyReading, ...]
    idle_after: tuple[EnergyReading, ...]
    answers: Annotated[tuple[int, ...], Field(max_length=1_000_000)] = ()
    texts: Annotated[tuple[Text, ...], Field(max_length=100_000)] = ()
    prefill: Annotated[tuple[PrefillWindow, ...], Field(max_length=50)] = ()
    memory_peak_bytes: Bytes | None
    thermal: Thermal | None = None

    @model_validator(mode="after")
    def _labels_or_texts(self) -> Self:
        if bool(self.answers) == bool(self.texts):
            raise ValueError("a measurement has answers or texts, and only one of them")
        return self


class Failed(Wire):
    code: Code
    message: Text


class ArtefactRef(Wire):
    """A file of the attempt that is sent beside the report, and may come later."""

    name: ArtefactName
    sha256: Sha256
    size_bytes: Bytes


class Report(Wire):
    """The result of one attempt: measured, or a failure that counts as an outcome of the model."""

    protocol_version: int
    attempt_id: UUID
    environment: Environment
    phases: tuple[PhaseMark, ...] = ()
    warnings: tuple[Short, ...] = ()
    measured: Measured | None = None
    failed: Failed | None = None
    artefacts: Annotated[tuple[ArtefactRef, ...], Field(max_length=8)] = ()


class ResultRequest(Wire):
    """`payload` is the Report as JSON text; `sha256` is the digest of exactly those UTF-8 bytes."""

    claim_key: UUID
    sha256: Sha256
    payload: Annotated[str, Field(max_length=16 * 1024**2)]


class ArtefactAnswer(Wire):
    """How much of an attempt's file has arrived; a next piece begins there. Complete, its digest is right."""

    received_bytes: Annotated[int, Field(ge=0)]
    complete: bool
    server_time: datetime


class ResultAnswer(Wire):
    accepted: bool
    server_time: datetime
