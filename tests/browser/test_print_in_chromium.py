"""A board on paper: nothing sticks, every column is there, and the footer says which view and which data it was."""

import pytest

from tests.browser.watching import Watched

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]
A4 = {"viewport": {"width": 703, "height": 1040}}
STICKS = """() => [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility()
  && ["sticky", "fixed"].includes(getComputedStyle(one).position)).map((one) => one.className)"""


def test_a_board_on_paper_has_all_columns_its_address_and_its_revision(chromium, site):
    with Watched(chromium, site, **A4) as watched:
        page = watched.page
        page.goto("/boards/digits/?q=cnn")
        assert page.locator(".filters").is_visible()
        page.emulate_media(media="print")
        assert page.evaluate(STICKS) == []
        hidden = "heads => heads.filter(head => !head.checkVisibility()).map(head => head.textContent.trim())"
        assert page.locator("thead th").evaluate_all(hidden) == ["Compare"]
        assert page.locator("td small[data-pm]").first.evaluate("one => getComputedStyle(one).fontSize") == "12px"
        assert page.locator("th.model").first.bounding_box()["width"] > 120, "a name is not broken into letters"
        assert page.locator(".board caption").bounding_box()["width"] > 500
        assert page.get_by_text("/boards/digits/?q=cnn").inner_text().startswith("Revision ")
        assert page.locator("nav, button:not(.legend *), input, select, .button").filter(visible=True).all() == []
        assert watched.faults == []


@pytest.mark.parametrize("path", ["/boards/digits/", "/entries/{entry.uuid}/", "/compare/", "/devices/"])
def test_a_reader_of_the_dark_theme_prints_on_white_and_knows_from_where(chromium, site, entry, path):
    with Watched(chromium, site, **A4, color_scheme="dark") as watched:
        watched.context.add_cookies([{"name": "theme", "value": "dark", "domain": "localhost", "path": "/"}])
        page = watched.page
        page.goto(path.format(entry=entry))
        page.emulate_media(media="print")
        ground = "getComputedStyle(document.documentElement).backgroundColor"
        assert page.evaluate(ground) == "rgb(255, 255, 255)"
        assert page.locator(".foot .print-only").inner_text().count("http://localhost") == 1
