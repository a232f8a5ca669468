"""Graphs of one's own of every shape and size: each has a document, and its numbers are those found without the product."""

from __future__ import annotations

import json
import math
from functools import lru_cache
from typing import Any

import pytest

import derivegen
from derivegen.api import Solution
from derivegen.calculus.chain import derive
from derivegen.errors import InputError
from derivegen.network.graph import build
from tests.graphs import gradients, graph, values


def chain(count: int) -> dict[str, Any]:
    """x, halved in turns, a little added."""
    nodes = [["n1", "x*0.5 + b"], *([f"n{i}", f"sin(n{i - 1}) + 0.1"] for i in range(2, count + 1))]
    return {"graph": {"inputs": {"x": 0.7}, "parameters": {"b": 0.1}, "nodes": nodes, "output": f"n{count}"}}


def fibonacci(count: int) -> dict[str, Any]:
    """Each node of the two before it."""
    nodes = [["f1", "x"], ["f2", "b*x"], *([f"f{i}", f"0.5*f{i - 1} + 0.4*f{i - 2}"] for i in range(3, count + 1))]
    return {"graph": {"inputs": {"x": 0.7}, "parameters": {"b": 1.2}, "nodes": nodes, "output": f"f{count}"}}


def diamonds(count: int) -> dict[str, Any]:
    """Every diamond doubles the number of routes."""
    nodes = [["d0", "x"]]
    for i in range(1, count + 1):
        nodes += [[f"l{i}", f"0.5*d{i - 1}"], [f"r{i}", f"0.5*d{i - 1} + 0.01"], [f"d{i}", f"l{i} + r{i}"]]
    return {"graph": {"inputs": {"x": 0.7}, "nodes": nodes, "output": f"d{count}"}}


@lru_cache
def solved(kind: str, count: int) -> Solution:
    return derivegen.solve({"chain": chain, "diamonds": diamonds, "fibonacci": fibonacci}[kind](count))


def test_more_names_than_a_picture_holds() -> None:
    text = solved("chain", 25).text("text")
    assert "The end of the computation graph: n₂₅ and the 17 quantities nearest to it" in text
    assert "∂n₂₅/∂x" in text


def test_routes_are_counted_and_not_followed() -> None:
    solution = solved("diamonds", 60)
    assert solution.derivation.routes_total("dloss/dx") == 2**60
    assert solution.gradients["x"] == pytest.approx(1.0, rel=1e-12)
    text = solution.text("text")
    assert f"{2**60} routes lead from d₆₀ to x" in " ".join(text.split())
    assert "Worked in full are the 3 quantities nearest to d₆₀" in " ".join(text.split())


def test_nothing_recurses_along_a_chain() -> None:
    derivation = derive(build(derivegen.load(chain(1200))))
    assert derivation.routes_total("dloss/dx") == 1
    assert len(derivation.routes("dloss/dx")[0]) == 1200
    assert derivation.routes("dloss/dx", links=600) == ()


@pytest.mark.parametrize(("kind", "count"), [("chain", 17), ("chain", 2000), ("fibonacci", 300), ("diamonds", 60)])
def test_a_graph_of_any_depth_comes_out_in_every_text_format(kind: str, count: int) -> None:
    solution = solved(kind, count)
    printed = solution.trace.text(solution.derivation.name_of("x")).partition("e")[0].removeprefix("-")
    for form in ("text", "latex", "ipynb") if count < 1000 else ("text", "ipynb"):
        assert printed in solution.text(form), form
    if count < 1000:
        assert json.loads(solution.text("json"))["gradients"]["x"] == pytest.approx(solution.gradients["x"], rel=1e-12)


def test_a_network_of_three_hundred_layers_comes_out() -> None:
    layers = [{"units": 1, "activation": "tanh", "weights": [[1.1]], "biases": [0.1]}] * 300
    data = {"inputs": [[0.5]], "targets": [[0.2]]}
    solution = derivegen.solve({"data": data, "layer": layers, "loss": {"name": "half_squared_error"}})
    printed = solution.trace.text("loss")
    assert float(printed) > 0 and printed in solution.text("text") and printed in solution.text("ipynb")


def test_a_derivative_over_many_links_is_added_up_over_every_way() -> None:
    solution = solved("diamonds", 60)
    # d1 feels x by 0.5 + 0.5 and so does every diamond after it
    assert solution.trace.number("dd50/dd3") == pytest.approx(1.0, rel=1e-12)
    sines = solved("chain", 25)
    expected = math.prod(math.cos(sines.values[f"n{i}"]) for i in range(3, 25))
    assert sines.trace.number("dn25/dn3") == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("formula", "slope"), [("max(p, x)", 1), ("min(p, x)", 0), ("abs(p - 20)", -1)])
