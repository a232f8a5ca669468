"""What sharing saves, counted by hand and by walking every route."""

from __future__ import annotations

import pytest

from derivegen.calculus.chain import derive
from derivegen.formula.tree import ONE
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.solution.gradients import multiplications


def test_one_hidden_unit() -> None:
    """∂L/∂w2: (y − t)·h, ∂L/∂w1: (y − t)·w2·h(1 − h)·x, ∂L/∂b1 without x: 1 + 3 + 2; δ1 once: 1 + 2 + 1."""
    cost = multiplications(derive(build(load("example:article-004"))))
    assert (cost.written_out, cost.shared) == (6, 4)


@pytest.mark.parametrize("widths", [(2, 2, 1), (3, 3, 3, 2), (3, 4, 1)])
def test_written_out_counts_every_route(widths: tuple[int, ...]) -> None:
    layers = [{"units": width, "activation": "sigmoid"} for width in widths[1:]]
    chain = derive(build(load({"data": {"inputs": widths[0]}, "layer": layers, "loss": {"name": "squared_error"}})))
    routes = [route for name in chain.graph.parameters for route in chain.routes(chain.name_of(name), 10_000)]
    by_hand = sum(sum(factor.reading != ONE for factor in route) - 1 for route in routes)
    cost = multiplications(chain)
    assert cost.written_out == by_hand
    assert cost.shared < cost.written_out
