"""What an agent is told to measure, and which files it may fetch for that."""

from datetime import datetime

from leaderboard.catalog.models import RUNTIMES
from leaderboard.protocol import AttemptSpec, BenchmarkRef, BlobRef, Limits, ModelRef, Options
from leaderboard.runs.models import Attempt
from leaderboard.runs.states import AttemptState
from leaderboard.runs.timers import LEASE


def attempt_limits(attempt: Attempt) -> Limits:
    """Return the limits of one measurement: half the device's memory, and the default wall time."""
    memory = attempt.device.memory_bytes
    return Limits(memory_bytes=memory // 2) if memory else Limits()


def attempt_spec(*, attempt: Attempt, deadline_at: datetime, now: datetime) -> AttemptSpec:
    benchmark = attempt.job.benchmark
    submission = attempt.job.submission
    artefact = submission.artefact
    return AttemptSpec(
        attempt_id=attempt.uuid,
        job_id=attempt.job.uuid,
        number=attempt.number,
        benchmark=BenchmarkRef(
            slug=benchmark.slug,
            version=benchmark.version,
            n=benchmark.n,
            inputs=_blob(benchmark.inputs_sha256, benchmark.inputs_bytes),
            contract=benchmark.model_contract(),
            generation=benchmark.generation_contract(),
        ),
        model=ModelRef(
            name=submission.model_name,
            format=artefact.format,
            file=_blob(artefact.sha256, artefact.size_bytes or 0) if artefact.sha256 else None,
            reference=artefact.reference,
        ),
        device_key=attempt.device.key,
        runtime=RUNTIMES[artefact.format],
        options=Options(batch=submission.batch, threads=submission.threads),
        protocol=benchmark.measuring_protocol(),
        limits=attempt_limits(attempt),
        rated_power_w=attempt.device.rated_power_w,
        lease_s=LEASE.total_seconds(),
        deadline_at=deadline_at,
        server_time=now,
    )


def _blob(sha256: str, size_bytes: int) -> BlobRef:
    return BlobRef(path=f"/agent/v1/blobs/{sha256}", sha256=sha256, size_bytes=size_bytes)


def may_fetch(*, agent_id: int, sha256: str) -> bool:
    """An agent may fetch the model and the inputs of what it is measuring, and never an answer key."""
    running = Attempt.objects.filter(agent_id=agent_id, state=AttemptState.CLAIMED)
    pairs = running.values_list("job__submission__artefact__sha256", "job__benchmark__inputs_sha256")
    return any(sha256 in pair for pair in pairs)
