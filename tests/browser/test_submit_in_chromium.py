"""Submitting with the keyboard alone, with script and without; each step accessible and quiet in both themes."""

import os
import re
from datetime import timedelta

import pytest

from leaderboard.accounts.models import SignInLink
from leaderboard.clock import database_now
from leaderboard.submissions.models import Draft, Submission
from tests.browser.keys import tab_to
from tests.browser.watching import Watched
from tests.catalog.models import bytes_of, linear
from tests.factories import UserFactory

PHONE = {"width": 360, "height": 800}
pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]


@pytest.fixture(scope="package")
def submit_tokens(site):
    """Made before a test's transaction: one sign-in link for each way."""
    expires_at = database_now() + timedelta(minutes=30)
    return {way: SignInLink.issue(user=UserFactory(username=f"sub-{way}"), expires_at=expires_at) for way in (0, 1)}


def _to(page, role, name):
    tab_to(page, page.get_by_role(role, name=name).first)


def _look(watched, with_script, shots, step):
    for width, theme in ((1280, "light"), (360, "dark")):
        watched.look(width, theme)
        if with_script:
            watched.examine()
        if shots and with_script:
            watched.page.screenshot(path=f"{shots}/{step}-{width}-{theme}.png", full_page=True)


@pytest.mark.parametrize("with_script", [True, False])
def test_a_model_is_submitted_with_the_keyboard_alone(  # noqa: PLR0915  one way from end to end
    chromium, site, submit_tokens, tmp_path, with_script
):
    shots = os.environ.get("PERWATT_SHOTS", "")
    file = tmp_path / "keyboard.onnx"
    file.write_bytes(bytes_of(linear()))
    with Watched(chromium, site, java_script_enabled=with_script, viewport=PHONE) as watched:
        page = watched.page
        page.goto(f"/account/sign-in/{submit_tokens[int(with_script)]}/")
        _to(page, "button", "Sign in")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="My jobs").wait_for()
        watched.goto("/submit/?board=digits&device=moon")
        assert "it was left out" in page.locator(".note.warn").inner_text()
        _to(page, "button", "Next: benchmark")
        page.keyboard.press("Enter")
        page.locator("#summary").wait_for()
        watched.path = page.url
        # The refusal is the document itself, which a browser reports where it has a console.
        watched.faults[:] = [fault for fault in watched.faults if "422" not in str(fault)]
        _look(watched, with_script, shots, "0-refused")
        _to(page, "link", "This is needed.")
        page.keyboard.press("Enter")
        page.locator("#file").set_input_files(file)  # the browser's own window, which is not of the page
        _to(page, "textbox", "Licence")
        page.keyboard.type("MIT")
        _look(watched, with_script, shots, "1-model")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/benchmark/"))
        _look(watched, with_script, shots, "2-benchmark")
        _to(page, "radio", "Handwritten digits")
        page.keyboard.press("Space")
        _to(page, "button", "Next: device")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/device/"))
        _look(watched, with_script, shots, "3-device")
        _to(page, "radio", "Any cpu that fits")
        page.keyboard.press("Space")
        _to(page, "button", "Next: options")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/options/"))
        _look(watched, with_script, shots, "4-options")
        _to(page, "button", "Next: review")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/review/"))
        _look(watched, with_script, shots, "5-review")
        assert page.get_by_role("button", name="Copy").count() == (2 if with_script else 0)
        _to(page, "button", "Submit")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/jobs/"))
        if with_script:
            watched.goto("/jobs/")
            _look(watched, with_script, shots, "6-jobs")
            watched.goto("/account/tokens/")
            _look(watched, with_script, shots, "7-tokens")
        assert watched.faults == []
    made = Submission.objects.latest("pk")
    assert (made.model_name, made.licence, made.benchmark.slug) == ("keyboard", "MIT", "digits")
    assert Draft.objects.get(submission=made)
