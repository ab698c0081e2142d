"""When a device is checked, and what follows from it: the queue, its health, the entries since it was last well."""

from datetime import timedelta
from importlib import import_module
from io import StringIO

import numpy as np
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from leaderboard.boards.models import BoardEntry, Entry
from leaderboard.boards.services import score_result
from leaderboard.boards.settling import settle_result
from leaderboard.catalog import blobs
from leaderboard.devices.models import Agent, Device, Health
from leaderboard.devices.services import GONE, open_session
from leaderboard.health.models import Cause, HealthCheck, Verdict
from leaderboard.health.planning import AGAIN_AFTER, EVERY_JOBS, plan_checks
from leaderboard.health.recording import accept_baseline
from leaderboard.health.reference import ensure_reference, reference
from leaderboard.health.selectors import checks_of
from leaderboard.protocol import Code, GuardVerdict
from leaderboard.runs.dispatching import dispatch
from leaderboard.runs.endings import end_attempt
from leaderboard.runs.models import Attempt, Job
from leaderboard.runs.states import AttemptState, JobState
from tests.devices.helpers import device as inventory_device
from tests.devices.helpers import inventory, sync
from tests.factories import (
    NOW,
    AttemptFactory,
    BoardFactory,
    DeviceFactory,
    JobFactory,
    make_measured,
    make_result,
    rapl_reading,
)

pytestmark = pytest.mark.django_db

FOLDER = settings.CATALOG_DIR.parent / "reference"
LATENCY_S = 3e-5


@pytest.fixture
def submission():
    return ensure_reference(folder=FOLDER, now=NOW)


@pytest.fixture
def device(submission):
    return DeviceFactory()


def at(**duration):
    return NOW + timedelta(**duration)


def key(submission):
    return np.asarray(blobs.read_array(submission.benchmark.answers_sha256))


def finish(check, *, latency_s=LATENCY_S, now=NOW, wrong=0, **measured):
    """Let the check's job bring a result, as a device would."""
    answers = key(check.job.submission).copy()
    answers[:wrong] = (answers[:wrong] + 1) % 10
    job = check.job
    Job.objects.filter(pk=job.pk).update(state=JobState.VERIFYING)
    job.refresh_from_db()
    result = make_result(
        job=job, measured=make_measured(answers=tuple(answers.tolist()), latency_s=latency_s, **measured)
    )
    settle_result(result=result, now=now)
    check.refresh_from_db()
    return check


def ask(now=NOW):
    assert plan_checks(now=now) == 1
    return HealthCheck.objects.get(verdict=Verdict.ASKED)


def checked(device, *, now=NOW, **measured):
    return finish(ask(now), now=now, **measured)


@pytest.mark.parametrize("health", [Health.UNKNOWN, Health.FAILING])
def test_a_good_check_makes_a_device_good(device, health):
    Device.objects.update(health=health, health_reason="Not checked yet.")
    ask()
    finish(HealthCheck.objects.get())
    device.refresh_from_db()
    assert (device.health, device.health_reason) == (Health.GOOD, "")


def test_upgrading_calls_unchecked_devices_unknown_and_keeps_those_out_that_are_gone(device):
    migration = import_module("leaderboard.health.migrations.0002_unchecked_devices_are_unknown")
    checked(device)
    gone = DeviceFactory(health=Health.UNKNOWN, health_reason=GONE)
    unchecked, out = DeviceFactory(), DeviceFactory(health=Health.MAINTENANCE)
    migration.unknown_until_checked(apps, None)
    found = {one.pk: (one.health, one.health_reason, one.reported) for one in Device.objects.all()}
    assert found[device.pk] == (Health.GOOD, "", True)
    assert found[unchecked.pk] == (Health.UNKNOWN, "Not checked yet.", True)
    assert found[gone.pk] == (Health.UNKNOWN, GONE, False)
    assert found[out.pk] == (Health.MAINTENANCE, "", True)


