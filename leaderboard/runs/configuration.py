"""With what a job is measured, and how long such jobs take where it is measured."""

from dataclasses import dataclass
from uuid import UUID

from leaderboard.runs.estimates import Span, span_of
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.selectors import JobView
from leaderboard.runs.states import AttemptState


@dataclass(frozen=True, slots=True)
class Configuration:
    """`size_bytes` is None of a model that is served elsewhere; `agent_version` is that of the device's agent now.

    `precision` is what the model's file says, and `agent_version` what the agent says; empty where nothing is said.
    """

    runtime: str
    format: str
    precision: str
    size_bytes: int | None
    sha256: str
    protocol_version: int
    agent_version: str


def configuration_of(uuid: UUID) -> Configuration:
    """Two queries."""
    job = Job.objects.select_related("submission__artefact").get(uuid=uuid)
    last = Attempt.objects.filter(job=job).order_by("-number").values_list("agent__version", flat=True).first()
    artefact = job.submission.artefact
    return Configuration(
        runtime=artefact.runtime,
        format=artefact.format,
        precision=artefact.precision,
        size_bytes=artefact.size_bytes,
        sha256=artefact.sha256 or "",
        protocol_version=job.protocol_version,
        agent_version=last or "",
    )


def expected_run_time(job: JobView) -> Span | None:
    """Return how long recent jobs of its benchmark took on the device that has it; one query."""
    current = job.current
    if current is None or current.claimed_at is None:
        return None
    there = Attempt.objects.filter(device__slug=current.device, job__benchmark__slug=job.benchmark)
    return span_of(there.filter(state=AttemptState.DONE).exclude(uuid=current.id))
