"""Formulas that are equal and formulas that are not: known pairs, mutants changed in one place, definitions put in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest

from derivegen.calculus.chain import derive
from derivegen.check.equalities import Equalities, Free, equal, opened
from derivegen.formula.grammar import read_plain
from derivegen.formula.tree import Call, Formula, Negative, Number, Product, Quantity, Ratio, Sum
from derivegen.network.graph import build
from derivegen.network.load import load

PAIRS = (
    ("-2*(t-y)*w5*x1", "2*x1*w5*(y-t)", True),
    ("s*(1-s)", "s - s^2", True),
    ("1/(1+exp(-z))*(1-1/(1+exp(-z)))", "exp(-z)/(1+exp(-z))^2", True),
    ("a-t", "-(t/a)*a*(1-a) + (1-t)/(1-a)*a*(1-a)", True),
    ("(-t/a+(1-t)/(1-a))*a*(1-a)*h", "(a-t)*h", True),
    ("(y-t)*w2*s*(1-s)*x", "(y-t)*w2*s*(s-1)*x", False),
    ("1-tanh(z)^2", "4/(exp(z)+exp(-z))^2", True),
    ("log(1+exp(z))", "z + log(1+exp(-z))", True),
    ("(1/(1+exp(-(w1*x1+w2*x2+b)))-t)*x1", "x1*(exp(w1*x1+w2*x2+b)/(1+exp(w1*x1+w2*x2+b))-t)", True),
    ("d1*w1*a*(1-a)+d2*w2*a*(1-a)", "a*(1-a)*(d1*w1+d2*w2)", True),
    ("exp(u)/(exp(u)+exp(v))-t", "1/(1+exp(v-u))-t", True),
    ("2*(y-t)*w5*x1", "(y-t)*w5*x1", False),
)
"""A key, an answer, whether they are equal."""


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


def mutants(tree: Formula) -> Iterator[Formula]:
    """The formula changed in one place: a constant one more, another name, a term or an argument with the other sign, a factor that
    divides."""
    match tree:
        case Number(text) if text.isdigit():
            yield Number(str(int(text) + 1))
        case Quantity():
            yield Quantity("other")
        case Sum(terms):
            yield from (Sum((*terms[:n], _turned(terms[n]), *terms[n + 1 :])) for n in range(len(terms)))
        case Product(factors):
            yield from (
                Product((*factors[:n], Ratio(Number("1"), factors[n]), *factors[n + 1 :])) for n in range(len(factors))
            )
        case Ratio(top, bottom):
            yield Product((top, bottom))
        case Negative(body):
            yield body
        case Call("exp", (inside,)):
            yield Call("exp", (_turned(inside),))
    for field in fields(tree):
        inner = getattr(tree, field.name)
        if isinstance(inner, Formula):
            yield from (type(tree)(**_with(tree, field.name, changed)) for changed in mutants(inner))
        elif isinstance(inner, tuple) and inner and isinstance(inner[0], Formula):
            for n, part in enumerate(inner):
                for changed in mutants(part):
                    yield type(tree)(**_with(tree, field.name, (*inner[:n], changed, *inner[n + 1 :])))


def _turned(tree: Formula) -> Formula:
    return tree.body if isinstance(tree, Negative) else Negative(tree)


def _with(tree: Formula, name: str, value: object) -> dict[str, object]:
    return {field.name: getattr(tree, field.name) for field in fields(tree)} | {name: value}


def all_mutants() -> list[tuple[Formula, Formula]]:
    """(formula, mutant) of every key and answer."""
    texts = dict.fromkeys(text for key, answer, _ in PAIRS for text in (key, answer))
    trees = [read_plain(text) for text in texts]
    return [(tree, mutant) for tree in trees for mutant in mutants(tree)]


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
