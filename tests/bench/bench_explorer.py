"""Time until the chart of 5,000 points is visible: the explorer beside Dash as shipped. Reports, and fails nothing.

    python -m tests.bench.bench_explorer [points] [pairs]

Both are local, each visit has an empty cache, and the two alternate, so that a busy machine slows both.
"""

import json
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.serving import serving

# A mark that has a size on the screen; until then the explorer's plot is hidden.
WATCH = """
const look = () => {
  const mark = document.querySelector(".js-plotly-plot .scatterlayer .point");
  if (mark && getComputedStyle(mark).visibility === "visible" && mark.getBoundingClientRect().width) {
    window.seenAt = performance.now();
  } else requestAnimationFrame(look);
};
look();
"""
DRAW = """async () => {
  const { data, layout } = document.querySelector(".js-plotly-plot");
  const from = performance.now();
  await Plotly.newPlot(document.body.appendChild(document.createElement("div")), data, layout);
  return performance.now() - from;
}"""


def main() -> None:
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    with tempfile.TemporaryDirectory(prefix="perwatt-bench-") as folder:
        os.environ["PERWATT_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "leaderboard.settings"
        file = prepare(Path(folder), points)
        ours, theirs = free_port(), free_port()
        server = ("-m", "uvicorn", "leaderboard.asgi:application", "--port", str(ours), "--log-level", "warning")
        with (
            serving(ours, *server),
            serving(theirs, "-m", "tests.bench.plain_dash", str(file), str(theirs)),
        ):
            report(points, *measure(pairs, own(ours), f"http://127.0.0.1:{theirs}/"))


def prepare(folder: Path, points: int) -> Path:
    """Fill a board, collect the assets as an installation does, and write the points for the reference."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)

    from leaderboard.boards.selectors import board_view
    from tests.factories import BoardFactory, fill_board

    fill_board(BoardFactory(), points)
    cells = [row.cells for row in board_view("digits", "").board_rows]
    file = folder / "points.json"
    file.write_text(json.dumps([[cell[key].value for cell in cells] for key in ("latency_p50_s", "accuracy")]))
    return file


def own(port: int) -> str:
    return f"http://127.0.0.1:{port}/boards/digits/explore/"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def measure(pairs: int, ours: str, theirs: str) -> tuple[np.ndarray, list[float]]:
    """Return the seconds of each pair, ours first, whichever of the two went first, and how long ours draws its figure
    again, in milliseconds.
    """
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS
    from tests.plugin import chromium_path

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for address in (ours, theirs):
            visit(browser, address)  # what a server does once, such as compressing its scripts, is not the page's time
        found, drawn = [], list[float]()
        for turn in range(pairs):
            order = (ours, theirs) if turn % 2 else (theirs, ours)
            times = {address: visit(browser, address) for address in order}
            found.append((times[ours][0], times[theirs][0]))
            drawn.append(times[ours][1])
        browser.close()
    return np.array(found), drawn


def visit(browser: Any, address: str) -> tuple[float, float]:
    """Return the seconds until the chart is seen, and the milliseconds of drawing the same figure once more."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(address)
    while (seen := page.evaluate("window.seenAt")) is None:
        page.wait_for_timeout(20)
    took = float(page.evaluate(DRAW))
    context.close()
    return float(seen) / 1000, took


def report(points: int, times: np.ndarray, drawn: list[float]) -> None:
    ratios = times[:, 0] / times[:, 1]
    rng = np.random.default_rng(0)
    resampled = [np.median(rng.choice(ratios, len(ratios))) for _ in range(4000)]
    low, high = np.percentile(resampled, [2.5, 97.5])
    ours, theirs = np.median(times, axis=0)
    print(f"{points} points, {len(times)} pairs, alternated: chart visible after")
    print(f"  the explorer      {ours:6.2f} s")
    print(f"  Dash as shipped   {theirs:6.2f} s")
    print(f"  paired ratio      {np.median(ratios):6.2f}   (95 % {low:.2f} to {high:.2f}; the target is 0.5 or less)")
    print(f"  its figure again  {np.median(drawn):6.0f} ms (up to {max(drawn):.0f})")


if __name__ == "__main__":
    main()
