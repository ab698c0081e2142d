"""A job's page while it happens: the real ASGI application, its stream, and Chromium."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from leaderboard.protocol import Code, LogChunk
from leaderboard.runs.attempts import heartbeat
from leaderboard.runs.endings import end_attempt
from leaderboard.runs.models import Job
from tests.browser.conftest import FLAGS
from tests.browser.watching import Watched
from tests.factories import NOW, JobFactory
from tests.plugin import chromium_path
from tests.runs.helpers import beat, claimed

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]

SAID = """() => { const said = document.querySelector("#found-said");
  window.said = [];
  new MutationObserver(() => window.said.push(said.textContent)).observe(said, { childList: true }); }"""


class Site:
    """The gateway as a process of its own, on the test's database."""

    def __init__(self, folder, environ):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            command = (sys.executable, "-m", "uvicorn", "leaderboard.asgi:application", "--no-access-log")
            command += ("--fd", str(listener.fileno()), "--timeout-graceful-shutdown", "1")
            values = os.environ | environ | {"PERWATT_DATA_DIR": str(folder)}
            self.process = subprocess.Popen(command, env=values, cwd=settings.ROOT, pass_fds=[listener.fileno()])
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def send(self, signal_number):
        self.process.send_signal(signal_number)


@pytest.fixture
def site(shared_database, collected_assets, tmp_path, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in this thread
    shutil.copytree(collected_assets, tmp_path / "static")
    (tmp_path / "secret-key").write_text(settings.SECRET_KEY)  # sessions are signed with it
    site = Site(tmp_path, shared_database.environ)
    yield site
    site.send(signal.SIGTERM)
    site.process.wait(20)


@pytest.fixture
def open_as(site):
    """Return a function that opens a page signed in as a user, with script or without."""
    with sync_playwright() as playwright:
        # Beside Playwright's loop Django has other connections, kept from the test before.
        connections["default"] = connections.create_connection("default")
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))

        def open_page(user, **context):
            client = Client()
            client.force_login(user)
            watched = Watched(chromium, site.url, **context)
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site.url}
            watched.context.add_cookies([cookie])
            return watched

        yield open_page
        chromium.close()
        connections["default"].close()


def say(attempt, text, **values):
    attempt.refresh_from_db()
    request = beat(attempt, **values).model_copy(update={"log": LogChunk(offset=len(attempt.log), text=text)})
    heartbeat(agent=attempt.agent, attempt_id=attempt.uuid, request=request, now=NOW)


def test_a_job_is_followed_to_its_end_without_a_reload(open_as):  # noqa: PLR0915  one way from end to end
    attempt = claimed()
    owner = attempt.job.submission.submitted_by
    say(attempt, "".join(f"line {number}\n" for number in range(1, 201)), progress=0.25)
    with open_as(owner) as watched:
        page = watched.page
        watched.goto(f"/jobs/{attempt.job.uuid}/")
        page.evaluate("window.never_left = true")
        expect(page.locator("#word")).to_have_text("Live")
        box = page.locator(".log-box .log")
        box.evaluate("box => box.scrollIntoView({ block: 'end' })")
        expect(page.locator("#L200")).to_be_in_viewport()

        # At its end, it follows.
        say(attempt, "line 201\n", progress=0.5)
        expect(page.locator("#L201")).to_be_in_viewport()
        expect(page.locator("progress")).to_have_attribute("value", "50")

        # Scrolled up, it stays, counts what is new, and leads back.
        box.evaluate("box => { box.scrollTop = 0; }")
        expect(page.locator("#L1")).to_be_in_viewport()
        say(attempt, "line 202\nline 203\n", progress=0.6)
        jump = page.get_by_role("button", name="2 new lines. Jump to the end")
        expect(jump).to_be_visible()
        assert box.evaluate("box => box.scrollTop") == 0
        for width, theme in ((1280, "light"), (360, "dark")):
            watched.look(width, theme)
            watched.examine()
        jump.click()
        expect(page.locator("#L203")).to_be_in_viewport()
        expect(jump).to_be_hidden()

        # Paused, nothing comes; then everything, once.
        page.get_by_role("button", name="Pause").click()
        expect(page.locator("#word")).to_have_text("Paused")
        say(attempt, "line 204\n", progress=0.7)
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("#word")).to_have_text("Live")
        expect(page.locator("#L204")).to_have_text("line 204")

        end_attempt(attempt=attempt, code=Code.CRASHED, message="signal 9", now=NOW)
        Job.objects.filter(pk=attempt.job_id).update(state="failed", code=Code.CRASHED)
        expect(page.locator(".lead .state")).to_have_text("Failed")
        expect(page.locator("#live")).to_be_hidden()
        expect(page).to_have_title(re.compile("^Failed: "))
        assert page.locator("#lines li").count() == 204
        assert page.evaluate("window.never_left")
        assert watched.faults == []


