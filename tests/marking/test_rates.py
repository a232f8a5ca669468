"""What the learning rate is called, and what an update adds: read in graphs of one's own and beside other layers as in layers."""

from __future__ import annotations

from typing import Any

import pytest

import derivegen

LAYERS: dict[str, Any] = {
    "data": {"inputs": [[2]], "targets": [[1]]},
    "layer": [{"units": 1, "weights": [[0.3]], "biases": [0.1]}],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.1},
}
GRAPH: dict[str, Any] = {
    "graph": {
        "inputs": {"x": 2, "t": 1},
        "parameters": {"w": 0.3, "b": 0.1},
        "nodes": [["y", "w*x + b"], ["E", "1/2*(y - t)^2"]],
        "output": "E",
    },
    "training": {"learning_rate": 0.1},
}
STEPS: dict[str, Any] = {
    **LAYERS,
    "data": {"inputs": [[[1, 2], [0.5, -1]]], "targets": [[1]]},
    "layer": [{"kind": "rnn", "units": 1, "weights": {"seed": 1}}, {"kind": "last"}],
}
RATES = ("η", "eta", "lr", "LR", "alpha", "α", "μ", "rate", "learning rate", "learning_rate")


@pytest.mark.parametrize("net", [LAYERS, GRAPH, STEPS], ids=["layers", "graph", "steps"])
@pytest.mark.parametrize("name", RATES)
def test_a_rate_is_read_by_whatever_name(net: dict[str, Any], name: str) -> None:
    for number, verdict in (("0.1", "right"), ("0.2", "wrong")):
        found = derivegen.check(net, f"{name} = {number}").findings
        assert [(each.quantity, each.verdict) for each in found] == [("rate", verdict)]


@pytest.mark.parametrize("net", [LAYERS, GRAPH], ids=["layers", "graph"])
@pytest.mark.parametrize(
    "line",
    [
        "w' = w - η*dE/dw = 0.3 - 0.1*(-0.6) = 0.36",
        "w' = w - lr*(-0.6) = 0.36",
        "w_new = w - learning_rate*dE/dw = 0.36",
        "Δw = -η*dE/dw = 0.06",
        "Δb = -α*(-0.3) = 0.03",
    ],
)
def test_an_update_is_read_with_it(net: dict[str, Any], line: str) -> None:
    assert [each.verdict for each in derivegen.check(net, line).findings] == ["right"]


def test_a_name_of_ones_own_is_no_rate() -> None:
    own = {"inputs": {"x": 2, "lr": 3}, "parameters": {"alpha": 0.3}, "nodes": [["E", "alpha*x*lr"]], "output": "E"}
    net = {"graph": own, "training": {"learning_rate": 0.1}}
    for name, number, quantity in (("α", "0.3", "alpha"), ("lr", "3", "lr"), ("η", "0.1", "rate")):
        found = derivegen.check(net, f"{name} = {number}").findings
        assert [(each.quantity, each.verdict) for each in found] == [(quantity, "right")]


def test_a_graph_without_training_has_no_rate() -> None:
    net = {"graph": GRAPH["graph"]}
    assert [each.verdict for each in derivegen.check(net, "lr = 0.1").findings] == ["unread"]
