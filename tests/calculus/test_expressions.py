"""Every derivative as a sympy expression is that of its own step, to the order of its arguments."""

from typing import Any

import pytest

from derivegen.calculus.chain import derive
from derivegen.calculus.expressions import expressions
from derivegen.network.file.examples import example_names
from derivegen.network.file.load import load
from derivegen.network.graph import build
from tests.drawn import SEEDS, drawn

WIDE = {
    "data": {"inputs": 12},
    "layer": [{"units": 11, "activation": "sigmoid"}, {"units": 12, "activation": "tanh"}, {"units": 2}],
    "loss": {"name": "squared_error"},
}


@pytest.mark.parametrize("network", [*(f"example:{name}" for name in example_names()), *map(drawn, SEEDS), WIDE])
def test_the_same_as_the_steps(network: Any) -> None:
    derivation = derive(build(load(network)))
    found = dict(expressions(derivation))
    assert found
    for step in derivation.steps():
        ours, true = found.pop(step.target), step.expr
        assert ours == true and hash(ours) == hash(true) and ours.args == true.args
        assert str(ours) == str(true) and ours.free_symbols == true.free_symbols
    assert not found


def test_only_the_parameters() -> None:
    derivation = derive(build(load("example:softmax-2-3-2")))
    assert {name for name, _ in expressions(derivation, "weight", "bias")} == {
        derivation.name_of(name) for name in derivation.graph.parameters
    }
