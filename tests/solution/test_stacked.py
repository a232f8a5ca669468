"""Pages, names and checks of layers of several kinds: what is done for a graph with index letters is done for them."""

from __future__ import annotations

import json
from functools import cache
from math import log
from typing import Any

import pytest

import derivegen
from derivegen.api import Solution

ROWS = {"inputs": [[[0.5], [1], [-0.5]], [[0.2], [0.4], [0.1]]], "targets": [[1], [0]]}
DRAWN = {"weights": {"seed": 1}, "biases": {"seed": 2}}
GRU: dict[str, Any] = {
    "title": "A gated network",
    "data": ROWS,
    "layer": [{"kind": "gru", "units": 2, **DRAWN}, {"kind": "last"}, {"units": 1, **DRAWN}],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.1, "steps": 2},
}


@cache
def solved() -> Solution:
    return derivegen.solve(derivegen.load(GRU))


def test_the_page_has_the_equations_of_every_layer() -> None:
    page = " ".join(solved().text("text").split())
    assert "h^{(t)}_{j,r} = (1 − z^{(t)}_{j,r}) · n^{(t)}_{j,r} + z^{(t)}_{j,r} · h^{(t-1)}_{j,r}" in page
    assert "n^{(t)}_{j,r} = tanh(z^{(t)}_{n,j,r})" in page
    assert "L = Σ_{r=1…2} L_r" in page


def test_letters_that_run_elsewhere_in_another_layer_say_where() -> None:
    lines = solved().text("text").splitlines()
    assert any(line.split()[:2] == ["k", "entries"] and "(in layers 2 and 3)" in line for line in lines)
    assert any(line.split()[:3] == ["r", "examples", "1,"] for line in lines)


def test_names_of_the_json_have_the_layer_first_and_the_row_last() -> None:
    found = json.loads(solved().text("json"))
    assert {"h[1][3][2]@2", "a[3][1]@1", "loss@2", "loss"} <= found["values"].keys()
    assert {"wz[1][2][1]", "bh[1][1]", "x[1][1]@1"} <= found["gradients"].keys()
    assert found["final"].keys() == found["updated"].keys() and "w[3][1][2]" in found["final"]
    losses = [line["loss"] for line in found["trace"]]
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize(
    "line",
    ["loss = {loss}", "L = {loss}", "dloss/duz[1][1][2] = {slope}", "h[1][2][1]@1 = {state}", "a[3][1]@2 = {output}"],
)
def test_a_right_number_is_right(line: str) -> None:
    values, gradients = solved().values, solved().gradients
    typed = line.format(
        loss=f"{values['loss']:.5f}",
        slope=f"{gradients['uz[1][1][2]']:.6f}",
        state=f"{values['h[1][2][1]@1']:.5f}",
        output=f"{values['a[3][1]@2']:.5f}",
    )
    (finding,) = derivegen.check(derivegen.load(GRU), typed).findings
    assert finding.verdict == "right"


def test_a_wrong_number_is_wrong() -> None:
    (finding,) = derivegen.check(derivegen.load(GRU), "dloss/duz[1][1][2] = 0.91234").findings
    assert (finding.quantity, finding.verdict) == ("dloss/duz[1][1][2]", "wrong")


def test_a_quantity_of_a_row_is_asked_for_with_its_row() -> None:
    with pytest.raises(derivegen.InputError, match=r"there is h\[1\]\[t,j,r\], t = 1…3, j = 1…2, r = 1…2"):
        derivegen.load({**GRU, "document": {"wrt": ["h[1][1][1]"]}})
    assert derivegen.load({**GRU, "document": {"wrt": ["h[1][1][1]@1", "wz.1.1.1"]}}).options.wrt == (
        "h[1][1][1]@1",
        "wz[1][1][1]",
    )


def test_without_numbers_the_page_is_symbolic() -> None:
    file = {
        "data": {"inputs": [[[1], [2]]]},
        "layer": [{"kind": "rnn", "units": 1}, {"kind": "last"}],
        "loss": GRU["loss"],
    }
    assert "∂L/∂" in derivegen.solve(derivegen.load(file)).text("text")


