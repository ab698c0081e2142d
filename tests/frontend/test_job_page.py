"""A job's page: the steps with their times and limits, and the place in line."""

import re
from datetime import timedelta

import pytest

from frontend.numbers import SPACE
from frontend.present.job_timeline import timeline
from leaderboard.clock import database_now
from leaderboard.runs.models import Job
from leaderboard.runs.selectors import job_view
from leaderboard.runs.states import AttemptState, JobState
from tests.databases import CLOCK_QUERIES
from tests.factories import NOW, AgentFactory, AttemptFactory, DeviceFactory, JobFactory
from tests.runs.helpers import claimed, later, offered
from tests.runs.traces import result_with

pytestmark = pytest.mark.django_db
MARKS = [["preparing", later(seconds=31).isoformat()], ["baseline", later(seconds=50).isoformat()]]


def timeline_of(job, now=NOW):
    return timeline(job_view(job.uuid, user=None, now=now), now=now)


def steps(job, now=NOW):
    """Return (name, when it began in seconds after NOW, how long it took) of what has begun."""
    found = timeline_of(job, now).begun
    return [(one.name, (one.at - NOW).total_seconds(), one.took.replace(SPACE, " ")) for one in found]


def test_a_waiting_job_has_all_of_its_steps_ahead():
    job = JobFactory()
    assert steps(job, later(seconds=7)) == [("Queued", 0, "7 s")]
    assert timeline_of(job).ahead == [
        "Offered", "Preparing", "Baseline", "Warming up", "Measuring", "Uploading", "Verifying", "Published",
    ]  # fmt: skip


def test_a_running_job_says_what_each_phase_took():
    job = claimed(dispatched_at=later(seconds=20), claimed_at=later(seconds=30), phase_marks=MARKS).job
    assert steps(job, later(seconds=64)) == [
        ("Queued", 0, "20 s"),
        ("Offered", 20, "10 s"),
        ("Preparing", 30, "20 s"),
        ("Baseline", 50, "14 s"),
    ]
    assert timeline_of(job).ahead[0] == "Warming up"


@pytest.mark.parametrize(
    ("make", "limit"),
    [
        (JobFactory, "No limit"),
        (lambda: offered().job, "At most 3"),
        (lambda: claimed(deadline_at=later(minutes=12)).job, "ends by 12:12:00 UTC"),
    ],
)
def test_the_step_that_lasts_says_how_long_it_may(make, limit):
    *done, lasting = timeline_of(make()).begun
    assert lasting.is_now
    assert limit in lasting.limit
    assert not any(one.is_now or one.limit for one in done)


def test_a_job_that_is_back_in_line_waits_since_then():
    job = JobFactory(state_since=later(minutes=5))
    AttemptFactory(job=job, state=AttemptState.LOST)
    assert steps(job, later(minutes=6)) == [("Queued", 300, "1 min 00 s")]


def test_a_job_that_is_over_ends_with_how():
    job = JobFactory(state=JobState.PUBLISHED, state_since=later(seconds=90))
    AttemptFactory(job=job, state=AttemptState.DONE, phase_marks=MARKS[1:], finished_at=later(seconds=80))
    assert steps(job)[-3:] == [
        ("Baseline", 50, "30 s"),
        ("Verifying", 80, "10 s"),
        ("Published", 90, "–"),
    ]
    cancelled = timeline_of(JobFactory(state=JobState.CANCELLED))
    assert [one.name for one in cancelled.begun] == ["Queued", "Cancelled"]
    assert not cancelled.ahead


def test_the_page_of_a_waiting_job_tells_its_place_devices_and_start(client):
    now = database_now()
    device = DeviceFactory(agent=AgentFactory(last_seen_at=now))
    JobFactory(device=device, created_at=now - timedelta(minutes=2))
    job = JobFactory(device=device, created_at=now - timedelta(minutes=1))
    html = re.sub(r"\s+", " ", client.get(f"/jobs/{job.uuid}/").content.decode())
    assert "2 of 2 that wait for these devices" in html
    assert f'<a href="/devices/{device.slug}/">' in html
    assert "No past jobs on these devices" in html
    assert '<tr aria-current="step"><th scope="row"><b>Queued</b>' in html


def test_the_page_of_a_job_that_runs_has_no_place_in_line(client):
    job = claimed(phase="baseline", phase_marks=MARKS, progress=0.25).job
    html = client.get(f"/jobs/{job.uuid}/").content.decode()
    assert "In line" not in html
    assert 'value="25"' in html


def test_a_running_jobs_head_has_elapsed_and_estimated_and_its_whole_configuration(client):
    attempt = claimed(phase="measuring")
    html = client.get(f"/jobs/{attempt.job.uuid}/").content.decode()
    assert "Elapsed / estimated" in html
    assert "not known: no past jobs of digits on this device" in html
    for name, value in (("Runtime", "onnxruntime (onnx)"), ("Agent now", attempt.agent.version)):
        assert f"<dt>{name}</dt><dd>{value}</dd>" in html
    assert "<dt>Bytes of the model</dt>" in html
    assert "<dt>Precision</dt>" in html
    done = JobFactory(device=attempt.device, benchmark=attempt.job.benchmark, state=JobState.PUBLISHED)
    AttemptFactory(job=done, state=AttemptState.DONE, finished_at=later(seconds=60))
    assert "as 1 recent job took" in client.get(f"/jobs/{attempt.job.uuid}/").content.decode()


