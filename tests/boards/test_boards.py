"""Making boards, the operator's choices, and what the database forbids."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from leaderboard.boards.models import Board, Entry, Measurement, Score
from leaderboard.boards.services import BadBoard, ensure_board
from tests.factories import (
    NOW,
    BenchmarkFactory,
    BoardFactory,
    UserFactory,
    make_measured,
    make_reading,
    publish_entry,
    rapl_reading,
)

pytestmark = pytest.mark.django_db
SPEC = {"title": "Digits", "rank_metric": "ipw", "x": "latency_p50_s", "y": "accuracy"}


def ensure(benchmark, **changes):
    return ensure_board(benchmark=benchmark, spec=SPEC | changes, now=NOW)


def test_a_benchmark_gets_its_board_once():
    benchmark = BenchmarkFactory()
    board = ensure(benchmark)
    assert (board.slug, board.title, board.rank_metric, board.revision) == ("digits", "Digits", "ipw", 1)
    assert ensure(benchmark) == board
    assert Board.objects.get().revision == 1


def test_an_operators_choices_are_kept_and_new_axes_are_taken_over():
    benchmark = BenchmarkFactory()
    board = ensure(benchmark)
    Board.objects.filter(pk=board.pk).update(title="Ours", rank_metric="ipj", scope="wall")
    again = ensure(benchmark, x="energy_per_item_j")
    assert (again.title, again.rank_metric, again.scope) == ("Ours", "ipj", "wall")
    assert (again.x, again.revision) == ("energy_per_item_j", 2)


def test_versions_of_a_benchmark_have_boards_side_by_side():
    boards = {ensure(BenchmarkFactory(version=version)).pk for version in (1, 2)}
    assert len(boards) == 2


@pytest.mark.parametrize("spec, said", [(SPEC | {"y": "beauty"}, "no metric 'beauty'"), ({"x": "ipw"}, "rank_metric")])
def test_a_board_of_unknown_metrics_is_refused(spec, said):
    with pytest.raises(BadBoard, match=said):
        ensure_board(benchmark=BenchmarkFactory(), spec=spec, now=NOW)


@pytest.fixture
def staff(admin_client, settings, tmp_path):
    """A signed-in member of staff; the assets of a running installation are not there."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    return admin_client


def refused(name, row):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save(force_insert=True)


@pytest.fixture
def entry():
    BoardFactory()
    return publish_entry()


def test_a_job_has_one_entry(entry):
    refused(
        "job_id|result_id",
        Entry(
            job=entry.job,
            result=entry.result,
            submission=entry.submission,
            benchmark=entry.benchmark,
            device=entry.device,
            stable=True,
            published_at=NOW,
        ),
    )


def test_a_score_has_a_value_or_a_reason_and_never_both(entry):
    for values in ({"value": None}, {"value": 1.0, "missing_reason": "no_power"}):
        score = Score(entry=entry, metric="new", version=1, provenance="measured", n=1, **values)
        refused("a_score_has_a_value_or_a_reason", score)


def test_a_metric_has_one_score_for_each_version_scope_and_provenance(entry):
    again = Score(entry=entry, metric="accuracy", version=1, provenance="measured", n=1, value=0.5)
    refused("version", again)


def test_an_energy_is_positive_and_a_measurement_has_a_value_or_a_reason(entry):
    base = {"result": entry.result, "source": "x", "provenance": "counter", "n": 1, "protocol_version": 1}
    refused("an_energy_is_positive", Measurement(quantity="wall_energy_j", value=0, **base))
    refused("a_measurement_has_a_value_or_a_reason", Measurement(quantity="wall_energy_j", **base))


def test_an_infinite_value_is_kept_as_a_number(entry):
    score = Score.objects.create(entry=entry, metric="new", version=1, provenance="measured", n=1, value=float("inf"))
    assert Score.objects.get(pk=score.pk).value == float("inf")


def test_staff_change_a_boards_choices_and_the_board_ranks_by_them_at_once(staff):
    board = BoardFactory()
    slow = publish_entry(measured=make_measured(latency_s=0.01, watts=5.0, readings=(make_reading, rapl_reading)))
    publish_entry(measured=make_measured(latency_s=0.001, watts=20.0))
    assert board.rows.get(entry=slow, scope="process").rank == 1
    form = {"title": "Ours", "rank_metric": "ipj", "scope": "process"}
    answer = staff.post(reverse("admin:boards_board_change", args=[board.pk]), form)
    assert answer.status_code == 302
    board.refresh_from_db()
    assert (board.title, board.rank_metric, board.scope) == ("Ours", "ipj", "process")
    assert board.rows.get(entry=slow, scope="process").rank == 2


def test_staff_cannot_change_what_was_measured(staff, entry):
    rows = {"entry": entry, "score": entry.scores.first(), "measurement": Measurement.objects.first()}
    rows["boardentry"] = entry.board_rows.first()
    for name, row in rows.items():
        page = reverse(f"admin:boards_{name}_change", args=[row.pk])
        assert staff.get(page).status_code == 200
        assert staff.post(page, {}).status_code == 403
        assert staff.get(reverse(f"admin:boards_{name}_changelist")).status_code == 200
        assert staff.get(reverse(f"admin:boards_{name}_add")).status_code == 403


def test_a_board_can_be_neither_added_nor_deleted_by_hand(staff):
    board = BoardFactory()
    assert staff.get(reverse("admin:boards_board_add")).status_code == 403
    assert staff.get(reverse("admin:boards_board_delete", args=[board.pk])).status_code == 403
    assert UserFactory().is_staff is False
