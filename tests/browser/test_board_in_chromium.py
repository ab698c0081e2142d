"""A board in a real browser: sorting like the server, the dialog of columns, new entries, links to copy, its weight."""

import gzip
import json
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import expect

from frontend.house_style import HOUSE_STYLE
from leaderboard.boards.selectors import board_view
from leaderboard.boards.short_ids import short_id
from tests.browser.keys import tab_to
from tests.browser.watching import Watched, seen, sort_by

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]
WIDE = {"viewport": {"width": 1280, "height": 900}}
# As they are seen: a sort places them after the head has answered, and moves them in the document after the paint.
IDS = """rows => rows.map((row) => [row.getBoundingClientRect().top, row.dataset.id])
  .sort(([a], [b]) => a - b).map(([, id]) => id)"""
IN_ORDER = "ids => [...document.querySelectorAll('tr[data-id]')].every((row, at) => row.dataset.id === ids[at])"
# The HTML counts without the house style, which is CSS wherever it stands.
MOST_BYTES = {"html": 30_000, "css": 12_000, "js": 15_000, "all": 70_000}
MOST_REQUESTS = 8
MANY_COLUMNS = (
    "accuracy~ipw~energy_per_item_j~latency_p50_s~latency_p90_s~latency_mean_s~cold_start_s~throughput_per_s"
    "~memory_peak_bytes~artefact_bytes~mean_power_w~idle_power_w"
)


@pytest.fixture
def watched(chromium, site):
    with Watched(chromium, site, **WIDE) as watched:
        yield watched
        assert watched.faults == []


def order(query):
    return [short_id(row.id) for row in board_view("odd", query).rows]


@pytest.mark.parametrize(
    ("head", "key", "best"),
    [
        ("Rank", "rank", ""),
        ("Model", "model", ""),
        ("Device", "device", ""),
        ("Accuracy", "accuracy", "-"),
        ("Intelligence per watt", "ipw", "-"),
        ("Energy per item", "energy_per_item_j", ""),
        ("Latency per call", "latency_p50_s", ""),
        ("Measured", "published", "-"),
    ],
)
def test_a_press_gives_the_servers_order_over_every_kind_of_value_and_the_third_the_boards(watched, head, key, best):
    page = watched.page
    page.goto("/boards/odd/")
    worst = "" if best else "-"
    for word, name in ((f"{best}{key}", 1), (f"{worst}{key}", 2)):
        sort_by(page, head)
        assert page.locator("tr[data-id]").evaluate_all(IDS) == order(f"sort={word}"), (word, name)
        assert page.url.endswith(f"/boards/odd/?sort={word}")
    assert page.locator("[aria-sort]").count() == 1
    sort_by(page, head)
    assert page.locator("tr[data-id]").evaluate_all(IDS) == order("")
    assert page.url.endswith("/boards/odd/")
    assert page.locator("[aria-sort]").count() == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_a_head_answers_at_once_then_rows_are_seen_in_their_new_order_and_read_in_it_in_the_end(watched, width):
    page = watched.page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/boards/many/?per=all")
    best = [short_id(row.id) for row in board_view("many", "sort=-accuracy&per=all").rows]
    head = page.get_by_role("columnheader", name="Accuracy").locator("a.sort")
    rows = page.locator("tr[data-id]")
    answered = "link => { link.click(); return link.closest('th').ariaSort; }"
    assert head.evaluate(answered) == "descending"
    seen(page)
    assert rows.evaluate_all(IDS) == best
    page.wait_for_function(IN_ORDER, arg=best)
    head.evaluate("link => { link.click(); link.click(); }")
    page.wait_for_function(IN_ORDER, arg=[short_id(row.id) for row in board_view("many", "per=all").rows])


def test_rows_out_of_sight_are_there_for_a_screen_reader(watched):
    page = watched.page
    page.goto("/boards/many/")
    expect(page.locator(".picks .board tbody tr:not(.awake)")).to_have_count(0)
    tools = page.context.new_cdp_session(page)
    tools.send("Accessibility.enable")
    nodes = tools.send("Accessibility.getFullAXTree")["nodes"]
    roles = Counter(node["role"]["value"] for node in nodes if not node["ignored"])
    assert roles["rowheader"] == page.locator("tr[data-id]").count() == 100
    assert roles["cell"] == page.locator("tr[data-id] td").count()


