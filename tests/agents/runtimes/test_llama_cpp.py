import os

import gguf
import httpx
import numpy as np
import pytest

from agents.child_process import spawn
from agents.process_group import members
from agents.runtimes.gguf_weights import UNKNOWN, gguf_precision
from agents.runtimes.llama_cpp import LlamaCpp, is_usable
from leaderboard.protocol import Code, GenerationContract, Limits, Options
from tests.agents.gguf_files import Shape, write_llama
from tests.agents.measuring import SPOKEN, SUMS, spoken_order

PATIENCE_S = 60
ONE_REPEAT_KIND = SPOKEN.model_copy(update={"idle_s": 0})


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return write_llama(tmp_path_factory.mktemp("gguf") / "m.gguf")


def outcome(order):
    child = spawn(order)
    try:
        report = child.wait(PATIENCE_S)
    finally:
        assert child.end(grace_s=0)
    assert report is not None, "still running"
    assert members(child.pgid) == []
    return report


@pytest.fixture(scope="module")
def measured(model, tmp_path_factory):
    return outcome(spoken_order(tmp_path_factory.mktemp("measured"), model))


def test_a_gguf_file_is_measured_end_to_end(measured):
    found = measured.measured

    assert measured.failed is None
    assert len(found.repeats) == SPOKEN.repeats
    assert found.provider == "CPU"
    assert found.precision == "fp32"
    assert found.answers == ()
    assert found.memory_peak_bytes > 2**20
    assert 0 < found.load_s < 10
    assert found.first_call_s > 0


def test_every_window_says_what_was_streamed_in_it(measured):
    for repeat in measured.measured.repeats:
        told = repeat.streamed
        assert told.output_tokens == 6 * repeat.calls
        assert told.cached_tokens == 0
        assert told.prompt_tokens > 4 * repeat.calls
        assert 0 < told.ttft_p50_s < repeat.median_s
        assert told.ttft_p50_s + 5 * told.tpot_p50_s <= repeat.p90_s if repeat.p90_s else True
        assert told.server_prefill_p50_s > 0
        assert told.server_tpot_p50_s > 0


def test_prefill_has_windows_of_its_own_with_their_energy(measured):
    windows = measured.measured.prefill

    assert len(windows) == 3
    for window in windows:
        assert window.requests >= 10
        assert 4 * window.requests < window.prompt_tokens < 20 * window.requests
        assert window.seconds >= SPOKEN.repeat_min_s
        assert [reading.joules > 0 for reading in window.energy if reading.source == "codecarbon"] == [True]


def test_the_server_s_work_is_this_process_s_cpu_time_and_its_estimate(measured):
    """A tiny model still computes for a good part of the time; what is charged is no client alone."""
    repeats = measured.measured.repeats

    for repeat in repeats:
        (estimate,) = [reading for reading in repeat.energy if reading.source == "codecarbon"]
        cpus = os.cpu_count()
        assert repeat.cpu_s > 0
        assert estimate.joules == pytest.approx(repeat.cpu_s * estimate.rated_power_w / cpus, rel=0.5, abs=0.1)


def test_answers_are_the_same_every_time_and_in_item_order(measured, model, tmp_path):
    again = outcome(spoken_order(tmp_path, model, prompts=SUMS[::-1], protocol=ONE_REPEAT_KIND, device_key="gpu9"))

    assert len(measured.measured.texts) == len(SUMS)
    assert all(len(text) == 6 for text in measured.measured.texts)
    assert again.measured.texts == measured.measured.texts[::-1]
    assert "answers_vary" not in measured.warnings


def test_chat_and_stop_words_are_the_benchmark_s(model, tmp_path):
    asked = GenerationContract(api="chat", max_new_tokens=6, stop=("0", "1", "2", "3"))

    report = outcome(spoken_order(tmp_path, model, generation=asked, protocol=ONE_REPEAT_KIND, device_key="gpu9"))

    assert report.failed is None, report.failed
    assert not any(set(text) & set("0123") for text in report.measured.texts)


