"""What is to be measured, and what is said while it runs."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from leaderboard.protocol.base import Seconds, Sha256, Share, Short, Text, Wire
from leaderboard.protocol.failures import SERVER_CODES, Code
from leaderboard.protocol.words import Phase, RuntimeName


class BlobRef(Wire):
    """A file on the server: path relative to the server's origin, digest and size."""

    path: str
    sha256: Sha256
    size_bytes: Annotated[int, Field(ge=0)]


class TensorContract(Wire):
    """One tensor of a model contract; a dimension is a number or the letter N (the batch)."""

    dtype: Literal["float32", "int64"]
    shape: tuple[int | Literal["N"], ...]
    low: float | None = None
    high: float | None = None
    meaning: Literal["labels", "scores"] | None = None


class ModelContract(Wire):
    """All of `inputs`; the model's first output is one of `outputs`."""

    inputs: tuple[TensorContract, ...]
    outputs: tuple[TensorContract, ...]


class GenerationContract(Wire):
    """How a language model is asked: one prompt of the items at a time, answered greedily and streamed.

    `completion` sends the prompt as it stands, `chat` as the one message of a user.
    """

    api: Literal["completion", "chat"] = "completion"
    max_new_tokens: Annotated[int, Field(ge=1, le=32768)]
    stop: Annotated[tuple[Short, ...], Field(max_length=4)] = ()


class Options(Wire):
    """What a submitter may choose; part of an entry's identity."""

    batch: Annotated[int, Field(ge=1, le=1024)] = 1
    threads: Annotated[int, Field(ge=1, le=256)] = 1


class MeasuringProtocol(Wire):
    """How long and how often; the version changes with any default that changes a number."""

    version: int = 1
    guard_quiet_s: Seconds = 3
    idle_s: Seconds = 10
    warmup_calls: Annotated[int, Field(ge=1)] = 100
    warmup_s: Seconds = 0.3
    repeats: Annotated[int, Field(ge=3, le=15)] = 5
    repeats_max: Annotated[int, Field(ge=3, le=50)] = 15
    repeat_min_s: Seconds = 1
    repeat_min_calls: Annotated[int, Field(ge=1)] = 100
    counter_window_s: Seconds = 10
    stable_share: Share = 0.03
    cooldown_c: Annotated[float, Field(gt=0)] = 3
    cooldown_s: Seconds = 60


class Limits(Wire):
    wall_s: Annotated[float, Field(gt=0)] = 600
    memory_bytes: Annotated[int, Field(gt=0)] = 4 * 1024**3


class BenchmarkRef(Wire):
    """Inputs are an `.npy` array of a tensor `contract`, or JSON lines `{"id", "prompt"}` of a `generation`."""

    slug: str
    version: int
    n: Annotated[int, Field(ge=1)]
    inputs: BlobRef
    contract: ModelContract | None = None
    generation: GenerationContract | None = None

    @model_validator(mode="after")
    def _one_contract(self) -> Self:
        if (self.contract is None) == (self.generation is None):
            raise ValueError("a benchmark asks for tensors or for text, and for one of them")
        return self


class ModelRef(Wire):
    """A file to fetch, or a `reference`: an image by digest, an endpoint that the agent's operator has named."""

    name: str
    format: str
    file: BlobRef | None = None
    reference: Short = ""

    @model_validator(mode="after")
    def _file_or_reference(self) -> Self:
        if (self.file is None) == (not self.reference):
            raise ValueError("a model is a file or a reference")
        return self


class AttemptSpec(Wire):
    """Everything an agent needs for one attempt; the answer key of the benchmark is not part of it."""

    attempt_id: UUID
    job_id: UUID
    number: int
    benchmark: BenchmarkRef
    model: ModelRef
    device_key: str
    runtime: RuntimeName
    options: Options
    protocol: MeasuringProtocol
    limits: Limits
    rated_power_w: float | None
    lease_s: float
    deadline_at: datetime
    server_time: datetime


class ClaimRequest(Wire):
    claim_key: UUID


class LogChunk(Wire):
    """Text at a character offset; the server takes only what continues its own copy, so that a repeat adds nothing."""

    offset: Annotated[int, Field(ge=0)]
    text: Annotated[str, Field(max_length=65536)]


class HeartbeatRequest(Wire):
    """`power` is a LivePower where there is news of it, and read by itself: one that is wrong ends no attempt."""

    claim_key: UUID
    phase: Phase
    progress: Share
    detail: Short = ""
    log: LogChunk | None = None
    power: Any = None


class HeartbeatAnswer(Wire):
    """`power_refused` says why the power that came along was left out; None where it was taken, or none came."""

    cancel: bool
    lease_expires_at: datetime
    deadline_at: datetime
    log_offset: int
    server_time: datetime
    power_refused: Text | None = None


class AbandonRequest(Wire):
    claim_key: UUID
    code: Code
    reason: Text = ""

    @field_validator("code")
    @classmethod
    def _an_agent_may_say_so(cls, code: Code) -> Code:
        if code in SERVER_CODES:
            raise ValueError(f"only the server says {code}")
        return code