def test_whoever_chooses_comes_back_to_the_same_place_and_control(watched):
    page = watched.page
    page.goto("/boards/many/")
    held = page.locator("input[name=dev]").nth(1)
    device = held.get_attribute("value")
    held.focus()
    at = page.evaluate("scrollTo(0, 250), scrollY")
    with page.expect_navigation(url=f"**dev={device}"):
        page.keyboard.press("Space")
    assert page.evaluate("scrollY") == at > 0
    assert page.evaluate("[document.activeElement.name, document.activeElement.value]") == ["dev", device]
    page.goto("/boards/many/?sort=-accuracy")
    page.reload()
    assert page.evaluate("scrollY") == 0  # once, and after a choice alone


def test_a_table_sorted_in_the_page_says_so_in_its_caption(watched):
    page = watched.page
    page.goto("/boards/odd/")
    caption = page.locator("#table caption")
    before = caption.inner_text()
    sort_by(page, "Accuracy")
    assert "by Accuracy, highest first; ties" in caption.inner_text()
    sort_by(page, "Accuracy")
    sort_by(page, "Accuracy")
    assert caption.inner_text() == before


def test_a_choice_keeps_what_was_sorted_in_the_page(watched):
    page = watched.page
    page.goto("/boards/odd/")
    sort_by(page, "Accuracy")
    with page.expect_navigation():
        page.get_by_label("Colour and shape").select_option("quant")
    assert page.url.endswith("/boards/odd/?sort=-accuracy&color=quant")
    sort_by(page, "Accuracy")
    with page.expect_navigation():
        page.get_by_label("Colour and shape").select_option("front")
    assert page.url.endswith("/boards/odd/?sort=accuracy")


def test_a_sort_is_announced_once_and_back_undoes_it(watched):
    page = watched.page
    page.goto("/boards/odd/")
    sort_by(page, "Accuracy")
    said = page.locator("[aria-live=polite].only-read")
    assert said.inner_text() == "Sorted by Accuracy, highest first, 18 rows"
    sort_by(page, "Model")
    assert said.inner_text() == "Sorted by Model, A to Z, 18 rows"
    page.go_back()
    assert page.locator("tr[data-id]").evaluate_all(IDS) == order("sort=-accuracy")
    page.go_back()
    assert page.locator("tr[data-id]").evaluate_all(IDS) == order("")


def test_columns_are_found_moved_and_shown_by_keyboard(watched):
    page = watched.page
    page.goto("/boards/digits/?q=cnn")
    page.get_by_role("button", name="Columns").press("Enter")
    dialog = page.get_by_role("dialog", name="Columns")
    dialog.get_by_role("searchbox").fill("peak mem")
    assert dialog.locator("li:visible").count() == 1
    dialog.get_by_role("checkbox", name="Peak memory").press("Space")
    dialog.get_by_role("searchbox").fill("")
    for _ in range(7):
        dialog.get_by_role("button", name="Move up: Peak memory").press("Enter")
    assert dialog.get_by_role("status").inner_text() == "Peak memory: column 1 of 8"
    dialog.get_by_role("checkbox", name="Device").press("Space")
    dialog.get_by_role("button", name="Show these").press("Enter")
    page.wait_for_url("**/boards/digits/?q=cnn&cols=memory_peak_bytes~accuracy~*")
    assert "device" not in page.url
    names = page.locator("thead th.num .sort").all_inner_texts()
    assert names[0] == "Peak memory"
    page.get_by_role("button", name="Columns").click()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Columns"
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("dialog").get_by_role("link", name="Reset").click()
    page.wait_for_url("**/boards/digits/?q=cnn")


def test_the_dialog_has_no_accessibility_findings_and_fits_a_phone(watched):
    watched.goto("/boards/digits/")
    watched.page.get_by_role("button", name="Columns").click()
    for width in (1280, 360):
        for theme in ("light", "dark"):
            watched.look(width, theme)
            watched.examine()


def test_a_text_board_and_a_chosen_column_fit_a_window_and_the_table_alone_scrolls(watched):
    watched.goto("/boards/addition/")
    region = "document.querySelector('.scroll').scrollWidth - document.querySelector('.scroll').clientWidth"
    assert watched.page.evaluate(region) <= 0
    watched.goto(f"/boards/digits/?cols={MANY_COLUMNS}")
    assert watched.page.evaluate(region) > 0
    watched.page.evaluate("document.querySelector('.scroll').scrollLeft = 400")
    left = "document.querySelector('tr[data-id] th').getBoundingClientRect().x"
    assert watched.page.evaluate(left) < 400


