"""A network written back as the table of a file loads as the same network."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

import pytest

from derivegen.network.file.as_file import network_file
from derivegen.network.file.examples import example_names
from derivegen.network.file.load import load
from derivegen.network.network import Network

SMALL: dict[str, Any] = {
    "data": {"inputs": [[0.5, -0.25]], "targets": [[1.0]]},
    "layer": [
        {"units": 2, "activation": "tanh", "weights": [[0.4, -0.3], [0.2, 0.1]]},
        {"units": 1, "activation": "sigmoid", "weights": [[0.3, 0.2]], "biases": [0.1]},
    ],
    "loss": {"name": "squared_error"},
}


def typed(value: Any) -> Any:
    """Numbers that were drawn as somebody would type them, and no word about how they were drawn."""
    if isinstance(value, float):
        return Fraction(repr(value))
    if isinstance(value, tuple):
        return tuple(map(typed, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: typed(getattr(value, each.name)) for each in fields(value)})
    return value


def as_typed(network: Network) -> Network:
    return replace(typed(network), stem="network", drawings=())


@pytest.mark.parametrize("name", example_names())
def test_every_example_comes_back(name: str) -> None:
    network = load(f"example:{name}")
    assert load(network_file(network)) == as_typed(network)


HIDDEN, OUTPUT = SMALL["layer"]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "t", "notation": {"base": "plain", "w": "u_{<n>}", "symbols": {"w[1][1][1]": "q"}}},
        {"layer": [HIDDEN | {"biases": 0.5}, OUTPUT | {"biases": False}]},
        {"layer": [HIDDEN | {"biases": "shared"}, OUTPUT | {"biases": "shared"}]},
        {"layer": [HIDDEN | {"thresholds": [0.5, 0.25]}, OUTPUT]},
        {"layer": [HIDDEN | {"thresholds": "symbolic"}, OUTPUT]},
        {"layer": [HIDDEN | {"weights": [[0.4, 0], [0.2, 0.1]], "connections": [[1, 0], [1, 1]]}, OUTPUT]},
        {"layer": [HIDDEN | {"activation": {"name": "leaky_relu", "slope": 0.2}}, OUTPUT]},
        {"layer": [HIDDEN | {"activation": {"formula": "z^2"}}, OUTPUT]},
        {"layer": [{"units": 2, "activation": {"name": "abstract", "symbol": "g"}}, OUTPUT]},
        {"layer": [HIDDEN | {"weights": {"seed": 3}, "biases": {"seed": 3}}, OUTPUT]},
        {"data": {"inputs": 2, "rows": "N"}},
        {"data": {"inputs": 2, "rows": 3, "input_names": ["p", "q"], "target_names": ["r"]}},
        {"loss": {"name": "huber", "delta": 0.5, "reduction": "sum"}},
        {"loss": {"formula": "(t - a)^4"}},
        {
            "loss": {"name": "binary_cross_entropy", "label_smoothing": 0.1},
            "data": {"inputs": [[1, 2]], "targets": [[1]]},
        },
        {"loss": {"name": "squared_error", "weight_decay": 0.1, "l1": 0.01, "penalized": "all"}},
        {"training": {"schedule": "cosine", "rate_steps": 5, "rate_least": 0.01, "learning_rate": 0.1}},
        {"training": {"learning_rate": 0.1, "steps": 3, "every": 2, "batch_size": 1, "frozen": ["w[1]"]}},
        {"training": {"learning_rate": 0.1, "trained": ["w[2]"]}},
        {"training": {"learning_rate": 0.1, "batch_size": 1, "accumulate": 2, "shuffle": 3, "as": "torch"}},
        {"document": {"wrt": ["w[1][1][2]"], "significant": 3, "date": "2026-01-31", "course": "C"}},
        {"published": {"loss": "0.0260", "z[1][1]": {"value": "1.0", "where": "page 1"}}},
        {"exercise": {"vary": ["weights"], "digits": 3, "total_marks": 20, "hints": 2, "ask": [{"kind": "values"}]}},
        {"exercise": {"ask": [{"kind": "table", "of": ["z[1][1]", "loss"], "marks": 2.5, "blanks": 1}, {}]}},
    ],
)
def test_whatever_a_file_says_comes_back(changes: dict[str, Any]) -> None:
    network = load(SMALL | changes)
    assert load(network_file(network)) == as_typed(network)
