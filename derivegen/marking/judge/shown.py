"""A formula that is a number as somebody typed it goes in; its value and what its digits leave open come out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.formula.arithmetic.value import Irrational, constant
from derivegen.formula.tree import Bracket, Formula, Negative, Number, Power, Product, Ratio
from derivegen.records import dataclass
from derivegen.rounding.interval import SLACK, Interval

TELLING = 3
"""Significant digits from which on they can be what somebody rounds everything to."""
LONGEST = 12
"""Digits above and below the bar of a fraction that is a number."""
EXACT = 1e-10
"""How far off what doubles come to may be, by its size."""
CONTRADICTING = 2
"""So many answers with other digits say that somebody rounds otherwise; one may be a slip."""
OTHERS = 3
"""Rounded numbers of a page from which on it is seen with how many digits it is written."""
LARGEST = 300
"""Exponents of ten up to which a number is one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as typed: its value, the decimals and significant digits it shows, and all it may stand for. A fraction of whole numbers
    is exact and shows no end of digits."""

    value: float
    decimals: int
    significant: int
    low: float
    high: float

    def meets(self, number: float) -> bool:
        """Whether it can be the number, rounded."""
        slack = SLACK * (1 + abs(number))
        return self.low - slack <= number <= self.high + slack

    def within(self, low: float, high: float) -> bool:
        """Whether it can be one of the numbers between the two, rounded."""
        return self.cell.meets(Interval(low, high))

    def equals(self, number: float) -> bool:
        """Whether it is the number itself."""
        return math.isclose(self.value, number, rel_tol=SLACK, abs_tol=SLACK)

    @property
    def cell(self) -> Interval:
        """All it may stand for."""
        return Interval(self.low, self.high)

    @property
    def unit(self) -> float:
        """One unit of the last digit; 0 of a fraction."""
        return self.high - self.low

    def __neg__(self) -> Shown:
        return Shown(-self.value, self.decimals, self.significant, -self.high, -self.low)


def shown(formula: Formula) -> Shown | None:
    """The number a formula is: −0.1309, 8.3·10⁻³, −7/24; None if it is none, or is worked out from several."""
    match formula:
        case Number(text):
            return _of_decimal(text, 0)
        case Negative(body):
            found = shown(body)
            return None if found is None else -found
        case Bracket(body):
            return shown(body)
        case Product((Number(text), Power(Number("10"), exponent))):
            power = _whole(exponent)
            return None if power is None else _of_decimal(text, power)
        case Product((Negative(body), Power(Number("10"), _) as power_of_ten)):
            found = shown(Product((body, power_of_ten)))
            return None if found is None else -found
        case Power(Number("10"), exponent):
            power = _whole(exponent)
            return None if power is None else _of_decimal("1", power)
        case Ratio(top, Number(bottom)) if bottom.isdigit() and int(bottom):
            above = _whole(top, LONGEST)
            return None if above is None or len(bottom) > LONGEST else _exact(above / Fraction(bottom))
    return None


def exactly(number: float) -> Shown:
    """A number that was worked out: nothing is left open."""
    half = abs(number) * EXACT
    return Shown(number, 12, 12, number - half, number + half)


def _whole(formula: Formula, digits: int = 0) -> int | None:
    """The whole number a formula is: an exponent, or a number of so many digits."""
    try:
        found = constant(formula)
    except (Irrational, ValueError, ArithmeticError):
        return None
    return int(found) if found.denominator == 1 and abs(found) <= (10**digits if digits else LARGEST) else None


def _exact(number: Fraction) -> Shown:
    half = abs(float(number)) * EXACT  # what it is held to is a double
    return Shown(float(number), 99, 99, float(number) - half, float(number) + half)


@lru_cache(maxsize=8192)
def _of_decimal(text: str, power: int) -> Shown | None:
    try:
        typed = Decimal(text).scaleb(power)
    except InvalidOperation:
        return None
    exponent = typed.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > LARGEST:
        return None
    if text == "0":
        return _exact(Fraction(0))  # who writes so means nothing at all; 0.0 is what rounding left
    value, half = float(typed), 0.5 * 10.0**exponent
    significant = typed.adjusted() - exponent + 1 if typed else 0
    return Shown(value, max(0, -exponent), significant, value - half, value + half)


def roundings_of_working(results: Iterable[Shown]) -> tuple[Rounding, ...]:
    """How somebody may have rounded whose intermediate results these are: to the fewest decimals among them, unless all show as many
    significant digits and not as many decimals; to significant digits if all show as many. None of no results."""
    some = list(results)
    decimals, significant = {each.decimals for each in some}, {each.significant for each in some}
    found = []
    if len(decimals) == 1 or len(significant) > 1:
        found.append(Rounding(min(decimals)))
    if len(significant) == 1 and min(significant) >= TELLING:
        found.append(Rounding(significant=min(significant)))
    return tuple(found)


def roundings_of_answers(answers: Iterable[Shown], sheet: Sequence[Rounding]) -> tuple[Rounding, ...]:
    """What of the two things that the sheet's digits can mean the answers show: one that several of them contradict is left out where the
    other has no contradiction at all. Both stay where that is not so."""
    some = list(answers)
    against = [sum(_contradicts(each, rounding) for each in some) for rounding in sheet]
    return tuple(
        rounding for rounding, many in zip(sheet, against, strict=True) if many < CONTRADICTING or min(against) > 0
    )


def _contradicts(answer: Shown, rounding: Rounding) -> bool:
    """Whether nobody who rounds so writes the number: it has more digits. Of small numbers many write some more decimals, so that only
    one with all its significant digits says that decimals are not what is counted."""
    if rounding.significant is not None:
        return answer.significant > rounding.significant
    return answer.decimals > rounding.digits and answer.significant >= max(TELLING, rounding.digits)


def roundings_shown(answer: Shown) -> tuple[Rounding, ...]:
    """The two things the digits of a number can mean: so many decimals, so many significant digits."""
    decimals = Rounding(min(answer.decimals, 12))
    few = min(answer.significant, 12)
    return (decimals, Rounding(significant=few)) if few > 1 else (decimals,)


def roundings_of_answer(answer: Shown) -> tuple[Rounding, ...]:
    """How somebody may have rounded of whom this alone is known: to one digit fewer than it shows."""
    decimals = Rounding(max(1, min(answer.decimals, 12) - 1))
    few = min(answer.significant, 12) - 1
    return (decimals, Rounding(significant=few)) if few >= TELLING else (decimals,)


def most_digits(numbers: Sequence[Shown]) -> int:
    """The significant digits that none of the rounded numbers of a page has more of; 0 where they are too few to say so."""
    return max((each.significant for each in numbers), default=0) if len(numbers) > OTHERS else 0
