"""Networks of every kind, drawn: a seed goes in; a network file comes out, with any activations, loss, rows, masks, biases, rounding,
notation, view and language."""

from __future__ import annotations

import random
from typing import Any

ACTIVATIONS = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "softmax")
LOSSES = (
    "squared_error",
    "half_squared_error",
    "mean_squared_error",
    "absolute_error",
    "huber",
    "hinge",
    "binary_cross_entropy",
    "cross_entropy",
)
NOTATIONS = ("plain", "indexed", "superscript", "rows", "numbered", "layers", "nielsen", "net-out")


def various(seed: int) -> dict[str, Any]:
    """A network of one to three layers of one to three units."""
    chance = random.Random(f"various {seed}")
    inputs, rows = chance.randint(1, 3), chance.choice((1, 1, 1, 2, 3, 5))
    loss = chance.choice(LOSSES)
    hidden = [_hidden(chance) for _ in range(chance.randint(0, 2))]
    last = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}.get(loss, chance.choice(ACTIVATIONS[:8]))
    outputs = chance.randint(2, 3) if last == "softmax" else chance.randint(1, 2)
    sizes = [inputs, *(units for units, _ in hidden), outputs]
    kinds = [*(activation for _, activation in hidden), last]
    document: dict[str, Any] = {"carry": chance.choice(("exact", "rounded")), "language": chance.choice(("en", "de"))}
    document["view"] = chance.choice(("units", "matrix", "both"))
    document |= {"detail": chance.choice(("standard", "standard", "full", "brief"))}
    document |= {"significant": chance.randint(2, 6)} if chance.random() < 0.3 else {"digits": chance.randint(2, 8)}
    shown: dict[str, Any] = {"reduction": chance.choice(("sum", "mean"))} if chance.random() < 0.4 else {}
    return {
        "data": {
            "inputs": [[_number(chance) for _ in range(inputs)] for _ in range(rows)],
            "targets": [_target(chance, loss, outputs) for _ in range(rows)],
        },
        "layer": [_layer(chance, *size) for size in zip(kinds, sizes, sizes[1:], strict=False)],
        "loss": {"name": loss, **shown},
        "training": {"learning_rate": chance.choice((0.1, 0.25, 0.05)), "steps": chance.choice((1, 1, 3))},
        "notation": chance.choice(NOTATIONS if max(sizes) == 1 and len(sizes) < 4 else NOTATIONS[1:]),
        "document": document,
    }


def _hidden(chance: random.Random) -> tuple[int, str]:
    units = chance.randint(1, 3)
    return units, chance.choice(ACTIVATIONS if units > 1 else ACTIVATIONS[:-1])


def _layer(chance: random.Random, activation: str, below: int, units: int) -> dict[str, Any]:
    weights = [[_number(chance) for _ in range(below)] for _ in range(units)]
    found: dict[str, Any] = {"units": units, "activation": activation, "weights": weights}
    offset = chance.choice(("each", "each", "shared", "none", "thresholds"))
    if offset == "shared":
        found["biases"] = _number(chance)
    elif offset == "none":
        found["biases"] = False
    else:
        found["biases" if offset == "each" else "thresholds"] = [_number(chance) for _ in range(units)]
    if below > 1 and chance.random() < 0.2:
        mask = [[1] * below for _ in range(units)]
        j, k = chance.randrange(units), chance.randrange(below)
        mask[j][k], weights[j][k] = 0, 0.0
        found["connections"] = mask
    return found


def _number(chance: random.Random) -> float:
    return round(chance.choice((-1, 1)) * chance.uniform(0.05, 1.5), chance.choice((1, 2, 2, 3, 6)))


def _target(chance: random.Random, loss: str, outputs: int) -> list[float]:
    if loss == "cross_entropy":
        one = chance.randrange(outputs)
        return [float(k == one) for k in range(outputs)]
    if loss == "hinge":
        return [chance.choice((-1.0, 1.0)) for _ in range(outputs)]
    if loss == "binary_cross_entropy":
        return [chance.choice((0.0, 1.0, 0.3)) for _ in range(outputs)]
    return [round(chance.uniform(-1, 1), 2) for _ in range(outputs)]
