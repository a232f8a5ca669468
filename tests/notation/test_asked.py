"""Numbers, derivatives and arrays of a solution by the names that people type, those of pages and of PyTorch among them."""

from __future__ import annotations

import pytest

import derivegen
from derivegen.errors import InputError
from derivegen.notation.asked import canonical
from tests.solved import solved

XOR = "xor"
NAMES = {
    "w5": "w[2][1][1]",
    "w_5": "w[2][1][1]",
    "dE/dw5": "w[2][1][1]",
    "∂L/∂w_5": "w[2][1][1]",
    "w.1.1.2": "w[1][1][2]",
    "w^{(1)}_{12}": "w[1][1][2]",
    "w_{12}^{(1)}": "w[1][1][2]",
    "dL/dw^{(2)}_{12}": "w[2][1][2]",
    "layer1.weight[0][1]": "w[1][1][2]",
    "layer1.weight.grad[0, 1]": "w[1][1][2]",
    "fc2.bias[0]": "b[2][1]",
    "net.2.weight[0][1]": "w[2][1][2]",
    "out.weight[0][1]": "w[2][1][2]",
}
ARRAYS = {
    "W1": "w[1]",
    "dL/dW1": "dloss/dw[1]",
    "layer1.weight": "w[1]",
    "layer1.weight.grad": "dloss/dw[1]",
    "dE/dlayer1.weight": "dloss/dw[1]",
    "layers.0.weight": "w[1]",
    "0.bias": "b[1]",
    "2.weight": "w[2]",
    "hidden.weight": "w[1]",
    "output.bias": "b[2]",
}


@pytest.mark.parametrize(("typed", "name"), NAMES.items())
def test_a_number_is_found_by_any_of_its_names(typed: str, name: str) -> None:
    solution = solved(XOR)
    assert solution.gradients[typed] == solution.gradients[name]
    assert solution.array(name) == solution.values[name]
    if "/" not in typed and "grad" not in typed:
        assert solution.values[typed] == solution.values[name] == solution.array(typed)


@pytest.mark.parametrize(("typed", "name"), ARRAYS.items())
def test_an_array_is_found_by_any_of_its_names(typed: str, name: str) -> None:
    solution = solved(XOR)
    assert solution.array(typed).tolist() == solution.array(name).tolist()
    assert solution.array(typed).ndim == (2 if "w[" in name else 1)


def test_the_derivative_is_taken_by_any_of_its_names() -> None:
    for typed in ("w5", "dE/dw5", "out.weight[0][0]"):
        assert derivegen.solve("example:xor", wrt=[typed]).network.options.wrt == ("w[2][1][1]",)
    assert derivegen.solve("example:xor", wrt=["layer1.weight"]).network.options.wrt == ("w[1]",)


def test_keys_are_the_canonical_names() -> None:
    gradients = solved(XOR).gradients
    assert dict(gradients) == gradients and set(gradients) >= {"w[1][1][1]", "b[2][1]"}
    assert "w5" in gradients and "w99" not in gradients and "b1" not in gradients
    with pytest.raises(KeyError):
        gradients["layer7.weight"]
    with pytest.raises(InputError, match=r"may be b\[1\]\[1\] or b\[2\]\[1\]"):
        gradients["b1"]


def test_a_number_that_counts_layers_or_modules_is_asked_about() -> None:
    """Of three layers with activations 2.weight is the third layer, or the second with its activation counted."""
    units = [{"units": 1, "activation": "tanh", "weights": [[0.1]]} for _ in range(3)]
    data = {"inputs": [[1]], "targets": [[1]]}
    solution = derivegen.solve({"data": data, "layer": units, "loss": {"name": "squared_error"}})
    with pytest.raises(InputError, match=r"w\[3\] or w\[2\]"):
        solution.array("net.2.weight")
    assert canonical(solution.graph, solution.notation, "net.4.weight") == "w[3]"
    assert canonical(solution.graph, solution.notation, "net.1.weight") == "w[2]"
