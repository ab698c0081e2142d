"""The server as docker/up makes it, in a copy of the working tree, with one agent in a container and one entry."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.containers import images
from tests.system.conftest import BRIEF

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "fixtures/models/digits/tree.onnx"
MAX_ARTEFACT_BYTES = 2 * 1024**2
PROJECT = "perwatt-test"


class Server:
    """A copy of what git would give, its settings, and the commands of docs/operations.md on it."""

    def __init__(self, tree):
        self.tree = tree
        self.url = f"https://localhost:{_free_port()}"
        self.ca_file = tree / "docker/secrets/tls-certificate.pem"
        self._copy()

    def _copy(self):
        listed = subprocess.check_output(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, text=True)
        for name in filter(None, listed.split("\0")):
            target = self.tree / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).exists():
                shutil.copy(ROOT / name, target)
        file = self.tree / "fixtures/catalog/digits/benchmark.json"
        spec = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(spec | {"protocol": BRIEF}), encoding="utf-8")

    def configure(self, **settings):
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        (self.tree / "docker/.env").write_text(lines, encoding="utf-8")
        (self.tree / "docker/perwatt-agent/.env").write_text(
            lines.replace(f"={PROJECT}\n", f"={PROJECT}-agent\n"), "utf-8"
        )

    def run(self, *command, check=True, text=None, folder="."):
        # Whoever runs the tests may have settings of their own; here only docker/.env counts.
        environ = {key: value for key, value in os.environ.items() if not key.startswith(("PERWATT_", "COMPOSE_"))}
        done = subprocess.run(
            command, cwd=self.tree / folder, env=environ, input=text, capture_output=True, text=True, check=False
        )
        assert not check or done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}{self.log()}"
        return done

    def log(self):
        file = self.tree / "docker/up.log"
        return f"\n{file.read_text(encoding='utf-8')[-8000:]}" if file.exists() else ""

    def up(self):
        return self.run("docker/up")

    def manage(self, *words):
        return self.run("docker/manage", *words).stdout.strip()

    def agent(self, *words, text=None):
        has_v2 = self.run("docker", "compose", "version", check=False).returncode == 0
        compose = ("docker", "compose") if has_v2 else ("docker-compose",)
        return self.run(*compose, *words, text=text, folder="docker/perwatt-agent")

    def containers(self):
        """Return what `docker inspect` says of every container, by service."""
        ids = self.run("docker", "ps", "-aq", "--filter", f"name={PROJECT}").stdout.split()
        found = json.loads(self.run("docker", "inspect", *ids).stdout)
        return {item["Config"]["Labels"]["com.docker.compose.service"]: item for item in found}

    def client(self, **headers):
        context = ssl.create_default_context(cafile=self.ca_file)
        context.verify_flags |= ssl.VERIFY_X509_STRICT  # what newer Pythons ask of a certificate
        return httpx.Client(base_url=self.url, verify=context, headers=headers, timeout=60, trust_env=False)

    def down(self):
        self.agent("down", "--volumes")
        self.run("docker/compose", "down", "--volumes")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server that is up, with `server.secrets`: everything that must be nowhere in clear."""
    server = Server(tmp_path_factory.mktemp("containers"))
    base = images.base()
    stand_ins = images.stand_ins(base)
    server.configure(
        COMPOSE_PROJECT_NAME=PROJECT,
        PERWATT_PORT=server.url.rpartition(":")[2],
        PERWATT_BASE=base,
        PERWATT_BUILD_NETWORK="host",
        PERWATT_POSTGRES_IMAGE=stand_ins,
        PERWATT_RABBITMQ_IMAGE=stand_ins,
        PERWATT_CADDY_IMAGE=stand_ins,
        PERWATT_SERVER_IMAGE="perwatt-server:test",
        PERWATT_AGENT_IMAGE="perwatt-agent:test",
        PERWATT_AGENT_NETWORK="host",  # the server is at localhost here
        PERWATT_CA_FILE=server.ca_file,
        PERWATT_MAX_ARTEFACT_BYTES=MAX_ARTEFACT_BYTES,
    )
    try:
        server.down()  # what a run that was killed left in the same engine
        server.said = server.up().stdout
        server.secrets = [
            file.read_text(encoding="utf-8").strip().splitlines()[-1]
            for file in sorted((server.tree / "docker/secrets").iterdir())
            if file.name not in {"tls-certificate.pem", "tls-key.pem"}
        ]
        server.secrets.append((server.tree / "docker/secrets/tls-key.pem").read_text(encoding="utf-8").splitlines()[5])
        yield server
    finally:
        server.down()


@pytest.fixture(scope="session")
def authorization(server):
    """The header of a member of staff's token."""
    server.sign_in_link = server.manage("sign_in_link", "ada", "-")
    name, _, value = server.manage("api_token", "ada", "-").partition(": ")
    server.secrets += [server.sign_in_link.split("/")[-2], value.removeprefix("Bearer ")]
    return {name: value}


@pytest.fixture(scope="session")
def published(server, authorization):
    """A job that an agent in a container has measured: enrolled by standard input, submitted over REST."""
    token = server.manage("enrol_token", "lab-1", "-")
    server.secrets.append(token)
    server.agent("build")
    options = ("--url", server.url, "--token-stdin", "--ca-file", "/run/perwatt/ca.pem")
    enrolled = server.agent("run", "--rm", "-T", "agent", "enrol", *options, text=f"{token}\n")
    assert "Enrolled as lab-1" in enrolled.stdout
    server.agent("up", "--detach")
    with server.client(**authorization) as client:
        artefact = client.post("/api/v1/artefacts", content=MODEL.read_bytes()).raise_for_status().json()
        body = {
            "model": {"name": "tree", "sha256": artefact["sha256"], "licence": "Apache-2.0"},
            "benchmark": "digits",
            "device_class": "cpu",
        }
        submission = client.post("/api/v1/submissions", json=body).raise_for_status().json()
        return _over(client, submission["jobs"][0]["url"], server)


def _over(client, url, server, within_s=120):
    until = time.monotonic() + within_s
    while not (job := client.get(url).raise_for_status().json())["is_over"]:
        assert time.monotonic() < until, f"{job}\n{server.agent('logs', '--tail', '30').stdout}"
        time.sleep(0.5)
    return job
