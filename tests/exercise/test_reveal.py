"""What answers reveal: ranges hold what prints as the accepted values and nothing else; wrong values with the mistakes behind them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.exercise.orders import orders
from derivegen.exercise.reveal import LAST_DIGIT, Range, Revealed, beside, printed_as, ranges, revealed, written

FOUR = Rounding(4)


def test_one_value_is_half_a_unit_wide_on_each_side() -> None:
    assert ranges(("-0.1308",), FOUR) == (Range(Decimal("-0.1308"), Decimal("0.00005")),)


def test_a_neighbour_on_one_side_is_a_range_of_its_own() -> None:
    first, second = ranges(("-0.1308", "-0.1309"), FOUR)
    assert first == Range(Decimal("-0.1308"), Decimal("0.00005"))
    assert (second.low, second.high) == (Decimal("-0.13095"), Decimal("-0.13085"))


def test_neighbours_on_both_sides_widen_the_range_of_the_key() -> None:
    assert ranges(("0.5", "0.4999", "0.5001"), FOUR) == (Range(Decimal("0.5"), Decimal("0.00015")),)


def test_values_apart_from_each_other_leave_what_is_between_out() -> None:
    found = ranges(("0.5", "0.5003"), FOUR)
    assert [(one.low, one.high) for one in found] == [
        (Decimal("0.49995"), Decimal("0.50005")),
        (Decimal("0.50025"), Decimal("0.50035")),
    ]


def test_where_the_unit_changes_the_smaller_one_counts_towards_nought() -> None:
    around = printed_as("0.0010", FOUR)
    assert around.low == Decimal("0.000995")
    assert around.high == Decimal("0.00105")
    assert beside(("0.0010",), FOUR) == ("0.00099", "0.0011")
    assert beside(("-0.0010",), FOUR) == ("-0.0011", "-0.00099")


@given(
    st.floats(-2, 2).filter(lambda number: abs(number) > 1e-6),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from([FOUR, Rounding(2), Rounding(significant=3)]),
)
def test_ranges_hold_the_accepted_and_not_their_neighbours(
    number: float, below: int, above: int, rounding: Rounding
) -> None:
    key = rounding.text(number)
    accepted = [key]
    for _ in range(below):
        accepted.append(beside(accepted, rounding)[0])
    for _ in range(above):
        accepted.append(beside(accepted, rounding)[1])
    found = ranges(accepted, rounding)

    def right(text: str) -> bool:
        return any(one.low <= Decimal(text) <= one.high for one in found)

    assert all(map(right, accepted))
    assert not any(map(right, beside(accepted, rounding)))
    assert found[0].centre == Decimal(key)
    assert all(one.tolerance > 0 for one in found)


@given(st.floats(-1000, 1000).filter(lambda number: abs(number) > 1e-6))
def test_the_value_beside_prints_as_itself(number: float) -> None:
    for text in beside((FOUR.text(number),), FOUR):
        assert Decimal(FOUR.text(float(text))) == Decimal(text)


def test_mistakes_by_value() -> None:
    wrong = [("a", "0.1308"), ("b", "-0.1308"), ("c", "0.1308"), ("d", "-0.1309"), ("e", "0.0131")]
    assert revealed(("-0.1308",), wrong, FOUR) == (
        Revealed("0.1308", ("a", "c")),
        Revealed("-0.1309", ("d", LAST_DIGIT)),
        Revealed("0.0131", ("e",)),
        Revealed("-0.1307", (LAST_DIGIT,)),
    )


@pytest.mark.parametrize(
    ("number", "text"), [("1E-7", "0.0000001"), ("0.500", "0.5"), ("-120", "-120"), ("1.2E+2", "120"), ("0E-5", "0")]
)
def test_numbers_are_written_out(number: str, text: str) -> None:
    assert written(Decimal(number)) == text


def test_every_order_in_which_a_line_follows_those_it_needs() -> None:
    needed = {"A": frozenset("C"), "B": frozenset("C"), "C": frozenset[str](), "D": frozenset("ABC")}
    assert orders(needed, 9) == ("CABD", "CBAD")
    assert orders(needed, 1) == ()