def test_the_bundled_reference_loads_once_and_has_no_board(submission):
    assert ensure_reference(folder=FOLDER, now=NOW) == submission == reference()
    assert not submission.benchmark.boards.exists()
    assert not submission.submitted_by.is_active


def test_a_new_device_is_checked_before_it_is_given_anything_else(device):
    ordinary = JobFactory(device=device)
    check = ask()
    assert check.cause == Cause.ENROLMENT
    assert dispatch(now=NOW) == 1
    assert Attempt.objects.get().job == check.job != ordinary


def test_nothing_is_asked_without_a_reference_or_twice_or_of_what_cannot_run_it(device):
    DeviceFactory(runtimes=["llama.cpp"])
    DeviceFactory(health=Health.MAINTENANCE)
    assert plan_checks(now=NOW) == 1
    assert plan_checks(now=NOW) == 0


@pytest.mark.parametrize(
    "constraint, values",
    [
        ("one_open_health_check_per_device", {}),
        ("a_health_check_is_open_or_done", {"verdict": Verdict.GOOD}),
        ("a_health_check_is_open_or_done", {"done_at": NOW}),
    ],
)
def test_what_a_check_cannot_be_is_refused_by_the_database(device, constraint, values):
    if constraint.startswith("one_"):
        ask()
    with pytest.raises(IntegrityError, match=f"{constraint}|health_healthcheck.device_id"), transaction.atomic():
        HealthCheck.objects.create(device=device, job=JobFactory(), cause=Cause.DAILY, asked_at=NOW, **values)


def test_a_server_without_a_reference_checks_nobody(db):
    DeviceFactory()
    assert plan_checks(now=NOW) == 0


def test_a_good_check_is_no_entry_and_ends_its_job(device):
    check = checked(device)
    assert (check.verdict, check.starts_baseline) == (Verdict.GOOD, True)
    assert check.latency_p50_s == pytest.approx(LATENCY_S)
    assert check.job.state == JobState.PUBLISHED
    assert not Entry.objects.exists()
    assert plan_checks(now=at(minutes=30)) == 0


@pytest.mark.parametrize(
    "cause, change",
    [
        (Cause.DAILY, lambda _: at(hours=24)),
        (Cause.CHANGED, lambda _: Agent.objects.update(fingerprint="e" * 64) and at(hours=1)),
        (Cause.GAP, lambda _: Agent.objects.update(back_at=at(minutes=50)) and at(hours=1)),
        (Cause.JOBS, lambda device: measured_jobs(device, EVERY_JOBS) and at(hours=1)),
    ],
)
def test_a_well_device_is_checked_again_when_there_is_a_reason(device, cause, change):
    checked(device)
    assert ask(change(device)).cause == cause


def measured_jobs(device, count):
    return [
        AttemptFactory(job=JobFactory(device=device), state=AttemptState.DONE, finished_at=at(minutes=30))
        for _ in range(count)
    ]


def test_fewer_jobs_than_fifty_are_no_reason(device):
    checked(device)
    measured_jobs(device, EVERY_JOBS - 1)
    assert plan_checks(now=at(hours=1)) == 0


def test_a_machine_that_comes_back_after_a_long_silence_is_noticed(device):
    for silent, noticed in ((timedelta(minutes=30), False), (timedelta(hours=2), True)):
        Agent.objects.update(last_seen_at=NOW - silent, back_at=None)
        open_session(agent=Agent.objects.get(), request=sync(), now=NOW)
        assert (Agent.objects.get().back_at == NOW) is noticed


def test_drift_takes_the_device_out_and_a_good_check_brings_it_back(device):
    checked(device)
    drifted = checked(device, now=at(days=1), latency_s=1.3 * LATENCY_S)
    device.refresh_from_db()
    assert drifted.verdict == Verdict.DRIFTED
    assert drifted.latency_ratio == pytest.approx(1.3)
    assert device.health == Health.FAILING
    assert "+30%" in device.health_reason

    JobFactory(device=device)
    assert dispatch(now=NOW) == 0
    again = ask(at(days=1) + AGAIN_AFTER)
    assert dispatch(now=NOW) == 1
    Attempt.objects.filter(job=again.job).delete()
    finish(again, now=at(days=1, hours=1))
    device.refresh_from_db()
    assert (device.health, device.health_reason) == (Health.GOOD, "")