def test_a_job_that_is_over_says_how_long_it_took_and_not_how_long_it_is_over(client):
    job = JobFactory(state=JobState.PUBLISHED, created_at=NOW, state_since=later(seconds=90))
    html = client.get(f"/jobs/{job.uuid}/").content.decode().replace(SPACE, " ")
    assert "<dt>Took</dt><dd>1 min 30 s <small>" in html
    assert "In this state for" not in html


def test_without_script_a_running_job_can_be_held_still_to_be_read_and_cancelled(client):
    path = f"/jobs/{claimed().job.uuid}/"
    moving, held = (client.get(address).content.decode() for address in (path, f"{path}?hold=1"))
    assert 'http-equiv="refresh"' in moving
    assert 'href="?hold=1"' in moving
    assert 'http-equiv="refresh"' not in held
    assert "Parts of this address were ignored" not in held
    assert f'<a href="{path}">Go on</a>' in held


def test_the_owner_sees_the_medians_of_the_repeats_so_far_marked_provisional(client):
    log = "".join(
        f"repeat {number} of 5: median {ms:.2f} ms, 40 calls, clean\n" for number, ms in ((1, 9), (1, 2), (2, 2.5))
    )
    job = claimed(phase="measuring", log=log).job
    assert "provisional" not in client.get(f"/jobs/{job.uuid}/").content.decode()
    client.force_login(job.submission.submitted_by)
    html = client.get(f"/jobs/{job.uuid}/").content.decode()
    shown = html[html.index('id="repeats"') : html.index("Provisional:")]
    assert "So far, provisional" in shown
    assert re.findall(r'<td class="num">([0-9.]+ ms)', shown) == ["2.00 ms", "2.50 ms"]


def test_a_log_is_searched_by_its_owner_alone_and_says_where_it_was_cut(client, monkeypatch):
    attempt = claimed(phase="measuring", log="one\ntwo\n")
    address = f"/jobs/{attempt.job.uuid}/"
    assert "log.js" not in client.get(address).content.decode()
    client.force_login(attempt.job.submission.submitted_by)
    html = client.get(address).content.decode()
    assert '<script type="module" src="/static/frontend/log.js"></script>' in html
    assert 'role="log" aria-live="off"' in html
    assert "the rest is left out" not in html
    monkeypatch.setattr("frontend.present.jobs.MAX_LOG_CHARACTERS", 8)
    assert "the rest is left out" in client.get(address).content.decode()


def test_a_waiting_jobs_page_costs_ten_queries(client, django_assert_num_queries):
    job = JobFactory()
    Job.objects.filter(pk=job.pk).update(device=None, device_class="cpu")
    with django_assert_num_queries(10 + CLOCK_QUERIES):
        client.get(f"/jobs/{job.uuid}/")


def test_of_many_devices_those_that_are_online_are_named_first(client):
    for _ in range(6):
        DeviceFactory(agent=AgentFactory(last_seen_at=None))
    free = DeviceFactory(agent=AgentFactory(last_seen_at=database_now()))
    job = JobFactory(device=None, device_class="cpu")
    html = re.sub(r"\s+", " ", client.get(f"/jobs/{job.uuid}/").content.decode())
    assert f'<dd><a href="/devices/{free.slug}/">' in html.replace("<dd> ", "<dd>")
    assert "2 more" in html


def test_a_verifying_job_shows_its_gates_as_a_checklist(client, django_assert_num_queries):
    result, _files = result_with()
    Job.objects.update(state=JobState.VERIFYING)
    with django_assert_num_queries(8 + CLOCK_QUERIES):
        html = client.get(f"/jobs/{result.job.uuid}/").content.decode()
    gates = html.partition('id="gates"')[2].partition("</section>")[0]
    assert re.findall(r'<li class="(\w+)"', gates)[0] == "passed"
    assert "Answers graded here</b>: not yet" in gates
    assert "Clocks held</b>: not looked at" in gates
    assert "The server grades them now" in gates
    assert gates.count("<li") == 7


def test_a_report_that_cannot_be_read_has_no_gates_and_no_fault(client):
    result, _files = result_with()
    type(result).objects.update(payload="{}")
    Job.objects.update(state=JobState.VERIFYING)
    assert 'id="gates"' not in client.get(f"/jobs/{result.job.uuid}/").content.decode()


def test_a_job_that_takes_twice_as_long_says_since_when_and_what_happens_next(client):
    now = database_now()
    device = DeviceFactory(agent=AgentFactory(last_seen_at=now))
    for _ in range(3):
        done = JobFactory(device=device, state=JobState.PUBLISHED)
        begun = now - timedelta(hours=2)
        AttemptFactory(job=done, state=AttemptState.DONE, claimed_at=begun, finished_at=begun + timedelta(minutes=10))
    job = JobFactory(device=device, state=JobState.RUNNING)
    claimed(job=job, claimed_at=now - timedelta(minutes=21), deadline_at=now + timedelta(minutes=9))
    text = client.get(f"/jobs/{job.uuid}/").content.decode().replace(SPACE, " ")
    assert "Taking longer than expected: started" in text
    assert "three in four of 3 recent jobs of this benchmark there took at most 10 min 00 s" in text
    assert "it is ended as timed out" in text
