"""Numbers looked up where they stand are those that would be listed by name."""

from typing import Any

import pytest

from derivegen.network.file.load import load
from derivegen.network.givens import Givens
from derivegen.network.graph import build


def network(**layer: Any) -> Any:
    own: dict[str, Any] = {"units": 2, "weights": [[1, 2, 0], [4, 5, 6]], "activation": "tanh", **layer}
    return {
        "data": {"inputs": [[1, 2, 3], [4, 5, 6]], "targets": [[7, 8], [9, 10]]},
        "layer": [own],
        "loss": {"name": "squared_error"},
        "training": {"learning_rate": 0.5},
    }


@pytest.mark.parametrize(
    "layer",
    [
        {"biases": [1.5, 2.5]},
        {"biases": 3},
        {"biases": False},
        {"thresholds": [0.5, 1.5]},
        {"connections": [[1, 1, 0], [1, 1, 1]]},
    ],
)
def test_each_quantity_that_is_given_has_its_number(layer: dict[str, Any]) -> None:
    graph = build(load(network(**layer)))
    found = Givens(graph.network)
    given = {name for name in graph.names() if graph[name].formula is None}
    assert set(found) == given | {"rate"} and len(found) == len(given) + 1
    assert dict(found) == dict(graph.givens)
    assert found["x[2]@2"] == 5 and found["t[1]@1"] == 7 and found["w[1][2][3]"] == 6


def test_one_row_has_no_row_in_its_names() -> None:
    raw = network()
    raw["data"] = {"inputs": [[1, 2, 3]], "targets": [[7, 8]]}
    found = Givens(load(raw))
    assert found["x[3]"] == 3 and "x[3]@1" not in found


@pytest.mark.parametrize(
    "name",
    ["x[1]", "x[0]@1", "x[4]@1", "x[1]@0", "x[1]@3", "w[1]", "w[1][0][1]", "w[2][1][1]", "w[1][3][1]", "b[1]", "b[1][1]",
     "z[1][1]@1", "a[1][1]@1", "loss", "w[1][1][1]'", "w[1][1][1]#2", "dloss/dw[1][1][1]", "nothing", ""],
)  # fmt: skip
def test_what_is_not_given(name: str) -> None:
    found = Givens(load(network(biases=False)))
    assert name not in found and found.get(name) is None and found.get(name, 7) == 7