def test_the_log_is_searched_with_the_keyboard_while_it_is_followed(open_as):  # noqa: PLR0915  one way of a reader
    attempt = claimed()
    say(attempt, "".join(f"{'noise' if number % 50 else 'a (b) WORD'} {number}\n" for number in range(1, 201)))
    with open_as(attempt.job.submission.submitted_by) as watched:
        page = watched.page
        watched.goto(f"/jobs/{attempt.job.uuid}/")
        expect(page.locator("#word")).to_have_text("Live")
        where = "() => document.querySelector('.log-box .log').scrollTop"
        at_its_end = page.evaluate(where)
        field = page.get_by_label("Find in the log")
        found, said = page.locator("#found"), page.locator("#found-said")
        page.evaluate(SAID)
        field.press_sequentially("(b) word")
        expect(found).to_have_text("Lines: 4")
        expect(said).to_have_text("Lines: 4")
        assert page.locator("#lines .found").count() == 4
        assert page.evaluate(where) == at_its_end, "only who asks is taken to a line"

        for keys, line in (("Enter", 200), ("Enter", 50), ("Shift+Enter", 200), ("Shift+Enter", 150)):
            field.press(keys)
            expect(page.locator("#lines [aria-current]")).to_have_text(f"a (b) WORD {line}")
            expect(page.locator(f"#L{line}")).to_be_in_viewport()
        expect(found).to_have_text("3 of 4: line 150")
        expect(said).to_have_text("3 of 4: line 150")
        for width, theme in ((1280, "light"), (360, "dark")):
            watched.look(width, theme)
            watched.examine()

        # A line that comes is found, and neither moves the reader nor is spoken of.
        stood, spoken = page.evaluate(where), page.evaluate("window.said")
        say(attempt, "A (B) word\n")
        expect(found).to_have_text("3 of 5: line 150")
        assert page.evaluate(where) == stood
        assert (
            page.evaluate("window.said") == spoken == ["Lines: 4", *(f"{n} of 4: line {50 * n}" for n in (4, 1, 4, 3))]
        )
        found.click()
        assert page.url.endswith("#L150")
        field.fill("nowhere")
        expect(found).to_have_text("In no line")
        assert watched.faults == []


def test_a_stream_that_falls_silent_is_said_within_fifteen_seconds_and_comes_back(open_as, site):
    job = JobFactory()
    with open_as(job.submission.submitted_by) as watched:
        watched.goto(f"/jobs/{job.uuid}/")
        word = watched.page.locator("#word")
        expect(word).to_have_text("Live")
        site.send(signal.SIGSTOP)  # the connection stays, and nothing comes
        expect(word).to_have_text("Reconnecting", timeout=15_000)
        site.send(signal.SIGCONT)
        expect(word).to_have_text("Live", timeout=10_000)


def test_without_a_stream_the_page_asks(open_as):
    attempt = claimed()
    say(attempt, "line 1\n")
    with open_as(attempt.job.submission.submitted_by) as watched:
        page = watched.page
        page.route("**/events?*", lambda route: route.fulfill(status=503))
        page.clock.install()
        watched.goto(f"/jobs/{attempt.job.uuid}/")
        expect(page.locator("#word")).to_have_text("Reconnecting")
        for _ in range(8):
            page.clock.run_for(1_000)
            time.sleep(0.05)  # an answer is not of the page's clock
        expect(page.locator("#word")).to_have_text("Asking every 5 s")
        say(attempt, "line 2\n", progress=0.75)
        page.clock.run_for(6_000)
        expect(page.locator("#L2")).to_have_text("line 2")
        expect(page.locator("progress")).to_have_attribute("value", "75")


@pytest.mark.parametrize("with_script", [True, False])
def test_a_job_is_cancelled_with_the_keyboard_alone(open_as, with_script):
    job = JobFactory()
    with open_as(job.submission.submitted_by, java_script_enabled=with_script) as watched:
        page = watched.page
        watched.goto(f"/jobs/{job.uuid}/")
        for name in ("summary", "button"):
            wanted = page.locator(f"details.confirm {name}")
            for _ in range(40):
                if wanted.evaluate("element => element === document.activeElement"):
                    break
                page.keyboard.press("Tab")
            assert wanted.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
            page.keyboard.press("Enter")
        expect(page.locator(".lead .state")).to_have_text("Cancelled")
        assert watched.faults == []
    assert Job.objects.get(pk=job.pk).state == "cancelled"