def test_power_that_drifts_is_drift_too_and_an_estimate_cannot(device):
    for watts in (20.0, 20.0):
        checked(device, readings=(rapl_reading,), watts=watts, now=at(days=2 * HealthCheck.objects.count()))
    found = checked(device, readings=(rapl_reading,), watts=26.0, now=at(days=9))
    assert found.verdict == Verdict.DRIFTED
    assert found.power_ratio == pytest.approx(1.3, rel=0.01)


def test_an_estimated_power_is_not_compared(device):
    assert checked(device, watts=20.0).mean_power_w is None


def test_wrong_answers_take_the_device_out(device):
    check = checked(device, wrong=30)
    assert check.verdict == Verdict.FAILED
    assert Device.objects.get(pk=device.pk).health == Health.FAILING


def test_a_noisy_check_changes_nothing_and_is_repeated(device):
    check = checked(device, guard=GuardVerdict.NOISY, latency_s=9 * LATENCY_S)
    assert check.verdict == Verdict.INCONCLUSIVE
    assert Device.objects.get(pk=device.pk).health == Health.GOOD
    assert plan_checks(now=at(minutes=5)) == 0
    assert ask(at(minutes=11)).cause == Cause.AGAIN


def test_entries_since_the_last_good_check_are_flagged_on_every_board(device):
    board = BoardFactory()
    before = published(device, board, at(minutes=-5))
    checked(device)
    since = published(device, board, at(hours=5))
    elsewhere = published(DeviceFactory(), board, at(hours=5))
    revision = BoardEntry.objects.filter(entry=since).get().board.revision
    finish(
        HealthCheck.objects.create(device=device, job=reference_job(device), cause="daily", asked_at=at(days=1)),
        latency_s=2 * LATENCY_S,
        now=at(days=1),
    )
    for entry, flagged in ((before, False), (since, True), (elsewhere, False)):
        entry.refresh_from_db()
        assert any("health check" in warning for warning in entry.warnings) is flagged
    board.refresh_from_db()
    assert board.revision == revision + 1


def published(device, board, when):
    job = JobFactory(device=device, submission__benchmark=board.benchmark, state=JobState.VERIFYING)
    return score_result(result=make_result(job=job), now=when)


def reference_job(device):
    submission = reference()
    purpose = Job.Purpose.REFERENCE
    return JobFactory(submission=submission, benchmark=submission.benchmark, device=device, purpose=purpose)


@pytest.mark.parametrize(
    "code, verdict, health",
    [
        (Code.CRASHED, Verdict.FAILED, Health.FAILING),
        (Code.OUT_OF_MEMORY, Verdict.FAILED, Health.FAILING),
        (Code.INVALID_REPORT, Verdict.INCONCLUSIVE, Health.GOOD),
        (Code.LOST, Verdict.INCONCLUSIVE, Health.GOOD),
    ],
)
def test_a_reference_job_that_comes_to_nothing_closes_its_check(device, code, verdict, health):
    check = ask()
    Job.objects.filter(pk=check.job_id).update(state=JobState.FAILED, code=code)
    assert plan_checks(now=at(minutes=1)) == 0
    check.refresh_from_db()
    assert (check.verdict, Device.objects.get(pk=device.pk).health) == (verdict, health)
    assert code.value in check.sentence


def test_a_lost_attempt_leaves_the_check_open_while_its_job_is_tried_again(device):
    check = ask()
    attempt = AttemptFactory(job=check.job, state=AttemptState.CLAIMED)
    Job.objects.filter(pk=check.job_id).update(state=JobState.RUNNING)
    end_attempt(attempt=attempt, code=Code.LOST, message="", now=NOW)
    plan_checks(now=NOW)
    check.refresh_from_db()
    assert check.verdict == Verdict.ASKED


