"""Formulas without the braces and brackets that they need: indices with commas, functions before their arguments, vectors as tuples, the
only example by its number."""

from __future__ import annotations

import pytest

import derivegen
from tests.marking.test_students import NETWORKS

Read = list[tuple[str | None, str]]
OUTPUTS = [("a[2][1]", "right"), ("a[2][2]", "right")]
DELTAS = [("delta[2][1]", "right"), ("delta[2][2]", "right")]
SUMS = [("z[1][1]", "right"), ("z[1][2]", "right")]


def read(network: str, text: str) -> Read:
    findings = derivegen.check(NETWORKS[network], text).findings  # type: ignore[arg-type]
    return [(each.quantity, each.verdict) for each in findings]


@pytest.mark.parametrize(
    ("line", "quantity"),
    [
        ("a1,2 = 0.5969", "a[1][2]"),
        ("a_1,2 = 0.5969", "a[1][2]"),
        ("a1,2 = 0,5969", "a[1][2]"),
        ("w2,1,2' = 0.4087", "w[2][1][2]'"),
        ("dL/dw2,1,1 = 0.0822", "dloss/dw[2][1][1]"),
        ("a2,1 = sigmoid(z2,1) = 0.7514", "a[2][1]"),
        ("out_h1,2 = 0.5969", "a[1][2]"),
        ("L@1 = 0.2984", "loss"),
        ("loss@1 = 0.2984", "loss"),
        ("L_1 = 0.2748", "loss[1]"),
    ],
)
def test_indices_with_commas_and_numbers_of_examples(line: str, quantity: str) -> None:
    assert read("two", line) == [(quantity, "right")]


def test_an_index_with_a_comma_that_is_none_here_is_named_and_no_equality_of_numbers() -> None:
    (found,) = derivegen.check(NETWORKS["one"], "L_1,2 = 0.1").findings  # type: ignore[arg-type]
    assert (found.verdict, found.values["name"]) == ("unread", "L_1,2")


def test_commas_of_lists_and_arguments_are_none_of_an_index() -> None:
    assert read("two", "w1, w2 = 0.15, 0.20") == [("w[1][1][1]", "right"), ("w[1][1][2]", "right")]
    found = derivegen.check("example:article-001", "a1 = max(z1,0)").findings
    assert [each.verdict for each in found] == ["right"]


@pytest.mark.parametrize(
    "line",
    [
        "h = sigmoid z = 0.57",
        "h = sigmoid 0.3 = 0.5744",
        "h = sigmoid z1 = 0.5744",
        "h = sigmoid of z = 0.5744",
        "h = Sigmoid von z = 0.5744",
        "h = sigmoïde de 0,3 = 0,5744",
    ],
)
def test_a_function_before_its_argument(line: str) -> None:
    assert read("one", line) == [("a[1][1]", "right")]


def test_a_function_in_a_line_of_text_is_a_word() -> None:
    assert read("one", "use a sigmoid z = 0.3") == [("z[1][1]", "right")]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("δ = (0.1385, -0.0381)", DELTAS),
        ("δ = [0.1385, -0.0381]", DELTAS),
        ("δ_o = (0,1385; -0,0381)", DELTAS),
        ("z1 = (0.3775, 0.3925)", SUMS),
        ("z = (0.3775, 0.3925)^T", SUMS),
        ("z = (0.15*0.05 + 0.2*0.1 + 0.35, 0.25*0.05 + 0.3*0.1 + 0.35) = (0.3775, 0.3925)", SUMS),
        ("y = (0.7514, 0.7729)", OUTPUTS),
        ("y = (0.01, 0.99)", [("t[1]", "right"), ("t[2]", "right")]),
        ("δ = (0.1385, 0.0381)", [(None, "unread")]),  # of no layer: which one is meant is not said
        ("L(y, t) = 0.2984", [("loss", "right")]),
    ],
)
def test_a_vector_in_parentheses_and_whose_it_is(line: str, found: Read) -> None:
    assert read("two", line) == found


def test_a_delta_of_a_unit_without_an_underscore_is_read_whatever_its_number() -> None:
    page = "out_o2 = 0.7729\nδo1 = 0.1385\nδo2 = 0.0381\ndE/dout_h1 = 0.1385*0.4 + 0.0381*0.5 = 0.0745"
    assert read("two", page)[1:] == [
        ("delta[2][1]", "right"),
        ("delta[2][2]", "wrong"),
        ("dloss/da[1][1]", "follow_through"),
    ]


@pytest.mark.parametrize("line", ["δw1 = 0.0008", "δw1 = -0.0083"])
def test_a_delta_before_a_weight_is_no_product(line: str) -> None:
    """It is the change to some and the derivative to others: neither is held against anybody."""
    (found,) = derivegen.check(NETWORKS["one"], line).findings  # type: ignore[arg-type]
    assert found.verdict not in ("wrong", "undecided")


@pytest.mark.parametrize("typed", ["y - t = -0.2277", "dL/dw2 = 0.2277*0.5744 = 0.1308"])
def test_a_sign_is_held_against_a_line_once(typed: str) -> None:
    """What follows from a wrong sign shown before has that sign, and is right."""
    page = f"{typed}\ndL/dw2 = 0.2277 * 0.5744 = 0.1308\ndL/dw1 = 0.2277*0.3*0.2445*0.5 = 0.0084"
    found = derivegen.check(NETWORKS["one"], page).findings  # type: ignore[arg-type]
    assert [each.verdict for each in found if each.quantity == "dloss/dw[1][1][1]"] == ["follow_through"]
