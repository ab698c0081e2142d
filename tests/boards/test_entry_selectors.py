"""Everything about one entry."""

import json
import uuid

import pytest

from leaderboard.boards.entry_export import entry_json
from leaderboard.boards.models import Entry
from leaderboard.boards.selectors import entry_detail
from leaderboard.boards.services import rebuild_board
from leaderboard.protocol import Scope
from tests.boards.classifier import CLASSIFIER_METRICS
from tests.factories import (
    FINGERPRINT,
    NOW,
    BoardFactory,
    JobFactory,
    PriceFactory,
    make_measured,
    make_reading,
    publish_entry,
    rapl_reading,
)


@pytest.fixture
def board(db):
    PriceFactory()
    return BoardFactory()


def test_an_entry_tells_its_scores_with_what_they_came_from(board):
    entry = publish_entry(measured=make_measured(readings=(make_reading, rapl_reading)))
    detail = entry_detail(entry.uuid)
    assert {line.key for line in detail.scores} == CLASSIFIER_METRICS
    costs = [line for line in detail.scores if line.key == "cost_of_pass_usd"]
    assert {line.cell.scope for line in costs} == {Scope.PROCESS, Scope.CPU_PACKAGE}
    assert all(line.version == 1 and line.terms["included"] == ["energy"] for line in costs)
    assert costs[0].quantities == ("correct_items", "cpu_package_energy_j")


def test_an_entry_tells_its_measurements_environment_and_run(board):
    entry = publish_entry()
    detail = entry_detail(entry.uuid)
    energy = next(line for line in detail.measurements if line.quantity == "process_energy_j")
    assert (energy.source, energy.scope, energy.n) == ("codecarbon", Scope.PROCESS, 5)
    assert energy.detail["rated_power_w"] == 15.0
    assert (detail.fingerprint, detail.environment["governor"]) == (FINGERPRINT, "performance")
    assert [phase.phase for phase in detail.phases] == ["preparing", "measuring"]
    assert (len(detail.repeats), sum(detail.histogram.counts.values())) == (5, 5000)
    assert (detail.row.guard, detail.row.stable, detail.estimated) == ("clean", True, True)


def test_what_asks_for_the_same_again_names_model_device_and_options(board):
    entry = publish_entry()
    found = entry_detail(entry.uuid).reproduce
    assert found.body == {
        "model": {
            "name": entry.submission.model_name,
            "sha256": entry.submission.artefact.sha256,
            "licence": "Apache-2.0",
            "family": "mlp",
        },
        "benchmark": "digits",
        "device": entry.device.slug,
        "options": {"batch": 1, "threads": 1},
    }
    assert f"--device {entry.device.slug} --batch 1 --threads 1" in found.command


def test_siblings_are_the_same_model_elsewhere(board):
    jobs = [JobFactory(state="verifying", submission__model_name="CNN S") for _ in range(2)]
    first, second = (publish_entry(job=job) for job in jobs)
    publish_entry()
    detail = entry_detail(first.uuid)
    assert detail.row.id == first.uuid
    assert [row.id for row in detail.siblings] == [second.uuid]


def test_a_withdrawn_entry_keeps_its_page_and_has_no_rank(board):
    entry = publish_entry()
    Entry.objects.filter(pk=entry.pk).update(status=Entry.Status.RETRACTED)
    rebuild_board(board=board, now=NOW)
    detail = entry_detail(entry.uuid)
    assert (detail.status, detail.row.rank, detail.row.front) == ("retracted", None, "unplaced")
    assert detail.row.cells["accuracy"].value == 0.9


def test_an_unknown_entry_does_not_exist(board):
    with pytest.raises(Entry.DoesNotExist):
        entry_detail(uuid.UUID(int=1))


def test_an_entry_takes_few_queries(board, django_assert_max_num_queries):
    entry = publish_entry()
    with django_assert_max_num_queries(10):
        entry_detail(entry.uuid)


def test_the_json_of_an_entry_is_json(board):
    entry = publish_entry()
    content = json.loads(entry_json(entry_detail(entry.uuid)))
    assert content["metrics"]["accuracy"]["value"] == 0.9
    assert {line["metric"] for line in content["scores"]} == CLASSIFIER_METRICS
    assert content["reproduce"]["body"]["benchmark"] == "digits"


def test_an_entry_tells_how_many_have_a_rank_and_how_many_are_like_it(board):
    first, second = (publish_entry(job=JobFactory()) for _ in range(2))
    withdrawn = publish_entry(job=JobFactory())
    Entry.objects.filter(pk=withdrawn.pk).update(status="retracted")
    rebuild_board(board=board, now=NOW)
    counts = [(one.ranked, one.tied) for one in (entry_detail(entry.uuid) for entry in (first, second, withdrawn))]
    assert counts == [(2, 1), (2, 1), (2, 0)]
