"""What the public API answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict

from leaderboard.metrics.definition import Status
from leaderboard.metrics.vocabulary import Direction
from leaderboard.submissions.requests import Slug


class ArtefactAnswer(Schema):
    sha256: str
    size: int
    format: str


class JobLink(Schema):
    id: UUID
    url: str


class SubmissionAnswer(Schema):
    id: UUID
    jobs: list[JobLink]


class RetryRequest(Schema):
    model_config = ConfigDict(extra="forbid")

    device: Slug | None = None


class SpanAnswer(Schema):
    low_s: float
    high_s: float
    n: int


class EstimateAnswer(Schema):
    """Spans are the 25th to the 75th percentile of `n` recent jobs; null where nothing is known, and the note says why.

    `start` is from now until a device takes the job; `ready` are those of `devices` that are online and well
    now; `ahead` counts the jobs that wait for one of those (of `devices`, where none is) before this one, or are on it.
    """

    devices: list[str]
    ready: list[str]
    ahead: int
    run_time: SpanAnswer | None
    run_time_note: str
    start: SpanAnswer | None
    start_note: str


class QuotaAnswer(Schema):
    """Of `limit` jobs within `within_s`, `used` were measured and `waiting` may be; there is more at `free_at`."""

    limit: int
    within_s: int
    used: int
    waiting: int
    left: int
    free_at: datetime | None


class DryRunAnswer(Schema):
    """`quota` is null where there is none for whoever asks; the submission would take one of what is `left`."""

    dry_run: bool
    estimate: EstimateAnswer
    quota: QuotaAnswer | None


class ReasonAnswer(Schema):
    code: str
    sentence: str
    fault: str
    hint: str


class OverdueAnswer(Schema):
    """It is `waiting` or `running` `since` then, which is late from `late_at` on: after twice `expected_s`.

    Three in four of the last `n` jobs there were done within `expected_s`. Nothing is ended for it.
    """

    step: str
    since: datetime
    late_at: datetime
    expected_s: float
    n: int


class PhaseAnswer(Schema):
    """`at` is when the server first heard of the phase."""

    phase: str
    at: datetime


class AttemptAnswer(Schema):
    id: UUID
    number: int
    device: str
    state: str
    phase: str
    progress: float
    detail: str
    dispatched_at: datetime
    claimed_at: datetime | None
    finished_at: datetime | None
    deadline_at: datetime | None
    phases: list[PhaseAnswer]
    code: str
    message: str


class JobAnswer(Schema):
    """`state` is one of queued running verifying published failed cancelled; `reason` says why it waits or ended.

    `fault` of a failed job is `user` (submit another model) or `system` (the same may succeed another time).
    A `private` job is answered to whoever submitted it and to staff; for everybody else there is none.
    One that `counts` takes a place in its submitter's quota, from its first measured run on; null: none is about it.
    `overdue` is null of a job that is not late, and where no past jobs tell how long one takes.
    """

    id: UUID
    url: str
    html_url: str
    log_url: str
    events_url: str
    state: str
    is_over: bool
    cancelling: bool
    reason: ReasonAnswer | None
    fault: str | None
    message: str
    phase: str | None
    progress: float | None
    submission: UUID
    model: str
    benchmark: str
    device: str | None
    device_class: str | None
    batch: int
    threads: int
    private: bool
    counts: bool | None
    infra_tries: int
    created_at: datetime
    state_since: datetime
    overdue: OverdueAnswer | None
    attempts: list[AttemptAnswer]
    entry_url: str | None
    retry_of: UUID | None
    retried_as: UUID | None


class BenchmarkAnswer(Schema):
    """It asks for tensors, by a `contract`, or for text, by a `generation`; the other one is null."""

    slug: str
    version: int
    title: str
    n: int
    task: str
    grader: str
    contract: dict[str, object] | None
    generation: dict[str, object] | None


class DeviceAnswer(Schema):
    slug: str
    name: str
    kind: str
    cores: int | None
    memory_bytes: int | None
    connection: str
    activity: str
    health: str


class ExampleAnswer(Schema):
    arguments: dict[str, Any]
    expected: float
    citation: str


class MetricAnswer(Schema):
    key: str
    name: str
    column_name: str
    symbol: str
    unit: str
    shown_unit: str
    display_factor: float
    direction: Direction
    scoped: bool
    scopes: list[str]
    formula: str
    source: str
    arxiv: str | None
    status: Status
    status_words: str
    version: int
    missing_rule: str
    infinity_rule: str
    summary: str
    misleads: str
    example: ExampleAnswer
