"""What printed numbers come to, near 1 and far from it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.arithmetic.on_paper import comes_to
from derivegen.formula.arithmetic.value import CALCULATOR, EXACT
from derivegen.formula.tree import Call, Formula, Number, Power, Product, Quantity, Sum
from tests.pace import counted


def n(text: str) -> Number:
    return Number(text)


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        (Sum((n("0.1"), n("0.2"))), Fraction(3, 10)),
        (Product((n("3.1e-160000"), n("2"))), Decimal("6.2E-160000")),
        (Product((n("3.1e-160000"), n("2e160001"))), Decimal("62")),
        (Sum((n("1"), n("4e-160000"))), Decimal(1)),
        (Power(n("1e-6000"), n("2")), Decimal("1E-12000")),
        (Call("exp", (n("1e-7000"),)), Decimal(1)),
    ],
)
def test_a_calculator_comes_to(tree: Formula, found: Fraction | Decimal) -> None:
    number = comes_to(tree, CALCULATOR)
    assert number is not None and type(number) is type(found) and abs(number - found) <= abs(found) / 10**40  # type: ignore[operator]


def test_what_has_no_number() -> None:
    assert comes_to(Sum((n("1"), n("4e-160000"))), EXACT) is None
    assert comes_to(Call("ln", (n("-1e-7000"),)), CALCULATOR) is None
    assert comes_to(Quantity("w[1][1][1]"), CALCULATOR) is None


def test_a_far_result_is_held_to_its_printed_digits() -> None:
    found = comes_to(Product((n("3.1e-160000"), n("2.04"))), CALCULATOR)
    assert found is not None
    assert Rounding().comes_to(found, "6.3e-160000") and not Rounding().comes_to(found, "6.4e-160000")
    assert not Rounding().comes_to(found, "6.3e-160001") and not Rounding().comes_to(Fraction(1), "6.3e-160000")


def test_far_numbers_are_as_soon_added_as_near_ones() -> None:
    """As fractions their sum would be a million digits long, and a divisor of both ends would be looked for."""
    with counted() as paces:
        assert comes_to(Sum(tuple(n(f"{k}.1e-36{k}000") for k in range(1, 10)) * 4), CALCULATOR) is not None
    assert paces.count < 3
