"""Deep networks: the layers at either end are worked, those between are said to follow, and the numbers go on from one to the other."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

import derivegen


def network(count: int, units: int = 2, numbers: bool = True, **document: Any) -> dict[str, Any]:
    """So many layers, the last of a single linear unit."""
    layers, below = [], 2
    for number in range(1, count + 1):
        width = units if number < count else 1
        own: dict[str, Any] = {"units": width, "activation": "tanh" if number < count else "linear"}
        if numbers:
            own["weights"] = [[0.5 + (number + j + k) % 5 / 10 for k in range(below)] for j in range(width)]
            own["biases"] = [0.1] * width
        layers.append(own)
        below = width
    data = {"inputs": [[1, 2]], "targets": [[0.5]]} if numbers else {"inputs": 2, "targets": 1}
    return {"data": data, "layer": layers, "loss": {"name": "squared_error"}, "document": document}


def headings(text: str) -> list[str]:
    """The layers that have a heading of their own."""
    return re.findall(r"^#+ (Hidden layer \d+|Output layer)$", text, re.MULTILINE)


@pytest.mark.parametrize("view", ["units", "matrix"])
@pytest.mark.parametrize("numbers", [True, False])
def test_the_ends_of_a_deep_network_are_worked(view: str, numbers: bool) -> None:
    text = derivegen.solve(network(20, numbers=numbers, view=view)).text("md")
    ends = ["Hidden layer 1", "Hidden layer 2", "Hidden layer 3", "Hidden layer 18", "Hidden layer 19", "Output layer"]
    assert headings(text)[:6] == ends
    assert text.count("Hidden layers 4 to 17 follow in the same way.") == 2
    assert "Layers 1, 2, 3, 18, 19 and 20 are worked here" in text
    assert "The 2–2–2–…–2–2–1 network" in text


def test_what_the_layers_between_come_to_is_given_where_the_next_one_goes_on() -> None:
    solution = derivegen.solve(network(20))
    text = solution.text("text")
    forward, backward = (m.end() for m in re.finditer("Hidden layers 4 to 17 follow in the same way.", text))
    assert f"≈ {solution.values['a[17][1]']:.4f}" in text[forward : forward + 120]
    assert re.search(r"δ⁽⁴⁾₁ = ∂L/∂z⁽⁴⁾₁\s+≈ [\d−]", text[backward : backward + 120])


def test_in_matrices_too() -> None:
    text = derivegen.solve(network(20, view="matrix")).text("text")
    forward, backward = (m.end() for m in re.finditer("Hidden layers 4 to 17 follow in the same way.", text))
    assert re.search(r"a⁽¹⁷⁾ ≈ \[0", text[forward : forward + 60])
    assert re.search(r"δ⁽⁴⁾ ≈ \[", text[backward : backward + 60])


def test_a_layer_that_is_asked_for_is_worked_too() -> None:
    text = derivegen.solve(network(20, numbers=False, wrt=["w[9][1][2]"])).text("md")
    assert "Hidden layer 9" in headings(text)
    assert text.count("Hidden layers 4 to 8 follow in the same way.") == 1  # forward; nothing below 9 is asked for
    assert text.count("Hidden layers 10 to 17 follow in the same way.") == 2
    assert "lie 11 more layers" in text


def test_twelve_layers_are_all_worked() -> None:
    text = derivegen.solve(network(12, numbers=False, units=1)).text("md")
    assert len(headings(text)) == 12
    assert not re.search(r"Hidden layers? \d+.* follow", text)


def test_layers_by_the_thousand_are_refused_before_anything_is_done() -> None:
    with pytest.raises(derivegen.InputError, match=r"layer: found 501 layers; .* at most 500"):
        derivegen.load(network(501, numbers=False))


def wide(units: int, outputs: int, activation: str) -> dict[str, Any]:
    """Two inputs, a hidden layer, a layer of outputs, without numbers."""
    loss = {"name": "cross_entropy" if activation == "softmax" else "squared_error"}
    layers = [{"units": units, "activation": "tanh"}, {"units": outputs, "activation": activation}]
    return {
        "data": {"inputs": 2, "targets": outputs},
        "layer": layers,
        "loss": loss,
        "document": {"wrt": ["w[1][2][1]"]},
    }


def test_a_sum_over_many_units_stands_under_a_sign() -> None:
    text = derivegen.solve(wide(2, 400, "sigmoid")).text("text")
    assert "Σ_{m=1…400} w⁽²⁾_{m,2} δ⁽²⁾_m" in text.replace(" · ", " ")
    assert "The other 399 units of the layer are found in the same way." in text
    assert "δ⁽²⁾₂" not in text


@pytest.mark.parametrize("activation", ["sigmoid", "softmax", "linear"])
def test_few_units_are_all_worked(activation: str) -> None:
    text = derivegen.solve(wide(2, 4, activation)).text("text")
    assert "units of the layer are found in the same way" not in text
    assert "Σ_{m=1…4}" not in text


def test_units_that_are_asked_for_are_not_among_the_others() -> None:
    net = wide(30, 2, "sigmoid")
    net["layer"] = [{"units": 2, "activation": "tanh"}, *net["layer"]]
    net["document"]["wrt"] = ["w[2][7][1]", "w[1][1][1]"]
    text = derivegen.solve(net).text("text")
    assert "The other 28 units of the layer are found in the same way." in text
    assert "δ⁽²⁾₇ = " in text and "δ⁽²⁾_{8}" not in text and "δ⁽²⁾₈" not in text


def test_a_sum_that_a_mask_cuts_is_written_out() -> None:
    """A sign over all units would stand for weights that there are not."""
    net = wide(2, 30, "sigmoid")
    net["layer"][1]["connections"] = [[1, 1]] * 28 + [[1, 0], [1, 0]]
    text = derivegen.solve(net).text("text")
    assert "Σ_{m=1…30}" not in text
    assert "∂z⁽²⁾₂₈/∂a⁽¹⁾₂" in text or "∂z⁽²⁾_{28}/∂a⁽¹⁾₂" in text


@pytest.mark.parametrize("mask", [[0, 1], [1, 0]])
@pytest.mark.parametrize("rows", [1, 2])
def test_a_unit_that_a_mask_leaves_out_is_no_route(mask: list[int], rows: int) -> None:
    """Whichever of the two units that one unit feeds leads nowhere, the chain goes along the other."""
    first = {"units": 1, "activation": "tanh", "weights": [[0.5]], "biases": [0.1]}
    second = {"units": 2, "activation": "tanh", "weights": [[0.3], [0.7]], "biases": [0, 0.2]}
    last = {
        "units": 1,
        "weights": [[weight * there for weight, there in zip([0.4, 0.6], mask, strict=True)]],
        "biases": [0.1],
    }
    data = {"inputs": [[1.0], [0.5]][:rows], "targets": [[0.5], [0.25]][:rows]}
    net = {"data": data, "layer": [first, second, {**last, "connections": [mask]}], "loss": {"name": "squared_error"}}
    solution = derivegen.solve(net)
    assert solution.text("text")
    weight, own = ([0.4, 0.3], 0) if mask[0] else ([0.6, 0.7], 1)
    expected = 0.0
    for (x,), (t,) in zip(data["inputs"], data["targets"], strict=True):
        a1 = math.tanh(0.5 * x + 0.1)
        a2 = math.tanh(weight[1] * a1 + [0, 0.2][own])
        y = weight[0] * a2 + 0.1
        expected += 2 * (y - t) * weight[0] * (1 - a2**2) * weight[1] * (1 - a1**2) * x
    assert solution.gradients["w[1][1][1]"] == pytest.approx(expected)
