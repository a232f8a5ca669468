"""Tables as students set them: what a column of values is of, and cells that go on with the one before."""

from __future__ import annotations

import pytest

import derivegen
from derivegen.marking.findings import Marking
from tests.marking.test_students import NETWORKS

NET = "example:article-004"
ROWS = "| parameter | formula | value |\n|---|---|---|\n| w1 | (y-t)*w2*h*(1-h)*x | {} |\n| b2 | y-t | {} |\n"


def verdicts(marking: Marking) -> list[tuple[str | None, str]]:
    return [(one.quantity, one.verdict) for one in marking.findings if one.equality is None]


@pytest.mark.parametrize("heading", ("Backward pass:", "## 3. Gradients", "Rückwärts", "Les dérivées"))
def test_values_of_parameters_under_a_word_for_derivatives(heading: str) -> None:
    found = verdicts(derivegen.check(NET, f"{heading}\n\n{ROWS.format('-0.0083', '-0.3')}"))
    assert found == [("dloss/dw[1][1][1]", "right"), ("dloss/db[2][1]", "wrong")]


def test_values_of_parameters_under_a_word_for_new() -> None:
    found = verdicts(derivegen.check(NET, f"The new values\n\n{ROWS.format('0.4008', '0.2228')}"))
    assert found == [("w[1][1][1]'", "right"), ("b[2][1]'", "right")]


def test_without_such_a_word_nobody_is_accused() -> None:
    found = derivegen.check(NET, f"My table\n\n{ROWS.format('-0.0083', '-0.2277')}")
    assert [(one.verdict, one.reason) for one in found.findings] == [("unread", "ambiguous-name")] * 2


def test_givens_in_a_table_are_givens() -> None:
    found = verdicts(derivegen.check(NET, f"Backward\n\n{ROWS.format('0.4', '0.3')}"))
    assert ("b[2][1]", "wrong") in found


@pytest.mark.parametrize(("number", "verdict"), (("0.5744", "right"), ("0.61", "wrong")))
def test_a_number_in_the_next_cell_goes_on(number: str, verdict: str) -> None:
    found = verdicts(derivegen.check(NET, f"| step | result |\n|---|---|\n| h = σ(z) | {number} |\n| y | 0.3723 |\n"))
    assert ("a[1][1]", verdict) in found


@pytest.mark.parametrize(
    ("table", "expected"),
    (
        ("| z | ? |\n| h | 0.5744 |\n", [("z[1][1]", "unread"), ("a[1][1]", "right")]),
        ("| h | #DIV/0! |\n| y | 0.3723 |\n| L | - |\n", [("a[1][1]", "unread"), ("a[2][1]", "right")]),
        ("| z | h |\n|---|---|\n| ? | 0.5744 |\n", [("z[1][1]", "unread"), ("a[1][1]", "right")]),
        ("My result is\n\n| h | 0.5744 |\n", [("a[1][1]", "right")]),
    ),
)
def test_a_cell_without_a_number_takes_no_other_with_it(table: str, expected: list[tuple[str, str]]) -> None:
    assert verdicts(derivegen.check(NET, table)) == expected


def test_a_row_that_names_nothing_is_listed() -> None:
    table = "| quantity | value |\n|---|---|\n| z | 0.3 |\n| q | 0.4 |\n| speed | 7 |\n| name | Ana |\n| h | 0.5744 |\n"
    assert [(each.quantity, each.verdict, each.reason) for each in derivegen.check(NET, table).findings] == [
        ("z[1][1]", "right", ""),
        (None, "unread", "ambiguous-name"),
        (None, "unread", "unknown-name"),
        ("a[1][1]", "right", ""),
    ]
    assert derivegen.check(NET, "| week | room |\n|---|---|\n| first | 12 |\n| second | 14 |\n").findings == ()


@pytest.mark.parametrize("name", ("learning rate", "Lernrate", "taux d’apprentissage", "tasa de aprendizaje"))
def test_the_learning_rate_has_a_row(name: str) -> None:
    found = {each.quantity: each.verdict for each in derivegen.check(NET, f"| {name} | 0.1 |\n| z | 0.3 |\n").findings}
    assert found == {"rate": "right", "z[1][1]": "right"}
    found = {each.quantity: each.verdict for each in derivegen.check(NET, f"| {name} | 0.2 |\n| z | 0.3 |\n").findings}
    assert found == {"rate": "wrong", "z[1][1]": "right"}  # 0.2 is b₂, which is not what it says


def test_a_table_whose_columns_say_nothing_is_listed() -> None:
    table = "| unit | foo | bar |\n|---|---|---|\n| h1 | 0.3775 | 0.5933 |\n| h2 | 0.3925 | 0.5969 |\n"
    assert [(each.reason, each.values["name"]) for each in derivegen.check(NETWORKS["two"], table).findings] == [
        ("unknown-name", "foo")
    ] * 2


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("z      0.4*0.5 + 0.1 = 0.3", "z[1][1]"),
        ("w1'    0.4 - 0.1*(-0.0083) = 0.4008", "w[1][1][1]'"),
        ("w1'\t0.4 - 0.1*(-0.0083) = 0.4008", "w[1][1][1]'"),
        ("∂L/∂w1   -0.2277*0.3*0.2445*0.5 = -0.0083", "dloss/dw[1][1][1]"),
    ],
)
def test_a_name_in_a_column_before_its_calculation(line: str, name: str) -> None:
    """It is no factor of it, and not passed over."""
    found = derivegen.check("example:article-004", line).findings
    assert (found[0].quantity, found[0].verdict) == (name, "right")
    worse = derivegen.check("example:article-004", line[:-1] + "7").findings
    assert worse[0].quantity == name
    assert any(each.verdict == "wrong" for each in worse)


def test_thresholds_of_a_layer_are_no_weights() -> None:
    """θ of one unit has the shape of one weight."""
    net = {
        "data": {"inputs": [[1], [0.5]], "targets": [[0, 1], [1, 0]]},
        "layer": [{"units": 2, "activation": "sigmoid", "weights": [[0.4], [0.3]], "thresholds": [0.1, 0.2]}],
        "loss": {"name": "half_squared_error"},
    }
    lines = (
        r"$\boldsymbol{\theta}^{(1)} = \begin{bmatrix} 0.1 \\ 0.2 \end{bmatrix}$",
        r"$\boldsymbol{W}^{(1)} = \begin{bmatrix} 0.4 \\ 0.3 \end{bmatrix}$",
    )
    found = derivegen.check(net, "\n\n".join(lines)).findings
    assert [each.verdict for each in found if each.verdict != "right"] == []
