"""The pages in a real browser: nothing on the console, nothing against the policy, nothing from elsewhere."""

import os
import re

import pytest
from playwright.sync_api import sync_playwright

from leaderboard.boards.models import Entry
from tests.frontend.boards import DIGITS, digits_board, make_reading, metered_device, rapl_reading
from tests.plugin import chromium_path

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
CONSTANT = ("constant", "baseline", 0, 4.0e-6, 7.4, "fp32")


@pytest.fixture(scope="module", autouse=True)
def _orm_beside_a_loop():
    # Playwright's synchronous side runs a loop in this thread; Django would refuse the ORM there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server):
    digits_board(models=(*DIGITS, CONSTANT))
    digits_board(models=DIGITS[:4], readings=(rapl_reading, make_reading), device=metered_device())
    return live_server.url


class Watched:
    """A page that keeps what must never happen on it."""

    def __init__(self, chromium, site, **context):
        self.context = chromium.new_context(base_url=site, **context)
        self.page = self.context.new_page()
        self.faults = []
        self.page.on("console", self._keep_message)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: request.url.startswith(site) or self.faults.append(request.url))

    def _keep_message(self, message):
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


def every_path():
    entry = Entry.objects.select_related("job", "submission", "device").first()
    return [
        "/", "/boards/", "/boards/digits/", "/boards/digits/?x=cost_of_pass_usd&scope=process",
        "/boards/digits/?q=nothing-like-this", "/boards/digits/about/", f"/entries/{entry.uuid}/", "/devices/",
        f"/devices/{entry.device.slug}/", f"/models/{entry.submission.model_slug}/", "/metrics/", "/metrics/ipw/",
        "/methods/", "/api/", f"/jobs/{entry.job.uuid}/", "/account/login/", "/account/sign-in/abc/",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_quiet_and_fits_its_window(chromium, site, width, theme):
    with Watched(chromium, site, viewport={"width": width, "height": 800}, color_scheme=theme) as watched:
        for path in every_path():
            watched.page.goto(path)
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert watched.faults == []


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_the_reading_and_the_first_row_are_in_the_first_window(chromium, site, width, height):
    with Watched(chromium, site, viewport={"width": width, "height": height}) as watched:
        watched.page.goto("/boards/digits/?scope=process")
        row = watched.page.locator("tr[data-id] th a").first.bounding_box()
        assert row["y"] + row["height"] <= height


def test_without_script_every_page_is_complete(chromium, site):
    with Watched(chromium, site, java_script_enabled=False) as watched:
        watched.page.goto("/boards/digits/")
        assert watched.page.locator("a.pt").count() == watched.page.locator("tr[data-id]").count() == 14
        watched.page.get_by_label("Search models and devices").fill("cnn")
        watched.page.get_by_role("button", name="Apply").click()
        assert re.search(r"/boards/digits/\?q=cnn$", watched.page.url)
        watched.page.get_by_role("link", name="Accuracy", exact=True).click()
        assert "sort=-accuracy" in watched.page.url


def test_a_press_sorts_in_place_like_the_server(chromium, site):
    with Watched(chromium, site) as watched:
        page = watched.page
        for head in ("Accuracy", "Latency per call", "Model", "Cost of pass, entry", "Rank"):
            page.goto("/boards/digits/?scope=process")
            for _ in range(2):
                page.get_by_role("columnheader", name=head).locator("a.sort").click()
                values = "rows => rows.map(row => row.querySelector(':scope > th').dataset.v + row.cells[0].dataset.v)"
                there = page.locator("tr[data-id]").evaluate_all(values)
                column = "document.querySelector('[aria-sort]').getAttribute('aria-sort')"
                said = page.evaluate(column)
                page.reload()
                assert page.locator("tr[data-id]").evaluate_all(values) == there, (head, said)
                assert page.evaluate(column) == said
        assert watched.faults == []


def test_the_plot_is_one_tab_stop_with_arrow_keys_and_a_card(chromium, site):
    with Watched(chromium, site) as watched:
        page = watched.page
        page.goto("/boards/digits/")
        assert page.locator("a.pt[tabindex='0']").count() == 1
        page.locator("a.pt[tabindex='0']").focus()
        page.keyboard.press("Home")
        first = page.locator(".tip").inner_text()
        page.keyboard.press("ArrowRight")
        assert page.locator(".tip").inner_text() != first
        assert page.locator("tr.lit").count() == 1
        page.keyboard.press("t")
        assert page.evaluate("document.activeElement.closest('tr')?.dataset.id")
        assert watched.faults == []


def test_hovering_near_a_point_lights_its_row(chromium, site):
    with Watched(chromium, site) as watched:
        page = watched.page
        page.goto("/boards/digits/")
        box = page.locator("a.pt.on .mark").first.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2 + 9, box["y"] + box["height"] / 2)
        assert page.locator(".tip").is_visible()
        assert page.locator("tr.lit").count() == 1


def test_a_theme_is_kept(chromium, site):
    with Watched(chromium, site, color_scheme="light") as watched:
        watched.page.goto("/boards/digits/?q=cnn")
        watched.page.get_by_role("button", name="Dark").click()
        assert watched.page.url.endswith("/boards/digits/?q=cnn")
        assert (
            watched.page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor") == "rgb(18, 22, 28)"
        )


def test_the_reader_signs_in_with_a_link(chromium, site):
    from datetime import timedelta

    from leaderboard.accounts.models import SignInLink
    from leaderboard.clock import database_now
    from tests.factories import UserFactory

    token = SignInLink.issue(user=UserFactory(username="ada"), expires_at=database_now() + timedelta(minutes=5))
    with Watched(chromium, site) as watched:
        watched.page.goto(f"/account/sign-in/{token}/")
        watched.page.get_by_role("button", name="Sign in").click()
        watched.page.get_by_role("link", name="ada").click()
        watched.page.get_by_label("What is it for?").fill("a test")
        watched.page.get_by_role("button", name="Issue").click()
        assert watched.page.locator(".secret").first.inner_text().startswith("pw_")
        assert watched.faults == []


def test_on_a_phone_a_row_opens_to_all_of_its_figures(chromium, site):
    with Watched(chromium, site, viewport={"width": 360, "height": 740}) as watched:
        watched.page.goto("/boards/digits/?scope=process")
        row = watched.page.locator("tr[data-id]").first
        latency = row.locator("td[data-label^='Latency']")
        assert not latency.is_visible()
        row.locator("summary").click()
        assert latency.is_visible()
        assert latency.bounding_box()["width"] > 300
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= 360
