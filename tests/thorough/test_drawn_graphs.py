"""A hundred drawn graphs of 5 to 300 nodes in every text format: none is refused, and their numbers are those found without the product."""

from __future__ import annotations

from typing import Any

import pytest

import derivegen
from tests.graphs import gradients, graph, values
from tests.solution.test_own_graph import chain, fibonacci

FORMATS = ("text", "md", "md-pandoc", "latex", "html", "ipynb", "json")
COMPARED = 12


@pytest.mark.parametrize("file", [chain(20_000), fibonacci(20_000)], ids=["chain", "fibonacci"])
def test_twenty_thousand_nodes_come_out(file: dict[str, Any]) -> None:
    solution = derivegen.solve(file)
    own = values(file)
    assert all(solution.values[name] == pytest.approx(float(own[name]), rel=1e-11, abs=1e-13) for name in own)
    found = gradients(file, ["x"])
    assert solution.gradients["x"] == pytest.approx(found["x"], rel=1e-8, abs=1e-11)
    assert solution.text("text")


@pytest.mark.parametrize("seed", range(100))
def test_a_drawn_graph_comes_out_in_every_format(seed: int) -> None:
    file = graph(seed)
    solution = derivegen.solve(file)
    if solution.trace.complete:
        own = values(file)
        assert all(solution.values[name] == pytest.approx(float(own[name]), rel=1e-11, abs=1e-13) for name in own)
        names = [name for name in solution.gradients if name in own]
        found = gradients(file, names[:: max(1, len(names) // COMPARED)])
        assert all(solution.gradients[n] == pytest.approx(found[n], rel=1e-8, abs=1e-11) for n in found)
    for form in FORMATS:
        assert solution.text(form)
