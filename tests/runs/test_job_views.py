"""Jobs as their readers see them, and what it costs to look."""

import pytest

from leaderboard.devices.models import Health
from leaderboard.runs.selectors import job_view, jobs_of, submission_jobs
from leaderboard.runs.states import AttemptState, JobState
from tests.factories import NOW, AgentFactory, AttemptFactory, DeviceFactory, JobFactory, SubmissionFactory, UserFactory
from tests.runs.helpers import claimed, later, offered

pytestmark = pytest.mark.django_db


def _reason(job):
    return job_view(job.uuid, user=None, now=NOW).reason


def test_there_is_no_view_of_an_unknown_job():
    assert job_view(AgentFactory().uuid, user=None, now=NOW) is None


@pytest.mark.parametrize(
    "device, agent, code",
    [
        ({}, {}, "device_busy"),
        ({}, {"last_seen_at": None}, "device_offline"),
        ({}, {"last_seen_at": later(minutes=-2)}, "device_offline"),
        ({"health": Health.FAILING, "health_reason": "drifts"}, {}, "device_unhealthy"),
        ({}, {"health": Health.MAINTENANCE}, "device_unhealthy"),
        ({"health": Health.RETIRED}, {}, "no_device"),
        ({"runtimes": []}, {}, "no_device"),
    ],
)
def test_a_waiting_job_says_why(device, agent, code):
    job = JobFactory(device=DeviceFactory(agent=AgentFactory(**agent), **device))
    assert _reason(job).code == code


def test_an_offered_job_says_so():
    assert _reason(offered().job).code == "offered"


def test_a_running_job_needs_no_reason():
    assert _reason(claimed().job) is None


def test_a_failed_job_says_whose_fault_it_is():
    reason = _reason(JobFactory(state=JobState.FAILED, code="out_of_memory"))
    assert (reason.code, reason.fault) == ("out_of_memory", "the model")
    assert reason.sentence
    assert reason.hint


def test_a_failure_is_the_user_s_or_the_system_s_and_what_did_not_fail_is_nobody_s():
    failed, published = JobState.FAILED, JobState.PUBLISHED
    ends = {"timeout": failed, "lost": failed, "cancelled": JobState.CANCELLED, "": published}
    jobs = [JobFactory(state=state, code=code) for code, state in ends.items()]
    assert [job_view(job.uuid, user=None, now=NOW).fault for job in jobs] == ["user", "system", None, None]


def test_the_log_is_for_the_owner_and_staff_only():
    attempt = claimed(log="a secret path")
    owner = attempt.job.submission.submitted_by
    logs = {
        name: job_view(attempt.job.uuid, user=user, now=NOW).current.log
        for name, user in {
            "owner": owner,
            "staff": UserFactory(is_staff=True),
            "other": UserFactory(),
            "nobody": None,
        }.items()
    }
    assert logs == {"owner": "a secret path", "staff": "a secret path", "other": None, "nobody": None}


def test_a_cancel_shows_until_the_job_is_over():
    attempt = claimed(job=JobFactory(state=JobState.RUNNING, cancel_requested_at=NOW))
    assert job_view(attempt.job.uuid, user=None, now=NOW).cancelling
    over = JobFactory(state=JobState.VERIFYING, cancel_requested_at=NOW)
    assert not job_view(over.uuid, user=None, now=NOW).cancelling


def test_a_list_of_jobs_costs_the_same_for_one_and_for_many(django_assert_num_queries):
    user = UserFactory()
    for number in range(12):
        job = JobFactory(submission=SubmissionFactory(submitted_by=user), created_at=later(minutes=number))
        AttemptFactory(job=job, state=AttemptState.LOST)

    with django_assert_num_queries(3):
        views = jobs_of(user, now=NOW)

    assert [view.created_at for view in views] == sorted((view.created_at for view in views), reverse=True)
    assert {view.reason.code for view in views} == {"device_busy"}
    assert all(view.is_mine and view.current.log is None for view in views)


def test_one_job_costs_three_queries(django_assert_num_queries):
    job = offered().job
    with django_assert_num_queries(3):
        job_view(job.uuid, user=None, now=NOW)


def test_a_submission_names_its_jobs():
    job = JobFactory()
    assert submission_jobs(job.submission_id) == (job.uuid,)
