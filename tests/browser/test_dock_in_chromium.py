"""What is chosen on a board to be compared, by tick, by key and by pointer; and the plot's kinds and keys."""

import pytest

from tests.browser.keys import tab_to
from tests.browser.watching import Watched

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]
BOARD = "/boards/digits/?scope=process"
WIDE = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def page(chromium, site):
    with Watched(chromium, site, **WIDE) as watched:
        watched.page.goto(BOARD)
        yield watched.page
        assert watched.faults == []


def tick(page, place):
    return page.locator("input[name=e][type=checkbox]").nth(place)


def dock(page):
    return page.locator("#dock")


def names(page):
    return dock(page).locator("li").evaluate_all("items => items.map(item => item.firstChild.textContent)")


def test_without_a_choice_there_is_no_dock(page):
    assert not dock(page).is_visible()


def test_ticks_are_listed_kept_in_the_address_and_lead_to_the_comparison(page):
    ids = [tick(page, place).get_attribute("value") for place in (0, 1)]
    tick(page, 0).check()
    tick(page, 1).check()
    assert page.url.endswith(f"e={ids[0]}~{ids[1]}")
    assert len(names(page)) == 2
    assert dock(page).get_by_role("status").inner_text().endswith("2 of 4. Enter compares them.")
    page.reload()
    assert len(names(page)) == 2
    dock(page).get_by_role("link", name="Compare").click()
    assert page.url.endswith(f"/compare/?e={ids[0]}~{ids[1]}")
    assert "2 entries compared" in page.locator("h1").inner_text()


def test_a_fifth_is_refused_in_words_and_its_tick_goes_again(page):
    for place in range(4):
        tick(page, place).check()
    tick(page, 4).click()
    assert not tick(page, 4).is_checked()
    assert len(names(page)) == 4
    assert dock(page).get_by_role("status").inner_text() == "At most four entries are compared."


def test_an_entry_is_removed_and_all_are_cleared(page):
    tick(page, 0).check()
    tick(page, 1).check()
    dock(page).get_by_role("button", name="Remove").first.click()
    assert not tick(page, 0).is_checked()
    dock(page).get_by_role("button", name="Clear").click()
    assert not dock(page).is_visible()
    assert "e=" not in page.url.partition("?")[2]


def test_a_choice_outlives_a_filter_that_leaves_it_out(page):
    tick(page, 0).check()
    (chosen,) = names(page)
    page.get_by_label("Search models and devices").fill("nothing-like-this")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("tr[data-id]").count() == 0
    assert names(page) == [chosen]


def test_a_point_is_chosen_by_space_and_again_by_space_not(page):
    page.locator("a.pt[tabindex='0']").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    assert len(names(page)) == 1
    assert page.locator("a.pt.hl").count() == 1
    page.keyboard.press("Space")
    assert not dock(page).is_visible()
    assert page.locator("a.pt.hl").count() == 0


def test_a_point_is_chosen_by_shift_and_press_and_not_opened(page):
    box = page.locator("a.pt.on .mark").first.bounding_box()
    page.keyboard.down("Shift")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.keyboard.up("Shift")
    assert "/boards/digits/" in page.url
    assert len(names(page)) == 1


def test_each_move_says_its_place_and_a_question_mark_lists_the_keys(page):
    page.locator("a.pt[tabindex='0']").focus()
    page.keyboard.press("Home")
    count = page.locator("a.pt").count()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").endswith(f". 1 of {count}")
    page.keyboard.press("?")
    assert "Space: compare" in page.locator(".tip").inner_text()


def test_a_press_on_a_kind_shows_it_alone_and_again_all(page):
    all_points = page.locator("a.pt:visible").count()
    front = page.locator("a.pt.on:visible").count()
    kind = page.get_by_role("button", name="on the front")
    kind.click()
    assert page.locator("a.pt:visible").count() == front
    assert page.get_by_role("button", name="contested").get_attribute("aria-pressed") == "false"
    kind.click()
    assert page.locator("a.pt:visible").count() == all_points


def test_a_press_with_shift_hides_one_kind(page):
    front = page.locator("a.pt.on:visible").count()
    all_points = page.locator("a.pt:visible").count()
    page.get_by_role("button", name="on the front").click(modifiers=["Shift"])
    assert page.locator("a.pt:visible").count() == all_points - front


def test_enter_in_a_ticked_box_compares_and_the_second_tick_says_so(page):
    ids = [tick(page, place).get_attribute("value") for place in (2, 0)]
    for place in (2, 0):
        tick(page, place).focus()
        page.keyboard.press("Space")
    assert dock(page).get_by_role("status").inner_text().endswith("2 of 4. Enter compares them.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/?e=*")
    assert "2 entries compared" in page.locator("h1").inner_text()
    assert all(identity in page.url for identity in ids)


def test_what_has_the_focus_is_never_behind_the_dock(page):
    tick(page, 0).check()
    page.set_viewport_size({"width": 1280, "height": 500})
    hidden = """() => { const [at, over] = [document.activeElement, document.querySelector("#dock")];
      return over.contains(at) ? 0 : at.getBoundingClientRect().bottom - over.getBoundingClientRect().top; }"""
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(hidden) <= 0, page.evaluate("document.activeElement.outerHTML")


def test_two_are_compared_by_keys_alone_on_a_narrow_screen_in_a_few_presses(chromium, site):
    with Watched(chromium, site, viewport={"width": 360, "height": 800}) as watched:
        page = watched.page
        page.goto(BOARD)
        pressed = tab_to(page, page.get_by_role("link", name="Skip to table"))
        page.keyboard.press("Enter")
        for place in (0, 1):
            pressed += tab_to(page, tick(page, place))
            page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url("**/compare/?e=*")
        assert pressed < 20
        assert watched.faults == []