def test_a_function_with_a_kink_may_be_the_last_node(formula: str, slope: int) -> None:
    nodes = [["p", "x*y"], ["m", formula]]
    solution = derivegen.solve({"graph": {"inputs": {"x": 2, "y": 3}, "nodes": nodes, "output": "m"}})
    assert solution.gradients["p"] == slope
    assert f"= {'−1' if slope < 0 else slope}" in solution.text("text")


TRAINED = {
    "graph": {
        "inputs": {"x": 1.5},
        "parameters": {"w": 0.5, "b": 0.1},
        "nodes": [["z", "w*x + b"], ["h", "sigmoid(z)"], ["E", "(h - 0.3)^2"]],
        "output": "E",
    },
    "training": {"learning_rate": 0.5, "steps": 3},
}


def test_a_trained_graph_shows_step_run_and_program() -> None:
    solution = derivegen.solve(TRAINED, extra="program")
    slope = gradients(TRAINED, ["w"])["w"]
    assert solution.updated["w"] == pytest.approx(0.5 - 0.5 * slope, rel=1e-12)
    text = solution.text("text")
    assert "E is the loss that is to become small" in text
    assert "w′ = w + Δ w" in text
    assert "w -= eta * dE_dw" in text
    assert "After 3 such steps in all" in text
    assert "eta = 0.5" in solution.text("ipynb")


def test_asked_for_no_derivative_the_passes_stand_alone() -> None:
    nodes = [["p", "x*y"], ["m", "exp(p)"]]
    file = {"graph": {"inputs": {"x": -2, "y": 3}, "nodes": nodes, "output": "m", "wrt": []}}
    text = derivegen.solve(file).text("text")
    assert "its derivatives with respect to the quantities it is computed from" in " ".join(text.split())
    assert "∂m/∂p = e^(p)" in text
    assert "derivatives together" not in text


def test_what_does_not_reach_the_output_is_said_in_one_sentence() -> None:
    nodes = [["p", "x*y"], ["u", "p^2"], ["v", "u + 1"], ["m", "exp(p)"]]
    text = derivegen.solve({"graph": {"inputs": {"x": -2, "y": 3}, "nodes": nodes, "output": "m"}}).text("text")
    assert "v and u do not reach m, so the derivative with respect to each of them is 0." in " ".join(text.split())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rate", "the name of the learning rate"),
        ("Dw", 'the name of what an update adds to "w"'),
        ("eta", "cannot tell eta from rate"),
    ],
)
def test_a_name_that_training_needs_is_refused_beside_it_and_free_without(name: str, said: str) -> None:
    section = {"inputs": {name: 1.5}, "parameters": {"w": 0.5}, "nodes": [["E", f"(w*{name} - 0.3)^2"]], "output": "E"}
    with pytest.raises(InputError, match=said):
        derivegen.solve({"graph": section, "training": {"learning_rate": 0.1}})
    assert derivegen.solve({"graph": section}).gradients["w"] == pytest.approx(2 * (0.75 - 0.3) * 1.5)


def test_names_that_mean_something_elsewhere_are_free() -> None:
    names = {"L": 0.5, "lambda": 0.3, "import": 0.7, "np": 0.2, "print": 1.1, "C": 0.9, "t": 0.5, "delta": 0.4}
    nodes = [["class", "L*delta + C"], ["step", "class*import - np*t"], ["dloss", "step*print + lambda"]]
    file = {"graph": {"inputs": names, "nodes": nodes, "output": "dloss"}, "title": "names"}
    solution = derivegen.solve(file, extra="program")
    assert solution.gradients["C"] == pytest.approx(0.7 * 1.1)
    text = solution.text("text")
    assert "class = L · δ + C" in text
    assert "import_ = 0.7" in text


def test_gates_take_no_name_that_is_printed_like_one_of_the_file() -> None:
    section = {"inputs": {"u1": 2.0}, "nodes": [["f", "sin(u1*u1)*u1"]], "output": "f", "gates": True}
    assert list(build(derivegen.load({"graph": section})).families) == ["u1", "u_2", "u_3", "f"]
    assert "u₂ = u₁ · u₁" in derivegen.solve({"graph": section}).text("text")


@pytest.mark.parametrize("seed", [2, 5, 20])
def test_random_graphs_agree_with_difference_quotients(seed: int) -> None:
    file = graph(seed)
    solution = derivegen.solve(file)
    own = values(file)
    names = [name for name in solution.gradients if name in own][::3]
    assert all(solution.values[name] == pytest.approx(float(own[name]), rel=1e-12, abs=1e-14) for name in own)
    found = gradients(file, names)
    assert all(solution.gradients[name] == pytest.approx(found[name], rel=1e-9, abs=1e-12) for name in names)
    assert solution.text("text")
