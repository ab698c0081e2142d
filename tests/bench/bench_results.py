"""How many results a second one process accepts on PostgreSQL, over its HTTP API. Reports, and fails nothing.

    python -m tests.services python -m tests.bench.bench_results [results]

Beside it, alternated in blocks: the same payloads in a bare psycopg loop that only inserts them, one transaction each.
"""

import os
import statistics
import sys
import tempfile
import time
import warnings

BLOCK = 50


def main() -> None:
    results = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory(prefix="perwatt-bench-") as folder:
        os.environ |= {
            "PERWATT_DATA_DIR": folder,
            "DATABASE_URL": os.environ["PERWATT_TEST_DATABASE_URL"],
            "BROKER_URL": os.environ["PERWATT_TEST_BROKER_URL"],
            "DJANGO_SETTINGS_MODULE": "leaderboard.settings",
            "PERWATT_LOG_LEVEL": "ERROR",
        }
        warnings.simplefilter("ignore")
        report(results)


def report(results: int) -> None:
    import django
    import psycopg
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    deliveries = prepare(results + 1)
    with CaptureQueriesContext(connection) as queries:
        deliver(*deliveries.pop())
    print(f"queries per result   {len(queries)}")
    for query in queries:
        print(f"    {query['sql'][:100]}")

    bare = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    bare.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, sha256 varchar(64), payload text)")
    ours, theirs = [], []
    for start in range(0, results, BLOCK):
        block = deliveries[start : start + BLOCK]
        ours.append(timed(lambda block=block: [deliver(*one) for one in block]) / len(block))
        theirs.append(timed(lambda block=block: [insert(bare, one[1]) for one in block]) / len(block))
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    print(f"accepted             {1 / statistics.median(ours):8.0f} results a second, over HTTP, with their ring")
    print(f"bare insert          {1 / statistics.median(theirs):8.0f} a second")
    spread = f"({ratios[0]:.1f} to {ratios[-1]:.1f}), {len(ratios)} blocks"
    print(f"paired ratio         {statistics.median(ratios):8.1f} {spread}")


def prepare(count: int) -> list[tuple[str, str, dict[str, str]]]:
    """Return (path, body, headers) of so many results, each of a claimed attempt of a machine of its own."""
    from tests.api.helpers import armed
    from tests.factories import JobFactory
    from tests.runs.helpers import claimed, delivery

    job = JobFactory()
    found = []
    for _ in range(count):
        attempt = claimed(job=JobFactory(submission=job.submission, benchmark=job.benchmark, state="running"))
        headers = armed(attempt.agent)
        path = f"/agent/v1/attempts/{attempt.uuid}/result"
        found.append((path, delivery(attempt).model_dump_json(), headers))
    return found


def deliver(path: str, body: str, headers: dict[str, str]) -> None:
    from django.test import Client

    answer = Client(headers={"host": "127.0.0.1"}).put(path, body, content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content


def insert(bare, body: str) -> None:
    with bare.transaction():
        bare.execute("INSERT INTO bare (sha256, payload) VALUES (%s, %s)", ("0" * 64, body))


def timed(call) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
