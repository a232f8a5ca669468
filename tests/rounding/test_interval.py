"""Intervals of functions that do not have values everywhere."""

from __future__ import annotations

import math

import pytest

from derivegen.formula.arithmetic.value import Arithmetic, precise
from derivegen.rounding.interval import INTERVALS, Interval, close_intervals, printed


@pytest.mark.parametrize("arithmetic", [INTERVALS, close_intervals()])
def test_of_a_printed_0_a_function_begins_where_it_has_values(arithmetic: Arithmetic) -> None:
    """Half a unit below 0 there is no root and no logarithm."""
    cell = printed("0", precise(100)) if arithmetic is not INTERVALS else printed("0")
    root, log = arithmetic.functions["sqrt"](cell), arithmetic.functions["ln"](cell)
    assert root.low == 0 and float(root.high) == pytest.approx(math.sqrt(0.5), rel=1e-15)
    assert log.low == -math.inf and float(log.high) == pytest.approx(math.log(0.5), rel=1e-15)


@pytest.mark.parametrize("name", ["sqrt", "ln"])
@pytest.mark.parametrize("arithmetic", [INTERVALS, close_intervals()])
def test_below_0_they_have_none(arithmetic: Arithmetic, name: str) -> None:
    number = arithmetic.number(-2)
    with pytest.raises(ValueError):
        arithmetic.functions[name](Interval(number.low, number.high))
