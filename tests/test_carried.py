"""What a first user met: carried rounding at every number of digits, gates at their kink in several rows, very long labels."""

from __future__ import annotations

import pytest

import derivegen
from derivegen.errors import InputError
from tests.often import times

NETWORKS = ("article-004", "relu-kink", "graph-shared", "article-000", "xor", "softmax-2-3-2")
ROUNDINGS = ({"digits": 1}, {"digits": 2}, {"digits": 3}, {"digits": 6}, {"significant": 3})
EVERY = [(name, how) for name in NETWORKS for how in ROUNDINGS]


@pytest.mark.parametrize(("name", "how"), times([*EVERY[:15:2], *EVERY[15::4]], EVERY))
def test_each_printed_value_can_be_carried_on(name: str, how: dict[str, int]) -> None:
    """The three small networks with every rounding between them, the others with some of them."""
    solution = derivegen.solve(f"example:{name}", carry="rounded", **how)
    assert solution.lines > 15


def test_carried_values_are_those_a_hand_calculator_gets() -> None:
    """Article 004 with 4 decimals: each line from the printed one before."""
    solution = derivegen.solve("example:article-004", carry="rounded")
    trace = solution.trace
    assert trace.text("dloss/dz[2][1]") == "-0.2277"
    assert trace.text("dloss/dw[2][1][1]") == "-0.1308"  # −0.2277 · 0.5744 = −0.13079…
    assert trace.text("dloss/da[1][1]") == "-0.0683"


def test_gates_at_their_kink_in_two_rows_take_the_convention() -> None:
    layers = [
        {"units": 1, "activation": "relu", "weights": [[0]], "biases": [0]},
        {"units": 1, "weights": [[0.5]], "biases": [0]},
    ]
    data = {"inputs": [[1], [-1]], "targets": [[1], [-1]]}
    solution = derivegen.solve({"data": data, "layer": layers, "loss": {"name": "squared_error"}})
    assert solution.gradients["w[1][1][1]"] == 0.0
    assert solution.gradients["w[2][1][1]"] == 0.0


def test_labels_of_fifteen_digits_still_make_a_drawing() -> None:
    layers = [
        {"units": 2, "activation": "softmax", "weights": [[1, 2], [0, 1]], "biases": 0},
        {"units": 1, "weights": [[1, 2]], "biases": False},
    ]
    data = {"inputs": [[1, 2]], "targets": [[1]]}
    net = {"data": data, "layer": layers, "loss": {"name": "squared_error"}}
    solution = derivegen.solve(net, digits=15)
    assert solution.trace.text("a[1][1]") in solution.text("typst") and len(solution.trace.text("a[1][1]")) == 17


def test_with_several_examples_only_parameters_are_worked_in_full() -> None:
    with pytest.raises(InputError, match="belongs to one example"):
        _ = derivegen.solve("example:xor", wrt="x[1]@1").document


def test_what_cancellation_leaves_of_a_zero_is_printed_as_zero() -> None:
    layers = [{"units": 3, "activation": "softmax", "weights": {"seed": 2}, "biases": 0.5}]
    data = {"inputs": [[1, 2]], "targets": [[0, 1, 0]]}
    solution = derivegen.solve({"data": data, "layer": layers, "loss": {"name": "cross_entropy"}})
    assert solution.trace.text("dloss/db[1]") == "0"


def test_a_mean_over_examples_is_carried_on_from_the_rounded_examples() -> None:
    layers = [
        {"units": 3, "activation": "tanh", "weights": [[0.29, -0.2], [0.41, -0.25], [0.82, -0.09]], "biases": -0.3},
        {"units": 1, "activation": "sigmoid", "weights": [[0.9, -0.26, 0.35]], "biases": [0.1]},
    ]
    data = {"inputs": [[-0.01, 0.61], [-0.21, 0.49]], "targets": [[0.9], [0.2]]}
    net = {"data": data, "layer": layers, "loss": {"name": "binary_cross_entropy"}}
    solution = derivegen.solve(net, carry="rounded", digits=3)
    rows = [float(solution.trace.text(f"dloss@{row}/db[1]")) for row in (1, 2)]
    assert abs(float(solution.trace.text("dloss/db[1]")) - sum(rows) / 2) <= 0.0005
    assert solution.lines > 0
