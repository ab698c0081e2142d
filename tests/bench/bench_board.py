"""Server time of a board with 1,000 entries: rebuild, view, exports. Reports, and fails nothing.

    python -m tests.bench.bench_board [entries]

A run of the same pure maths without a database is timed beside it, alternated, as the reference of this machine.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory(prefix="perwatt-bench-") as folder:
        os.environ["PERWATT_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "leaderboard.settings"
        Path(folder).mkdir(exist_ok=True)
        report(entries)


def report(entries: int) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from leaderboard.boards import exports, selectors
    from tests.factories import NOW, BoardFactory, fill_board, rebuild_board

    board = BoardFactory()
    print(f"{entries} entries, written in {timed(lambda: fill_board(board, entries, rebuild=False)):.1f} s")
    print(f"rebuild_board        {timed(lambda: rebuild_board(board=board, now=NOW)) * 1e3:8.0f} ms")
    views = {
        "board_view default": "",
        "board_view filtered": "q=mlp&min.accuracy=0.5&sort=energy_per_item_j",
        "board_view other axes": "x=energy_per_item_j&y=ipw",
        "board_view other src": "src=estimated~measured",
    }
    for name, query in views.items():
        with CaptureQueriesContext(connection) as queries:
            selectors.board_view("digits", query)
        line(name, lambda query=query: selectors.board_view("digits", query), f"{len(queries)} queries")
    view = selectors.board_view("digits", "")
    line("to_json", lambda: exports.to_json(view), f"{len(exports.to_json(view)) / 1024:.0f} KiB")
    line("to_csv", lambda: exports.to_csv(view), f"{len(exports.to_csv(view)) / 1024:.0f} KiB")


def line(name: str, work: Callable[[], object], remark: str) -> None:
    """Print the median of the work, the reference's beside it, and the ratio of each pair."""
    pairs = [(timed(work), timed(reference)) for _ in range(9)]
    ratio = statistics.median(mine / theirs for mine, theirs in pairs)
    median = statistics.median(mine for mine, _ in pairs)
    print(f"{name:<22}{median * 1e3:6.0f} ms   {ratio:5.1f} x reference   {remark}")


def reference() -> int:
    """About 10 ms of plain Python: how fast this machine is just now."""
    return sum(i * i for i in range(150_000))


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
