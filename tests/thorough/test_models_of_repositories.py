"""Small models of public repositories, which others have made and put there: they come back with what Keras 3.15.1 on PyTorch 2.13.0 and
onnxruntime 1.32.0 computed with them.

Nothing of them is kept here but checksums: DERIVEGEN_MODELS names a folder in which their files stand, under whatever names.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy
import pytest

import derivegen
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.layer_numbers import LayerNumbers
from derivegen.network.graph import build

FOLDER = os.environ.get("DERIVEGEN_MODELS", "")
FILES = {hashlib.sha256(path.read_bytes()).hexdigest()[:24]: path for path in Path(FOLDER).glob("*") if FOLDER}
MODELS = {
    "1rishu0/ANN-Classification-Churn: model.h5": ("c2f18dc0402266e6330dda20", (2, 12), [0.19210851, 0.30586576]),
    "404error-010/ANN-Churn-Classification: model.h5": ("588e7ede37f0ce4ca88a1e04", (2, 12), [0.27678072, 0.31964341]),
    "404error-010/ANN-Churn-Classification: model.keras": (
        *("9d556a4d14cee05df88f75cb", (2, 12)),
        [0.27678072, 0.31964341],
    ),
    "AdjoaPanyin/Stock_Price_RNN: model.keras": ("7180bc4f8ef7a706fd92f3e3", (2, 10, 6), [0.0, 0.46875277]),
    "joneikholmkea/basicspring: AND.onnx": ("ecbaf4f9f56aa2053097193b", (1, 2), [0.963525]),
    "joneikholmkea/basicspring: ANDmodel.onnx": ("77b6da0eb56b2c7cef324b49", (1, 2), [0.92863667]),
    "joneikholmkea/basicspring: xor.onnx": ("6592ef1f48af1d81ae1b02a2", (1, 2), [0.994838]),
    "joneikholmkea/basicspring: xorPrev.onnx": ("aad4da0cd6cae66d24efc9ef", (1, 2), [0.0014325082]),
    "texsmv/pytorch_to_tflite: xor.onnx": (
        *("24f6bed0732f7075e4500828", (4, 2)),
        [0.48454601, 0.26637492, 1.7681503, 1.1168039],
    ),
    "98PASS/RL_Godot: model.onnx": (
        *("53bc8b7c0e6f04a4059e6d50", (1, 209)),
        [0.58621299, -0.005912994, -0.074746802, 1.3693045, 0.40836877],
    ),
}
"""The beginning of the checksum, the sizes of the inputs (of `numpy.random.RandomState(0).randn`, in single precision), the outputs."""


@pytest.mark.parametrize("name", MODELS)
def test_what_others_have_made_comes_back(name: str) -> None:
    checksum, shape, outputs = MODELS[name]
    if checksum not in FILES:
        pytest.skip("DERIVEGEN_MODELS names no folder with it")
    inputs = numpy.random.RandomState(0).randn(*shape).astype("float32")
    targets = numpy.zeros((shape[0], len(outputs) // shape[0]))
    network = derivegen.load(FILES[checksum], inputs=inputs, targets=targets, loss="half_squared_error")
    graph = build(network)
    arrays = LayerNumbers(derive(graph)).arrays
    last = graph.output.name if not graph.lettered else [each for each in graph.families if each.startswith("a[")][-1]
    assert arrays[last].T.reshape(-1) == pytest.approx(outputs, abs=1e-6)
