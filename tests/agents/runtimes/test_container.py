import numpy as np
import pytest

from agents.engine import engine_answers, is_usable, remove_containers
from agents.process_tree import ProcessTree
from agents.runtimes.container import Container
from agents.runtimes.container_limits import limits_of
from agents.runtimes.container_tensors import ContainerTensors
from agents.runtimes.faults import ModelFaultError
from agents.streaming.address import Address
from agents.streaming.exchange import Answer
from leaderboard.protocol import Code, Limits, Options
from tests.agents.measuring import contract, spoken_order
from tests.agents.streaming.scripted import ScriptedServer

DIGEST = "sha256:" + "0" * 64


@pytest.fixture
def no_engine(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")


def order_for(tmp_path, reference, **changes):
    return spoken_order(tmp_path, runtime="container", reference=reference, **changes)


def test_without_an_engine_nothing_is_listed_removed_or_blamed_on_the_model(no_engine, tmp_path):
    assert engine_answers() is False
    assert is_usable() is False
    assert remove_containers(under=tmp_path) == 0
    with pytest.raises(ModelFaultError) as caught:
        Container(order_for(tmp_path, f"model@{DIGEST}"), protocol="openai")
    assert caught.value.code is Code.UNHEALTHY


@pytest.mark.parametrize("where", ["nonsense://", "tcp://192.0.2.1:2375", "unix://", "unix:///etc/passwd"])
def test_an_engine_elsewhere_is_none(monkeypatch, where):
    monkeypatch.setenv("DOCKER_HOST", where)

    assert engine_answers() is False


@pytest.mark.parametrize(
    "reference",
    ["model", "model:latest", "model@sha256:12", f"-v /:/host@{DIGEST}", f"MODEL@{DIGEST}", f"a b@{DIGEST}"],
)
def test_an_image_is_named_by_digest_and_by_nothing_else(tmp_path, reference):
    with pytest.raises(ModelFaultError) as caught:
        Container(order_for(tmp_path, reference), protocol="openai")

    assert caught.value.code is Code.CANNOT_LOAD


def test_a_container_gets_no_network_no_rights_and_what_the_order_allows(tmp_path):
    limits = Limits(wall_s=60, memory_bytes=2**28)
    made = limits_of(order_for(tmp_path, f"m@{DIGEST}", options=Options(threads=2), limits=limits).spec)

    assert made["network_mode"] == "none"
    assert made["read_only"] is True
    assert made["cap_drop"] == ["ALL"]
    assert made["mem_limit"] == made["memswap_limit"] == 2**28
    assert made["nano_cpus"] == 2 * 10**9
    assert made["device_requests"] == []


def test_a_card_is_given_only_to_what_is_measured_on_it(tmp_path):
    (asked,) = limits_of(order_for(tmp_path, f"m@{DIGEST}", device_key="gpu1").spec)["device_requests"]

    assert (asked["DeviceIDs"], asked["Capabilities"]) == (["1"], [["gpu"]])


class Running:
    """A container that already runs, as those who ask it see one."""

    title = "The container"
    is_ours = True
    version = provider = precision = "unknown"
    served_by: ProcessTree | None = None

    def __init__(self, url):
        self.address = Address.of(url)

    def end(self):
        return None


def tensors(url="http://127.0.0.1:1"):
    return ContainerTensors(Running(url), contract(), Limits(wall_s=20))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"outputs": null}',
        b'{"outputs": "x"}',
        b'{"outputs": [[1, 2], [3]]}',
        b'{"outputs": [[1, 2, 3]]}',
        b'{"outputs": [["a"]]}',
        b'{"outputs": {}}',
        b'{"outputs": [[' + b"NaN, " * 9 + b"NaN]]}",
    ],
)
def test_outputs_that_cannot_be_scored_are_wrong(body):
    with pytest.raises(ModelFaultError) as caught:
        tensors().answers(Answer(status=200, body=bytearray(body)), 1)

    assert caught.value.code is Code.WRONG_OUTPUT


def test_outputs_are_labels_by_their_greatest_score():
    body = b'{"outputs": [[0, 0, 0, 5, 0, 0, 0, 0, 0, 0]]}'

    assert tensors().answers(Answer(status=200, body=bytearray(body)), 1).tolist() == [3]


def test_an_answer_with_another_status_is_no_answer_even_where_nobody_reads_it():
    with ScriptedServer(b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nhelp") as server:
        asked = tensors(server.url)
        with pytest.raises(ModelFaultError, match="HTTP 500") as caught:
            asked.call(None, asked.feed(np.zeros((1, 64), np.float32)))

    assert caught.value.code is Code.CRASHED
