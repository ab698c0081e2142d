"""A RabbitMQ of a test run: its own node and its own name daemon, in a folder, on free ports of 127.0.0.1.

`RabbitMQ(folder)` is the same node for every process that names the same folder, so that a test can stop, start and
wipe what the run started.
"""

import fcntl
import json
import os
import secrets
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from tests.services.ports import free_ports

_PROGRAMS = Path("/usr/lib/rabbitmq/bin")  # the wrappers in /usr/sbin would leave root for a user without our folder
_USER = "perwatt"


def is_installed():
    return (_PROGRAMS / "rabbitmq-server").exists()


@contextmanager
def shared_node():
    """Lend the run's node (`python -m tests.services`) to one test process at a time: some stop it, some wipe it."""
    folder = Path(os.environ["PERWATT_TEST_SERVICES"])
    with (folder / "rabbitmq.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield RabbitMQ(folder)


class RabbitMQ:
    def __init__(self, folder):
        self.folder = Path(folder) / "rabbitmq"
        self._facts = self.folder / "facts.json"
        if not self._facts.exists():
            self._invent()
        facts = json.loads(self._facts.read_text())
        self.port, self._distribution_port, self._epmd_port, self.password, self._node = facts

    def _invent(self):
        self.folder.mkdir(mode=0o700, parents=True)
        facts = (*free_ports(3), secrets.token_urlsafe(16), f"perwatt{os.getpid()}@localhost")
        self._facts.write_text(json.dumps(facts))
        cookie = self.folder / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(16))
        cookie.chmod(0o400)

    @property
    def url(self):
        return self.url_of("/")

    def url_of(self, vhost):
        return f"amqp://{_USER}:{self.password}@127.0.0.1:{self.port}/{'%2F' if vhost == '/' else vhost}"

    def __enter__(self):
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\ndefault_user = {_USER}\ndefault_pass = {self.password}\n"
        )
        (self.folder / "enabled_plugins").write_text("[].\n")
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        # The name daemon outlives its nodes, on a port that only this run knows.
        subprocess.run(["epmd", "-port", str(self._epmd_port), "-kill"], check=False, stdout=subprocess.DEVNULL)
        shutil.rmtree(self.folder)

    def start(self):
        """Start the node on its own: it belongs to the run, not to whoever started it again."""
        command = [_PROGRAMS / "rabbitmq-server", "-detached"]
        with (self.folder / "output.log").open("ab") as log:
            subprocess.run(command, env=self._environ(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True)
        self.control("wait", str(self.folder / "node.pid"), "--timeout", "60")

    def stop(self):
        self.control("stop", str(self.folder / "node.pid"))

    def wipe(self):
        """Forget every queue, message, virtual host and user, as a node on a new disk would; the user is made again."""
        self.control("stop_app")
        self.control("reset")
        self.control("start_app")

    def add_vhost(self, name):
        self.control("add_vhost", name)
        self.control("set_permissions", "-p", name, _USER, ".*", ".*", ".*")

    def control(self, *arguments):
        command = [_PROGRAMS / "rabbitmqctl", "-q", *arguments]
        done = subprocess.run(command, env=self._environ(), check=False, capture_output=True, text=True, timeout=90)
        if done.returncode != 0:
            raise RuntimeError(f"rabbitmqctl {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def _environ(self):
        own = {
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "node.pid"),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "ERL_CRASH_DUMP": str(self.folder / "erl_crash.dump"),
        }
        return os.environ | own
