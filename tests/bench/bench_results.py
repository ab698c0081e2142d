"""How many results a second the gateways of a server accept, on PostgreSQL and RabbitMQ. Reports, and fails nothing.

    python -m tests.services python -m tests.bench.bench_results [results] [gateways] [senders]

Senders are connections that stay open, as agents' do. Each result is another machine's; before its answer it is
committed, and its ring confirmed. Beside them, alternated in blocks: the same payloads in a bare psycopg loop that only
inserts them, one transaction each.
"""

import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection

from tests.bench.serving import serving
from tests.services.ports import free_ports

DEFAULTS = (1000, 2, 8)
BLOCK = 100
# As docker/compose.yaml starts one; `--scale gateway=2` makes two.
GATEWAY = "-m uvicorn --no-access-log --no-server-header --no-proxy-headers --ws=none leaderboard.asgi:application"

Delivery = tuple[str, str, dict[str, str]]


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    results, gateways, senders = (*given, *DEFAULTS[len(given) :])
    with tempfile.TemporaryDirectory(prefix="perwatt-bench-") as folder:
        os.environ |= {
            "PERWATT_DATA_DIR": folder,
            "DATABASE_URL": os.environ["PERWATT_TEST_DATABASE_URL"],
            "BROKER_URL": os.environ["PERWATT_TEST_BROKER_URL"],
            "DJANGO_SETTINGS_MODULE": "leaderboard.settings",
            "PERWATT_LOG_LEVEL": "ERROR",
        }
        warnings.simplefilter("ignore")
        deliveries = prepare(1 + 2 * senders + results)
        count_statements(deliveries.pop())
        with connected(gateways, senders) as connections:
            deliver(connections, [deliveries.pop() for _ in range(2 * senders)])
            report(connections, deliveries)


def prepare(count: int) -> list[Delivery]:
    """Return (path, body, headers) of so many results, each of a claimed attempt of a machine of its own."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)

    from tests.api.helpers import armed
    from tests.factories import JobFactory
    from tests.runs.helpers import claimed, delivery

    job = JobFactory()
    found = []
    for _ in range(count):
        attempt = claimed(job=JobFactory(submission=job.submission, benchmark=job.benchmark, state="running"))
        headers = armed(attempt.agent) | {"Content-Type": "application/json"}
        path = f"/agent/v1/attempts/{attempt.uuid}/result"
        found.append((path, delivery(attempt).model_dump_json(), headers))
    return found


def count_statements(one: Delivery) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    path, body, headers = one
    with CaptureQueriesContext(connection) as statements:
        answer = Client().put(path, body, content_type="application/json", headers={"Host": "127.0.0.1"} | headers)
    assert answer.status_code == 201, answer.content
    print(f"statements a result  {len(statements):8}")
    for statement in statements:
        print(f"    {statement['sql'][:100]}")


@contextmanager
def connected(gateways: int, senders: int) -> Iterator[list[HTTPConnection]]:
    ports = free_ports(gateways)
    with ExitStack() as running:
        for port in ports:
            running.enter_context(serving(port, *GATEWAY.split(), f"--port={port}"))
        yield [HTTPConnection("127.0.0.1", ports[number % gateways], timeout=60) for number in range(senders)]


def report(connections: Sequence[HTTPConnection], deliveries: Sequence[Delivery]) -> None:
    import psycopg

    bare = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    bare.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, sha256 varchar(64), payload text)")
    ours, theirs = [], []
    for start in range(0, len(deliveries), BLOCK):
        block = deliveries[start : start + BLOCK]
        ours.append(timed(lambda block=block: deliver(connections, block)) / len(block))
        theirs.append(timed(lambda block=block: insert(bare, block)) / len(block))
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    slowest, fastest = 1 / max(ours), 1 / min(ours)
    print(f"accepted             {1 / statistics.median(ours):8.0f} a second ({slowest:.0f} to {fastest:.0f})")
    print(f"bare insert          {1 / statistics.median(theirs):8.0f} a second")
    spread = f"({ratios[0]:.1f} to {ratios[-1]:.1f}), {len(ratios)} blocks of {BLOCK}"
    print(f"paired ratio         {statistics.median(ratios):8.1f} {spread}")


def deliver(connections: Sequence[HTTPConnection], deliveries: Sequence[Delivery]) -> None:
    """Send all of them, each connection its share, at the same time."""
    shares = [deliveries[number :: len(connections)] for number in range(len(connections))]
    with ThreadPoolExecutor(len(connections)) as pool:
        list(pool.map(send, connections, shares))


def send(connection: HTTPConnection, share: Sequence[Delivery]) -> None:
    for path, body, headers in share:
        connection.request("PUT", path, body, headers)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 201, said


def insert(bare, deliveries: Sequence[Delivery]) -> None:
    for _, body, _ in deliveries:
        with bare.transaction():
            bare.execute("INSERT INTO bare (sha256, payload) VALUES (%s, %s)", ("0" * 64, body))


def timed(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
