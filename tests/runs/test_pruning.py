"""What attempts without a result left behind is kept for 30 days, and nothing else is touched."""

from pathlib import Path

import pytest
from django.conf import settings

from leaderboard.catalog import blobs
from leaderboard.runs.models import AttemptArtefact, AttemptPower
from leaderboard.runs.pruning import KEPT_FOR, prune
from leaderboard.runs.states import AttemptState
from tests.factories import NOW, AttemptFactory, make_result
from tests.runs.helpers import claimed
from tests.runs.traces import arrived

pytestmark = pytest.mark.django_db
LATER = NOW + KEPT_FOR


def left_behind(state=AttemptState.CANCELLED, finished_at=NOW, content=b"half a trace"):
    attempt = AttemptFactory(state=state, finished_at=finished_at)
    AttemptPower.objects.create(attempt=attempt, power={}, received_at=NOW)
    file = arrived(attempt, "power.npz", content)
    return attempt, file


@pytest.mark.parametrize("state", [AttemptState.CANCELLED, AttemptState.FAILED, AttemptState.LOST])
def test_power_and_files_go_after_thirty_days(state):
    attempt, file = left_behind(state)
    folder = Path(settings.BLOB_DIR) / "arriving" / str(attempt.uuid)
    folder.mkdir(parents=True)
    (folder / "outcomes.npz-0").write_bytes(b"x")
    assert prune(now=LATER - KEPT_FOR / 30) == 0
    assert folder.exists()
    assert prune(now=LATER) == 2
    assert not folder.exists()
    assert not blobs.path(file.sha256).exists()
    assert prune(now=LATER) == 0


def test_what_belongs_to_a_result_or_to_a_running_attempt_stays():
    result = make_result()
    type(result.attempt).objects.filter(pk=result.attempt.pk).update(finished_at=NOW)
    arrived(result.attempt, "power.npz", b"a whole trace")
    arrived(claimed(), "power.npz", b"as yet")
    assert prune(now=LATER) == 0
    assert AttemptArtefact.objects.count() == 2


def test_a_content_that_somebody_else_has_too_stays():
    _, file = left_behind()
    _, other = left_behind(finished_at=LATER)
    assert file.sha256 == other.sha256
    assert prune(now=LATER) == 2
    assert blobs.path(file.sha256).exists()