def hostile(path):
    good = path.read_bytes()

    def changed(key, value):
        at = good.index(key.encode()) + len(key) + 4
        return good[:at] + value.to_bytes(4, "little") + good[at + 4 :]

    return {
        "empty": b"",
        "truncated": good[: len(good) // 2],
        "only a head": good[:40],
        "random bytes": os.urandom(4096),
        "random behind the head": good[:24] + os.urandom(len(good) - 24),
        "2**62 tensors": good[:8] + (2**62).to_bytes(8, "little") + good[16:],
        "2**60 entries": good[:16] + (2**60).to_bytes(8, "little") + good[24:],
        "2**31 layers": changed("llama.block_count", 2**31 - 1),
        "no heads": changed("llama.attention.head_count", 0),
        "2**31 wide": changed("llama.embedding_length", 2**31),
    }


NO_END = "{% for i in range(1000000000) %}{% for j in range(1000000000) %}{% endfor %}{% endfor %}x"


@pytest.mark.parametrize("template", ["{% if %}", NO_END])
def test_a_hostile_template_is_the_model_s_own_end_and_nothing_to_who_does_not_chat(template, tmp_path):
    path = write_llama(tmp_path / "m.gguf", template=template)
    limits = Limits(wall_s=5, memory_bytes=512 * 2**20)
    asked = GenerationContract(api="chat", max_new_tokens=6)
    common = {"protocol": ONE_REPEAT_KIND, "device_key": "gpu9"}

    chat = outcome(spoken_order(tmp_path / "chat", path, generation=asked, limits=limits, **common))
    plain = outcome(spoken_order(tmp_path / "plain", path, **common))

    assert chat.failed.code in (Code.CANNOT_LOAD, Code.TIMEOUT)
    assert plain.failed is None, plain.failed


HOSTILE = (
    "empty", "truncated", "only a head", "random bytes", "random behind the head", "2**62 tensors", "2**60 entries",
    "2**31 layers", "no heads", "2**31 wide",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_cannot_be_loaded_and_says_so(name, model, tmp_path):
    path = tmp_path / "m.gguf"
    path.write_bytes(hostile(model)[name])

    report = outcome(spoken_order(tmp_path / "order", path))

    assert report.failed.code is Code.CANNOT_LOAD, report.failed
    assert "load" in report.failed.message.partition("\n")[0]


def test_a_cut_file_is_refused_in_llama_cpp_s_own_words(model, tmp_path):
    path = tmp_path / "m.gguf"
    path.write_bytes(hostile(model)["truncated"])

    assert "not within the file bounds" in outcome(spoken_order(tmp_path / "order", path)).failed.message


def test_a_model_over_the_memory_that_it_is_given_is_out_of_memory(tmp_path):
    path = write_llama(tmp_path / "m.gguf", Shape(width=512, layers=24, heads=8, inner=2048))
    limits = Limits(wall_s=60, memory_bytes=96 * 2**20)

    report = outcome(spoken_order(tmp_path / "order", path, limits=limits))

    assert path.stat().st_size > 300e6
    assert report.failed.code is Code.OUT_OF_MEMORY, report.failed


def test_the_server_answers_nobody_without_its_key(model):
    server = LlamaCpp(model, threads=1, context_tokens=64)
    server.load()
    url = f"http://{server.address.host}:{server.address.port}/v1/completions"

    assert httpx.post(url, json={"prompt": "1+1=", "max_tokens": 1}).status_code == 401
    server.close()


def test_threads_are_those_of_the_order(model, tmp_path):
    order = spoken_order(tmp_path, model, options=Options(threads=2), protocol=ONE_REPEAT_KIND, device_key="gpu9")

    assert outcome(order).failed is None


def test_a_batch_is_refused_because_prompts_are_asked_one_at_a_time(model, tmp_path):
    report = outcome(spoken_order(tmp_path, model, options=Options(batch=4)))

    assert report.failed.code is Code.CONTRACT_MISMATCH


def test_here_llama_cpp_is_usable():
    assert is_usable()


@pytest.mark.parametrize("name", ["Q8_0", "Q4_0", "F16"])
def test_the_precision_is_that_of_most_weights(name, tmp_path):
    path = tmp_path / "m.gguf"
    kind = gguf.GGMLQuantizationType[name]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tokenizer_model("llama")
    writer.add_token_list(["a", "b"])
    writer.add_tensor("norm", np.ones(64, np.float32))
    weights = gguf.quants.quantize(np.ones((64, 64), np.float32), kind)
    writer.add_tensor("weights", weights, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    assert gguf_precision(path) == {"F16": "fp16"}.get(name, name.lower())


def test_precision_of_a_file_that_is_none_is_unknown(model, tmp_path):
    for name, content in hostile(model).items():
        path = tmp_path / "m.gguf"
        path.write_bytes(content)
        assert gguf_precision(path) in (UNKNOWN, "fp32"), name
    assert gguf_precision(tmp_path / "none") == UNKNOWN
