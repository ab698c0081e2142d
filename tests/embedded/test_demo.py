import json
from dataclasses import replace

import pytest

from leaderboard.embedded import seed
from leaderboard.embedded.demo import bundled_models, submit_bundled
from leaderboard.embedded.errors import CannotStart
from leaderboard.protocol import Code, Options
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState
from leaderboard.submissions.models import Submission
from tests.factories import NOW, DeviceFactory, UserFactory


@pytest.fixture
def catalogue(db):
    seed.load_catalogue(list(seed.bundled_benchmarks().values()), now=NOW)


@pytest.fixture
def user(db):
    return UserFactory()


@pytest.fixture
def device(db):
    return DeviceFactory()


@pytest.fixture
def models():
    return bundled_models("digits")[:3]


def test_at_least_eight_models_are_bundled_for_digits():
    assert len({model.sha256 for model in bundled_models("digits")}) >= 8


def test_a_benchmark_without_models_has_none():
    assert bundled_models("nothing-here") == ()


def test_each_model_is_submitted_once_however_often_up_starts(catalogue, user, device, models):
    first = submit_bundled(models, device=device, by=user, now=NOW)
    again = submit_bundled(models, device=device, by=user, now=NOW)

    assert [item.pk for item in first.submissions] == [item.pk for item in again.submissions]
    assert first.refused == ()
    assert Job.objects.filter(device=device).count() == 3


def test_another_device_gets_its_own(catalogue, user, device, models):
    submit_bundled(models, device=device, by=user, now=NOW)
    submit_bundled(models, device=DeviceFactory(), by=user, now=NOW)

    assert Job.objects.count() == 6


@pytest.mark.parametrize(("code", "tries"), [(Code.LOST, 2), (Code.CRASHED, 1)])
def test_starting_again_tries_again_what_failed_through_no_fault_of_the_model(
    catalogue, user, device, models, code, tries
):
    submit_bundled(models[:1], device=device, by=user, now=NOW)
    Job.objects.update(state=JobState.FAILED, code=code)

    submit_bundled(models[:1], device=device, by=user, now=NOW)
    submit_bundled(models[:1], device=device, by=user, now=NOW)

    assert Submission.objects.count() == tries


def test_what_this_machine_cannot_take_is_refused_with_the_reason(catalogue, user, device, models):
    device.agent.devices.update(cores=1)
    wide = replace(models[0], options=Options(threads=2))

    submitted = submit_bundled([wide, models[1]], device=device, by=user, now=NOW)

    assert len(submitted.submissions) == 1
    ((model, reason),) = submitted.refused
    assert model is wide
    assert "1 core" in reason


def test_a_file_that_is_not_what_the_manifest_promises_is_refused(catalogue, user, device, models):
    broken = replace(models[0], sha256="0" * 64)

    with pytest.raises(CannotStart, match="does not have the digest"):
        submit_bundled([broken], device=device, by=user, now=NOW)


def test_a_broken_manifest_is_named(tmp_path, settings):
    settings.CATALOG_DIR = tmp_path / "catalog"
    manifest = tmp_path / "models" / "digits" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps([{"name": "half"}]), encoding="utf-8")

    with pytest.raises(CannotStart, match=r"manifest\.json cannot be used: "):
        bundled_models("digits")
