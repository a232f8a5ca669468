"""The naming differentiator against sympy.diff, on every kind of node and on random trees."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from derivegen.calculus.rules import RULES, depends, differentiate
from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.read.grammar import read_plain
from derivegen.formula.symbolic import opened, symbol, to_sympy
from derivegen.formula.tree import (
    ONE,
    ZERO,
    BigSum,
    Bracket,
    Call,
    Formula,
    Indexed,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Sum,
    walk,
)

X, Y = Quantity("x"), Quantity("y")


@pytest.mark.parametrize(
    ("text", "derivative", "rule"),
    [
        ("x", "1", "itself"),
        ("y^2 + 3", "0", "constant"),
        ("x + y", "1", "only-term"),
        ("x^2 + 3*x", "2*x + 3", "sum"),
        ("3*x*y", "3*y", "factor"),
        ("x*sin(x)", "sin(x) + x*cos(x)", "product"),
        ("x/y", "1/y", "factor"),
        ("y/x", "-y/x^2", "reciprocal"),
        ("x/(1 + x)", "(1 + x - x)/(1 + x)^2", "quotient"),
        ("x^3", "3*x^2", "power"),
        ("(2*x + 1)^3", "3*(2*x + 1)^2*2", "chain-power"),
        ("x^1", "1", "factor"),
        ("x^(1/2)", "1/2*x^(-1/2)", "power"),
        ("exp(x)", "exp(x)", "function:exp"),
        ("exp(-x)", "-exp(-x)", "chain:exp"),
        ("-x^2", "-2*x", "power"),
        ("ln(y*x)", "y/(y*x)", "chain:ln"),
    ],
)
def test_rules_have_names(text: str, derivative: str, rule: str) -> None:
    found = differentiate(read_plain(text), X)
    assert found.rule == rule
    assert sympy.simplify(to_sympy(found.result) - to_sympy(read_plain(derivative))) == 0


@pytest.mark.parametrize(
    ("text", "written"),
    [("x^4/4", "x^3"), ("(y - x)^4/4", "-(y - x)^3"), ("x^2/4", "x/2"), ("x^6/4", "3*x^5/2"), ("3*x/6", "1/2")],
)
def test_whole_numbers_are_cancelled(text: str, written: str) -> None:
    assert differentiate(read_plain(text), X).result == read_plain(written)


@pytest.mark.parametrize("function", sorted(name for name, each in FUNCTIONS.items() if each.slope is not None))
def test_every_function_of_the_table(function: str) -> None:
    """f′ against the slope of the float itself, at points off the kinks, alone and inside another."""
    for tree in (Call(function, (X,)), Call(function, (Product((Number("0.5"), Power(X, Number("2")))),))):
        derivative = differentiate(tree, X).result
        for x in (0.3, 1.7) if function in ("ln", "sqrt") else (-1.3, 0.4, 2.1):
            found = value(derivative, lambda _, x=x: x, FLOAT)
            ahead, behind = (value(tree, lambda _, p=x + h: p, FLOAT) for h in (1e-5, -1e-5))
            assert found == pytest.approx((ahead - behind) / 2e-5, rel=1e-7, abs=1e-8)


def test_kinks_have_a_stated_convention() -> None:
    def slope(text: str, **at: float) -> float:
        return float(value(differentiate(read_plain(text), X).result, at.__getitem__, FLOAT))

    assert slope("relu(x)", x=0) == 0
    assert slope("abs(x)", x=0) == 0
    assert slope("max(x, y)", x=1, y=1) == 1  # of equal ones, the first
    assert slope("max(y, x)", x=1, y=1) == 0
    assert slope("min(x, y, 3)", x=1, y=1) == 1
    assert slope("min(y, x, 3)", x=1, y=1) == 0
    assert slope("max(y, 2, 3*x)", x=1, y=1) == 3


def test_sums_over_an_index() -> None:
    """∂/∂x_k of Σ_k w_k·x_k is w_k; of a letter the sum does not bind, the sum stays."""
    body = Product((Indexed("w", ("k",)), Indexed("x", ("k",))))
    whole = BigSum(body, Quantity("k"), ONE, Number("3"))
    assert differentiate(whole, Indexed("x", ("k",))).result == Indexed("w", ("k",))
    other = BigSum(Product((Indexed("w", ("k",)), Y)), Quantity("k"), ONE, Number("3"))
    assert differentiate(other, Y).result == BigSum(Indexed("w", ("k",)), Quantity("k"), ONE, Number("3"))


def test_brackets_and_unknown_functions() -> None:
    assert differentiate(Bracket(X), X).result == ONE
    assert differentiate(Call("f", (X,)), X).result == Call("f", (X,), 1)
    assert differentiate(Call("f", (X,), 1), X).result == Call("f", (X,), 2)


def test_a_node_without_a_derivative_is_refused() -> None:
    with pytest.raises(TypeError, match="Matrix"):
        differentiate(Matrix(((X,),)), X)


def test_every_node_the_grammar_can_make_has_a_rule() -> None:
    trees = [read_plain(text) for text in ("x + y", "-x", "x*y", "x/y", "x^2", "exp(x)")]
    assert {type(tree) for tree in trees} <= set(RULES)


@pytest.mark.parametrize("text", ["z^2", "z*exp(-z)", "ln(1 + z^2)/z", "sigmoid(3*z)^2", "softplus(-z)*tanh(z)"])
def test_a_users_formula_has_the_derivative_of_sympy(text: str) -> None:
    tree = read_plain(text)
    derived = differentiate(tree, Quantity("z")).result
    difference = opened(sympy.diff(to_sympy(tree), symbol("z")) - to_sympy(derived))
    assert sympy.simplify(difference) == 0


# --------------------------------------------------------------------------------------------------------- random trees

NUMBERS = st.sampled_from([Number("2"), Number("0.5"), Number("3"), ONE, Number("-1"), ZERO])
LEAVES = st.one_of(st.just(X), st.just(X), st.just(Y), NUMBERS)
SMOOTH = ("exp", "sin", "cos", "tanh", "sigmoid", "softplus", "Φ", "φ")


def larger(parts: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    positive = parts.map(lambda part: Sum((ONE, Power(part, Number("2")))))
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(Sum),
        several.map(Product),
        parts.map(Negative),
        parts.map(Bracket),
        st.tuples(parts, positive).map(lambda pair: Ratio(*pair)),
        st.tuples(parts, st.sampled_from(["1", "2", "3"]).map(Number)).map(lambda pair: Power(*pair)),
        st.tuples(positive, st.sampled_from([Number("-2"), Ratio(ONE, Number("2"))])).map(lambda pair: Power(*pair)),
        st.tuples(st.sampled_from(SMOOTH), parts).map(lambda pair: Call(pair[0], (pair[1],))),
        st.tuples(st.sampled_from(("ln", "sqrt")), positive).map(lambda pair: Call(pair[0], (pair[1],))),
    )


TREES = st.recursive(LEAVES, larger, max_leaves=6)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(TREES)
def test_random_trees_against_sympy(tree: Formula) -> None:
    """The difference of the two derivatives is 0 at several points, to thirty digits."""
    found = differentiate(tree, X).result
    difference = opened(opened(sympy.diff(to_sympy(tree), symbol("x")))) - opened(opened(to_sympy(found)))
    for x, y in ((Fraction(3, 10), Fraction(-7, 10)), (Fraction(-4, 5), Fraction(1, 2))):
        at = {
            symbol("x"): sympy.Rational(x.numerator, x.denominator),
            symbol("y"): sympy.Rational(y.numerator, y.denominator),
        }
        scale = abs(opened(opened(to_sympy(found))).subs(at).evalf(30))
        rest = abs(difference.subs(at).evalf(30, maxn=60))
        if math.isfinite(float(scale)) and scale < 1e100:
            assert rest <= 1e-20 * (1 + scale), (tree, found)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(TREES)
def test_what_does_not_move_is_zero_and_nothing_else_appears(tree: Formula) -> None:
    found = differentiate(tree, X)
    assert (found.rule == "constant") == (not depends(tree, X))
    names = {part.name for part in walk(found.result) if isinstance(part, Quantity)}
    assert names <= {"x", "y"}
    if not depends(tree, X):
        assert found.result == ZERO
