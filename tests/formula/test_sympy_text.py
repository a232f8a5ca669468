"""The text in sympy's words says what the expression of sympy is."""

from __future__ import annotations

import re

import pytest
import sympy
from sympy.core.function import AppliedUndef

from derivegen.formula.print.sympy_text import sympy_text
from derivegen.formula.symbolic import CLOSED, symbol, to_sympy
from derivegen.formula.tree import (
    Array,
    BigSum,
    Call,
    Cases,
    Compare,
    Formula,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Sum,
)
from derivegen.network.file.examples import example_names
from tests.solved import solved

A, B = Quantity("a[1][1]"), Quantity("dloss/da[2][1]")


def read(text: str, meant: sympy.Expr) -> sympy.Expr:
    """sympy's own reading of what we wrote ourselves, with the symbols and the unknown functions of what is meant put in."""
    known: dict[str, object] = {**CLOSED, **{str(each.func): each.func for each in meant.atoms(AppliedUndef)}}
    for place, name in enumerate(sorted(map(str, meant.free_symbols), key=len, reverse=True)):
        text = re.sub(re.escape(name) + r"(?![\[\]@#'])", f"q{place}q", text)
        known[f"q{place}q"] = symbol(name)
    return sympy.parse_expr(text, known)


def same(left: sympy.Expr, right: sympy.Expr) -> bool:
    return left == right or sympy.simplify(left - right) == 0


@pytest.mark.parametrize("name", [name for name in example_names() if not solved(name).graph.lettered])
def test_of_every_example_it_is_the_expression(name: str) -> None:
    solution = solved(name)
    for target in solution.derivation.targets():
        step = solution.derivation[target]
        assert same(read(sympy_text(step.reading), step.expr), step.expr), target


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Sum((A, Negative(B))), "a[1][1] - dloss/da[2][1]"),
        (Product((B, Sum((Number("1"), Negative(A))))), "dloss/da[2][1]*(1 - a[1][1])"),
        (Product((A, Number("0.5"))), "1/2*a[1][1]"),
        (Product((Number("-2"), A)), "-2*a[1][1]"),
        (Product((B, Number("1"))), "dloss/da[2][1]"),
        (Product((Number("2"), Ratio(Number("1"), Number("2")), A)), "a[1][1]"),
        (Product((Number("0.5"), Product((Number("2"), Sum((A, Negative(B))))))), "a[1][1] - dloss/da[2][1]"),
        (Product((A, Ratio(A, B), Power(B, Number("2")))), "a[1][1]*(a[1][1]/dloss/da[2][1])*dloss/da[2][1]**2"),
        (Power(Number("0.5"), Number("2")), "(1/2)**2"),
        (Power(A, Negative(Number("1"))), "a[1][1]**(-1)"),
        (Ratio(Number("1"), Sum((Number("1"), Call("exp", (Negative(A),))))), "1/(1 + exp(-a[1][1]))"),
        (Call("sigmoid", (A,)), "sigmoid(a[1][1])"),
        (Call("phi", (A,), 1), "phi_prime(a[1][1])"),
        (
            Cases(((Number("1"), Compare(A, ">", Number("0"))), (Number("0"), None))),
            "Piecewise((1, a[1][1] > 0), (0, True))",
        ),
        (
            Cases(((A, Compare(A, "=", Number("0"))), (Number("0"), None))),
            "Piecewise((a[1][1], Eq(a[1][1], 0)), (0, True))",
        ),
        (BigSum(A, Quantity("n"), Number("1"), Quantity("N")), "Sum(a[1][1], (n, 1, N))"),
    ],
)
def test_it_is_written_as_sympy_would_read_it(tree: Formula, text: str) -> None:
    assert sympy_text(tree) == text
    to_sympy(tree)


def test_brackets_where_it_is_multiplied() -> None:
    assert sympy_text(Sum((A, B)), as_factor=True) == "(a[1][1] + dloss/da[2][1])"


def test_what_has_no_expression_is_refused() -> None:
    with pytest.raises(TypeError):
        sympy_text(Array("w[1]"))
