"""The explorer in a real browser: the address and what is shown, both ways; the plot and its table, both ways."""

import base64
import re
from hashlib import sha256
from threading import Event

import pytest

from frontend.explore import application
from frontend.explore.policy import STYLES
from frontend.house_style import HOUSE_STYLE_HASH
from tests.browser.watching import Watched

pytestmark = [pytest.mark.chromium, pytest.mark.django_db, pytest.mark.timeout(240)]
PATH = "/boards/digits/explore/"
TITLES = "[...document.querySelectorAll('#graph .annotation-text')].map(text => text.textContent)"
STYLE_TEXTS = "[...document.querySelectorAll('style')].map(style => style.textContent)"


class Explorer(Watched):
    def open(self, query=""):
        self.goto(f"{PATH}?{query}" if query else PATH)
        self.wait_for_explorer()
        return self.page

    def wait_for_query(self, query):
        self.page.wait_for_url(lambda url: url.partition("?")[2] == query, timeout=10_000)

    def marks(self):
        return self.page.locator("#graph .scatterlayer .points path").count()

    def title(self, text):
        self.page.locator("#graph .annotation-text", has_text=text).first.wait_for()


@pytest.fixture
def explorer(chromium, site):
    with Explorer(chromium, site, viewport={"width": 1280, "height": 900}) as watched:
        yield watched
        assert watched.faults == []


def test_a_choice_changes_address_figure_and_table_and_back_restores_all(explorer):
    page = explorer.open()
    explorer.title("Latency per call, median")
    page.select_option("#axis-x", "energy_per_item_j")
    explorer.wait_for_query("x=energy_per_item_j")
    explorer.title("Energy per item")
    page.select_option("select[name=ys]", "log")
    explorer.wait_for_query("x=energy_per_item_j&ys=log")
    explorer.title("Accuracy (%), log scale")
    page.go_back()
    explorer.wait_for_query("x=energy_per_item_j")
    explorer.title("Accuracy (%), higher")
    page.go_back()
    explorer.wait_for_query("")
    explorer.title("Latency per call, median")
    assert page.input_value("#axis-x") == "latency_p50_s"
    page.go_forward()
    explorer.wait_for_query("x=energy_per_item_j")
    explorer.title("Energy per item")
    assert page.input_value("#axis-x") == "energy_per_item_j"


def test_an_address_sets_the_controls_the_figure_and_the_way_to_the_board(explorer):
    query = "x=ipw&xs=lin&q=cnn&min.accuracy=0.5&color=family&ci=0"
    page = explorer.open(query)
    explorer.title("Intelligence per watt")
    assert page.input_value("#axis-x") == "ipw"
    assert page.input_value("select[name=xs]") == "lin"
    assert page.input_value("#colour") == "family"
    assert page.input_value("input[name=q]") == "cnn"
    assert page.input_value("input[name='min.accuracy']") == "50 %"
    assert page.locator("input[name=ci][value='0']").is_checked()
    assert page.locator("#linked-table tr[data-id]").count() == explorer.marks() == 3
    assert page.get_by_role("link", name="the board's page").get_attribute("href") == f"/boards/digits/?{query}"


def test_typing_replaces_the_address_and_leaves_no_steps_behind(explorer):
    page = explorer.open()
    before = page.evaluate("history.length")
    page.locator("input[name=q]").press_sequentially("cnn", delay=30)
    explorer.wait_for_query("q=cnn")
    assert page.evaluate("history.length") == before
    page.locator("#linked-table tr[data-id]").nth(3).wait_for(state="detached")
    assert page.locator("input[name=q]").evaluate("field => field === document.activeElement")


