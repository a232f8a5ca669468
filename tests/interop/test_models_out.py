"""What is written for other libraries comes back with the same loss and derivatives; `tests/thorough/test_models_out.py` runs it in
those."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy
import pytest

import derivegen
from derivegen.api import load
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.network.family import PARAMETERS
from derivegen.network.file.as_file import network_file
from derivegen.network.graph import build
from derivegen.render.format import named
from tests.calculus.test_layer_kinds import array_of
from tests.interop.test_models import RECORDED, source_of
from tests.solved import solved

LIBRARIES = {"safetensors": pytest.importorskip("safetensors"), "onnx": pytest.importorskip("onnx")}
NOT_CARRIED = {
    ("safetensors", "keras-gru-before"): 'reset = "before"',
    ("safetensors", "onnx-gru-before"): 'reset = "before"',
    ("safetensors", "onnx-lstm-peephole"): "gates that see the cell",
    ("onnx", "torch-rms-norm"): "no operator that is the same",
    ("onnx", "torch-softmax"): "no operator for the activation silu",
    ("onnx", "keras-conv-lstm"): r"layer 2 \(places_to_steps\): there is no operator",
    ("onnx", "keras-lstm-both"): r"layer 2 \(ends 3 × 4\): there is no operator",
    ("onnx", "onnx-conv"): r"layer 2 \(cut 4 × 4\): there is no operator",
}


def network_of(name: str) -> tuple[dict[str, Any], Any]:
    recorded = json.loads(RECORDED[name].read_text())
    more = {key: recorded[key] for key in ("activations", "layers") if key in recorded}
    if "loss" in recorded:
        steps = {"steps": "sum"} if numpy.ndim(recorded["targets"]) == 3 else {}
        more["loss"] = {"name": recorded["loss"], "reduction": "mean", **steps}
    return recorded, load(source_of(recorded), inputs=recorded["inputs"], targets=recorded["targets"], **more)


@pytest.mark.parametrize("form", LIBRARIES)
@pytest.mark.parametrize("name", RECORDED)
def test_a_network_that_left_comes_back(form: str, name: str, tmp_path: Path) -> None:
    recorded, network = network_of(name)
    solution, written = derivegen.solve(network), named(form).writes_data().written
    if (form, name) in NOT_CARRIED:
        with pytest.raises(derivegen.InputError, match=NOT_CARRIED[form, name]):
            written(solution)
        return
    file = tmp_path / f"net.{form}"
    file.write_bytes(written(solution))
    table = network_file(network)
    inputs = numpy.array(table["data"]["inputs"], dtype=float)
    if solution.graph.families["x"].kind == "constant":  # words, which others count from 0
        inputs = inputs.astype(int) - 1
    again = load(file, inputs=inputs, targets=table["data"]["targets"], loss=table["loss"])
    derivation = derive(build(again))
    numbers = Numbers(derivation)
    assert numbers["loss"] == pytest.approx(recorded["value"], rel=1e-6)
    own = {family.name: family for family in derivation.graph.families.values() if family.kind in PARAMETERS}
    expected = recorded["gradients"].values()
    found = [array_of(family, numbers, derivation.name_of) for family in own.values()]
    for array in expected:
        assert any(
            each.shape == numpy.shape(array) and each == pytest.approx(numpy.array(array), abs=1e-6) for each in found
        )


def test_a_state_dict_needs_nothing_said_and_has_the_names_of_pytorch(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    solution = solved("article-000")
    file = tmp_path / "net.safetensors"
    file.write_bytes(solution.content("safetensors"))
    assert {name: array.shape for name, array in load_file(file).items()} == {
        "layer1.weight": (4, 3),
        "layer1.bias": (4,),
        "layer2.weight": (1, 4),
        "layer2.bias": (1,),
    }
    table = network_file(solution.network)["data"]
    again = derivegen.solve(load(file, inputs=table["inputs"], targets=table["targets"]))
    assert again.values["loss"] == solution.values["loss"]
    assert again.array("dloss/dw[1]") == pytest.approx(solution.array("dloss/dw[1]"), abs=1e-15)


def test_a_head_that_says_no_layers_is_refused(tmp_path: Path) -> None:
    content = solved("article-000").content("safetensors")
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    for wrong in ("[", '{"layer": 3}', '{"layer": [[1]]}', "[" * 5000):
        header["__metadata__"]["derivegen"] = wrong
        made = json.dumps(header).encode()
        (tmp_path / "net.safetensors").write_bytes(struct.pack("<Q", len(made)) + made + content[8 + length :])
        with pytest.raises(derivegen.InputError, match="layers in its head that are none of derivegen"):
            load(tmp_path / "net.safetensors", inputs=[[1, 2, 3]], loss="mse")


@pytest.mark.parametrize("form", LIBRARIES)
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("graph-product", "found a graph of formulas"),
        ("symbolic", "found a network with symbols"),
        ("attention", "found a graph of formulas"),
    ],
)
def test_what_is_no_model_is_refused_with_what_to_write(form: str, name: str, why: str) -> None:
    with pytest.raises(derivegen.InputError, match=why):
        solved(name).content(form)


def test_what_cannot_be_carried_is_listed_by_layer() -> None:
    layer = {"units": 2, "weights": [[1, 2], [3, 4]], "biases": [0, 0]}
    layers = [{**layer, "activation": "silu"}, {**layer, "activation": {"formula": "z^2"}}]
    table = {"data": {"inputs": [[1, 2]], "targets": [[0, 1]]}, "layer": layers, "loss": {"name": "squared_error"}}
    with pytest.raises(derivegen.InputError, match=r"layer 2 \(dense\): an activation of one's own"):
        derivegen.solve(table).content("onnx")
    with pytest.raises(derivegen.InputError, match=r"layer 1 \(dense\): there is no operator for the activation silu"):
        derivegen.solve({**table, "layer": layers[:1]}).content("onnx")