@pytest.mark.parametrize(
    ("loss", "activation", "factor"),
    [
        ({"name": "half_squared_error"}, "linear", 1),
        ({"name": "half_squared_error", "steps": "mean"}, "linear", 1 / 3),
        ({"name": "half_squared_error", "reduction": "mean"}, "linear", 1 / 6),
        ({"name": "half_squared_error", "reduction": "mean", "steps": "sum"}, "linear", 1 / 2),
        ({"name": "cross_entropy"}, "softmax", 1 / 6),
        ({"name": "cross_entropy", "reduction": "sum"}, "softmax", 1),
    ],
)
def test_losses_at_each_step(loss: dict[str, Any], activation: str, factor: float) -> None:
    targets = [[[1, 0], [0, 1], [1, 0]], [[0, 1], [0, 1], [1, 0]]]
    layers = [{"kind": "rnn", "units": 2, **DRAWN}, {"units": 2, "activation": activation, **DRAWN}]
    file = {"data": {**ROWS, "targets": targets}, "layer": layers, "loss": loss}
    solution = derivegen.solve(derivegen.load(file))
    outputs = solution.values
    every = [
        (t, outputs[f"a[2][{step}][{j}]@{row}"])
        for row, steps in enumerate(targets, 1)
        for step, units in enumerate(steps, 1)
        for j, t in enumerate(units, 1)
    ]
    total = sum(-t * log(a) if activation == "softmax" else (t - a) ** 2 / 2 for t, a in every)
    assert outputs["loss"] == pytest.approx(factor * total, rel=1e-12)


def test_a_kind_of_ones_own_is_computed() -> None:
    leaky = {
        "name": "leaky",
        "takes": "t,k",
        "axes": {"j": "units"},
        "parameters": ["w[j,k]"],
        "nodes": [["h[t,j]", "0.9*h[t-1,j] + sum(k, w[j,k]*below[t,k])"]],
        "outside": ["h"],
    }
    layers = [{"kind": "leaky", "units": 1, "weights": [[2]]}, {"kind": "last"}]
    solution = derivegen.solve(derivegen.load({"data": ROWS, "layer": layers, "kind": [leaky], "loss": GRU["loss"]}))
    state = slope = 0.0
    for x in (0.5, 1, -0.5):
        state, slope = 0.9 * state + 2 * x, 0.9 * slope + x
    assert solution.values["h[1][3][1]@1"] == pytest.approx(state)
    other = 2 * (0.9 * (0.9 * 0.2 + 0.4) + 0.1)
    assert solution.gradients["w[1][1][1]"] == pytest.approx((state - 1) * slope + other * other / 2)


def test_layers_of_several_kinds_are_worked_in_matrices() -> None:
    text = derivegen.solve(derivegen.load({**GRU, "document": {"view": "matrix"}})).text("text")
    assert "Σ_{t=1…" in text and "One use in full" not in text


@pytest.mark.parametrize("kind", ["rnn", "gru"])
def test_a_state_that_is_an_output_and_goes_on_shows_the_slope_of_the_loss_alone(kind: str) -> None:
    """∂L₁/∂h⁽¹⁾ is h⁽¹⁾ − t⁽¹⁾ here, and not all that the loss of row 1 owes to h⁽¹⁾, which has the same name."""
    rows = [[[0.5], [0.25]], [[1.0], [-0.5]]]
    table = {
        "data": {"inputs": rows, "targets": [[[0.5], [0.125]], [[0.25], [1.0]]]},
        "layer": [{"kind": kind, "units": 1}],
        "loss": {"name": "half_squared_error", "reduction": "mean", "steps": "sum"},
    }
    names = {"rnn": ("w", "u", "b"), "gru": ("wz", "wr", "wn", "uz", "ur", "un", "bz", "br", "bn", "bh")}[kind]
    numbers = {name: [[0.3]] if name[0] in "wu" else [0.1] for name in names}
    solution = derivegen.solve({**table, "layer": [{"kind": kind, "units": 1, "parameters": numbers}]})
    assert solution.lines > 20
    state = solution.trace.text("h[1][1][1]@1")
    assert f"({state} − 0.5)" in solution.text("text")
