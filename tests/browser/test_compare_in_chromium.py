"""Comparing and choosing in a real browser, by the keyboard and without script."""

import re

import pytest

from leaderboard.boards.models import Entry
from tests.browser.keys import tab_to
from tests.browser.test_pages_in_chromium import WIDTHS
from tests.browser.watching import Watched

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]


def path_of(*names):
    found = [Entry.objects.filter(submission__model_name=name).earliest("pk").uuid for name in names]
    return f"/compare/?e={'~'.join(str(one) for one in found)}"


@pytest.mark.parametrize("names", [("tree", "cnn_m", "mlp64", "constant"), ("tree", "adder-53k-f32")])
def test_a_comparison_is_quiet_accessible_and_fits_its_window(window, entry, names):
    window.begin([])
    window.goto(path_of(*names))
    for width in WIDTHS:
        window.look(width, "light")
        window.examine()
        window.look(width, "dark")
        window.examine()
    assert window.faults == []


def test_a_phone_shows_value_and_verdict_and_the_differences_of_all_rows_when_asked(window, entry):
    window.begin([])
    window.goto(path_of("tree", "cnn_m", "mlp64"))
    window.look(360, "light")
    latency = window.page.locator(".compare tbody tr", has_text="Latency per call, median").locator("td").nth(1)
    assert re.search(r"B\s+68\.0\sµs\s+\S+\s+▼ worse$", latency.inner_text().strip())
    window.page.get_by_label("Differences, ratios, probabilities").check()
    assert "better in 0" in latency.inner_text()
    window.examine()
    window.look(1280, "light")
    assert not window.page.locator(".all-deltas").is_visible()
    assert "better in 0" in latency.inner_text()
    assert window.faults == []


def test_two_are_compared_without_script_from_the_picker(chromium, site, entry):
    with Watched(chromium, site, java_script_enabled=False) as watched:
        page = watched.page
        page.goto("/compare/")
        for box in page.get_by_role("checkbox").all()[:2]:
            box.check()
        page.get_by_role("button", name="Compare").click()
        page.wait_for_url(re.compile(r"/compare/\?e=[0-9a-f-]{36}~[0-9a-f-]{36}$"))
        page.get_by_role("link", name="make baseline").click()
        page.wait_for_url("**&base=*")
        assert page.get_by_role("heading", level=1).inner_text() == "2 entries compared"


def test_the_lowest_energy_above_a_quality_is_found_by_keyboard_alone_without_script(chromium, site, entry):
    with Watched(chromium, site, java_script_enabled=False, viewport={"width": 360, "height": 800}) as watched:
        page = watched.page
        page.goto("/choose/?board=addition")
        tab_to(page, page.get_by_label("Accuracy at least"))
        page.keyboard.type("70")
        page.keyboard.press("Enter")
        page.wait_for_url("**/choose/?board=addition&min.accuracy=0.7")
        assert page.locator("article h2 a").first.inner_text() == "adder-27k-f32"
        tab_to(page, page.get_by_role("button", name="Highest quality: up"))
        page.keyboard.press("Enter")
        page.wait_for_url("**&pref=quality~energy~latency")
        assert page.locator("article h2 a").first.inner_text() == "adder-53k-f32"


def test_a_choice_among_hundreds_has_its_plot_as_one_stop_before_the_first_card(chromium, site):
    with Watched(chromium, site, viewport={"width": 360, "height": 800}) as watched:
        page = watched.page
        watched.goto("/choose/?board=many")
        tab_to(page, page.get_by_role("link", name="Skip to results"))
        page.keyboard.press("Enter")
        assert tab_to(page, page.locator("article h2 a").first) < 12
        assert page.locator("a.pt").count() > 100
        assert watched.faults == []
