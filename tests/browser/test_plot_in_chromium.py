"""The plot in a real browser: the card of a point by hover, focus and tap; limits along the axes."""

from pathlib import Path

import pytest

from tests.browser.watching import Watched

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]
BOARD = "/boards/digits/?x=energy_per_item_j"
WIDE = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


@pytest.fixture
def page(chromium, site):
    with Watched(chromium, site, **WIDE) as watched:
        watched.page.goto(BOARD)
        yield watched.page
        assert watched.faults == []


def middle(mark):
    box = mark.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def card(page):
    return page.locator(".tip")


def test_a_card_says_who_both_values_where_they_come_from_and_who_is_better_and_can_be_pointed_at(page):
    point = page.locator("a.pt.dominated").first
    page.mouse.move(*middle(point.locator(".mark")))
    said = card(page).inner_text()
    who, config, *values, front, beaten = [line for line in said.split("\n") if line]
    assert who.endswith(" cores")
    assert config == "fp32, onnxruntime, batch 1, 1 thread"
    assert values[::2] == ["Accuracy", "Energy per item"]
    assert "(92.4–96.1)" in values[1]
    assert values[3].endswith(", estimated, process")
    assert front.endswith("of the resamples")
    assert beaten.startswith("dominated by 2, nearest: ")
    page.mouse.move(*middle(card(page)), steps=5)
    assert card(page).inner_text() == said
    page.keyboard.press("Escape")
    assert not card(page).is_visible()


def test_a_point_that_is_pointed_at_has_its_joint_region_in_place_of_its_cross(page):
    page.goto("/boards/digits/?x=ipw")
    crosses = page.locator(".lines path.whiskers").first
    before = crosses.get_attribute("d")
    page.mouse.move(*middle(page.locator("a.pt.on .mark").first))
    page.locator(".lines circle.region").wait_for()
    assert before.count("M") - crosses.get_attribute("d").count("M") == 2
    page.keyboard.press("Escape")
    assert page.locator(".lines circle.region").count() == 0
    assert crosses.get_attribute("d") == before


TOUCHING = """() => {
  const boxes = (names) => [...document.querySelectorAll(names)]
    .map((one) => one.getBoundingClientRect()).filter((box) => box.width);
  const hits = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const names = boxes(".headline .labels text"), marks = boxes(".headline .mark");
  const touches = (name, i) => [...names.slice(i + 1), ...marks].some((other) => hits(name, other));
  return [names.length, names.some(touches)];
}"""


@pytest.mark.parametrize("width", [360, 960, 1280])
def test_names_in_the_home_pages_chart_touch_neither_each_other_nor_a_point(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    count, touching = page.evaluate(TOUCHING)
    assert count >= 2
    assert not touching


def test_on_a_phone_a_tap_pins_the_card_as_a_sheet_and_the_second_opens_the_entry(chromium, site):
    with Watched(chromium, site, **PHONE) as watched:
        page = watched.page
        page.goto(BOARD)
        mark = page.locator("a.pt.on .mark").last
        mark.scroll_into_view_if_needed()
        page.touchscreen.tap(*middle(mark))
        box = card(page).bounding_box()
        assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 360, 740)
        watched.examine()
        card(page).get_by_role("button", name="Compare").tap()
        assert page.locator("#dock li").count() == 1
        card(page).get_by_role("button", name="Close").tap()
        assert not card(page).is_visible()
        page.touchscreen.tap(*middle(mark))
        assert card(page).get_by_role("link", name="Open the entry").is_visible()
        page.touchscreen.tap(*middle(mark))
        page.wait_for_url("**/entries/*/")
        assert watched.faults == []


def test_a_limit_is_dragged_or_moved_by_keys_and_the_address_and_its_field_follow(page):
    all_points = page.locator("a.pt").count()
    page.locator("svg.plot").hover()
    limit = page.get_by_role("slider", name="Energy per item at most")
    (x, y), (to, _) = middle(limit), middle(page.locator("svg.plot"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to, y, steps=3)
    assert f" of {all_points}" in limit.inner_text()
    with page.expect_event("load"):
        page.mouse.up()
    assert "max.energy_per_item_j=" in page.url
    left = page.locator("a.pt").count()
    assert 0 < left < all_points
    assert page.locator("tr[data-id]").count() == left
    assert page.locator("#view input[name='max.energy_per_item_j']").input_value().endswith(" µJ")
    page.locator("a.pt[tabindex='0']").focus()
    limit.focus()
    with page.expect_event("load"):
        page.keyboard.press("End")
    assert "max." not in page.url
    assert page.locator("a.pt").count() == all_points


def test_the_charts_file_is_kept_as_an_image_of_twice_its_size(page):
    page.get_by_text("Get this view").click()
    with page.expect_download() as kept:
        page.get_by_role("button", name="PNG").click()
    assert kept.value.suggested_filename == "digits.png"
    head = Path(kept.value.path()).read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (1920, 1200)


def test_the_first_tap_on_a_point_among_many_tells_all_of_it(chromium, site):
    with Watched(chromium, site, **PHONE) as watched:
        page = watched.page
        page.goto("/boards/many/")
        page.touchscreen.tap(*middle(page.locator("a.pt.bare").nth(150).locator(".mark")))
        card(page).get_by_text("dominated by").wait_for()
        assert card(page).get_by_role("link").count() == 1
        assert card(page).get_by_role("button").count() == 2
        assert watched.faults == []


def test_a_point_among_many_tells_the_rest_when_it_is_asked(chromium, site):
    with Watched(chromium, site, **WIDE) as watched:
        page = watched.page
        page.goto("/boards/many/")
        point = page.locator("a.pt.bare").first
        assert "dominated by" not in point.get_attribute("aria-label")
        page.mouse.move(*middle(point.locator(".mark")))
        card(page).get_by_text("dominated by").wait_for()
        assert "of the resamples. dominated by" in point.get_attribute("aria-label")
        assert watched.faults == []


def test_of_a_point_whose_row_is_on_another_page_t_says_so(chromium, site):
    with Watched(chromium, site, **WIDE) as watched:
        page = watched.page
        page.goto("/boards/many/")
        there = set(page.locator("tr[data-id]").evaluate_all("rows => rows.map(row => row.dataset.id)"))
        page.locator("a.pt[tabindex='0']").focus()
        page.keyboard.press("Home")
        for _ in range(len(there)):
            if page.evaluate("document.activeElement.getAttribute('href').split('/').at(-2)") not in there:
                break
            page.keyboard.press("ArrowRight")
        page.keyboard.press("t")
        assert card(page).inner_text().endswith("Its row is not on this page of the table.")
        assert page.locator(".only-read[role=status]").first.inner_text() == "Its row is not on this page of the table."
        assert page.evaluate("document.activeElement.matches('a.pt')")
        assert watched.faults == []
