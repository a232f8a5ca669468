"""What is wrong with a graph of indexed equations is said in one sentence: where, what was found, what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from derivegen.errors import InputError
from derivegen.network.file.load import load

RNN: dict[str, Any] = {
    "axes": {"t": 2, "j": 1, "i": "j"},
    "inputs": {"x[t]": [1, 2], "h[0,j]": [0]},
    "parameters": {"U[j,i]": [[0.5]]},
    "nodes": [["z[t,j]", "sum(i, U[j,i]*h[t-1,i]) + x[t]"], ["h[t,j]", "tanh(z[t,j])"], ["L", "sum(j, h[2,j]^2)"]],
    "output": "L",
}
ROW: dict[str, Any] = {
    "axes": {"k": 3, "m": 2},
    "inputs": {"x[k]": [1, 2, 3]},
    "nodes": [["L", "sum(k, x[k])"]],
    "output": "L",
}


def said(graph: dict[str, Any], **changes: Any) -> str:
    """The message about the graph with these changes."""
    with pytest.raises(InputError) as problem:
        load({"graph": {**graph, **changes}}, label="net.toml")
    return str(problem.value)


def with_node(*nodes: tuple[str, str], **changes: Any) -> str:
    return said(ROW, nodes=[list(node) for node in nodes], **changes)


def test_a_cycle_is_named_by_its_members() -> None:
    nodes = [["z[t,j]", "sum(i, U[j,i]*h[t,i]) + x[t]"], *RNN["nodes"][1:]]
    message = said(RNN, nodes=nodes, inputs={"x[t]": [1, 2]})
    assert message.startswith("net.toml: graph.nodes: found the cycle z[1][1] → h[1][1] → z[1][1];")


def test_a_read_outside_says_the_ranges_and_three_mends() -> None:
    message = said(RNN, inputs={"x[t]": [1, 2]})
    assert message == (
        "net.toml: graph.nodes[1]: found z: h[…t-1…] runs from 0 to 1, but h from 1 to 2; expected reads within the ranges; likely "
        'fix: change a range, give the members that are missing as "h[0,j]" under inputs, or add outside = ["h"] (0 there)'
    )


@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        (
            [("y[k]", "sum(k, x[k])"), ("L", "sum(k, y[k])")],
            "'k' is in use already; sum over another letter of the same length",
        ),
        ([("L", "x[k]")], "the index 'k' is free here: the left side does not have it, and no sum runs over it"),
        ([("L", "sum(k, x[k,k])")], "x has 1 index, not 2"),
        ([("L", "sum(k, x)")], "x has 1 index, not 0"),
        ([("L", "sum(k, q[k])")], "the name 'q' is not known here"),
        ([("L", "sum(k, k*x[k])")], "'k' is an index; it stands only inside [ ]"),
        ([("L", "sum(k, x[k+0.5])")], "'0.5' stands in the place of an index, which is a whole number"),
        ([("L", "sum(k>=4, x[k])")], "'k' runs from 4 to 3 here, which is over nothing"),
        ([("L", "1 + softmax(k, x[k])")], "a softmax is the whole right side"),
        ([("a[k]", "softmax(m, x[k])"), ("L", "a[1]")], "a softmax runs over an index of the left side; 'm' is none"),
        ([("a[k]", "softmax(k, 2*x[k])"), ("L", "a[1]")], "give what the softmax is taken of a name of its own"),
        ([("a[k]", "mean(m<=k, x[m])"), ("L", "a[1]")], "a mean runs over whole axes"),
        ([("L", "sum(k, x[k]")], "a closing parenthesis is missing"),
        ([("L", "sum(k, x[k)")], "a closing ] is missing"),
    ],
)
def test_what_cannot_be_read(nodes: list[tuple[str, str]], says: str) -> None:
    message = with_node(*nodes)
    assert says in message and message.startswith("net.toml: graph.nodes[1]: found") and "at character" in message


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"inputs": {"x[k]": [1, 2]}}, "graph.inputs.x[k]: found 2 numbers; expected 3 numbers (k = 3)"),
        ({"inputs": {"x[r]": [1]}}, "'r' has no range; name it in axes"),
        ({"axes": {"k": 3, "m": "(k - 1)/4"}}, 'found "(k - 1)/4" = 1/2 where k = 3; expected a whole number'),
        ({"axes": {"k": 0}}, "found a range from 1 to 0; expected at least one value"),
        ({"axes": {"k": "m", "m": "k"}}, "which is stated by itself"),
        ({"axes": {"k": {"to": [1]}}}, "graph.axes: found to = [1] for k; expected a whole number, or another letter"),
        ({"axes": {"k": {"to": 0.5}}}, "found to = 0.5 for k"),
        ({"axes": {"k": {"to": True}}}, "found to = true for k"),
        ({"output": "x"}, 'graph.output: found "x"; expected the name of a node'),
        ({"nodes": [["y[k]", "2*x[k]"]], "output": "y"}, "expected one number to differentiate"),
        ({"outside": ["z"]}, 'graph.outside[1]: found "z"'),
        ({"nodes": [["x[k]", "1"], ["L", "x[1]"]]}, "found x[1] twice; expected every quantity once"),
        ({"wrt": ["x[4]"]}, 'graph.wrt[1]: found "x[4]"'),
        ({"gates": True}, "gates beside axes"),
        ({"axes": {"k": 300_000}, "inputs": {"x[k]": "symbolic"}}, "found 300000 numbers; expected at most 200000"),
    ],
)
def test_what_does_not_fit(changes: dict[str, Any], says: str) -> None:
    assert says in said(ROW, **changes)


@pytest.mark.parametrize(
    ("ids", "says"),
    [
        ([1, 4], "found id[2] = 4 as an index of E; expected a whole number from 1 to 3"),
        ([1, 0.5], 'found "id", which has numbers that are not whole, as an index of E'),
    ],
)
def test_a_lookup_out_of_range(ids: list[float], says: str) -> None:
    graph = {
        "axes": {"t": 2, "w": 3},
        "constants": {"id[t]": ids},
        "parameters": {"E[w]": [1, 2, 3]},
        "nodes": [["L", "sum(t, E[id[t]])"]],
        "output": "L",
    }
    assert says in said(graph)


def test_a_lookup_is_a_constant() -> None:
    graph = {
        "axes": {"t": 2, "w": 3},
        "inputs": {"id[t]": [1, 2]},
        "parameters": {"E[w]": [1, 2, 3]},
        "nodes": [["L", "sum(t, E[id[t]])"]],
        "output": "L",
    }
    assert 'likely fix: put "id" under constants' in said(graph)


def test_a_masked_row_with_nothing_left() -> None:
    nodes = [
        ["e[k,m]", "x[k]"],
        ["a[k,m<k]", "softmax(m<k, e[k,m])"],
        ["b[k]", "max(m<k, e[k,m])"],
        ["L", "a[2,1] + b[2]"],
    ]
    assert "found b: the max over m has nothing left where k = 1; expected at least one member" in said(
        ROW, nodes=nodes
    )


def test_axes_are_for_graphs_with_indices() -> None:
    message = said({"inputs": {"x": 1}, "nodes": [["L", "x"]], "output": "L", "outside": ["x"]})
    assert "outside without axes" in message


def test_what_would_mend_it_is_said() -> None:
    """It listed every function there is."""
    free = with_node(("L", "x[k]"))
    assert free.endswith("likely fix: write sum(k, …) around it, or give the left side the index k")
    used = with_node(("y[k]", "sum(k, x[k])"), ("L", "sum(k, y[k])"))
    assert used.endswith('likely fix: name one in axes, as m = "k", and write it for k in this sum')


def test_arrays_of_a_graph_are_drawn_and_read_like_those_of_layers(tmp_path: Path) -> None:
    """One stream a seed in the order of the file, rows of the first index."""
    numpy.save(tmp_path / "v.npy", numpy.array([[1.0, 2.0], [3.0, 4.0]]))
    graph = {
        "axes": {"j": 2, "k": 2},
        "inputs": {"x[k]": {"seed": 3}},
        "parameters": {"w[j,k]": {"seed": 3, "scale": 0.1}, "v[j,k]": {"file": "v.npy"}},
        "nodes": [["L", "sum(j, sum(k, w[j,k]*v[j,k]*x[k]))"]],
        "output": "L",
    }
    spec = load({"graph": graph}, base=tmp_path).graph
    assert spec is not None
    stream = numpy.random.RandomState(3)
    drawn = [*(stream.randn(1, 2) * 0.5).ravel(), *(stream.randn(2, 2) * 0.1).ravel()]
    assert [*map(float, (*spec.inputs.values(), *spec.parameters.values()))] == pytest.approx([*drawn, 1, 2, 3, 4])


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"sed": 3}, 'graph.parameters.w[k].sed: found the unknown key "sed"'),
        ({"seed": -3}, "graph.parameters.w[k].seed: found -3; expected a whole number from 0"),
        ({"seed": 3, "columns": 2}, "graph.parameters.w[k].columns: found 2; expected no columns here"),
        ({}, "graph.parameters.w[k].seed: found nothing; expected the key seed"),
        ({"file": "no.npy"}, 'graph.parameters.w[k].file: found no file "no.npy"'),
    ],
)
def test_what_cannot_be_drawn_or_read_says_where(wanted: dict[str, Any], message: str) -> None:
    assert message in said(ROW, parameters={"w[k]": wanted})
