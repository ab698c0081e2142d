"""What an agent is told: tensors or text, a file or a reference."""

from datetime import timedelta

import pytest

from leaderboard.catalog.models import ModelArtefact
from leaderboard.protocol import AttemptSpec
from leaderboard.runs.specs import attempt_spec, may_fetch
from leaderboard.runs.states import AttemptState
from tests.factories import NOW, AttemptFactory, GgufFactory, JobFactory, TextSubmissionFactory, UserFactory

pytestmark = pytest.mark.django_db


def _attempt(artefact):
    job = JobFactory(submission=TextSubmissionFactory(artefact=artefact))
    return AttemptFactory(job=job, state=AttemptState.CLAIMED)


def _spec(attempt):
    spec = attempt_spec(attempt=attempt, deadline_at=NOW + timedelta(minutes=10), now=NOW)
    return AttemptSpec.model_validate_json(spec.model_dump_json())


def test_a_benchmark_of_text_is_told_by_its_generation_and_a_file_by_its_digest():
    artefact = GgufFactory()
    spec = _spec(_attempt(artefact))
    assert (spec.benchmark.contract, spec.benchmark.generation.max_new_tokens) == (None, 8)
    assert (spec.model.format, spec.model.file.sha256, spec.model.reference) == ("gguf", artefact.sha256, "")
    assert spec.runtime == "llama.cpp"


@pytest.mark.parametrize(("kind", "runtime"), [("endpoint", "openai"), ("container", "container")])
def test_a_reference_is_told_as_it_was_submitted_and_there_is_nothing_to_fetch(kind, runtime):
    artefact = ModelArtefact.objects.create(
        format=kind, reference="lab-70b", uploaded_by=UserFactory(), uploaded_at=NOW
    )
    attempt = _attempt(artefact)
    spec = _spec(attempt)
    assert (spec.model.format, spec.model.file, spec.model.reference) == (kind, None, "lab-70b")
    assert spec.runtime == runtime
    benchmark = attempt.job.benchmark
    assert may_fetch(agent_id=attempt.agent_id, sha256=benchmark.inputs_sha256)
    assert not may_fetch(agent_id=attempt.agent_id, sha256=benchmark.answers_sha256)
