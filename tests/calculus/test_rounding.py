"""Rounding as on paper."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from derivegen.calculus.numbers.rounding import Rounding, _ending, _leading, decimal_of


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (F("0.12345"), "0.1235"),  # half away from zero, not to the even digit
        (F("-0.12345"), "-0.1235"),
        (F("0.12335"), "0.1234"),
        (F("2.00005"), "2.0001"),
        (F(1, 3), "0.3333"),
        (F(2, 3), "0.6667"),
        (F(-2, 3), "-0.6667"),
        (0.99996, "1.0000"),  # a float was cut: it keeps its zeros
        (0.5, "0.5000"),
        (F(1, 2), "0.5"),  # an exact number has none
        (F(3), "3"),
        (F(100), "100"),
        (F("0.1000"), "0.1"),
        (F(-7, 4), "-1.75"),
        (F(0), "0"),
        (0.0, "0"),
        (-0.0, "0"),
        (123.456789, "123.4568"),
    ],
)
def test_four_decimals(number: F | float, text: str) -> None:
    assert Rounding().text(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.00123456, "0.0012"),
        (0.000123456, "0.00012"),
        (-0.0000123456, "-0.000012"),
        (0.01, "0.0100"),
        (F(1, 3000), "0.00033"),
        (F(1, 10000), "0.0001"),  # exact as printed
    ],
)
def test_never_fewer_than_two_significant_digits(number: F | float, text: str) -> None:
    assert Rounding(4).text(number) == text


@pytest.mark.parametrize(
    ("significant", "number", "text"),
    [
        (3, 0.00123456, "0.00123"),
        (3, 1.23456, "1.23"),
        (3, 12.3456, "12.3"),
        (2, F(1, 3), "0.33"),
        (5, F(2, 3), "0.66667"),
        (1, 0.25, "0.3"),
        (3, F(1, 2), "0.5"),
    ],
)
def test_significant_digits(significant: int, number: F | float, text: str) -> None:
    assert Rounding(significant=significant).text(number) == text


def test_digits_zero_and_many() -> None:
    assert Rounding(0).text(2.5) == "3"
    assert Rounding(0).text(F(-5, 2)) == "-3"
    assert Rounding(12).text(F(1, 7)) == "0.142857142857"


def test_shows_tells_whether_the_print_is_the_number() -> None:
    assert Rounding().shows(F("0.25"))
    assert not Rounding().shows(F("0.12345"))
    assert not Rounding().shows(0.25)  # a float is never known to be exact
    assert not Rounding().shows(None)


def test_very_large_and_very_small_numbers_are_written_with_a_power_of_ten() -> None:
    assert Rounding().text(1.5e15) == "1.500e15"
    assert Rounding().text(2e-12) == "2.0e-12"
    assert Rounding().text(-2.34567e-20) == "-2.3e-20"


def test_printing_again_changes_nothing() -> None:
    for number in (0.12345, 3.99999, 0.000456, 1e6 / 7):
        text = Rounding().text(number)
        assert Rounding().text(float(text)) == text


@pytest.mark.parametrize("rounding", [Rounding(4), Rounding(4, 3)])
def test_a_unit_is_never_nothing(rounding: Rounding) -> None:
    assert rounding.unit(5e-324) > 0
    assert rounding.unit(2e-300) == pytest.approx(1e-301 if rounding.significant is None else 1e-302)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (F(1, 10**43_430), "1.0e-43430"),
        (F(-123_456, 10**43_430), "-1.2e-43425"),
        (1 - F(1, 10**43_430), "1.0000"),
        (F("0.12345") - F(1, 10**9000), "0.1234"),
        (F("0.12345"), "0.1235"),
        (F("-0.12345") - F(1, 10**9000), "-0.1235"),
        (F(2, 3) ** 9000, "1.5e-1585"),
        (F(3) ** 9000, "1.234e4294"),
    ],
)
def test_of_a_long_fraction_so_many_digits_are_made_as_are_printed(number: F, text: str) -> None:
    assert Rounding(4).text(number) == text
    assert len(decimal_of(number).as_tuple().digits) < 100


@pytest.mark.parametrize(("digits", "significant"), [(4, None), (0, None), (4, 1), (4, 3)])
def test_what_is_carried_on_is_what_is_printed(digits: int, significant: int | None) -> None:
    """Also next to a power of ten, and where one is written."""
    rounding = Rounding(digits, significant)
    tops = (1, 5, 99, 995, 99995, 999949999, -25, -123456789)
    for number in (F(top) * F(10) ** power for top in tops for power in (*range(-15, 14), -330, -60, 330)):
        assert rounding.fraction(number) == F(rounding.text(number)), number
        assert F(rounding.text(decimal_of(number))) == F(rounding.text(number)), number


def test_a_result_is_come_to_with_the_digits_it_shows() -> None:
    two = Rounding(significant=2)
    assert two.text(F("-0.9998")) == "-1.00"
    assert two.comes_to(F("-1.004"), "-1.00")
    assert not two.comes_to(F("-1.005"), "-1.00")  # two digits of which are -1.0, but that is not what is printed
    assert not two.comes_to(F("-0.994"), "-1.0")
    assert Rounding().comes_to(F("0.50003"), "0.5")  # exact, and printed without zeros


def test_tiny_numbers_are_held_to_their_digits_without_long_fractions() -> None:
    """10^−200 000 as a fraction took a third of a second, each time."""
    tiny = F(26, 10**200_001)
    assert Rounding(4).text(tiny) == "2.6e-200000"
    assert Rounding(4).comes_to(tiny, "2.6e-200000") and Rounding(4).comes_to(tiny, "2.60e-200000")
    assert not Rounding(4).comes_to(tiny, "2.7e-200000") and not Rounding(4).comes_to(-tiny, "2.6e-200000")


@pytest.mark.parametrize(
    ("number", "text", "ends"),
    [
        (F(123456, 10**4000), "1.2e-3995", True),
        (F(-35, 10**4001), "-3.5e-4000", True),
        (F(1, 5**4000 * 2**3990), "1.0e-3997", True),
        (F(1, 5**4000 * 2**3990 + 1), "1.0e-3997", False),
        (F(125, 10**4000 * 3), "4.2e-3999", False),
        (F(1, 5**6000), "1.5e-4194", False),
        (F(10**4000 + 1, 10**8000), "1.0e-4000", False),
    ],
)
def test_a_tiny_number_is_printed_by_its_digits_whether_or_not_they_are_few(number: F, text: str, ends: bool) -> None:
    """Few ones are at hand: to divide by 10^300 000 took a tenth of a second, each time a line was looked at."""
    found = _ending(abs(number.numerator), number.denominator)
    assert (found is not None) == ends and (found is None or F(found) == abs(number))
    assert Rounding(4).text(number) == text
    for way in (-1, 1):
        assert abs(F(_leading(way * number)) - way * number) <= abs(number) / 10**60
