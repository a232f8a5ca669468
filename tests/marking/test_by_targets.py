"""The derivative of the loss by a target of the data: derived like any other, known by name, checked, listed, asked for."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from derivegen.api import solve
from derivegen.classroom.check import check
from derivegen.cli import main

ONE_ROW = {
    "data": {"inputs": [[0.5]], "targets": [[0.6]]},
    "layer": [{"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": [0.1]}],
    "loss": {"name": "half_squared_error"},
}


def test_it_has_a_number_a_formula_and_a_name() -> None:
    solution = solve("example:article-004")
    assert solution.gradients["t[1]"] == pytest.approx(0.22766724495650226)
    assert str(solution.expr("dloss/dt[1]")) == "-a[2][1] + t[1]"
    whole = json.loads(solution.text("json"))
    assert whole["gradients"]["t[1]"] == solution.gradients["t[1]"]
    assert whole["formulas"]["dloss/dt[1]"]["routes"] == [["dloss/dt[1]"]]
    assert "dloss/dt[1]\t∂L/∂t\t0.2277" in CliRunner().invoke(main, ["names", "example:article-004"]).stdout


def test_of_several_rows_it_is_known_by_row_and_of_the_rows_own_loss() -> None:
    solution = solve("example:xor")
    rows = 4
    for row in range(1, rows + 1):
        own = solution.trace.number(f"dloss@{row}/dt[1]")
        assert own == pytest.approx(rows * solution.gradients[f"t[1]@{row}"])


def test_the_right_value_is_right_and_a_turned_sign_is_named() -> None:
    (right,) = check("example:article-004", "dL/dt = 0.2277").findings
    (wrong,) = check("example:article-004", "dL/dt = -0.2277").findings
    assert (right.quantity, right.verdict) == ("dloss/dt[1]", "right")
    assert (wrong.verdict, wrong.explanations[0].mistakes) == ("wrong", ("sign-of-error",))


def test_a_published_value_of_it_is_held_to_the_true_one() -> None:
    for value, words in (("0.0256", "agrees"), ("0.0000", "differs")):
        net = {**ONE_ROW, "published": {"dloss/dt[1]": value}}
        text = " ".join(solve(net).text("text").split())
        assert f"The one value printed elsewhere {words}" in text


def test_it_is_worked_where_it_is_asked_for_and_else_left_out_of_the_page() -> None:
    asked = solve("example:article-004", wrt=["t[1]"]).text("text")
    assert "∂L/∂t = −1/2 · 2 (y − t)" in asked and "≈ 0.2277 " in asked
    assert "∂L/∂t" not in solve("example:article-004").text("text")


def test_nothing_changes_for_a_graph() -> None:
    solution = solve("example:graph-product")
    assert list(solution.derivation.by_data()) == [] and set(solution.gradients) == {"x", "y", "z", "q"}
