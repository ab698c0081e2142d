"""Orders and models for the tests that measure: real files, short windows."""

import json
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from agents.child_process import MeasureOrder
from leaderboard.protocol import (
    AttemptSpec,
    BenchmarkRef,
    BlobRef,
    GenerationContract,
    Limits,
    MeasuringProtocol,
    ModelContract,
    ModelRef,
    Options,
    RuntimeName,
)

ROOT = Path(__file__).parents[2]
DIGITS = ROOT / "fixtures/catalog/digits"
MODELS = ROOT / "fixtures/models/digits"

# Everything a measurement does, in a second or two.
QUICK = MeasuringProtocol(
    guard_quiet_s=0,
    idle_s=0.2,
    warmup_calls=20,
    warmup_s=0.01,
    repeats=3,
    repeats_max=3,
    repeat_min_s=0.15,
    counter_window_s=0.2,
)


def contract() -> ModelContract:
    return ModelContract.model_validate(json.loads((DIGITS / "benchmark.json").read_text())["contract"])


def order(
    work_dir,
    model_path,
    *,
    protocol=QUICK,
    limits=None,
    options=None,
    inputs_path=DIGITS / "inputs.npy",
    device_key="cpu",
):
    blob = BlobRef(path="/blobs/unused", sha256="0" * 64, size_bytes=1)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    spec = AttemptSpec(
        attempt_id=uuid.uuid4(),
        job_id=uuid.uuid4(),
        number=1,
        benchmark=BenchmarkRef(slug="digits", version=1, n=600, inputs=blob, contract=contract()),
        model=ModelRef(name="model", format="onnx", file=blob),
        device_key=device_key,
        runtime="onnxruntime",
        options=options or Options(),
        protocol=protocol,
        limits=limits or Limits(wall_s=60, memory_bytes=512 * 2**20),
        rated_power_w=None,
        lease_s=60,
        deadline_at=now,
        server_time=now,
    )
    return MeasureOrder(spec=spec, model_path=model_path, inputs_path=inputs_path, work_dir=work_dir / "work")


# As QUICK, for prompts.
SPOKEN = QUICK.model_copy(update={"warmup_calls": 3, "repeat_min_calls": 10})
SUMS = tuple(f"{first}+{second}=" for first, second in ((12, 34), (123, 456), (7, 8), (99, 1), (500, 500)))


def spoken_order(
    work_dir, model_path=None, *, runtime="llama.cpp", generation=None, prompts=SUMS, reference="", **changes
):
    """An order of prompts instead of tensors; changes are fields of MeasureOrder, or protocol, limits and options."""
    work_dir.mkdir(parents=True, exist_ok=True)
    inputs_path = work_dir / "items.jsonl"
    inputs_path.write_text("".join(json.dumps({"id": i, "prompt": p}) + "\n" for i, p in enumerate(prompts)))
    blob = BlobRef(path="/blobs/unused", sha256="0" * 64, size_bytes=1)
    plain = order(work_dir, model_path, inputs_path=inputs_path, protocol=changes.pop("protocol", SPOKEN))
    generation = generation or GenerationContract(max_new_tokens=6)
    spec = plain.spec.model_copy(
        update={
            "benchmark": BenchmarkRef(slug="sums", version=1, n=len(prompts), inputs=blob, generation=generation),
            "model": ModelRef(name="model", format="any", file=None if reference else blob, reference=reference),
            "runtime": RuntimeName(runtime),
            "limits": changes.pop("limits", plain.spec.limits),
            "options": changes.pop("options", plain.spec.options),
            "device_key": changes.pop("device_key", plain.spec.device_key),
        }
    )
    return plain.model_copy(update={"spec": spec, "model_path": model_path, **changes})


def write_model(path, nodes, *, inputs=None, outputs=None, initializers=()):
    """A model of `nodes` from float32 `pixels` [N, 64] to `scores` [N, 10], unless told otherwise."""
    graph = helper.make_graph(
        nodes,
        "model",
        inputs or [tensor("pixels", TensorProto.FLOAT, ["N", 64])],
        outputs or [tensor("scores", TensorProto.FLOAT, ["N", 10])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in initializers],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, path)
    return path


