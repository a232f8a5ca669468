"""The networks the examples of mistakes are made on: names here, network files as mappings there."""

from __future__ import annotations

from typing import Any


def network(
    *layers: tuple[str, list[list[float]], list[float]],
    inputs: list[list[float]],
    targets: list[list[float]],
    loss: str = "half_squared_error",
) -> dict[str, Any]:
    """A network file: layers as (activation, weights, biases), a learning rate of 0.1."""
    return {
        "data": {"inputs": inputs, "targets": targets},
        "layer": [
            {"units": len(weights), "activation": activation, "weights": weights, "biases": biases}
            for activation, weights, biases in layers
        ],
        "loss": {"name": loss},
        "training": {"learning_rate": 0.1},
    }


FIRST = [[0.4, -0.3], [0.2, 0.5]]
SECOND = [[0.6, -0.7], [0.3, 0.8]]
CHAIN = network(("sigmoid", [[0.4]], [0.1]), ("linear", [[0.3]], [0.2]), inputs=[[0.5]], targets=[[0.6]])
"""1–1–1 with a sigmoid and a linear output."""

SQUARE = network(
    ("sigmoid", FIRST, [0.1, -0.2]), ("sigmoid", SECOND, [0.2, -0.1]), inputs=[[0.5, -1.5]], targets=[[0.2, 0.9]]
)
"""2–2–2 with sigmoids."""

SQUARED = SQUARE | {"loss": {"name": "squared_error"}}
LINEAR = network(
    ("linear", FIRST, [0.1, -0.2]), ("linear", [[0.6, -0.7]], [0.2]), inputs=[[0.5, -1.5]], targets=[[0.2]]
)
"""2–2–1 without a bend: every number is a short decimal."""

TANH = network(("tanh", FIRST, [0.1, -0.2]), ("linear", [[0.6, -0.7]], [0.2]), inputs=[[0.5, -1.5]], targets=[[0.2]])
RELU = network(("relu", FIRST, [0.1, -0.2]), ("linear", [[0.6, -0.7]], [0.2]), inputs=[[0.5, -1.5]], targets=[[0.9]])
LEAKY = network(
    ("leaky_relu", FIRST, [0.1, -0.2]), ("linear", [[0.6, -0.7]], [0.2]), inputs=[[0.5, -1.5]], targets=[[0.2]]
)
ENTROPY = network(
    ("sigmoid", FIRST, [0.1, -0.2]),
    ("sigmoid", [[0.6, -0.7]], [0.2]),
    inputs=[[0.5, -1.5]],
    targets=[[0.25]],
    loss="binary_cross_entropy",
)
SOFTMAX = network(
    ("tanh", FIRST, [0.1, -0.2]),
    ("softmax", SECOND, [0.2, -0.1]),
    inputs=[[0.5, -1.5]],
    targets=[[1, 0]],
    loss="cross_entropy",
)
CLASSES = SOFTMAX | {"loss": {"name": "cross_entropy", "class_weights": [3, 2]}}
"""Two classes, of which the first counts for more."""

SOFTMAX_SQUARED = SOFTMAX | {"loss": {"name": "half_squared_error"}}
BATCH = network(
    ("tanh", FIRST, [0.1, -0.2]),
    ("linear", [[0.6, -0.7]], [0.2]),
    inputs=[[0.5, -1.5], [1, 0.4]],
    targets=[[0.2], [-0.3]],
    loss="mean_squared_error",
)
"""Two examples, whose losses are averaged."""

THRESHOLDS = {
    "data": {"inputs": [[0.5, -1.5]], "targets": [[0.2]]},
    "layer": [{"units": 1, "activation": "sigmoid", "weights": [[0.4, -0.3]], "thresholds": [0.8]}],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.1},
}
SHARED_BIAS = {
    "data": {"inputs": [[0.5, -1.5]], "targets": [[0.2]]},
    "layer": [
        {"units": 2, "activation": "sigmoid", "weights": FIRST, "biases": 0.3},
        {"units": 1, "weights": [[0.6, -0.7]], "biases": [0.2]},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.1},
}

ADAM = CHAIN | {
    "data": {"inputs": [[0.5]], "targets": [[0.1]]},
    "training": {"optimizer": "adam", "learning_rate": 0.1, "steps": 1},
}
"""The same with a derivative above 0 and Adam."""


def _trained(optimizer: str, **settings: float) -> dict[str, Any]:
    return ADAM | {"training": {"optimizer": optimizer, "learning_rate": 0.1, "steps": 1, **settings}}


ADAM_EPSILON = _trained("adam", epsilon=0.01)
ADAMW = _trained("adamw", weight_decay=0.1)
MOMENTUM = _trained("momentum")
WARM_UP = CHAIN | {"training": {"schedule": "warm_up", "rate_steps": 4, "learning_rate": 0.1}}
PENALISED = CHAIN | {"loss": {"name": "half_squared_error", "weight_decay": 0.1}}
CLIPPED = CHAIN | {"training": {"clip_norm": 0.01, "learning_rate": 0.1}}