def test_new_entries_are_announced_and_shown_only_when_the_reader_says_so(watched):
    page = watched.page
    asked = []

    def answer(route):
        asked.append(route.request.url)
        if len(asked) == 2:
            return route.abort()
        body = {"revision": 10_000, "entries": 17}
        return route.fulfill(body=json.dumps(body), content_type="application/json")

    page.clock.install()
    page.route("**/revision.json", answer)
    page.goto("/boards/digits/")
    before = page.locator("tr[data-id]").evaluate_all(IDS)
    page.clock.run_for(14_000)
    assert asked == []
    page.clock.run_for(2_000)
    page.get_by_text("3 new entries.").wait_for()
    page.get_by_text("Live", exact=True).wait_for()
    assert page.locator("tr[data-id]").evaluate_all(IDS) == before
    page.clock.run_for(16_000)
    page.get_by_text("Reconnecting").wait_for()
    page.clock.run_for(16_000)
    page.get_by_text("Live", exact=True).wait_for()
    page.evaluate("""() => { Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
        document.dispatchEvent(new Event('visibilitychange')); }""")
    page.get_by_text("Paused").wait_for()
    page.clock.run_for(600_000)
    assert len(asked) == 3
    with page.expect_navigation():
        page.get_by_role("link", name="Show", exact=True).click()
    watched.faults = [fault for fault in watched.faults if "ERR_FAILED" not in str(fault)]


def test_a_link_is_copied_and_a_citable_one_made_and_copied(chromium, site):
    with Watched(chromium, site, **WIDE, permissions=["clipboard-read", "clipboard-write"]) as watched:
        page = watched.page
        page.goto("/boards/addition/?q=adder")
        page.get_by_text("Get this view").click()
        page.get_by_role("button", name="Copy link").click()
        page.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == f"{site}/boards/addition/?q=adder"
        page.get_by_role("button", name="Copy citable link").click()
        page.locator(".cite button", has_text="Copied").wait_for()
        page.goto(page.evaluate("navigator.clipboard.readText()"))
        assert page.get_by_text("Frozen: revision").is_visible()
        assert watched.faults == []


def test_without_script_a_citable_link_is_a_form(chromium, site):
    with Watched(chromium, site, java_script_enabled=False) as watched:
        page = watched.page
        page.goto("/boards/addition/?q=adder")
        page.get_by_text("Get this view").click()
        page.get_by_role("button", name="Make a citable link").click()
        assert "&asof=" in page.url
        page.get_by_role("link", name="Go to current").click()
        assert page.url.endswith("/boards/addition/?q=adder")


@pytest.mark.parametrize(("panels", "chart", "table"), [("both", 1, 1), ("chart", 1, 0), ("table", 0, 1)])
def test_a_phone_shows_what_the_address_says_and_a_desk_both(watched, panels, chart, table):
    page = watched.page
    watched.goto(f"/boards/digits/?view={panels}" if panels != "both" else "/boards/digits/")
    for width, expected in ((1280, (1, 1)), (360, (chart, table))):
        page.set_viewport_size({"width": width, "height": 740})
        shown = (page.locator("svg.plot").is_visible(), page.locator("table.board").is_visible())
        assert shown == expected


def test_the_first_view_of_a_board_of_three_hundred_stays_within_its_bytes_and_requests(watched):
    seen = []
    watched.page.on("response", lambda answer: seen.append((answer.url, answer.body())))
    watched.page.goto("/boards/many/")
    watched.page.wait_for_load_state("networkidle")
    assert watched.page.locator("tr[data-id]").count() == 100
    sizes, house = {"html": 0, "css": 0, "js": 0, "all": 0}, HOUSE_STYLE.encode()
    for url, body in seen:
        path = url.partition("://")[2].partition("/")[2].partition("?")[0]
        kind = path.rpartition(".")[2] if path.startswith("static/") else "html"
        # The tests' server sends assets as they are, an installation compressed.
        data = Path(finders.find(path.removeprefix("static/"))).read_bytes() if kind != "html" else body
        sizes["all"] += len(gzip.compress(data))
        if kind == "html" and house in data:
            # The rules that are sent with the page are CSS, wherever they stand.
            sizes["css"] += len(gzip.compress(house))
            data = data.replace(house, b"")
        size = len(gzip.compress(data))
        sizes[kind] = sizes.get(kind, 0) + size
    sys.stdout.write(f"{sizes} in {len(seen)} answers\n")
    assert len(seen) <= MOST_REQUESTS
    assert all(sizes[kind] <= most for kind, most in MOST_BYTES.items()), sizes


