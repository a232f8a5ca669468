"""Kinks are met by the numbers themselves: 0.1 + 0.2 − 0.3 is 0, on the page, in the run and for the marker."""

from __future__ import annotations

from typing import Any

import pytest

import derivegen

HALF = {"name": "half_squared_error"}


def network(activation: Any, weights: list[Any], bias: Any, last: str = "linear", **more: Any) -> derivegen.Network:
    layers = [
        {"units": 1, "activation": activation, "weights": [weights], "biases": [bias]},
        {"units": 1, "activation": last, "weights": [[1]], "biases": [0.1]},
    ]
    data = {"inputs": [[1] * len(weights)], "targets": [[1]]}
    return derivegen.load({"data": data, "layer": layers, "loss": HALF, **more})


TRAINED = {"training": {"learning_rate": 0.1, "steps": 2}}
THIRDS = ["1/3", "1/2"]
AT_A_KINK = [
    ("relu", [0.1, 0.2], -0.3, "", 0),
    ("relu", [0.1, 0.2], -0.3, "pytensor", 1),
    ("relu", [0.1, 0.2], -0.3, "autograd", 0.5),
    ("relu", THIRDS, "-5/6", "", 0),
    ("relu", THIRDS, "-5/6", "pytensor", 1),
    ("leaky_relu", [0.1, 0.2], -0.3, "", 0.01),
    ({"formula": "max(0, 3*z - 0.9)"}, [0.1, 0.2], 0, "", 0),
    ({"formula": "max(0.9, 3*z)"}, [0.1, 0.2], 0, "tinygrad", 1.5),
    ({"formula": "abs(z)"}, [0.1, 0.2], -0.3, "", 0),
    ({"formula": "min(max(z/6 + 1/2, 0), 1)"}, [0.1, -3.3], 0.2, "jax", 0),
    ({"formula": "z*min(max(z + 3, 0), 6)/6"}, [0.1, 2.7], 0.2, "jax", 1),
    ({"formula": "relu(z) - 0.2*relu(-z)"}, [0.1, 0.2], -0.3, "", 0.2),
]


@pytest.mark.parametrize("last", ["linear", "sigmoid"])
@pytest.mark.parametrize(("activation", "weights", "bias", "library", "slope"), AT_A_KINK)
def test_a_unit_whose_decimals_stand_on_a_kink_has_the_slope_that_is_taken_there(
    activation: Any, weights: list[Any], bias: Any, library: str, slope: float, last: str
) -> None:
    document = {"conventions": library} if library else {}
    solution = derivegen.solve(network(activation, weights, bias, last, document=document, **TRAINED))
    by = solution.gradients
    assert by["z[1][1]"] == pytest.approx(slope * by["a[1][1]"], abs=1e-15)
    squares = (by[name] ** 2 for name in solution.graph.parameters)
    assert solution.trace.updates[0].gradient_norm == pytest.approx(sum(squares) ** 0.5)
    moved = solution.trace.updates[1].values
    assert all(
        moved[name] == pytest.approx(solution.values[name] - 0.1 * by[name]) for name in solution.graph.parameters
    )
    printed = solution.trace.text("dloss/dw[1][1][1]").replace("-", "−")
    assert f" {printed} " in " ".join(solution.text("text").split())  # read back and judged


def test_a_run_that_comes_to_a_kink_stands_on_it() -> None:
    """y = −relu(w + b), t = 2.4: δ = −3 moves w and b from 0.3 to 0.3 − 0.1 · 3 = 0, which doubles miss. There δ is −2.4, and PyTensor's
    slope 1; after that the unit is off."""
    layers = [
        {"units": 1, "activation": "relu", "weights": [[0.3]], "biases": [0.3]},
        {"units": 1, "weights": [[-1]], "biases": False},
    ]
    training = {"learning_rate": 0.1, "steps": 3, "frozen": ["w[2]"]}
    made = {"data": {"inputs": [[1]], "targets": [[2.4]]}, "layer": layers, "loss": HALF, "training": training}
    lengths = {"pytensor": [2 * 9, 2 * 2.4**2, 0, 0], "torch": [2 * 9, 0, 0, 0]}
    for library, squares in lengths.items():
        solution = derivegen.solve(derivegen.load({**made, "document": {"conventions": library}}))
        assert [update.gradient_norm**2 for update in solution.trace.updates] == pytest.approx(squares)
        assert f"After 3 such steps in all, the loss is {solution.trace.text('loss#3')}" in solution.text("text")


@pytest.mark.parametrize("last", ["linear", "sigmoid"])
@pytest.mark.parametrize(("weights", "bias"), [([0.1, 0.2], -0.3), (THIRDS, "-5/6")])
def test_the_marker_takes_the_numbers_of_every_convention_there(weights: list[Any], bias: Any, last: str) -> None:
    made = network("relu", weights, bias, last)
    above = derivegen.solve(made).gradients["a[1][1]"]
    verdicts = [
        derivegen.check(made, f"dL/dw[1][1][1] = {share * above:.6f}").findings[0].verdict for share in (0, 0.5, 1, 2)
    ]
    assert verdicts == ["right", "right", "right", "wrong"]


def test_programs_claim_nothing_that_doubles_miss() -> None:
    made = network("relu", [0.1, 0.2], -0.3, document={"with": ["program"]}, **TRAINED)
    solution = derivegen.solve(made)
    assert "1 if z1_1 > 0 else 0" not in solution.text("ipynb")  # run when it is written
    assert "import numpy" not in solution.text("text")
    half = derivegen.solve(network("relu", [0.25, 0.25], -0.5, document={"with": ["program"]}, **TRAINED))
    assert "import numpy" in half.text("text")


@pytest.mark.parametrize("formula", ["max(x + y, 0.3)", "abs(x + y - 0.3)", "min(x + y, 0.3)*exp(x)"])
def test_a_graph_of_ones_own_stands_on_its_kinks(formula: str) -> None:
    parameters = {"x": 0.1, "y": 0.2, "z": 2.0}
    graph = {"inputs": {}, "parameters": parameters, "nodes": [["q", formula], ["f", "q*z"]], "output": "f"}
    page = derivegen.solve(derivegen.load({"graph": graph, **TRAINED})).text("text")
    assert "∂f/∂y and ∂f/∂x are taken at a kink of f" in page


def test_a_slope_is_a_fraction_whatever_decides_where_it_is_taken() -> None:
    # σ(0.3) is none, nor is a sum of long decimals of which the fraction was given up
    net = derivegen.load(
        {
            "data": {"inputs": [[0.3]], "targets": [[1]]},
            "layer": [
                {"units": 1, "activation": "sigmoid", "weights": [[1]]},
                {"units": 2, "activation": "relu", "weights": [[1], [-1]]},
                {"units": 1, "weights": [[1, 1]]},
            ],
            "loss": HALF,
        }
    )
    exact = derivegen.solve(net).trace.exact
    assert (exact("da[2][1]/dz[2][1]"), exact("da[2][2]/dz[2][2]")) == (1, 0)
    assert exact("z[2][1]") is None
