from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from agents.runtimes.onnx_weights import UNKNOWN, weights_precision

MODELS = sorted((Path(__file__).parents[3] / "fixtures/models/digits").glob("*.onnx"))


def save(path, initializers=(), nodes=()):
    graph = helper.make_graph(nodes, "g", [], [], list(initializers))
    onnx.save(helper.make_model(graph), path)
    return path


@pytest.mark.parametrize(
    ("dtype", "precision"),
    [(np.float32, "fp32"), (np.float16, "fp16"), (np.float64, "fp64"), (np.int8, "int8"), (np.uint8, "int8")],
)
def test_the_weights_decide_and_not_their_shapes_and_scales(tmp_path, dtype, precision):
    weights = numpy_helper.from_array(np.ones((8, 8), dtype), "w")
    scale = numpy_helper.from_array(np.ones(8, np.float32), "s")
    shape = numpy_helper.from_array(np.arange(1000), "shape")

    assert weights_precision(save(tmp_path / "m.onnx", [weights, scale, shape])) == precision


def test_weights_in_constants_and_in_packed_dimensions_are_counted(tmp_path):
    constant = helper.make_node(
        "Constant", [], ["w"], value=helper.make_tensor("w", TensorProto.FLOAT16, [2, 3], [0.0] * 6)
    )

    assert weights_precision(save(tmp_path / "m.onnx", nodes=[constant])) == "fp16"


def test_a_tree_keeps_its_numbers_in_attributes_which_are_32_bit_floats(tmp_path):
    assert weights_precision(save(tmp_path / "m.onnx")) == "fp32"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_bundled_models_have_the_precision_in_their_name(path):
    assert weights_precision(path) == ("int8" if path.stem.endswith("int8") else "fp32")


def test_a_file_that_is_not_there_is_unknown(tmp_path):
    assert weights_precision(tmp_path / "none.onnx") == UNKNOWN


@given(content=st.binary(max_size=200))
def test_any_bytes_have_an_answer_and_never_an_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.onnx"
    path.write_bytes(content)

    assert weights_precision(path)
