#!/usr/bin/env bash
# onnx 1.23.2: the ReferenceEvaluator moves the running mean and variance before it uses them, in a BatchNormalization of opset 9 to 13. Such a
# node with one output is in test mode, which normalises by the mean and variance that enter, whatever its momentum; onnxruntime 1.32.0 does so.
# An expert would take the reference for the meaning of the operator.
# Seen: x = 0 and 2 in one channel, mean 0, variance 1, scale 1, bias 0: 0 and 2 in onnxruntime; the evaluator gives -0.1 and 1.9.
# For us: published models are held to their recorded outputs, and their derivatives to opset 15, where the reference is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'onnx==1.23.2' 'onnxruntime==1.32.0'
"$folder/venv/bin/python" -W ignore - <<'PY'
import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

x = np.array([[[0.0, 2.0]]], dtype=np.float32)
held = {"s": 1.0, "b": 0.0, "m": 0.0, "v": 1.0}
arrays = [numpy_helper.from_array(np.array([each], dtype=np.float32), name) for name, each in held.items()]
enters, leaves = (helper.make_tensor_value_info(name, 1, [1, 1, 2]) for name in "xy")


def both(opset, **attributes):
    node = helper.make_node("BatchNormalization", ["x", *held], ["y"], **attributes)
    graph = helper.make_graph([node], "one", [enters], [leaves], arrays)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return ReferenceEvaluator(model).run(None, {"x": x})[0].ravel(), session.run(None, {"x": x})[0].ravel()


for opset, attributes in ((9, {"momentum": 0.9}), (13, {"momentum": 0.9}), (13, {}), (15, {"momentum": 0.9})):
    reference, runtime = both(opset, **attributes)
    print("opset", opset, attributes, "reference", reference, "onnxruntime", runtime)
    assert np.allclose(runtime, [0, 2], atol=1e-4)
    assert np.allclose(reference, [0, 2], atol=1e-4) == (opset > 13)
PY
echo "as seen: onnx's reference normalises by a moved mean in opsets 9 to 13"
