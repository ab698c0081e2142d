"""Cancelling and retrying with the keyboard alone, with script and without."""

import re

import pytest
from django.test import Client

from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState
from tests.browser.watching import Watched
from tests.factories import DeviceFactory, JobFactory, SubmissionFactory, UserFactory

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]


@pytest.fixture(scope="package")
def waiting(site):
    """Made before a test's transaction: a job for each way, and whose session it is."""
    user = UserFactory(username="canceller")
    client = Client()
    client.force_login(user)
    jobs = [JobFactory(submission=SubmissionFactory(submitted_by=user), device=DeviceFactory()) for _ in range(2)]
    return jobs, client.cookies["sessionid"].value


def _press_enter_on(page, wanted):
    """Press Tab until it has the focus, which must be seen, and then Enter."""
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            assert wanted.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {wanted} of {page.url}")


@pytest.mark.parametrize("with_script", [True, False])
def test_a_job_is_cancelled_and_retried_with_the_keyboard_alone(chromium, site, waiting, with_script):
    jobs, session = waiting
    job = jobs[int(with_script)]
    with Watched(chromium, site, java_script_enabled=with_script) as watched:
        page = watched.page
        watched.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        watched.goto(f"/jobs/{job.uuid}/")
        assert page.get_by_role("button", name="Yes, cancel it").count() == 0, "it asks first"
        _press_enter_on(page, page.locator("summary", has_text="Cancel this job"))
        assert "its place in line" in page.locator("details.confirm").inner_text()
        _press_enter_on(page, page.get_by_role("button", name="Yes, cancel it"))
        page.locator(".state", has_text="Cancelled").first.wait_for()
        _press_enter_on(page, page.get_by_role("button", name="Retry"))
        page.wait_for_url(re.compile(rf"/jobs/(?!{job.uuid})[0-9a-f-]+/$"))
        assert page.locator(".state").first.inner_text().strip() == "Queued"
        page.get_by_role("link", name="an earlier job").wait_for()
        assert watched.faults == []
    made = Job.objects.get(retry_of=job)
    assert (Job.objects.get(pk=job.pk).state, made.state) == (JobState.CANCELLED, JobState.QUEUED)
