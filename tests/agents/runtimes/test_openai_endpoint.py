import os
import subprocess
import sys

import psutil
import pytest

from agents.child_process import spawn
from agents.endpoints import Endpoint
from agents.process_group import members
from leaderboard.protocol import Code, Limits
from tests.agents.gguf_files import Shape, write_llama
from tests.agents.measuring import SPOKEN, spoken_order
from tests.agents.streaming.scripted import DONE, HEAD, HONEST, HONEST_FOR_ONE, ScriptedServer, event, said, usage

PATIENCE_S = 60
QUICKER = SPOKEN.model_copy(update={"idle_s": 0, "repeat_min_s": 0.05})

LLAMA = """
import sys, xllamacpp
chosen = xllamacpp.CommonParams()
chosen.model.path, chosen.model_alias = sys.argv[1], {"tiny"}
chosen.n_ctx, chosen.n_parallel, chosen.port, chosen.verbosity = 256, 1, 0, 0
chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = 1
chosen.fit_params = chosen.ui = False
server = xllamacpp.Server(chosen)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    """Somebody else's llama.cpp, as an operator would run one: with its prompt cache on."""
    path = write_llama(tmp_path_factory.mktemp("gguf") / "m.gguf", Shape(width=64, layers=4, heads=4, inner=256))
    process = subprocess.Popen(
        [sys.executable, "-c", LLAMA, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    url = process.stdout.readline().strip()
    yield Endpoint(url=f"{url}/v1", model="tiny"), process
    process.stdin.close()
    process.wait(10)
    process.stdout.close()


def outcome(tmp_path, endpoint, **changes):
    changes = {"protocol": QUICKER, "device_key": "gpu9"} | changes
    child = spawn(spoken_order(tmp_path, runtime="openai", reference="lab", endpoint=endpoint, **changes))
    try:
        report = child.wait(PATIENCE_S)
    finally:
        assert child.end(grace_s=0)
    assert report is not None, "still running"
    assert members(child.pgid) == []
    return report


def failure(tmp_path, *script, models=None, **changes):
    server = ScriptedServer(*script) if models is None else ScriptedServer(*script, models=models)
    with server:
        report = outcome(tmp_path, Endpoint(url=server.url, model="tiny"), **changes)
    assert report.measured is None
    return report.failed


def test_a_server_of_the_operator_is_measured_and_its_process_is_charged(tmp_path, llama):
    endpoint, process = llama
    before_s = cpu_s(process)

    report = outcome(tmp_path, endpoint, device_key="cpu", protocol=SPOKEN)

    assert report.failed is None, report.failed
    found = report.measured
    spent_s = cpu_s(process) - before_s
    assert found.provider == "lab"
    assert found.runtime_version == "llama.cpp"
    assert found.memory_peak_bytes is None
    assert all(repeat.streamed.cached_tokens == 0 for repeat in found.repeats)
    assert sum(repeat.cpu_s for repeat in found.repeats) > 0
    assert sum(repeat.cpu_s for repeat in found.repeats) > 0.2 * spent_s
    for repeat in found.repeats:
        (estimate,) = [reading for reading in repeat.energy if reading.source == "codecarbon"]
        assert estimate.joules is not None
    joules = sum(reading.joules for repeat in found.repeats for reading in repeat.energy)
    watts = found.repeats[0].energy[0].rated_power_w
    charged_s = joules / watts * os.cpu_count()
    assert charged_s == pytest.approx(sum(repeat.cpu_s for repeat in found.repeats), rel=0.25, abs=0.12)


def cpu_s(process):
    times = psutil.Process(process.pid).cpu_times()
    return times.user + times.system


def test_a_scripted_server_that_is_honest_is_measured(tmp_path):
    with ScriptedServer(*HONEST, for_one=HONEST_FOR_ONE) as server:
        report = outcome(tmp_path, Endpoint(url=server.url, model="tiny", body={"top_k": 1}))
        asked = [body for head, body in server.requests if head.startswith(b"POST")]

    assert report.failed is None, report.failed
    assert set(report.measured.texts) == {"46"}
    assert all(b'"top_k": 1' in body and b'"temperature": 0' in body for body in asked)
    assert report.measured.repeats[0].streamed.cached_tokens is None


def test_hits_of_a_prompt_cache_are_counted_and_leave_no_prefill(tmp_path):
    cached = usage(6, 3, prompt_tokens_details={"cached_tokens": 4})
    with ScriptedServer(HEAD, said("4"), said("6"), said("", "stop"), cached, DONE) as server:
        report = outcome(tmp_path, Endpoint(url=server.url, model="tiny"))

    assert "prompt_cache_hits" in report.warnings
    assert report.measured.prefill == ()
    assert report.measured.repeats[0].streamed.cached_tokens == 4 * report.measured.repeats[0].calls


GARBAGE = (HEAD, b"\x00\xff\xfe garbage \x1b[31m\n\n" * 50)
CASES = [
    ("garbage", GARBAGE, Code.CRASHED, "broke off"),
    ("no JSON", (HEAD, b"data: {{{{\n\n", DONE), Code.WRONG_OUTPUT, "no stream of tokens"),
    ("a page", (HEAD.replace(b"event-stream", b"html"), b"<html>"), Code.WRONG_OUTPUT, "not text/event-stream"),
    ("silence", (HEAD, ...), Code.TIMEOUT, "did not end"),
    ("no end", (HEAD, *[b": still here\n\n", 0.1] * 200), Code.TIMEOUT, "did not end"),
    ("flood", (HEAD, *[said("4" * 50) * 1000] * 100), Code.TIMEOUT, "far more came"),
    ("closes early", (HEAD, said("4")), Code.CRASHED, "broke off"),
    ("no usage", (HEAD, said("4"), said("", "stop"), DONE), Code.WRONG_OUTPUT, "states no usage"),
    ("too many", (HEAD, said("4"), said("", "stop"), usage(6, 500), DONE), Code.WRONG_OUTPUT, "500 tokens"),
    ("too few", (HEAD, *[said("4")] * 5, said("", "stop"), usage(6, 2), DONE), Code.WRONG_OUTPUT, "text came 5 times"),
    ("negative", (HEAD, said("4"), said("", "stop"), usage(6, -3), DONE), Code.WRONG_OUTPUT, "no count"),
    ("error", (HEAD, said("4"), event(error={"message": "no slot"})), Code.CRASHED, "no slot"),
    ("long prompt", (b"HTTP/1.1 400 Bad\r\n\r\ntoo long",), Code.CONTRACT_MISMATCH, "too long"),
    ("no key", (b"HTTP/1.1 401 Unauthorized\r\n\r\nwho are you",), Code.UNHEALTHY, "HTTP 401"),
    ("elsewhere", (b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\n\r\n",), Code.UNHEALTHY, "HTTP 302"),
    ("overload", (b"HTTP/1.1 503 Busy\r\n\r\n",), Code.UNHEALTHY, "HTTP 503"),
]


@pytest.mark.parametrize(("script", "code", "says"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_a_bad_stream_comes_to(tmp_path, script, code, says):
    failed = failure(tmp_path, *script, limits=Limits(wall_s=15, memory_bytes=512 * 2**20))

    assert failed.code is code, failed
    assert says in failed.message
    assert failed.message.startswith("The endpoint lab: ")
    assert "\x1b" not in failed.message


def test_an_endpoint_that_is_down_is_the_device_s_and_not_the_model_s(tmp_path):
    with ScriptedServer() as server:
        url = server.url

    report = outcome(tmp_path, Endpoint(url=url, model="tiny"))

    assert report.failed.code is Code.UNHEALTHY
    assert "refused" in report.failed.message
    assert "Whoever runs this device" in report.failed.message


def test_a_model_that_the_endpoint_does_not_have_is_said(tmp_path, llama):
    endpoint, _ = llama

    report = outcome(tmp_path, endpoint.model_copy(update={"model": "another"}))

    assert report.failed.code is Code.UNHEALTHY
    assert "has no model 'another'; it has tiny" in report.failed.message


def test_a_server_whose_process_cannot_be_found_is_not_measured(tmp_path):
    gone = tmp_path / "pid"
    gone.write_text("999999999")
    with ScriptedServer(*HONEST) as server:
        report = outcome(tmp_path, Endpoint(url=server.url, model="tiny", pid_file=gone))

    assert report.failed.code is Code.UNHEALTHY
    assert "CPU time cannot be charged" in report.failed.message