def tensor(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


WEIGHTS = ("weights", np.random.default_rng(0).normal(size=(64, 10)).astype(np.float32))


def linear(path):
    return write_model(path, [helper.make_node("MatMul", ["pixels", "weights"], ["scores"])], initializers=[WEIGHTS])


def fixed_batch(path, batch):
    return write_model(
        path,
        [helper.make_node("MatMul", ["pixels", "weights"], ["scores"])],
        inputs=[tensor("pixels", TensorProto.FLOAT, [batch, 64])],
        outputs=[tensor("scores", TensorProto.FLOAT, [batch, 10])],
        initializers=[WEIGHTS],
    )


def hanging(path):
    """Runs a loop of 2**62 rounds before it answers."""
    return _looping(path, 2**62)


def slow(path, *, seconds):
    """Takes about so many seconds for an item, on whatever machine this is."""
    rounds = 1000
    while True:
        session = ort.InferenceSession(_looping(path, rounds).read_bytes(), providers=["CPUExecutionProvider"])
        took_s = min(_seconds_of(session) for _ in range(3))  # one may wait for others
        if took_s >= seconds / 4:
            return _looping(path, int(rounds * seconds / took_s))
        rounds *= 4


def _seconds_of(session):
    begin = time.perf_counter()
    session.run(None, {"pixels": np.zeros((1, 64), np.float32)})
    return time.perf_counter() - begin


def _looping(path, rounds):
    body = helper.make_graph(
        [helper.make_node("Identity", ["go_on"], ["still"]), helper.make_node("Abs", ["carried"], ["next"])],
        "body",
        [
            tensor("round", TensorProto.INT64, []),
            tensor("go_on", TensorProto.BOOL, []),
            tensor("carried", TensorProto.FLOAT, ["N", 10]),
        ],
        [tensor("still", TensorProto.BOOL, []), tensor("next", TensorProto.FLOAT, ["N", 10])],
    )
    nodes = [
        helper.make_node("MatMul", ["pixels", "weights"], ["first"]),
        helper.make_node("Loop", ["rounds", "yes", "first"], ["scores"], body=body),
    ]
    return write_model(path, nodes, initializers=[WEIGHTS, ("rounds", np.int64(rounds)), ("yes", np.bool_(True))])


def hungry(path, elements):
    """Fills a tensor of `elements` floats whose size it only learns while it runs, so that loading is cheap."""
    nodes = [
        helper.make_node("Shape", ["pixels"], ["shape"]),
        helper.make_node("Gather", ["shape", "zero"], ["n"], axis=0),
        helper.make_node("Mul", ["n", "elements"], ["size"]),
        helper.make_node("Reshape", ["size", "one"], ["sizes"]),
        helper.make_node("ConstantOfShape", ["sizes"], ["huge"]),
        helper.make_node("ReduceSum", ["huge"], ["sum"], keepdims=0),
        helper.make_node("MatMul", ["pixels", "weights"], ["first"]),
        helper.make_node("Add", ["first", "sum"], ["scores"]),
    ]
    values = [WEIGHTS, ("zero", np.int64(0)), ("elements", np.int64(elements)), ("one", np.array([1], np.int64))]
    return write_model(path, nodes, initializers=values)


def not_a_number(path):
    nodes = [
        helper.make_node("MatMul", ["pixels", "weights"], ["first"]),
        helper.make_node("Sub", ["first", "first"], ["zero"]),
        helper.make_node("Div", ["zero", "zero"], ["scores"]),
    ]
    return write_model(path, nodes, initializers=[WEIGHTS])


def wrong_shape_only_when_run(path):
    """Its second dimension is computed from the batch, so that the file does not say that it is 5."""
    nodes = [
        helper.make_node("MatMul", ["pixels", "weights"], ["first"]),
        helper.make_node("Shape", ["pixels"], ["shape"]),
        helper.make_node("Slice", ["shape", "zero", "one", "zero"], ["n"]),
        helper.make_node("Mul", ["n", "five"], ["ends"]),
        helper.make_node("Slice", ["first", "zero", "ends", "one"], ["scores"]),
    ]
    numbers = [(name, np.array([value], np.int64)) for name, value in (("zero", 0), ("one", 1), ("five", 5))]
    outputs = [tensor("scores", TensorProto.FLOAT, None)]
    return write_model(path, nodes, outputs=outputs, initializers=[WEIGHTS, *numbers])


def wrong_input(path):
    return write_model(
        path,
        [helper.make_node("MatMul", ["image", "weights"], ["scores"])],
        inputs=[tensor("image", TensorProto.FLOAT, ["N", 32])],
        initializers=[("weights", np.zeros((32, 10), np.float32))],
    )
