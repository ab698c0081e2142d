"""What a file says of itself, and files that lie."""

import contextlib
import pickle
from pathlib import Path

import onnx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from leaderboard.catalog.file_words import NotOnnx
from leaderboard.catalog.onnx_file import Tensor, from_json, read_signature
from tests.catalog.models import bytes_of, external, in_a_subgraph, linear, tensor, with_function

BUNDLED = sorted((Path(__file__).parents[2] / "fixtures" / "models" / "digits").glob("*.onnx"))
PLAIN = bytes_of(linear())


def _read(tmp_path, content):
    file = tmp_path / "model"
    file.write_bytes(content)
    return read_signature(file)


def test_a_model_says_what_goes_in_and_comes_out(tmp_path):
    signature = _read(tmp_path, PLAIN)
    assert signature.inputs == (Tensor("x", "float32", ("N", 64)),)
    assert signature.outputs == (Tensor("y", "float32", ("N", 10)),)
    assert (signature.parameters, signature.precision) == (640, "fp32")


def test_every_bundled_model_can_be_read():
    assert BUNDLED
    for file in BUNDLED:
        assert read_signature(file).parameters > 0


def test_a_signature_survives_its_json_column():
    import json
    from dataclasses import asdict

    signature = read_signature(BUNDLED[0])
    assert from_json(json.loads(json.dumps(asdict(signature)))) == signature


def _foreign_tensor():
    part = tensor("w2")
    part.external_data.add().key = "location"
    return part


def _hidden_in_an_attribute():
    part = tensor("hidden")
    part.data_location = TensorProto.EXTERNAL
    return linear(nodes=[helper.make_node("Constant", [], ["y"], value=part)])


def _sparse():
    model = linear()
    sparse = model.graph.sparse_initializer.add()
    sparse.values.CopyFrom(_foreign_tensor())
    return model


def _training():
    model = linear()
    model.training_info.add().algorithm.CopyFrom(model.graph)
    return model


def _claiming(*dims):
    part = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=dims)
    return linear(initializers=[part])


def _in_a_nested_subgraph():
    inner = in_a_subgraph(_foreign_tensor())
    node = helper.make_node("If", ["x"], ["y"], then_branch=inner.graph, else_branch=inner.graph)
    return linear(nodes=[node])


@pytest.mark.parametrize(
    "model, message",
    [
        (external(), "points to another file"),
        (external("/etc/passwd"), "points to another file"),
        (linear(initializers=[_foreign_tensor()]), "points to another file"),
        (in_a_subgraph(_foreign_tensor()), "points to another file"),
        (_in_a_nested_subgraph(), "points to another file"),
        (_hidden_in_an_attribute(), "points to another file"),
        (_sparse(), "points to another file"),
        (linear(domain="com.example"), "com.example"),
        (linear(domain="ai.onnx.training"), "ai.onnx.training"),
        (with_function(), "functions"),
        (_training(), "training"),
        (_claiming(2**62, 2**62), "more than its"),
        (_claiming(10**6, 10**6), "more than its"),
        (_claiming(-64, 10), "negative"),
        (onnx.ModelProto(), "no graph"),
        (onnx.ModelProto(ir_version=9, producer_name="nobody"), "no graph"),
    ],
)
def test_a_model_that_is_more_or_less_than_a_plain_graph_is_refused(tmp_path, model, message):
    with pytest.raises(NotOnnx, match=message):
        _read(tmp_path, bytes_of(model))


def _deep(levels):
    """Graphs inside attributes inside nodes inside graphs, as raw protobuf."""

    def field(number, body):
        length, size = len(body), b""
        while length > 127:
            size += bytes([length & 127 | 128])
            length >>= 7
        return bytes([number << 3 | 2]) + size + bytes([length]) + body

    graph = field(1, field(4, b"Identity"))
    for _ in range(levels):
        graph = field(1, field(4, b"If") + field(5, field(6, graph)))
    return field(7, graph) + field(8, bytes([2 << 3, 18]))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        PLAIN[: len(PLAIN) // 2],
        PLAIN[:-1],
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"PK\x03\x04" + bytes(100),
        pickle.dumps({"weights": [1.0] * 100}),
        b"<html></html>",
        PLAIN.replace(b"\x01x", b"\x01\xff"),  # a name that is no UTF-8
        _deep(60),
        _deep(5_000),
    ],
)
def test_bytes_that_are_no_model_are_refused(tmp_path, content):
    with pytest.raises(NotOnnx):
        _read(tmp_path, content)


def test_moderate_nesting_is_read(tmp_path):
    assert _read(tmp_path, _deep(20)).inputs == ()


def test_a_name_with_nul_can_be_stored(tmp_path):
    signature = _read(tmp_path, PLAIN.replace(b"\x01x", b"\x01\x00"))
    assert signature.inputs[0].name == "\ufffd"


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_random_bytes_are_refused_or_read_and_never_crash(tmp_path, content):
    with contextlib.suppress(NotOnnx):
        _read(tmp_path, content)


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_model_with_damaged_bytes_is_refused_or_read_and_never_crashes(tmp_path, data):
    content = bytearray(bytes_of(linear(initializers=[tensor(dims=(4, 4))])))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        signature = _read(tmp_path, bytes(content))
    except NotOnnx:
        return
    assert 0 <= signature.parameters <= 2 * len(content)
