"""What scripts say is in the reader's language: tried with the one in which every string stands in brackets."""

import re

import pytest

from tests.browser.watching import Watched
from tests.messages.brackets import OPEN, in_brackets

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]
WORD = re.compile(r"[^\W\d_]{2,}")
NUMBER = re.compile(r"[0-9.,]+\s?\w{0,3}\b")
# What is pressed, announced or named for those who hear it, of all that stands there now.
SAID = """() => [...document.querySelectorAll(
    "main :is(button, [role=status], [aria-live], [aria-label], [placeholder]), .tip, dialog label, #dock *"
  )].filter((one) => !one.closest("svg, code, select, template, .js-plotly-plot")).flatMap((one) => [
    one.matches("section, form, div:not(.tip), ol, ul, figure") ? "" : one.textContent, one.ariaLabel, one.placeholder,
  ]).filter(Boolean)"""


@pytest.fixture
def page(chromium, site):
    with (
        in_brackets(),
        Watched(chromium, site, locale="de", viewport={"width": 1280, "height": 900}) as watched,
    ):
        watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield watched
        assert watched.faults == []


def in_english(page, *names):
    """Return what stands there in English: of what is no name, and no number with its unit."""
    said = {text for text in page.evaluate(SAID) if OPEN not in text}
    for name in names:
        said = {text.replace(name, "") for text in said}
    return sorted(text for text in said if WORD.search(NUMBER.sub("", text)))


def test_sorting_choosing_copying_and_keys_are_told_in_the_readers_language(page):
    page.goto("/boards/digits/?scope=process")
    here = page.page
    here.locator("th a.sort").nth(3).click()
    here.locator("input[name=e][type=checkbox]").first.check()
    here.locator("details:has([data-copy]) > summary").click()
    here.locator("[data-copy]").first.click()
    here.locator("[data-copy]", has_text=f"{OPEN}Copied").first.wait_for()
    here.locator("a.pt[tabindex='0']").focus()
    here.keyboard.press("ArrowLeft")
    name = here.locator("#dock li").first.evaluate("item => item.firstChild.textContent")
    assert OPEN in here.locator("a.pt[tabindex='0']").get_attribute("aria-label")
    assert in_english(here, name) == []
    here.keyboard.press("?")
    assert in_english(here, name) == []
