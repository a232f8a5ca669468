"""Models that others have published: they come back with what their library computed.

They stand in the package `onnx` 1.23.2 (Apache-2.0), `backend/test/data`: modules of PyTorch as it exported them in 2017, with inputs and
outputs beside them. The derivatives are held to central differences over onnx's own reference in double precision. Of the models nothing is
kept here but their checksums.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy
import pytest

from derivegen.api import load
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.network.graph import build
from tests.calculus.test_layer_kinds import array_of

onnx = pytest.importorskip("onnx")
DATA = Path(onnx.__file__).parent / "backend/test/data"
STEP = 1e-4
MODELS = {
    "Linear": ("60a3546925d832686c788d3e", "w b"),
    "Linear_no_bias": ("071ce49b698635b090487697", "w"),
    "Conv1d": ("6784029f6f72d5d8c9dc9667", "w b"),
    "Conv1d_dilated": ("096963d90634e312f4577f51", "w b"),
    "Conv1d_pad1": ("4c04576b8b1a0d55ffea2613", "w b"),
    "Conv1d_pad2": ("e81b5f92462708e1ff39d750", "w b"),
    "Conv1d_stride": ("a6d8e22558acd9e17f71883b", "w b"),
    "Conv2d": ("cb8df62b22401aa644e46e13", "w b"),
    "Conv2d_no_bias": ("66c2ee5a70dae7f8ba9acd68", "w"),
    "Conv2d_strided": ("7a067ef80bf9ad828224c184", "w b"),
    "BatchNorm2d_eval": ("f187749e55da7ed28169e963", "g b"),
    "Embedding": ("ff4a3e2cffc38cfc1b056d03", "E"),
}
"""The beginning of the checksum of each, and what its arrays are called here, in their order."""


def value(model: Any, rows: Any, moved: dict[str, Any]) -> float:
    """Half the sum of the squares of what the reference gives."""
    from onnx.reference import ReferenceEvaluator

    for each in model.graph.initializer:
        each.CopyFrom(onnx.numpy_helper.from_array(moved[each.name], each.name))
    given = {model.graph.input[0].name: rows}
    (output,) = ReferenceEvaluator(model).run(None, given)
    return float((output.astype(float) ** 2).sum()) / 2


def differences(model: Any, rows: Any, held: dict[str, Any], name: str, places: Any) -> Any:
    """The central differences at some places of an array."""
    found = []
    for place in places:
        sides = []
        for sign in (1, -1):
            array = held[name].copy()
            array.reshape(-1)[place] += sign * STEP
            sides.append(value(model, rows, {**held, name: array}))
        found.append((sides[0] - sides[1]) / (2 * STEP))
    return numpy.array(found)


@pytest.mark.parametrize("name", MODELS)
def test_a_published_model_has_the_loss_and_the_derivatives_of_its_library(name: str) -> None:
    checksum, letters = MODELS[name]
    folder = DATA / "pytorch-converted" / f"test_{name}"
    content = (folder / "model.onnx").read_bytes()
    assert hashlib.sha256(content).hexdigest().startswith(checksum)
    rows, output = (
        onnx.numpy_helper.to_array(onnx.load_tensor(str(folder / "test_data_set_0" / f"{each}_0.pb")))
        for each in ("input", "output")
    )
    loss = {"name": "half_squared_error", "reduction": "sum"}
    network = load(folder / "model.onnx", inputs=rows, targets=numpy.zeros(output.shape), loss=loss)
    derivation = derive(build(network))
    numbers = Numbers(derivation)
    assert numbers["loss"] == pytest.approx(float((output.astype(float) ** 2).sum()) / 2, rel=1e-6)
    model = onnx.version_converter.convert_version(onnx.load_from_string(content), 15)
    model.graph.input[0].type.tensor_type.elem_type = 11 if rows.dtype.kind == "f" else 7
    rows = rows.astype(float) if rows.dtype.kind == "f" else rows
    held = {each.name: onnx.numpy_helper.to_array(each).astype(float) for each in model.graph.initializer}
    for (key, array), letter in zip(held.items(), letters.split(), strict=False):
        families = derivation.graph.families
        family = next(each for name, each in families.items() if name.startswith(f"{letter}["))
        ours = array_of(family, numbers, derivation.name_of).ravel()
        places = range(0, array.size, max(1, array.size // 12))
        theirs = differences(model, rows, held, key, places)
        assert ours[[*places]] == pytest.approx(theirs, rel=1e-6, abs=1e-6), letter
