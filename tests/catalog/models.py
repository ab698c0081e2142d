"""Small ONNX models, made by hand, fit and unfit."""

import onnx
from onnx import TensorProto, helper


def tensor(name="w", dims=(64, 10), kind=TensorProto.FLOAT, data=None):
    count = 1
    for part in dims:
        count *= part
    return helper.make_tensor(name, kind, dims, data if data is not None else [0] * count)


def linear(*, domain="", initializers=None, nodes=None):
    """One matrix product: float32 [N, 64] in, float32 [N, 10] out."""
    return helper.make_model(
        helper.make_graph(
            nodes or [helper.make_node("MatMul", ["x", "w"], ["y"], domain=domain)],
            "linear",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 64])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 10])],
            initializers if initializers is not None else [tensor()],
        ),
        opset_imports=[helper.make_opsetid("", 18)],
    )


def external(location="../../secret-key"):
    model = linear()
    weight = model.graph.initializer[0]
    weight.ClearField("float_data")
    weight.data_location = TensorProto.EXTERNAL
    entry = weight.external_data.add()
    entry.key, entry.value = "location", location
    return model


def in_a_subgraph(part):
    """A model whose `If` holds a branch with `part` as initializer."""
    branch = helper.make_graph([helper.make_node("Identity", [part.name], ["z"])], "b", [], [], [part])
    node = helper.make_node("If", ["x"], ["y"], then_branch=branch, else_branch=branch)
    return linear(nodes=[node])


def with_function():
    model = linear()
    opset = [helper.make_opsetid("", 18)]
    body = [helper.make_node("Identity", ["a"], ["b"])]
    model.functions.append(helper.make_function("mine", "Twice", ["a"], ["b"], body, opset))
    return model


def bytes_of(model: onnx.ModelProto) -> bytes:
    return model.SerializeToString()
