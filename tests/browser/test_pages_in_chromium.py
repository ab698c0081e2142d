"""The pages in a real browser: nothing on the console, nothing against the policy, nothing from elsewhere."""

import re
from uuid import NAMESPACE_URL, uuid5

import pytest
from django.urls import resolve

from frontend.urls import urlpatterns
from leaderboard.accounts.mailbox import Claim, confirm_link
from leaderboard.accounts.passwords import link_of
from tests.browser.watching import OF_COLOURS, Watched, sort_by

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]
# A reported result keeps its address, which is made of its board and its name in the publication.
REPORTED = f"/entries/{uuid5(NAMESPACE_URL, 'mlperf-edge-v3-0/a1')}/"
PUBLIC = (
    "/", "/boards/", "/boards/digits/", "/boards/digits/?x=cost_of_pass_usd&scope=process",
    "/boards/digits/?q=nothing-like-this",
    "/boards/digits/about/",
    "/boards/digits/frontier/",
    "/boards/digits/frontier/?at=2026-12",
    "/boards/addition/",
    "/boards/addition/about/",
    "/boards/digits/?group=model&front_in_view=1&q=cnn",
    "/boards/odd/",
    "/explore/", "/boards/digits/explore/",
    "/boards/digits/explore/?x=cost_of_pass_usd&color=family&e={entry.uuid}&wat=1", "/entries/{entry.uuid}/",
    "/entries/{entry.uuid}/items/?only=wrong",
    "/changelog/",
    "/models/?q=cnn&sort=newest",
    "/agent/",
    "/devices/",
    "/devices/{entry.device.slug}/",
    "/models/{entry.submission.model_slug}/?wat=1",
    "/models/bench-lab/owned/",
    "/metrics/",
    "/devices/{entry.device.slug}/history/",
    "/devices/?class=cpu",
    "/status/",
    "/queue/",
    "/choose/",
    "/choose/?board=digits&min.accuracy=0.97&max.latency_p90_s=5e-05",
    "/compare/",
    "/literature/?metric=energy&wat=1",
    "/boards/mlperf-edge-v3-0/", "/boards/mlperf-edge-v3-0/explore/", "/boards/mlperf-edge-v3-0/about/", REPORTED,
    "/metrics/ipw/", "/methods/", "/api/", "/jobs/{entry.job.uuid}/", "/account/login/", "/account/sign-in/abc/",
    "/account/sign-up/", "/account/invitation/abc/",
    "/account/forgotten/", "/account/forgotten/?asked=1", "{link}",
    "/account/new-password/a.b/", "/account/mail/abc/", "{claim}",
    "/errors/", "/errors/contract_mismatch/",
)  # fmt: skip
STAFF = ("/account/invitations/", "/devices/enrol/", "/devices/enrol/1/", "/devices/{entry.device.slug}/")
OWN = (
    "/submit/",
    "/submit/{draft}/options/",
    "/jobs/",
    "/jobs/{entry.job.uuid}/",
    "/account/",
    "/account/password/",
    "/account/mail/",
    "/account/tokens/",
    "/account/logout/",
)
PAGES = pytest.mark.parametrize(
    ("page", "as_whom"),
    [*((page, "") for page in PUBLIC), *((page, "own") for page in OWN), *((page, "staff") for page in STAFF)],
)
WIDTHS = (1280, 360)
# What 1280 px become where a reader makes everything four times as large.
AT_400_PERCENT = 320
DRAFT = "00000000-0000-4000-8000-000000000001"


def address(page, entry):
    owner = entry.submission.submitted_by
    links = {"link": link_of(owner), "claim": confirm_link(Claim(owner, "ada@example.org"))}
    return page.format(entry=entry, draft=DRAFT, **links)