def test_on_a_phone_rows_are_ordered_by_a_column_that_its_table_does_not_show(watched):
    page = watched.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/boards/digits/?scope=process")
    page.get_by_text("Axes and filters").click()
    page.get_by_label("Order of the rows").select_option(label="energy per item, lowest first")
    page.wait_for_url("**sort=energy_per_item_j**")
    assert page.get_by_label("Order of the rows").input_value() == "energy_per_item_j"
    expected = [short_id(row.id) for row in board_view("digits", "scope=process&sort=energy_per_item_j").rows]
    assert page.locator("tr[data-id]").evaluate_all(IDS) == expected


def test_a_choice_in_the_form_keeps_an_order_that_only_the_page_has_until_another_is_chosen(watched):
    page = watched.page
    page.goto("/boards/odd/")
    sort_by(page, "Accuracy")
    sort_by(page, "Accuracy")
    page.get_by_label("hidden").check()
    page.wait_for_url("**ci=0**")
    assert "sort=accuracy" in page.url
    assert page.get_by_label("Order of the rows").input_value() == "accuracy"
    page.get_by_label("Order of the rows").select_option(label="rank")
    page.wait_for_function("!location.search.includes('sort')")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "address", ["/boards/digits/?q={}", "/boards/digits/?x=wrong&q={}&nonsense={}", "/models/?q={}", "/models/?org={}"]
)
def test_a_word_that_never_ends_widens_no_page(watched, width, address):
    page = watched.page
    page.set_viewport_size({"width": width, "height": 740})
    for length in (190, 3000):
        page.goto(address.replace("{}", "w" * length))
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("query", ["", "?sort=-accuracy"])
def test_a_skip_link_leads_into_the_page_that_stands(watched, query):
    page = watched.page
    page.goto(f"/boards/odd/{query}")
    page.evaluate("window.stands = true")
    tab_to(page, page.get_by_role("link", name="Skip to table"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('table') !== null")
    assert page.evaluate("window.stands")


def test_keys_that_step_through_choices_ask_once_and_come_back_to_the_open_form(watched):
    page = watched.page
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/boards/odd/")
    tab_to(page, page.locator("#filters > summary"))
    page.keyboard.press("Enter")
    order = page.get_by_label("Order of the rows")
    tab_to(page, order)
    asked = []
    page.on("request", lambda request: request.is_navigation_request() and asked.append(request.url))
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.wait_for_url("**sort=*")
    page.wait_for_load_state()
    assert order.evaluate("element => element === document.activeElement && element.checkVisibility()")
    # The form's own address leads to the view's.
    assert len({url.partition("sort=")[2].partition("&")[0] for url in asked}) == 1
    tab_to(page, page.get_by_role("textbox", name="Accuracy at least"))
    page.keyboard.type("0.7")
    page.keyboard.press("Enter")
    page.wait_for_url("**min.accuracy=0.7*")
    page.wait_for_load_state()
    assert page.locator("#filters > summary").evaluate("element => element === document.activeElement")
    assert not page.locator("#filters").evaluate("element => element.open")


def test_what_is_chosen_is_told_apart_in_forced_colours(watched):
    page = watched.page
    page.emulate_media(forced_colors="active")
    page.goto("/boards/odd/")
    ground = "links => new Set(links.map((link) => getComputedStyle(link).backgroundColor)).size"
    assert page.locator(".tools .switch a").evaluate_all(ground) == 2
    line = "links => new Set(links.map((link) => getComputedStyle(link).borderBottomColor)).size"
    assert page.locator(".top nav a").evaluate_all(line) == 2


def test_names_stay_whole_at_four_times_the_size(watched):
    page = watched.page
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto("/boards/digits/?scope=process")
    lines = "links => links.map((link) => [link.textContent, link.getClientRects().length])"
    assert [name for name, count in page.locator("th.model > a").evaluate_all(lines) if count > 1] == []