def test_a_report_that_cannot_be_graded_says_nothing_of_the_device(device):
    check = ask()
    job = check.job
    Job.objects.filter(pk=job.pk).update(state=JobState.VERIFYING)
    job.refresh_from_db()
    settle_result(result=make_result(job=job, measured=make_measured(answers=(1, 2, 3))), now=NOW)
    plan_checks(now=NOW)
    check.refresh_from_db()
    assert check.verdict == Verdict.INCONCLUSIVE


def test_the_same_result_twice_is_one_check(device):
    check = checked(device)
    settle_result(result=check.job.attempts.get().result, now=at(hours=1))
    check.refresh_from_db()
    assert check.done_at == NOW


def test_a_drifted_check_can_be_accepted_as_the_new_baseline(device):
    checked(device)
    checked(device, now=at(days=1), latency_s=1.5 * LATENCY_S)
    assert accept_baseline(device=device, now=at(days=1)) is not None
    device.refresh_from_db()
    assert device.health == Health.GOOD
    assert checked(device, now=at(days=2), latency_s=1.5 * LATENCY_S).verdict == Verdict.GOOD
    assert checked(device, now=at(days=3), latency_s=LATENCY_S).verdict == Verdict.DRIFTED


def test_the_baseline_stays_the_first_checks_so_that_slow_drift_is_seen(device):
    latency_s, day = LATENCY_S, 0
    while (check := checked(device, now=at(days=day), latency_s=latency_s)).verdict == Verdict.GOOD:
        latency_s, day = 1.02 * latency_s, day + 1
        assert day < 15
    assert check.latency_ratio > 1.1


def test_a_tick_without_anything_to_do_costs_four_queries(device, django_assert_num_queries):
    checked(device)
    with django_assert_num_queries(4):
        plan_checks(now=at(minutes=1))


def test_a_page_reads_the_newest_checks_in_one_query(device, django_assert_num_queries):
    checked(device)
    checked(device, now=at(days=1))
    with django_assert_num_queries(1):
        views = checks_of(device.slug)
    assert [view.starts_baseline for view in views] == [False, True]


def manage(*words):
    out = StringIO()
    call_command("device", *words, stdout=out)
    return out.getvalue()


def test_an_operator_drains_and_brings_back_a_device(device):
    AttemptFactory(job=JobFactory(device=device), state=AttemptState.CLAIMED)
    said = manage(device.slug, "--maintenance", "new fan")
    assert "finishes what it measures now" in said
    assert "maintenance (new fan)" in said
    assert dispatch(now=NOW) == plan_checks(now=NOW) == 0
    assert "A reference job is queued." in manage(device.slug, "--in-service")
    assert Device.objects.get(pk=device.pk).health == Health.UNKNOWN
    assert "open already" in manage(device.slug, "--check")


def test_the_command_says_what_it_cannot_do(device):
    for words, sentence in (
        (("moon",), "no device 'moon'"),
        ((device.slug, "--accept-baseline"), "no check that measured"),
        ((DeviceFactory(runtimes=[]).slug, "--check"), "has no onnxruntime"),
    ):
        with pytest.raises(CommandError, match=sentence):
            manage(*words)


def test_a_device_that_failed_its_last_check_gets_no_new_baseline(device):
    assert checked(device).verdict == Verdict.GOOD
    assert checked(device, now=at(days=1), wrong=60).verdict == Verdict.FAILED

    assert accept_baseline(device=device, now=at(days=1, minutes=1)) is None
    device.refresh_from_db()
    assert device.health == Health.FAILING


@pytest.mark.parametrize("health", [Health.FAILING, Health.MAINTENANCE])
def test_being_away_for_a_moment_makes_no_device_well(device, health):
    Device.objects.filter(pk=device.pk).update(health=health, health_reason="since Monday")
    for found in (inventory(inventory_device(key="another")), inventory(inventory_device(key=device.key))):
        open_session(agent=Agent.objects.get(pk=device.agent_id), request=sync(inventory=found), now=NOW)
        device.refresh_from_db()
        assert (device.health, device.health_reason) == (health, "since Monday")
