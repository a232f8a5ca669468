"""Networks drawn for the tests: a seed goes in, a network file comes out with several rows, a kink, softmax, numbers of every size and a
title that means something to every format."""

from __future__ import annotations

import random
from typing import Any

from tests.often import times

HOSTILE = "Größe _ $x^2$ \\alpha < & # \" ' { } % ~ * ` [a](b) @c -- </title> #set"
HARMLESS = "Größe und Maß & < #"
SEEDS = times((4,), (4, 3, 8))
"""The first has three layers, three classes and two examples."""


def drawn(seed: int, said: str = HOSTILE) -> dict[str, Any]:
    """Two or three inputs, a ReLU layer, perhaps another, softmax over two or three classes, two or three examples; `said` is the text that
    people write."""
    chance = random.Random(seed)
    inputs, classes, rows = (chance.randint(2, 3) for _ in range(3))
    activations = [
        "relu",
        *chance.sample(["tanh", "sigmoid", "leaky_relu", "softplus"], chance.randint(0, 1)),
        "softmax",
    ]
    units = [*(chance.randint(2, 3) for _ in activations[1:]), classes]
    hot = [chance.randrange(classes) for _ in range(rows)]
    sizes = zip(activations, [inputs, *units], units, strict=False)
    return {
        "title": said,
        "data": {
            "inputs": [[number(chance) for _ in range(inputs)] for _ in range(rows)],
            "targets": [[float(k == one) for k in range(classes)] for one in hot],
            "input_names": [f"{said[:14]} {k}" for k in range(inputs)],
        },
        "layer": [layer(chance, *size) for size in sizes],
        "loss": {"name": "cross_entropy"},
        "training": {"learning_rate": 0.25, "steps": 2},
        "document": {"author": said, "intro": said, "view": "both"},
    }


def layer(chance: random.Random, activation: str, below: int, units: int) -> dict[str, Any]:
    weights = [[number(chance) for _ in range(below)] for _ in range(units)]
    return {
        "units": units,
        "activation": activation,
        "weights": weights,
        "biases": [number(chance) for _ in range(units)],
    }


def number(chance: random.Random) -> float:
    """Negative as often as not, and sometimes tiny or large."""
    return round(chance.choice([-1, 1]) * chance.uniform(0.1, 2) * chance.choice([1, 1, 1, 1e-5, 10]), 8)
