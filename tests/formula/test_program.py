"""A formula is made ready to be evaluated once, and is worked out in any arithmetic."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest

from derivegen.formula.arithmetic import value as arithmetic
from derivegen.formula.arithmetic.value import EXACT, FLOAT, Irrational, precise, program, value
from derivegen.formula.tree import (
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
    transform,
)

X, Y = Quantity("x"), Quantity("y")
SQUARE = Sum((Product((X, Y)), Negative(Power(X, Number("2"))), Ratio(Number("1"), Number("4"))))
BENT = Cases(((X, Compare(X, ">", Number("0"))), (Product((Number("0.5"), X)), None)))


@pytest.mark.parametrize("formula", [SQUARE, BENT, Call("exp", (Product((X, Y)),))])
def test_a_formula_is_taken_apart_once(formula: Formula, monkeypatch: pytest.MonkeyPatch) -> None:
    program(formula)
    monkeypatch.setattr(arithmetic, "_worked_out", None)
    at = {"x": 0.5, "y": -2.0}.__getitem__
    assert value(formula, at, FLOAT) == pytest.approx(float(value(formula, at, precise())))


def test_what_was_made_ready_is_no_part_of_the_formula() -> None:
    other = Sum(SQUARE.terms)
    program(SQUARE)
    assert other == SQUARE and hash(other) == hash(SQUARE)
    assert pickle.loads(pickle.dumps(SQUARE)) == SQUARE
    twice = transform(SQUARE, lambda part: Number("3") if part == Y else None)
    assert value(twice, {"x": Fraction(2)}.__getitem__, EXACT) == Fraction(9, 4)


def test_a_power_of_ten_far_down_is_no_fraction_anybody_writes() -> None:
    with pytest.raises(Irrational):
        EXACT.number(Fraction(1, 10**5000))
    tiny = precise().number(Fraction(3, 10**50_000))
    assert str(tiny.context.nstr(tiny * 10**50_000, 40)) == "3.0"
