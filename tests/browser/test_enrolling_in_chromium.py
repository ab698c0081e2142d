"""Enrolling a machine by keyboard alone, with a real agent at the other end of the token."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from leaderboard.devices.models import EnrolToken
from tests.browser.keys import tab_to
from tests.browser.watching import Watched

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def agent(tmp_path, site):
    """A function that runs `perwatt agent ...` as its own process, with text for its standard input."""

    def run(*arguments, said=""):
        command = [sys.executable, "-m", "agents", "agent", *arguments, "--home", str(tmp_path / "agent")]
        done = subprocess.run(
            command, input=said, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


def press(page, role, name):
    tab_to(page, page.get_by_role(role, name=name))
    page.keyboard.press("Enter")


def ticks(page):
    return page.locator(".ticks li").evaluate_all("items => items.map(item => item.className)")


def test_a_machine_is_enrolled_by_keyboard_and_the_page_ticks_by_itself(chromium, site, cookies, agent):
    with Watched(chromium, site, viewport={"width": 360, "height": 800}) as watched:
        watched.begin(cookies["staff"])
        page = watched.page
        page.goto("/devices/")
        press(page, "link", "Enrol a machine")
        page.wait_for_url("**/devices/enrol/")
        tab_to(page, page.get_by_label("Name of the machine"))
        page.keyboard.type("keyed-1")
        tab_to(page, page.get_by_label("Class of what"))
        press(page, "button", "Go on to the token")
        page.get_by_role("heading", name="Enrol keyed-1").wait_for()
        assert page.locator(".secret").count() == 0
        press(page, "button", "Show the token")
        token = page.locator(".secret").inner_text()
        assert token.startswith("pwdev_")
        assert token not in page.url
        assert ticks(page) == ["done", "now", "next", "next", "next"]

        code, output = agent("enrol", "--url", site, "--token-stdin", said=token)
        assert code == 0, output
        page.locator(".ticks li.done", has_text="Doctor").wait_for(timeout=15_000)
        assert ticks(page)[:4] == ["done"] * 4
        assert page.locator("#said").inner_text() != ""

        page.reload()
        assert "pwdev_" not in page.content()
        press(page, "button", "Run the calibration now")
        page.locator(".note").first.wait_for()
        assert watched.faults == []


def test_the_page_has_the_terminals_lines_and_is_ready_once_the_agent_runs(chromium, site, cookies, agent, tmp_path):
    with Watched(chromium, site) as watched:
        watched.begin(cookies["staff"])
        page = watched.page
        page.goto("/devices/enrol/")
        page.get_by_label("Name of the machine").fill("real-1")
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Show the token").click()
        agent("enrol", "--url", site, "--token-stdin", said=page.locator(".secret").inner_text())
        _, output = agent("doctor", "--json")
        page.reload()
        rows = "rows => rows.map(row => [row.cells[0].textContent, row.cells[2].textContent])"
        lines = [[one["code"], one["evidence"]] for one in json.loads(output)["checks"]]
        assert page.locator(".doctor tbody tr").evaluate_all(rows) == lines

        command = [sys.executable, "-m", "agents", "agent", "run", "--no-celery", "--home", str(tmp_path / "agent")]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            page.locator(".ticks li", has_text="Ready").filter(has_text="online").wait_for(timeout=30_000)
            running.terminate()
        assert watched.faults == []


def test_without_script_the_same_page_works_by_reload(chromium, site, cookies, agent):
    with Watched(chromium, site, java_script_enabled=False, viewport={"width": 360, "height": 800}) as watched:
        watched.begin(cookies["staff"])
        page = watched.page
        page.goto("/devices/enrol/")
        page.get_by_label("Name of the machine").fill("plain-1")
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Show the token").click()
        token = page.locator(".secret").inner_text()
        assert page.get_by_role("heading", name="Linux").is_visible()
        assert page.get_by_role("heading", name="Container").is_visible()
        agent("enrol", "--url", site, "--token-stdin", said=token)
        page.get_by_role("link", name="Look again").click()
        assert ticks(page)[:4] == ["done"] * 4
        assert token not in page.content()
        assert watched.faults == []


def test_tabs_copy_and_a_renewed_token(chromium, site, cookies):
    with Watched(chromium, site, viewport={"width": 1280, "height": 900}) as watched:
        watched.begin(cookies["staff"])
        page = watched.page
        page.goto("/devices/enrol/1/")
        page.get_by_role("button", name="Show the token").click()
        first = page.locator(".secret").inner_text()
        assert page.url.endswith("/devices/enrol/1/")
        page.get_by_role("button", name="I lost it").click()
        assert page.locator(".secret").inner_text() != first
        assert page.get_by_role("tabpanel", name="Linux").is_visible()
        assert not page.get_by_text("docker compose build").is_visible()
        page.get_by_role("tab", name="Linux").focus()
        page.keyboard.press("ArrowRight")
        assert page.get_by_text("docker compose build").is_visible()
        watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.locator(".secret").locator("xpath=../following-sibling::button").click()
        page.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == page.locator(".secret").inner_text()
        watched.examine()
        assert watched.faults == []
        EnrolToken.objects.filter(pk=1).update(shown_at=None)
