"""Run a command beside a PostgreSQL and a RabbitMQ of its own, and end both with it.

    python -m tests.services ./perwatt test

The command finds them in PERWATT_TEST_DATABASE_URL, PERWATT_TEST_BROKER_URL and PERWATT_TEST_SERVICES (their folder).
Needs Debian's `postgresql` and `rabbitmq-server` installed, not running.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.services import postgres, rabbitmq


def main(command):
    missing = [
        package
        for package, found in (("postgresql", postgres.programs()), ("rabbitmq-server", rabbitmq.is_installed()))
        if not found
    ]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}; on Debian, apt install {' '.join(missing)}")
    # Asked to stop, it lets the command end first, then its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="perwatt-services-") as folder:
        Path(folder).chmod(0o711)  # the user `postgres` must reach its own folder in it
        with postgres.Postgres(folder) as database, rabbitmq.RabbitMQ(folder) as broker:
            names = {
                "PERWATT_TEST_DATABASE_URL": database.url,
                "PERWATT_TEST_BROKER_URL": broker.url,
                "PERWATT_TEST_SERVICES": folder,
            }
            process = subprocess.Popen(command, env=os.environ | names)
            try:
                code = process.wait()
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
    sys.exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
