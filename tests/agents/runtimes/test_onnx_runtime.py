import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from agents.runtimes.faults import ModelFaultError, fault_of
from agents.runtimes.onnx_runtime import OnnxRuntime
from leaderboard.protocol import Code, ModelContract, Options

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "fixtures/models/digits/logreg.onnx"
CONTRACT = ModelContract.model_validate(
    json.loads((ROOT / "fixtures/catalog/digits/benchmark.json").read_text())["contract"]
)


@pytest.fixture
def runtime():
    runtime = OnnxRuntime(CONTRACT, Options(batch=4, threads=2))
    runtime.load(MODEL)
    return runtime


def test_a_loaded_model_says_what_runs_it(runtime):
    runtime.describe(MODEL)

    assert runtime.version == onnxruntime.__version__
    assert runtime.provider == "CPUExecutionProvider"
    assert runtime.precision == "fp32"
    assert runtime.fixed_batch is False


def test_a_card_without_its_build_is_the_devices_fault_and_never_a_number_of_the_cpu():
    runtime = OnnxRuntime(CONTRACT, Options(), device_key="gpu0")

    with pytest.warns(UserWarning, match="CUDAExecutionProvider"), pytest.raises(ModelFaultError) as fault:
        runtime.load(MODEL)
    assert fault.value.code is Code.UNHEALTHY
    assert "install onnxruntime-gpu" in str(fault.value)


def test_the_session_has_the_threads_that_were_ordered(runtime):
    options = runtime.call.__self__.get_session_options()

    assert options.intra_op_num_threads == 2
    assert options.inter_op_num_threads == 1
    assert options.execution_mode == onnxruntime.ExecutionMode.ORT_SEQUENTIAL


def test_what_is_timed_is_the_session_s_own_run(runtime):
    assert runtime.call.__func__ is onnxruntime.InferenceSession.run


def test_one_call_answers_one_batch(runtime):
    items = np.load(ROOT / "fixtures/catalog/digits/inputs.npy")[:4]

    answers = runtime.answers(runtime.call(runtime.wanted, runtime.feed(items)), 4)

    assert answers.shape == (4,)
    assert answers.dtype == np.int64


def test_a_file_that_is_no_model_cannot_be_loaded(tmp_path):
    (tmp_path / "m.onnx").write_bytes(b"not a model")

    with pytest.raises(ModelFaultError, match="could not load") as fault:
        OnnxRuntime(CONTRACT, Options()).load(tmp_path / "m.onnx")

    assert fault.value.code is Code.CANNOT_LOAD


@pytest.mark.parametrize("words", ["std::bad_alloc", "Failed to allocate memory for requested buffer of size 8"])
def test_a_refused_allocation_is_out_of_memory_whatever_failed(words):
    assert fault_of(RuntimeError(words), Code.CANNOT_LOAD, "x").code is Code.OUT_OF_MEMORY
    assert fault_of(RuntimeError("else"), Code.CANNOT_LOAD, "x").code is Code.CANNOT_LOAD
