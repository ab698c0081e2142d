"""A real server for the agent's tests: database, both APIs and the ticks, in a process of its own.

Run as `python -m tests.contracts.stack FOLDER [PORT]`. It keeps everything in FOLDER, offers the digits benchmark with
short windows, and leaves there what a test needs: `address`, `authorization.header` and `enrol-token`.
"""

import json
import os
import shutil
import socket
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
TICK_S = 0.1
# A measurement in about two seconds; what matters here is its life, not its numbers.
QUICK = {
    "guard_quiet_s": 0,
    "idle_s": 0.2,
    "warmup_calls": 20,
    "warmup_s": 0.01,
    "repeats": 3,
    "repeats_max": 3,
    "repeat_min_s": 0.1,
    "counter_window_s": 0.1,
}
# Long enough to be killed, stopped and cancelled in the middle.
SLOW = QUICK | {"idle_s": 30}


def write_catalogue(folder):
    source = ROOT / "fixtures/catalog/digits"
    for slug, protocol in (("digits", QUICK), ("slow", SLOW)):
        shutil.copytree(source, folder / slug, dirs_exist_ok=True)
        spec = json.loads((source / "benchmark.json").read_text())
        spec |= {"slug": slug, "protocol": protocol, "board": spec["board"] | {"slug": slug}}
        (folder / slug / "benchmark.json").write_text(json.dumps(spec))
    shutil.copy(ROOT / "fixtures/catalog/prices.json", folder)


def set_up(root):
    import django

    write_catalogue(root / "catalog")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "leaderboard.settings",
        "PERWATT_DATA_DIR": str(root),
        "PERWATT_CATALOG_DIR": str(root / "catalog"),
    }
    django.setup()
    from leaderboard.clock import database_now
    from leaderboard.devices.models import EnrolToken
    from leaderboard.embedded import seed
    from leaderboard.embedded.folder import DataFolder

    folder = DataFolder(root)
    seed.migrate()
    now = database_now()
    seed.load_catalogue(tuple(seed.bundled_benchmarks().values()), now=now)
    user = seed.local_user()
    seed.ensure_header_file(folder, user=user, now=now)
    if not folder.enrol_token_file.exists():
        token = EnrolToken.issue(name="box", by=user, expires_at=now + timedelta(hours=1))
        folder.write_private(folder.enrol_token_file, token)
    return folder


def tick():
    """What worker and beat do, without the broker between them."""
    from django.db import close_old_connections

    from leaderboard.runs.models import AttemptArtefact, Result
    from workers import tasks

    while True:
        tasks.dispatch()
        for pk in Result.objects.filter(accepted=True, job__state="verifying").values_list("pk", flat=True):
            tasks.score(pk)
        unchecked = AttemptArtefact.objects.filter(checked_at=None, attempt__result__accepted=True)
        for pk in unchecked.values_list("pk", flat=True):
            tasks.check_trace(pk)
        close_old_connections()
        time.sleep(TICK_S)


def main(root, port):
    import uvicorn

    folder = set_up(root)
    listener = socket.create_server(("127.0.0.1", port))
    folder.write_private(folder.address_file, f"http://127.0.0.1:{listener.getsockname()[1]}\n")
    threading.Thread(target=tick, daemon=True).start()
    uvicorn.run(
        "leaderboard.asgi:application",
        fd=listener.fileno(),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
