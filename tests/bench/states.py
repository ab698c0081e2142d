"""Pictures of every state that a page can be in, in both themes and at two widths, to be looked at.

    python -m tests.bench.states FOLDER [a part of a state's name ...]

A folder of pictures comes out, each `state-width-theme.png`. It fails nothing: what a state says is tested elsewhere.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import patch

WIDTHS = (1280, 360)
THEMES = ("light", "dark")
TALLEST = 2400
# Longer than each of the waits after which an open page says something.
AWHILE_MS = 20_000


@dataclass(frozen=True, slots=True)
class State:
    """`broken` names what fails on the server meanwhile; `then` is done to the open page."""

    name: str
    path: str
    as_whom: str = ""
    script: bool = True
    broken: str = ""
    route: str = ""
    answer: str = ""
    then: Callable[[Any], object] | None = None


def _later(page: Any) -> None:
    page.clock.run_for(AWHILE_MS)
    page.wait_for_timeout(300)


def _ask_the_explorer(page: Any) -> None:
    page.locator("#explorer:not(.waiting)").wait_for()
    page.locator("#filters").evaluate("one => one.open = true")
    page.select_option("#axis-x", "ipw")
    page.wait_for_timeout(1500)


def _lose_the_explorer(page: Any) -> None:
    _ask_the_explorer(page)
    page.clock.run_for(AWHILE_MS)
    page.wait_for_timeout(300)


def _sign_in_wrongly(page: Any) -> None:
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.locator("main button.main").click()


def _send_without(page: Any) -> None:
    """What a browser itself refuses to send is sent all the same."""
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    page.locator("main button.main").first.click()


def _without_token(page: Any) -> None:
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.evaluate("for (const one of document.querySelectorAll('[name=csrfmiddlewaretoken]')) one.remove()")
    page.locator("main button.main").first.click()


NEWS = '{"revision": 10000, "entries": 17}'
STATES = (
    State("board", "/boards/digits/"),
    State("board-of-text", "/boards/addition/"),
    State("board-reported", "/boards/mlperf-edge-v3-0/"),
    State("empty-no-data", "/boards/empty/"),
    State("empty-no-data-explorer", "/boards/empty/explore/"),
    State("empty-no-data-frontier", "/boards/empty/frontier/"),
    State("empty-no-data-choose", "/choose/?board=empty"),
    State("empty-filtered-out", "/boards/digits/?q=nothing-like-this&min.accuracy=0.9"),
    State("empty-filtered-out-explorer", "/boards/digits/explore/?q=nothing-like-this&min.accuracy=0.9"),
    State("empty-filtered-out-models", "/models/?q=nothing-like-this"),
    State("empty-filtered-out-devices", "/devices/?class=cpu&state=online"),
    State("empty-none-feasible", "/choose/?board=digits&min.accuracy=0.999&max.latency_p90_s=5e-06"),
    State("empty-not-comparable", "/boards/digits/?scope=wall"),
    State("empty-not-comparable-compare", "/compare/?e={entry}~{other}"),
    State("empty-compare", "/compare/"),
    State("empty-jobs", "/jobs/", as_whom="staff"),
    State("ignored", "/boards/digits/?wat=1&x=nope&min.accuracy=much"),
    State("frozen", "/boards/digits/?asof={revision}"),
    State("error-chart", "/boards/digits/", broken="frontend.present.board.chart_part"),
    State("error-table", "/boards/digits/", broken="frontend.present.board.table_of"),
    State("error-explorer", "/boards/digits/explore/", broken="frontend.explore.application.remembered", then=_later),
    State("error-404", "/boards/nothing-like-this/"),
    State("error-403", "/devices/enrol/", as_whom="own"),
    State("error-403-csrf", "/account/tokens/", as_whom="own", then=_without_token),
    State("error-500", "/models/", broken="frontend.pages.models.show"),
    State("error-503", "/boards/digits/", broken="outage"),
    State("error-form-sign-in", "/account/login/", then=_sign_in_wrongly),
    State("error-form-token", "/account/tokens/", as_whom="own", then=_send_without),
    State("error-form-submit", "/submit/", as_whom="own", then=_send_without),
    State("live-news", "/boards/digits/", route="**/revision.json", answer=NEWS, then=_later),
    State("stale-board", "/boards/digits/", route="**/revision.json", then=_later),
    State("loading-explorer", "/boards/digits/explore/", broken="silence", then=_ask_the_explorer),
    State("stale-explorer", "/boards/digits/explore/", broken="silence", then=_lose_the_explorer),
    State("no-script-board", "/boards/digits/", script=False),
    State("no-script-explorer", "/boards/digits/explore/", script=False),
    State("no-script-job", "/jobs/{job}/", script=False),
    State("no-script-submit", "/submit/", as_whom="own", script=False),
)  # fmt: skip


def main() -> None:
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="perwatt-states-") as data:
        os.environ |= {
            "PERWATT_DATA_DIR": data,
            "DJANGO_SETTINGS_MODULE": "leaderboard.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright runs a loop in this thread
        }
        with site() as (url, words, cookies), browser() as chromium:
            for state in STATES:
                if not names or any(name in state.name for name in names):
                    take(folder, chromium, url, state, words, cookies)
                    print(state.name)


@contextmanager
def site() -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """A server over rows of the tests' factories: its address, what paths are filled with, and session keys."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    from pytest_django.live_server_helper import LiveServer

    words, cookies = fill()
    server = LiveServer("localhost")
    try:
        yield server.url, words, cookies
    finally:
        server.stop()


