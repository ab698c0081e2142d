"""The production server for real: images, docker/up, TLS, one model from REST to the board."""

import hashlib
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.containers.conftest import MAX_ARTEFACT_BYTES, MODEL

pytestmark = [pytest.mark.docker, pytest.mark.timeout(900)]

SERVICES = {"database", "broker", "prepare", "web", "gateway", "worker", "beat", "proxy"}


def test_every_service_is_healthy_and_the_preparation_has_ended(server):
    containers = server.containers()
    states = {name: item["State"] for name, item in containers.items() if name != "agent"}

    assert states.keys() == SERVICES
    assert (states["prepare"]["Status"], states["prepare"]["ExitCode"]) == ("exited", 0)
    assert {name: state["Health"]["Status"] for name, state in states.items() if name != "prepare"} == dict.fromkeys(
        SERVICES - {"prepare"}, "healthy"
    )
    assert f"Perwatt is at {server.url}/" in server.said


def test_a_model_submitted_over_rest_is_measured_in_a_container_and_stands_on_the_board(server, published):
    assert published["state"] == "published", published
    with server.client() as client:
        entries = client.get("/boards/digits.json").raise_for_status().json()["entries"]
        page = client.get("/boards/digits/").raise_for_status().text

    assert [entry["model"] for entry in entries] == ["tree"]
    assert "tree" in page


def test_the_agent_waits_for_tickets_through_the_proxy_without_complaint(server, published):
    log = server.agent("logs").stdout

    assert "agent ready" in log
    assert "cannot be reached" not in log
    assert server.containers()["agent"]["State"]["Health"]["Status"] in {"starting", "healthy"}


def test_a_sign_in_link_works_once_over_https(server, authorization):
    with server.client(Origin=server.url) as client:
        path = server.sign_in_link.removeprefix(server.url)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(path).text)[1]
        first = client.post(path, data={"csrfmiddlewaretoken": token})
        cookies = {cookie.name: cookie for cookie in client.cookies.jar}

        assert (first.status_code, first.headers["Location"]) == (302, "/")
        assert cookies["sessionid"].secure
        assert client.get("/account/tokens/").status_code == 200
        assert client.get("/admin/").status_code == 200


def test_a_model_file_over_the_limit_is_refused_in_the_words_of_the_api(server, authorization):
    with server.client(**authorization) as client:
        large = client.post("/api/v1/artefacts", content=b"x" * (MAX_ARTEFACT_BYTES + 1))
        fitting = client.post("/api/v1/artefacts", content=b"x" * MAX_ARTEFACT_BYTES)

    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    assert (fitting.status_code, fitting.json()["code"]) == (422, "not_onnx")


def test_another_body_is_held_to_the_small_limit(server):
    with server.client() as client:
        assert client.post("/agent/v1/enrol", content=b"x" * 22 * 1024**2).status_code == 413


def test_a_name_that_is_not_served_is_refused(server):
    with server.client(Host="elsewhere.example") as client:
        assert client.get("/").status_code == 400


def test_no_container_runs_as_root_or_can_write_to_its_image(server, published):
    for name, item in server.containers().items():
        host = item["HostConfig"]
        assert item["Config"]["User"].split(":")[0] not in {"", "0", "root"}, name
        assert host["ReadonlyRootfs"], name
        assert host["CapDrop"] == ["ALL"], name
        assert host["CapAdd"] in ([], None) or name == "proxy", name
        assert "no-new-privileges:true" in host["SecurityOpt"], name
        if item["State"]["Running"]:
            uid = server.run("docker", "exec", item["Id"], "id", "-u").stdout.strip()
            written = server.run("docker", "exec", item["Id"], "sh", "-c", ": > /usr/written", check=False)
            assert int(uid) > 0, name
            assert "Read-only file system" in written.stderr, name


def test_only_the_proxy_has_a_port_on_the_machine(server):
    published = {name: item["HostConfig"]["PortBindings"] for name, item in server.containers().items()}
    port = server.url.rpartition(":")[2]

    assert {name for name, ports in published.items() if ports} == {"proxy"}
    assert published["proxy"] == {"8443/tcp": [{"HostIp": "127.0.0.1", "HostPort": port}]}


def test_no_secret_is_in_the_settings_of_a_container_an_image_or_a_log(server, published):
    tags = ("perwatt-server:test", "perwatt-agent:test")
    said = [server.run("docker", "history", "--no-trunc", tag).stdout for tag in tags]
    said.append(server.log())
    for item in server.containers().values():
        said.append(server.run("docker", "inspect", item["Id"]).stdout)
        log = server.run("docker", "logs", item["Id"])
        said += [log.stdout, log.stderr]
    everything = "\n".join(said)

    assert len(server.secrets) >= 10
    assert [secret for secret in server.secrets if secret in everything] == []


def test_the_agents_image_has_no_django_and_no_pages(server, published):
    done = server.run("docker", "run", "--rm", "--entrypoint", "python", "perwatt-agent:test", "-c", LOOKS)

    assert done.stdout.split() == ["False", "False", "False", "True"]


LOOKS = """
from importlib.util import find_spec
print(*[find_spec(name) is not None for name in ("django", "frontend", "leaderboard.api", "agents")])
"""


def test_two_preparations_at_once_change_nothing(server):
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda _: server.manage("prepare"), range(2)))

    assert said == ["Prepared. Boards: addition, digits."] * 2


def test_up_again_keeps_the_secrets_and_the_board(server, published):
    again = server.up()

    assert f"Perwatt is at {server.url}/" in again.stdout
    with server.client() as client:
        assert len(client.get("/boards/digits.json").raise_for_status().json()["entries"]) == 1


def test_a_backup_holds_the_tables_and_the_blobs(server, published):
    dump = ("pg_dump", "--username", "perwatt", "--format", "custom", "perwatt")
    listed = server.run("docker/compose", "exec", "-T", "database", "sh", "-c", f"{' '.join(dump)} | pg_restore --list")
    blobs = server.run("docker/compose", "exec", "-T", "web", "sh", "-c", "tar -C /data -c blobs | tar -t")

    assert "TABLE DATA public boards_entry" in listed.stdout
    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() in blobs.stdout


def test_a_taken_port_is_said_in_one_line(server):
    other = server.tree.parent / "second"
    subprocess.run(["cp", "-r", server.tree, other], check=True)
    settings = (other / "docker/.env").read_text(encoding="utf-8")
    (other / "docker/.env").write_text(settings.replace("PROJECT_NAME=perwatt", "PROJECT_NAME=second"), "utf-8")
    try:
        done = server.run(str(other / "docker/up"), check=False)
    finally:
        server.run(str(other / "docker/compose"), "down", "--volumes")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(
        f"docker/up: port {server.url.rpartition(':')[2]} at 127.0.0.1 cannot"
    )