def test_a_zoom_is_in_the_address_and_can_be_taken_back_by_keyboard(explorer):
    page = explorer.open()
    box = page.locator("#graph .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 180, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile(r"\?zoom=[0-9.e-]+(~[0-9.e-]+){3}$"))
    reset = page.get_by_role("link", name="Reset zoom")
    shown = page.evaluate("document.querySelector('#graph .js-plotly-plot').layout.xaxis.range")
    page.reload()
    page.locator("#explorer:not(.waiting)").wait_for()
    again = page.evaluate("document.querySelector('#graph .js-plotly-plot').layout.xaxis.range")
    assert again == pytest.approx(shown, rel=1e-4)
    reset.focus()
    page.keyboard.press("Enter")
    explorer.wait_for_query("")


def test_selecting_a_row_by_keyboard_rings_its_point_and_a_second_press_takes_it_back(explorer):
    page = explorer.open()
    tick = page.locator("#linked-table button[data-pick]").nth(1)
    identity = tick.get_attribute("data-pick")
    tick.focus()
    assert page.locator("#graph .hovertext").count() == 1
    page.keyboard.press("Space")
    explorer.wait_for_query(f"e={identity}")
    ringed = "document.querySelector('#graph .js-plotly-plot').data.find(trace => trace.meta === 'ring')?.ids"
    page.locator("#linked-table button[aria-pressed=true]").wait_for()
    assert page.evaluate(ringed) == [f"ring-{identity}"]
    assert page.evaluate("document.activeElement.dataset.pick") == identity
    page.keyboard.press("Enter")
    explorer.wait_for_query("")
    page.locator("#linked-table button[aria-pressed=true]").wait_for(state="detached")
    assert page.evaluate(ringed) is None


def test_a_click_on_a_point_selects_it_and_a_fifth_is_refused_in_words(explorer):
    page = explorer.open()
    ids = [tick.get_attribute("data-pick") for tick in page.locator("button[data-pick]").all()]
    explorer.open(f"e={'~'.join(ids[:3])}")
    box = page.locator("#graph .nsewdrag").first.bounding_box()
    at = page.evaluate(
        """() => { const graph = document.querySelector('#graph .js-plotly-plot');
        const trace = graph.data.find(one => one.meta === 'dominated'); const { xaxis, yaxis } = graph._fullLayout;
        return [xaxis.d2p(trace.x[0]), yaxis.d2p(trace.y[0]), trace.ids[0]]; }"""
    )
    page.mouse.move(box["x"] + at[0], box["y"] + at[1])
    page.locator("#graph .hovertext").wait_for()
    page.mouse.click(box["x"] + at[0], box["y"] + at[1])
    page.locator("#chosen li").nth(3).wait_for()
    chosen = page.url.partition("e=")[2].split("~")
    assert chosen[:3] == ids[:3]
    assert len(chosen) == 4
    unpicked = next(identity for identity in ids if identity not in chosen)
    page.locator(f"button[data-pick='{unpicked}']").click()
    page.get_by_text("At most 4 entries").wait_for()
    assert page.url.partition("e=")[2].split("~") == chosen


def test_an_area_drawn_around_points_selects_them_and_one_with_too_many_selects_none(explorer):
    page = explorer.open()
    page.locator("#graph .modebar-btn[aria-label='Box Select']").click()
    box = page.locator("#graph .nsewdrag").first.bounding_box()
    x, y, within = page.evaluate(
        """() => { const graph = document.querySelector('#graph .js-plotly-plot');
        const { xaxis, yaxis } = graph._fullLayout;
        const all = graph.data.filter(trace => trace.hovertemplate).flatMap(trace =>
          trace.ids.map((id, i) => ({ id, x: xaxis.d2p(trace.x[i]), y: yaxis.d2p(trace.y[i]) })));
        const { x, y } = all[0];
        return [x, y, all.filter(one => Math.hypot(one.x - x, one.y - y) < 6).map(one => one.id)]; }"""
    )
    drag(page, (box["x"] + x - 6, box["y"] + y - 6), (box["x"] + x + 6, box["y"] + y + 6))
    page.wait_for_url(re.compile(r"\?e="))
    page.locator("#chosen li").first.wait_for()
    chosen = page.url.partition("?e=")[2]
    assert set(within) <= set(chosen.split("~"))
    drag(page, (box["x"] + 25, box["y"] + 25), (box["x"] + box["width"] - 25, box["y"] + box["height"] - 25))
    page.get_by_text("entries lie in that area; at most 4").wait_for()
    assert page.url.endswith(f"?e={chosen}")
    pale = "[...document.querySelectorAll('#graph .points path')].filter(one => getComputedStyle(one).opacity !== '1')"
    assert page.evaluate(f"{pale}.length") == 0


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def test_the_plot_offers_no_upload_and_its_buttons_have_names(explorer):
    page = explorer.open()
    names = page.locator("#graph .modebar-btn").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert names == ["Zoom", "Pan", "Box Select", "Lasso Select", "Zoom in", "Zoom out", "Download plot as a PNG"]


def test_the_theme_is_the_plots_too_and_follows_the_system(chromium, site):
    ground = "document.querySelector('#graph .main-svg').style.background"
    with Explorer(chromium, site, color_scheme="light") as explorer:
        page = explorer.open()
        assert page.evaluate(ground) == "rgb(255, 255, 255)"
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(500)
        assert page.evaluate(ground) == "rgb(18, 22, 28)"
        assert explorer.faults == []


def test_forced_colours_are_the_plots_too(chromium, site):
    with Explorer(chromium, site, forced_colors="active", color_scheme="dark") as explorer:
        page = explorer.open()
        ground = "getComputedStyle(document.documentElement).backgroundColor"
        assert page.evaluate("document.querySelector('#graph .main-svg').style.background") == page.evaluate(ground)
        ink = "getComputedStyle(document.querySelector('#graph .annotation-text')).fill"
        assert page.evaluate(ink) == page.evaluate("getComputedStyle(document.body).color")
        assert explorer.faults == []


def test_the_hashes_in_the_policy_are_those_of_the_page_and_of_the_styles_that_dash_makes(explorer):
    page = explorer.open()
    texts = {text for text in page.evaluate(STYLE_TEXTS) if text}
    found = {f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}" for text in texts}
    assert found - {HOUSE_STYLE_HASH} == set(STYLES)


def test_a_server_that_does_not_answer_is_said_and_asked_again(explorer, monkeypatch):
    page, gate, real = explorer.open(), Event(), application.remembered
    monkeypatch.setattr(application, "remembered", lambda *asked: gate.wait(30) and real(*asked))
    page.clock.install()
    page.select_option("#axis-x", "ipw")
    page.clock.run_for(9_000)
    page.get_by_text("The server has not answered").wait_for()
    page.get_by_role("button", name="Retry").click()
    gate.set()
    explorer.wait_for_query("x=ipw")
    page.get_by_text("The server has not answered").wait_for(state="hidden")


def test_rows_that_do_not_come_are_said_and_asked_for_again(explorer, monkeypatch):
    page, gate, real = explorer.page, Event(), application.remembered
    monkeypatch.setattr(application, "remembered", lambda *asked: gate.wait(30) and real(*asked))
    page.clock.install()
    page.goto(PATH)
    page.locator("#explorer:not(.waiting)").wait_for()
    page.clock.run_for(9_000)
    page.get_by_text("The server has not answered").wait_for()
    page.get_by_role("button", name="Retry").click()
    gate.set()
    page.locator("#linked-table tr[data-id]").first.wait_for()
    page.get_by_text("The server has not answered").wait_for(state="hidden")


def test_sorting_the_linked_table_is_a_choice_like_any_other(explorer):
    page = explorer.open()
    page.get_by_role("columnheader", name="Accuracy").locator("a.sort").click()
    explorer.wait_for_query("sort=-accuracy")
    page.locator("#linked-table th[aria-sort=descending]").wait_for()
    page.go_back()
    explorer.wait_for_query("")


def test_a_hundred_rows_arrive_with_ranks_that_are_not_cut_off(explorer):
    """As components of Dash, each of which tells all others that it is there, they would hold the page for seconds."""
    explorer.goto("/boards/many/explore/?page=3")
    explorer.wait_for_explorer()
    assert explorer.page.locator("#linked-table tr[data-id]").count() == 100
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
    assert explorer.page.locator("#linked-table :is(.rank, .badges)").evaluate_all(cut) == []


@pytest.mark.parametrize("query", ["x=" + "w" * 3000 + "&q=" + "w" * 3000, "q=" + "w" * 190 + "&asof=" + "w" * 90])
def test_a_word_of_an_address_widens_no_phone(window, query):
    window.begin([])
    window.goto(f"{PATH}?{query}")
    window.page.locator("#explorer:not(.waiting) .explored .note.warn").wait_for()
    if "x=" not in query:
        window.page.locator(".explored .empty a").first.wait_for()
    window.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert window.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert window.faults == []


def test_a_key_of_the_legend_shows_its_points_alone_and_with_shift_puts_them_aside(explorer):
    page = explorer.open("scope=process")
    everything = explorer.marks()
    front, dominated = (page.locator(f".legend button[data-kind={kind}]") for kind in ("on", "dominated"))
    line = page.locator("#graph .scatterlayer .js-line").first.get_attribute("d")
    front.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelectorAll('#graph .scatterlayer .points path').length < {everything}")
    assert [button.get_attribute("aria-pressed") for button in (front, dominated)] == ["true", "false"]
    assert page.locator("#graph .scatterlayer .js-line").first.get_attribute("d") == line
    page.check("input[name=ci][value='0']")
    explorer.wait_for_query("ci=0")
    page.wait_for_function("!document.querySelector('#explorer').ariaBusy")
    assert dominated.get_attribute("aria-pressed") == "false"
    front.click()
    page.wait_for_function(f"document.querySelectorAll('#graph .scatterlayer .points path').length === {everything}")
    dominated.click(modifiers=["Shift"])
    page.wait_for_function(f"document.querySelectorAll('#graph .scatterlayer .points path').length < {everything}")
    assert [button.get_attribute("aria-pressed") for button in (front, dominated)] == ["true", "false"]


def test_on_a_phone_the_linked_rows_leave_names_whole_and_heads_over_their_columns(explorer):
    explorer.page.set_viewport_size({"width": 360, "height": 800})
    page = explorer.open("scope=process")
    lines = "links => links.filter((link) => link.getClientRects().length > 1).map((link) => link.textContent)"
    assert page.locator("#linked-table th.model > a").evaluate_all(lines) == []
    edge = "cells => new Set(cells.map((cell) => Math.round(cell.getBoundingClientRect().left))).size"
    assert page.locator("#linked-table .model").evaluate_all(edge) == 1
