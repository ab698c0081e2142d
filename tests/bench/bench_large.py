"""Server time of the board's page with 10,000 and with 100,000 entries. Reports, and fails nothing.

    python -m tests.bench.bench_large [entries] [times]

A board of a tenth of the entries is asked in turn with the large one. Rows are those that a rebuild of 500 entries
wrote, each many times under names of their own: how rows come about is no part of this.
"""

import gc
import os
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.bench_board import timed

SEEDS = 500


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    with tempfile.TemporaryDirectory(prefix="perwatt-bench-") as folder:
        os.environ["PERWATT_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "leaderboard.settings"
        Path(folder).mkdir(exist_ok=True)
        report(entries, times)


def report(entries: int, times: int) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)

    from frontend.present.keeping import keep
    from frontend.present.memory import forget
    from tests.factories import BenchmarkFactory, BoardFactory, fill_board

    boards = {count: BoardFactory(benchmark=BenchmarkFactory(slug=f"b{count}")) for count in (entries // 10, entries)}
    seeds = BoardFactory(benchmark=BenchmarkFactory(slug="seeds"))
    fill_board(seeds, SEEDS)
    for count, board in boards.items():
        print(
            f"{count:>7} entries: rows written in {timed(lambda n=count, to=board: copy(seeds, to, n)):.0f} s", end=""
        )
        print(f", page made in {timed(lambda to=board: keep(to.pk)):.1f} s")
        gc.collect()
    small, large = (f"/boards/{board.slug}/" for board in boards.values())
    for name in ("as a process first reads it", "as it then remembers it"):
        pairs = []
        for _ in range(times):
            if name.startswith("as a process"):
                forget()
            pairs.append((timed(lambda: ask(small)), timed(lambda: ask(large))))
        tell(name, entries, np.array(pairs) * 1e3)
    forget()
    other = f"{small}?sort=-accuracy"
    print(f"{entries // 10:>7} entries, sorted otherwise: {timed(lambda: ask(other)):.1f} s once", end="")
    print(f", then {timed(lambda: ask(other)) * 1e3:.0f} ms")


def copy(seeds: Any, board: Any, count: int) -> None:
    from django.db import connection

    from leaderboard.boards.models import Board, BoardEntry

    rows = list(seeds.rows.all())
    scopes = Board.objects.get(pk=seeds.pk).scopes
    grown = {name: {**counted, "entries": count} for name, counted in scopes.items()}
    Board.objects.filter(pk=board.pk).update(revision=1, scopes=grown)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")  # these rows stand for entries that nobody has measured
    for start in range(0, count, SEEDS):
        BoardEntry.objects.bulk_create(
            [again(row, board, start + index) for index, row in enumerate(rows[: count - start])], batch_size=SEEDS
        )


def again(row: Any, board: Any, number: int) -> Any:
    from leaderboard.boards.models import BoardEntry

    identity = row.identity | {"id": str(uuid.UUID(int=number)), "model_name": f"{row.identity['model_name']}-{number}"}
    rng = np.random.default_rng(number)
    cells = {
        key: cell | {part: cell[part] and cell[part] * rng.lognormal(0, 0.01) for part in ("value", "low", "high")}
        for key, cell in row.cells.items()
    }
    front = "dominated" if number >= SEEDS else row.front
    place = {"rank": number + 1, "rank_low": number + 1, "rank_high": number + 1, "band": number}
    return BoardEntry(
        board=board,
        entry_id=number + 1,
        scope=row.scope,
        identity=identity,
        cells=cells,
        front=front,
        front_probability=row.front_probability,
        **place,
    )


def ask(address: str) -> None:
    from django.test import Client

    answer = Client(headers={"host": "localhost"}).get(address)
    assert answer.status_code == 200, answer.status_code


def tell(name: str, entries: int, times: np.ndarray) -> None:
    ratios = times[:, 1] / times[:, 0]
    print(f"The default page, {name}, {len(times)} times in turn:")
    for count, column in zip((entries // 10, entries), times.T, strict=True):
        print(f"  {count:>7} entries  median {np.median(column):5.1f} ms, p95 {np.percentile(column, 95):5.1f} ms")
    print(f"  paired ratio    {np.median(ratios):5.2f}   (the target is 1.5 or less)")


if __name__ == "__main__":
    main()
