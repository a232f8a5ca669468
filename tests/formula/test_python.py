"""Formulas as Python: the expression has the tree's value whatever the brackets, and nothing but identifiers stands for a name."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy
import pytest

from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.print.python import HELPERS, Identifiers, called, identifier, python, without_ones
from derivegen.formula.tree import (
    Bracket,
    Call,
    Cases,
    Compare,
    Formula,
    Glyph,
    Matrix,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Sum,
)

VALUES = {"a": 0.7, "b": -1.3, "c": 2.5}


def tree(draw: random.Random, depth: int) -> Formula:
    """A random formula in a, b, c."""
    if depth == 0:
        return draw.choice([*map(Quantity, VALUES), Number("2"), Number("-0.5"), Number("1")])
    parts = [tree(draw, depth - 1) for _ in range(3)]
    first, second, third = parts
    made: list[Formula] = [
        Sum(tuple(parts)),
        Sum((first, Negative(second))),
        Product(tuple(parts), draw.random() < 0.5),
        Negative(first),
        Ratio(first, second),
        Power(first, Number(draw.choice(["2", "3", "-2"]))),
        Call(draw.choice(["sin", "tanh", "sigmoid", "softplus", "relu", "abs", "Φ", "φ"]), (first,)),
        Call(draw.choice(["max", "min"]), (first, second, third)),
        Bracket(first),
        Cases(((first, Compare(second, draw.choice(["<", "≥"]), third)), (third, None))),
    ]
    return draw.choice(made)


def evaluated(text: str) -> float:
    names: dict[str, Any] = {"np": numpy, "math": math, **VALUES}
    for name, body in HELPERS.values():
        exec(f"def {name}(z):\n    return {body}", names)
    with numpy.errstate(all="ignore"):
        return float(eval(text, names))


@pytest.mark.parametrize("arrays", [True, False])
def test_the_expression_has_the_value_of_the_tree(arrays: bool) -> None:
    draw = random.Random(4)
    compared = 0
    for _ in range(600):
        formula = tree(draw, draw.randint(1, 4))
        try:
            expected = value(formula, VALUES.__getitem__, FLOAT)
        except (ZeroDivisionError, ValueError, OverflowError):
            continue
        try:
            found = evaluated(python(formula, str, arrays))
        except ZeroDivisionError:  # a branch that does not hold is computed as well
            continue
        assert found == pytest.approx(expected, rel=1e-9), python(formula, str, arrays)
        found = evaluated(f"7 * {python(without_ones(formula), str, arrays, as_factor=True)} / 3")
        assert found == pytest.approx(7 * expected / 3, rel=1e-9)
        compared += 1
    assert compared > 400


def test_it_is_written_as_one_writes_it() -> None:
    y, t = Quantity("y"), Quantity("t")
    half = Product((Ratio(Number("1"), Number("2")), Power(Sum((y, Negative(t))), Number("2"))), dotted=False)
    assert python(half, str) == "1 / 2 * (y - t) ** 2"
    assert (
        python(Product((Quantity("a"), Sum((Number("1"), Negative(Quantity("a"))))), dotted=False), str)
        == "a * (1 - a)"
    )
    assert python(Power(Quantity("z"), Number("2")), str) == "z**2"
    assert python(Negative(Ratio(t, y)), str) == "-(t / y)"


@pytest.mark.parametrize(
    "formula", [Matrix(((Number("1"),),)), Call("f", (Quantity("z"),)), Call("sin", (Quantity("z"),), 1)]
)
def test_what_has_no_expression_is_refused(formula: Formula) -> None:
    with pytest.raises(TypeError):
        python(formula, str)


@pytest.mark.parametrize("name", ["a b", "1a", "a;b", "a\nb", "ä", "", "a.b"])
def test_only_identifiers_stand_for_names(name: str) -> None:
    with pytest.raises(TypeError):
        python(Quantity("a"), lambda _: name)


@pytest.mark.parametrize(
    ("glyph", "wanted"),
    [
        (Glyph("w", "11"), "w11"),
        (Glyph("w", "11", "(1)"), "w1_11"),
        (Glyph("w", "1,12", "(2)"), "w2_1_12"),
        (Glyph("y", accent="hat"), "y_hat"),
        (Glyph("y", "2", accent="hat"), "y_hat_2"),
        (Glyph("δ", "", "(1)"), "delta1"),
        (Glyph("Δ"), "Delta"),
        (Glyph("θ", "α"), "theta_alpha"),
        (Glyph("Größe"), "Groe"),
        (Glyph("схема"), "q"),
        (Glyph("predicted", "1"), "predicted_1"),
    ],
)
def test_a_glyph_as_it_is_typed(glyph: Glyph, wanted: str) -> None:
    assert identifier(glyph) == wanted


def test_no_name_is_given_twice_and_none_is_pythons() -> None:
    identifiers = Identifiers(["np"])
    assert [identifiers.claim(name) for name in ("w", "w", "w", "lambda", "print", "np", "match")] == [
        *("w", "w_", "w_2", "lambda_", "print_", "np_", "match_")
    ]


def test_helpers_are_found_in_the_order_they_need() -> None:
    z = Quantity("z")
    assert called([Product((z, Call("Φ", (z,)))), Call("sigmoid", (z,))]) == ("sigmoid", "Φ")
