"""Formulas that are equal and formulas that are not: known pairs, mutants changed in one place, definitions put in."""

from __future__ import annotations

import pytest

from derivegen.calculus.chain import derive
from derivegen.formula.read.grammar import read_plain
from derivegen.formula.tree import Call, Formula, Negative, Product, Quantity, Sum
from derivegen.marking.judge.equalities import Equalities, Free, equal, opened
from derivegen.network.file.load import load
from derivegen.network.file.load import opened as opened_network
from derivegen.network.graph import build
from tests.marking.pairs import PAIRS, all_mutants


def are_equal(one: str, other: str) -> bool | None:
    return equal(opened(read_plain(one)), opened(read_plain(other)), Free())


@pytest.mark.parametrize(("key", "answer", "expected"), PAIRS)
def test_known_pairs(key: str, answer: str, expected: bool) -> None:
    assert are_equal(key, answer) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("sqrt(x^2)", "x", False),
        ("sqrt(x^2)", "abs(x)", True),
        ("relu(x)", "x", False),
        ("relu(x)", "max(0, x)", True),
        ("log(x^2)", "2*log(x)", True),
        ("x/x", "1", True),
        ("1e-12*x", "2e-12*x", False),
        ("x + 0.00001", "x", False),
        ("(x+1)^3 - x^3 - 3*x^2 - 3*x", "1", True),
        ("1/(x-x)", "2", None),
        ("exp(x)*exp(y)", "exp(x+y)", True),
    ],
)
def test_corners(one: str, other: str, expected: bool | None) -> None:
    assert are_equal(one, other) is expected


def test_no_mutant_is_taken_for_the_formula() -> None:
    pairs = all_mutants()
    assert len(pairs) >= 300
    free = Free()
    accepted = [pair for pair in pairs if equal(*pair, free)]
    assert accepted == []
    assert sum(equal(*pair, free) is False for pair in pairs) >= 0.97 * len(pairs)


NETWORK = {
    "data": {"inputs": [[0.5]], "targets": [[0.6]]},
    "layer": [
        {"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": [0.1]},
        {"units": 1, "weights": [[0.3]], "biases": [0.2]},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.1},
}


@pytest.mark.parametrize(
    ("name", "formula", "expected"),
    [
        (
            "dloss/dw[2][1][1]",
            Product((Sum((Quantity("a[2][1]"), Negative(Quantity("t[1]")))), Quantity("a[1][1]"))),
            True,
        ),
        ("dloss/dw[2][1][1]", Product((Quantity("dloss/dz[2][1]"), Quantity("a[1][1]"))), True),
        ("dloss/dw[2][1][1]", Product((Quantity("dloss/dz[2][1]"), Quantity("z[1][1]"))), False),
        ("da[1][1]/dz[1][1]", Call("sigmoid", (Quantity("z[1][1]"),), 1), True),
        ("dloss/dw[2][1][1]", Quantity("no[1]"), None),
    ],
)
def test_a_definition_may_stand_for_what_it_defines(name: str, formula: Formula, expected: bool | None) -> None:
    equalities = Equalities(derive(build(load(NETWORK))))
    assert equalities.equal(Quantity(name), formula) is expected


def test_what_holds_for_one_class_alone_is_no_general_formula() -> None:
    """Where the second class is wrong, p of it is its δ; who is asked for the formula has forgotten t."""
    net = {
        "data": {"inputs": [[0.5]], "targets": [[1, 0]]},
        "layer": [{"units": 2, "activation": "softmax", "weights": [[0.4], [0.3]], "biases": [0.1, 0.2]}],
        "loss": {"name": "cross_entropy"},
    }
    equalities = Equalities(derive(build(opened_network(net))))
    slope, output = Quantity("dloss/dz[1][2]"), Quantity("a[1][2]")
    assert equalities.equal(slope, output) is True
    assert equalities.equal(slope, output, general=True) is False
