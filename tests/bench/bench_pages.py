"""What a reader waits for on a board of 300 entries, beside a fixed page in the same run. Reports, and fails nothing.

    python -m tests.bench.bench_pages [visits]

Profile S is 1.6 Mbit/s, 150 ms to answer and a processor four times slower; D is the desktop as it is. Each visit has
an empty cache, and board and reference alternate. The reference is a table of a hundred rows without style or script.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.bench_explorer import free_port
from tests.bench.serving import serving

SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
SLOWER_BY = 4
ENTRIES, ROWS = 300, 100
"""Of the board that is looked at, and of the one whose rows are all in the page, so that they are sorted there."""
WATCH = """
window.seen = { lcp: 0, cls: 0, task: 0, presses: {} };
const on = (type, tell, more) => new PerformanceObserver((list) => list.getEntries().forEach(tell))
  .observe({ type, buffered: true, ...more });
on("largest-contentful-paint", ({ startTime }) => (seen.lcp = startTime));
on("layout-shift", ({ hadRecentInput, value }) => (seen.cls += hadRecentInput ? 0 : value));
on("longtask", ({ duration }) => (seen.task = Math.max(seen.task, duration)));
on("event", ({ interactionId: id, duration }) => {
  if (id) seen.presses[id] = Math.max(seen.presses[id] ?? 0, duration);
}, { durationThreshold: 16 });
"""
# From the event to the frame after which it can be seen.
HOVER = """(point) => new Promise((done) => {
  const from = performance.now();
  const { x, y, width, height } = point.getBoundingClientRect();
  const init = { bubbles: true, clientX: x + width / 2, clientY: y + height / 2 };
  for (const type of ["pointerover", "pointerenter", "pointermove", "mouseover", "mousemove"]) {
    point.dispatchEvent(new PointerEvent(type, init));
  }
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));
})"""

PRESSED = "(box) => { sessionStorage.pressed = performance.timeOrigin + performance.now(); box.click(); }"
# From the press to the frame after which the rows are seen in their new order.
ORDERED = """(head) => new Promise((done) => head.addEventListener("click", ({ timeStamp }) => {
  const look = () => {
    if (document.querySelector(".board tbody tr[style]")) {
      return requestAnimationFrame(() => setTimeout(() => done(performance.now() - timeStamp)));
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}, { once: true }) || head.click())"""
PAINTED = """() => {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return paint && performance.timeOrigin + paint.startTime - sessionStorage.pressed;
}"""


def main() -> None:
    visits = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory(prefix="perwatt-bench-") as folder:
        os.environ["PERWATT_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "leaderboard.settings"
        site = Path(folder) / "reference"
        prepare(site)
        ours, theirs = free_port(), free_port()
        server = ("-m", "uvicorn", "leaderboard.asgi:application", "--port", str(ours), "--log-level", "warning")
        plain = ("-m", "http.server", "--bind", "127.0.0.1", "--directory", str(site), str(theirs))
        with serving(ours, *server), serving(theirs, *plain):
            measure(visits, f"http://127.0.0.1:{ours}/boards/", f"http://127.0.0.1:{theirs}/")


def prepare(site: Path) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)

    from tests.factories import BenchmarkFactory, BoardFactory, fill_board

    for slug, entries in (("large", ENTRIES), ("page", ROWS)):
        fill_board(BoardFactory(benchmark=BenchmarkFactory(slug=slug)), entries)
    site.mkdir()
    row = "".join(f"<td>{column}.{column}2</td>" for column in range(8))
    rows = "".join(f"<tr><th>model {number}</th>{row}</tr>" for number in range(100))
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Reference</title><h1>Reference</h1>'
    (site / "index.html").write_text(f"{head}<table>{rows}</table>")


def measure(visits: int, boards: str, reference: str) -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS
    from tests.plugin import chromium_path

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        board, page = f"{boards}large/", f"{boards}page/"
        for address in (board, page, reference):
            see(browser, address, slow=False)  # what a server does once is not the page's time
        print(f"A board of {ENTRIES} entries, {visits} visits; median (least to most)")
        for profile, slow in (("S", True), ("D", False)):
            compare(profile, [(see(browser, board, slow), see(browser, reference, slow)) for _ in range(visits)])
            for name, (press, of_page) in PRESSES.items():
                took = [do(browser, page if of_page else board, slow, press) for _ in range(visits)]
                line(profile, f"{name}, press to paint", took, "ms")
            line(profile, "sort, rows in their order", [ordered(browser, page, slow) for _ in range(visits)], "ms")
        line("D", "hover to card", [hover(browser, board) for _ in range(visits)], "ms")
        took = [filtered(browser, f"{board}?min.accuracy={0.3 + visit / 1000}") for visit in range(5 * visits)]
        line("D", "filter, press to paint", took, "ms")
        line("D", "filter, its 95th percentile", [float(np.percentile(took, 95))], "ms")
        browser.close()


def compare(profile: str, pairs: list[tuple[dict[str, float], dict[str, float]]]) -> None:
    ours, theirs = zip(*pairs, strict=True)
    line(profile, "LCP", [seen["lcp"] for seen in ours], "ms")
    line(profile, "LCP of the reference", [seen["lcp"] for seen in theirs], "ms")
    line(profile, "LCP, paired ratio", [mine["lcp"] / other["lcp"] for mine, other in pairs if other["lcp"]], "x")
    line(profile, "longest task before a press", [seen["task"] for seen in ours], "ms")
    line(profile, "layout shift", [seen["cls"] for seen in ours], "")


def opened(browser: Any, address: str, slow: bool) -> Any:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(120_000)
    tools = context.new_cdp_session(page)
    if slow:
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", SLOW)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_BY})
    page.goto(address, wait_until="load")
    page.wait_for_timeout(700 if slow else 300)
    return page


def see(browser: Any, address: str, slow: bool) -> dict[str, float]:
    page = opened(browser, address, slow)
    seen: dict[str, float] = page.evaluate("window.seen")
    page.context.close()
    return seen


def do(browser: Any, address: str, slow: bool, press: Callable[[Any], None]) -> float:
    """Return the longest time from a press to the paint after it; the browser reports none below 16 ms."""
    page = opened(browser, address, slow)
    press(page)
    page.wait_for_timeout(1000 if slow else 400)
    presses: dict[str, float] = page.evaluate("window.seen.presses")
    page.context.close()
    return max(presses.values(), default=16.0)


def ordered(browser: Any, address: str, slow: bool) -> float:
    page = opened(browser, address, slow)
    took: float = page.get_by_role("columnheader", name="Energy").locator("a.sort").evaluate(ORDERED)
    page.context.close()
    return took


def hover(browser: Any, address: str) -> float:
    page = opened(browser, address, slow=False)
    took: float = page.locator("a.pt").nth(20).evaluate(HOVER)
    page.context.close()
    return took


def filtered(browser: Any, address: str) -> float:
    """Choose a device in the form of a view that nobody has asked for before; the answer is a new page."""
    page = opened(browser, address, slow=False)
    with page.expect_navigation():
        page.locator("#view input[name=dev]").first.evaluate(PRESSED)
    page.wait_for_function(PAINTED)
    took: float = page.evaluate(PAINTED)
    page.context.close()
    return took


# By name: what is pressed, and whether on the board whose rows are all in the page.
PRESSES: dict[str, tuple[Callable[[Any], None], bool]] = {
    "sort": (lambda page: page.get_by_role("columnheader", name="Energy").locator("a.sort").click(), True),
    "select to compare": (lambda page: page.locator("input[name=e]").nth(3).click(), False),
    "open the columns": (lambda page: page.get_by_role("button", name="Columns", exact=True).click(), False),
}


def line(profile: str, name: str, values: list[float], unit: str) -> None:
    digits = 0 if unit == "ms" else 3 if not unit else 2
    low, middle, high = (f"{number:.{digits}f}" for number in (min(values), float(np.median(values)), max(values)))
    print(f"  {profile}  {name:<32}{middle:>7} {unit:<2} ({low} to {high})")


if __name__ == "__main__":
    main()