def test_every_page_that_exists_is_opened_here(entry):
    opened = {resolve(address(page, entry).partition("?")[0]).route for page in PUBLIC + OWN + STAFF}
    exist = {str(one.pattern) for one in urlpatterns if str(one.pattern).endswith("/") or not str(one.pattern)}
    only_posted_to = {
        "theme/",
        "submit/<uuid:uuid>/throw-away/",
        "boards/<slug:slug>/cite/",
        "jobs/<uuid:uuid>/cancel/",
        "jobs/mail/",
        "jobs/<uuid:uuid>/retry/",
        "jobs/<uuid:uuid>/publish/",
        "entries/<uuid:uuid>/moderate/",
        "devices/<slug:slug>/keep/",
        "devices/enrol/<int:pk>/token/",
    }  # fmt: skip
    in_its_short_form = {"entries/<slug:name>/"}
    assert opened == exist - only_posted_to - in_its_short_form


@PAGES
def test_a_page_is_quiet_accessible_and_fits_its_window(window, entry, cookies, page, as_whom):
    window.begin(cookies[as_whom])
    window.goto(address(page, entry))
    if window.page.locator("#explorer").count():
        window.wait_for_explorer()
    for width in WIDTHS:
        window.look(width, "light")
        window.examine()
        window.look(width, "dark")
        window.examine(OF_COLOURS)
    assert window.faults == []


@PAGES
def test_a_page_without_script_is_quiet_and_fits_its_window(window_without_script, entry, cookies, page, as_whom):
    window = window_without_script
    window.begin(cookies[as_whom])
    window.goto(address(page, entry))
    for width in (*WIDTHS, AT_400_PERCENT):
        window.look(width, "light")
        window.look(width, "dark")
    for width in WIDTHS:
        window.space_out()
        window.look(width, "light")
    assert window.page.locator("h1").count() == 1
    assert window.faults == []


def test_what_would_be_a_fault_is_kept(chromium, site):
    with Watched(chromium, site) as watched:
        watched.goto("/boards/")
        assert watched.faults == []
        watched.page.evaluate("document.body.innerHTML += '<img src=/mark.svg width=9000 height=9><h6>pale</h6>'")
        watched.page.evaluate("fetch('http://127.0.0.2:9/').catch(() => 0)")
        watched.look(360, "light")
        watched.examine()
        watched.page.evaluate("document.querySelector('h6').style.color = 'var(--line)'")
        watched.look(360, "dark")
        assert "color-contrast" not in str(watched.faults)
        watched.examine(OF_COLOURS)
        kept = str(watched.faults)
        assert "'serious', 'color-contrast'" in kept
        assert "Content Security Policy" in kept
        assert "scrolls sideways at 360 px" in kept
        assert "'critical', 'image-alt'" in kept
        assert "'moderate', 'heading-order'" in kept


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


PLACED = "() => [...document.querySelectorAll('tr[data-id]')].every((row) => !row.style.order)"


def test_a_press_sorts_in_place_like_the_server(chromium, site):
    with Watched(chromium, site) as watched:
        page = watched.page
        for head in ("Accuracy", "Latency per call", "Model", "Cost of pass, entry", "Rank"):
            page.goto("/boards/digits/?scope=process&cols=accuracy~latency_p50_s~cost_of_pass_usd")
            for _ in range(2):
                sort_by(page, head)
                page.wait_for_function(PLACED)
                values = "rows => rows.map(row => row.querySelector(':scope > th').dataset.v + row.cells[1].dataset.v)"
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


def test_the_reader_signs_in_with_a_link(chromium, site, sign_in_token):
    with Watched(chromium, site) as watched:
        watched.page.goto(f"/account/sign-in/{sign_in_token}/")
        watched.page.get_by_role("button", name="Sign in").click()
        watched.page.get_by_role("link", name="ada").click()
        watched.page.get_by_role("navigation", name="Account").get_by_role("link", name="API tokens").click()
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
        # Beside the column of ranks it has the row for itself.
        assert latency.bounding_box()["width"] > 250
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= 360
