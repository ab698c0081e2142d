"""Cancelling and retrying with the keyboard alone, with script and without; being told of the end."""

import re

import pytest
from django.test import Client

from leaderboard.clock import database_now
from leaderboard.runs.endings import request_cancel
from leaderboard.runs.models import Job
from leaderboard.runs.states import JobState
from tests.browser.keys import tab_to
from tests.browser.watching import Watched
from tests.factories import DeviceFactory, JobFactory, SubmissionFactory, UserFactory

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]


@pytest.fixture(scope="package")
def waiting(site):
    """Made before a test's transaction: a job for each way, and whose session it is."""
    user = UserFactory(username="canceller")
    client = Client()
    client.force_login(user)
    jobs = [JobFactory(submission=SubmissionFactory(submitted_by=user), device=DeviceFactory()) for _ in range(3)]
    return jobs, client.cookies["sessionid"].value


def _press_enter_on(page, wanted):
    tab_to(page, wanted)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("with_script", [True, False])
def test_a_job_is_cancelled_and_retried_with_the_keyboard_alone(chromium, site, waiting, with_script):
    jobs, session = waiting
    job = jobs[int(with_script)]
    with Watched(chromium, site, java_script_enabled=with_script, viewport={"width": 360, "height": 800}) as watched:
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


HIDE = """() => {
    Object.defineProperty(document, "hidden", {value: true, configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""
FAKE = """() => {
    window.Notification = class {
        constructor(title, more) { document.documentElement.dataset.told = `${title} | ${more.body}`; }
    };
    Notification.permission = "default";
    Notification.requestPermission = async () => "granted";
}"""


def test_whoever_asks_is_told_by_the_browser_that_a_job_is_over(chromium, site, waiting):
    jobs, session = waiting
    with Watched(chromium, site) as watched:
        page = watched.page
        watched.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        watched.context.add_init_script(f"({FAKE})()")
        watched.goto(f"/jobs/{jobs[2].uuid}/")
        button = page.get_by_role("button", name="Tell me when it is over")
        button.click()
        page.locator("#notice[aria-pressed=true]").wait_for()
        with page.expect_response(f"**/jobs/{jobs[2].uuid}/"):
            page.evaluate(HIDE)
        assert page.locator("[data-told]").count() == 0
        request_cancel(job=jobs[2], now=database_now())
        page.evaluate(HIDE)
        told = page.locator("html[data-told]")
        told.wait_for(state="attached")
        title, body = told.get_attribute("data-told").split(" | ")
        assert title.startswith("Cancelled: ")
        assert body == "The job was cancelled."
        assert watched.faults == []
