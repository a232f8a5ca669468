"""Networks for the tests of drawn numbers: names here, network files as mappings there; and what is asked about them."""

from __future__ import annotations

from typing import Any

from derivegen.calculus.chain import derive
from derivegen.network.family import PARAMETERS
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.network import Network

RELU = {
    "data": {"inputs": [[0.5, -1.5]], "targets": [[0.9]]},
    "layer": [
        {
            "units": 3,
            "activation": "relu",
            "weights": [[0.4, -0.3], [0.2, 0.5], [-0.6, 0.1]],
            "biases": [0.1, 0.9, 1.1],
        },
        {"units": 1, "weights": [[0.6, -0.7, 0.4]], "biases": [0.2]},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.1},
}
SOFTMAX = {
    "data": {"inputs": [[0.5, -1.5]], "targets": [[0, 1, 0]]},
    "layer": [
        {"units": 2, "activation": "tanh", "weights": [[0.4, -0.3], [0.2, 0.5]], "biases": [0.1, -0.2]},
        {
            "units": 3,
            "activation": "softmax",
            "weights": [[0.6, -0.7], [0.3, 0.8], [-0.2, 0.1]],
            "biases": [0.2, -0.1, 0.3],
        },
    ],
    "loss": {"name": "cross_entropy"},
    "training": {"learning_rate": 0.5},
}
SIGMOID = {
    "data": {"inputs": [[0.05, 0.10]], "targets": [[0.01, 0.99]]},
    "layer": [
        {"units": 2, "activation": "sigmoid", "weights": [[0.15, 0.2], [0.25, 0.3]], "biases": 0.35},
        {"units": 2, "activation": "sigmoid", "weights": [[0.4, 0.45], [0.5, 0.55]], "biases": 0.6},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.5},
}
MASKED = {
    "data": {"inputs": [[0.5, 1], [0.3, -2]], "targets": [[1], [0]]},
    "layer": [
        {
            "units": 2,
            "activation": "sigmoid",
            "weights": [[0.1, 0], [0.3, -0.4]],
            "connections": [[1, 0], [1, 1]],
            "thresholds": [0.3, 0.2],
        },
        {"units": 1, "activation": "sigmoid", "weights": [[0.1, 0.2]], "biases": [0.1]},
    ],
    "loss": {"name": "binary_cross_entropy"},
}
GRAPH = {
    "graph": {
        "inputs": {"x": 0.1, "y": 2},
        "parameters": {"w": 0.3, "v": -0.5},
        "nodes": [["s", "sigmoid(w*x + v*y)"], ["m", "max(s, x)"], ["f", "m*y^2"]],
        "output": "f",
    }
}
FILES: dict[str, Any] = {"relu": RELU, "softmax": SOFTMAX, "sigmoid": SIGMOID, "masked": MASKED, "graph": GRAPH}


def network(name: str, **sections: Any) -> Network:
    """One of the networks, or an example that ships, with other sections of the file."""
    return load(f"example:{name}") if name not in FILES else load({**FILES[name], **sections})


def asked(network: Network) -> tuple[str, ...]:
    """A sheet's questions: what is computed forward, derivatives by parameters (of a graph, by its inputs too), new parameters."""
    graph = build(network)
    computed = [member.name for member in graph.members() if member.formula is not None]
    forward = [*computed[:6], *computed[-2:]]
    families = [[*graph.names(kind)] for kind in PARAMETERS] if network.graph is None else [[*network.graph.wrt]]
    some = [name for names in families for name in (*names[:1], *names[-2:])]
    updates = [f"{name}'" for name in some[-2:]] if network.training.learning_rate is not None else []
    return tuple(dict.fromkeys([*forward, *map(derive(graph).name_of, some), *updates]))