def fill() -> tuple[dict[str, str], dict[str, str]]:
    from django.test import Client

    from leaderboard.boards.frozen import freeze
    from leaderboard.boards.models import Board, Entry
    from leaderboard.boards.reported.loading import load
    from leaderboard.clock import database_now
    from tests.boards.test_reported_boards import SLUG, publication
    from tests.factories import BenchmarkFactory, BoardFactory, DeviceFactory, UserFactory
    from tests.frontend.boards import DIGITS, addition_board, digits_board, make_reading, metered_device, rapl_reading
    from tests.runs.traces import mark

    digits_board()
    digits_board(models=DIGITS[:4], readings=(rapl_reading, make_reading), device=metered_device())
    addition_board(device=DeviceFactory())
    BoardFactory(benchmark=BenchmarkFactory(slug="empty", title="Nothing yet"), title="Nothing yet")
    load(publication(5), slug=SLUG, sha256="0" * 64, now=database_now())
    first, last = Entry.objects.earliest("pk"), Entry.objects.filter(job__isnull=False).latest("pk")
    mark(first.result.attempt)
    cookies = {}
    people = {"own": first.submission.submitted_by, "staff": UserFactory(username="grace", is_staff=True)}
    for name, person in people.items():
        client = Client()
        client.force_login(person)
        cookies[name] = client.cookies["sessionid"].value
    board = Board.objects.get(slug="digits")
    freeze(board=board, now=database_now())
    words = {"entry": first.uuid, "other": last.uuid, "job": first.job.uuid, "revision": board.revision}
    return {name: str(value) for name, value in words.items()}, cookies


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS
    from tests.plugin import chromium_path

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield chromium
        chromium.close()


def take(folder: Path, chromium: Any, url: str, state: State, words: dict[str, str], cookies: dict[str, str]) -> None:
    context = chromium.new_context(base_url=url, java_script_enabled=state.script, reduced_motion="reduce")
    if state.as_whom:
        value = cookies[state.as_whom]
        context.add_cookies([{"name": "sessionid", "value": value, "domain": "localhost", "path": "/"}])
    for width in WIDTHS:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        with broken(state.broken):
            open_in(page, state, words)
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)
                page.wait_for_timeout(250)
                height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
                clip = {"x": 0, "y": 0, "width": width, "height": height}
                page.screenshot(path=folder / f"{state.name}-{width}-{theme}.png", full_page=True, clip=clip)
        page.close()
    context.close()


def open_in(page: Any, state: State, words: dict[str, str]) -> None:
    if state.script and state.then in {_later, _lose_the_explorer}:
        page.clock.install()
    if state.route and state.answer:
        page.route(state.route, lambda route: route.fulfill(body=state.answer, content_type="application/json"))
    elif state.route:
        page.route(state.route, lambda route: route.abort())
    page.goto(state.path.format(**words))
    if state.then:
        state.then(page)


@contextmanager
def broken(what: str) -> Iterator[None]:
    from django.db import OperationalError

    from frontend.explore.application import remembered as real
    from frontend.present.memory import forget

    with ExitStack() as stack:
        # What is remembered does not fail, and what failed is not to be remembered.
        forget()
        stack.callback(forget)
        if what == "outage":
            away = OperationalError("database is locked")
            stack.enter_context(patch("frontend.pages.boards.board_state", side_effect=away))
        elif what == "silence":
            gate = Event()
            stack.callback(gate.set)
            late = patch("frontend.explore.application.remembered", lambda *asked: gate.wait(60) and real(*asked))
            stack.enter_context(late)
        elif what:
            stack.enter_context(patch(what, side_effect=ValueError("as asked for")))
        yield


if __name__ == "__main__":
    main()
