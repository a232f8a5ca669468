"""Numbers at the ends of what doubles hold: what is derived is still held to the quotients, what is computed to its own bounds."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest

import derivegen
from derivegen.calculus.bounded import DOUBLES, Bounded
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.arithmetic.stable import sided_sigmoid
from derivegen.rounding.assumptions import Claim


@pytest.mark.parametrize("large", [1e16, 1e40, 1e150, 1e300])
def test_a_sum_with_a_large_number_is_differentiated(large: float) -> None:
    graph = {"inputs": {"x": large, "y": 5}, "parameters": {"z": -4}, "nodes": [["q", "x + y"], ["f", "q * z"]]}
    found = derivegen.solve({"graph": {**graph, "output": "f", "wrt": ["x", "z"]}})
    assert found.gradients["x"] == -4
    assert found.gradients["z"] == pytest.approx(large)
    power = f"{math.log10(large):.0f}".translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    assert f"≈ 1.000·10{power}   [value at z]" in found.text("text")


def test_a_unit_that_bends_within_a_hair_is_differentiated() -> None:
    """σ(10⁴⁰ x) at 0 has the slope 10⁴⁰/4: a step that finds it is far smaller than usual."""
    layer = {"units": 1, "activation": "sigmoid", "weights": [[1e40]], "biases": [0]}
    net = {"data": {"inputs": [[0]], "targets": [[0]]}, "layer": [layer], "loss": {"name": "half_squared_error"}}
    assert derivegen.solve(net).gradients["x[1]"] == pytest.approx(1e40 / 8)


def test_nothing_times_a_bound_without_end_is_nothing() -> None:
    nothing, lost = Bounded(0.0, 0.0, 2.0**-52), Bounded(1.0, math.inf, 2.0**-52)
    assert (nothing * lost).off < 1e-300
    assert (lost * nothing).off < 1e-300


def test_a_saturated_unit_is_off_by_little_however_far_off_its_argument_is() -> None:
    found = DOUBLES.functions["sigmoid"](Bounded(5e300, 1e285, 2.0**-52))
    assert found.number == 1.0
    assert found.off < 1e-15


def test_a_quotient_of_the_smallest_doubles_is_known_to_be_off() -> None:
    """e⁻⁷⁴⁴ : (e⁻⁷⁴⁴ + e⁻⁷⁴⁵) in doubles is no more than a guess, and the bound says so."""
    one, other = (DOUBLES.functions["exp"](DOUBLES.number(z)) for z in (-744.0, -745.0))
    found = one / (one + other)
    assert found.off >= abs(found.number - 1 / (1 + math.exp(-1)))


def test_a_fraction_of_a_hundred_thousand_digits_is_rounded() -> None:
    assert Rounding(4).text(Fraction(10**100_000 + 1, 3 * 10**100_000)) == "0.3333"
    assert Rounding(4).text(Fraction(2 * 10**30, 3)) == "6.667e29"


def test_what_is_beyond_all_doubles_is_no_printed_number() -> None:
    assert Claim("loss", Decimal("0.5")).of(math.inf) == Decimal("Infinity")


def test_a_sigmoid_far_below_0_has_its_slope() -> None:
    z = numpy.array([-1e9, -800.0, -1.0, 1.0, 1e9]) + 1e-100j
    found = sided_sigmoid(numpy)(z)
    assert found.real == pytest.approx([0, 0, 1 / (1 + math.e), math.e / (1 + math.e), 1])
    slope = math.e / (1 + math.e) ** 2
    assert found.imag / 1e-100 == pytest.approx([0, 0, slope, slope, 0])


def test_a_softmax_far_below_0_is_trained_as_its_joined_form() -> None:
    last = {"units": 2, "activation": "softmax", "weights": [[0.3], [-0.4]], "biases": [-745.0, -745.0]}
    data = {"inputs": [[1]], "targets": [[1, 0]]}
    net: dict[str, Any] = {"data": data, "layer": [last], "loss": {"name": "cross_entropy"}}
    solution = derivegen.solve({**net, "training": {"learning_rate": 0.5, "steps": 2}})
    assert solution.gradients["b[1][1]"] == pytest.approx(1 / (1 + math.exp(-0.7)) - 1)
    assert solution.trace.updates[1].outputs[0] == pytest.approx((0.79634813529, 0.20365186470))
    assert "from 0.6682 to 0.7963" in " ".join(solution.text("text").split())


def test_a_bound_of_a_softplus_of_several() -> None:
    found = DOUBLES.functions["softplus"](Bounded(700.0, 1e-10, 2.0**-52), Bounded(-700.0, 1e-12, 2.0**-52))
    assert found.number == 700.0
    assert 1e-10 <= found.off < 2e-10 + 1e-12


def test_a_run_that_begins_saturated_is_judged() -> None:
    """Of three classes the right one begins with a share of 10⁻⁵², too small for doubles beside 1."""
    last = {"units": 3, "activation": "softmax", "weights": [[-13], [107], [-111]], "biases": [0, 0, 0]}
    data = {"inputs": [[1]], "targets": [[1, 0, 0]]}
    net: dict[str, Any] = {"data": data, "layer": [last], "loss": {"name": "cross_entropy"}}
    solution = derivegen.solve({**net, "training": {"learning_rate": 0.5, "steps": 2}})
    assert solution.values["loss"] == pytest.approx(120)
    assert "the loss falls from 120.0000 to 118.0000" in solution.text("text")
