"""A number printed somewhere goes in, with the others printed there; under which assumption exactly its digits come out, by recomputing."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cached_property
from math import isinf
from typing import Any, NamedTuple

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.numbers.recompute import recomputed, split, true_number
from derivegen.calculus.numbers.rounding import decimal_of
from derivegen.network.names import is_delta, parse_derivative
from derivegen.records import dataclass, field

_CONTEXT = Context(prec=60)
TOLD, LEAST = 12, 20
"""Digits of a fraction that it is known by, and decimals it has at most."""
ROUNDED = ("carried", "from-rounded", "from-printed", "cut", "old", "last-digit")
"""Reasons that are no misunderstanding: of printed values they come before all mistakes."""
MOST_AGAIN = 12_000
"""Quantities computed another way for the claims of one text: two seconds."""


class Claim(NamedTuple):
    """A value as printed: quantity, number with its digits, and where it stands, if that was said. One that is printed as a `fraction` has
    as many digits as doubles tell apart."""

    name: str
    number: Decimal
    where: str = ""
    fraction: Fraction | None = None

    def of(self, number: Fraction | float, rounding: str = ROUND_HALF_UP) -> Decimal:
        """A number with the claim's digits; one beyond all doubles as it is."""
        if isinstance(number, float) and isinf(number):
            return Decimal(number)
        decimal = decimal_of(Fraction(number))
        digits = decimal.adjusted() - self.last  # of a run that diverges more than a context holds
        context = _CONTEXT if digits < _CONTEXT.prec - 2 else Context(prec=digits + 2)
        return decimal.quantize(Decimal(1).scaleb(self.last), rounding=rounding, context=context)

    @property
    def last(self) -> int:
        """The power of ten of the last digit."""
        exponent = self.number.as_tuple().exponent
        assert isinstance(exponent, int)
        return exponent

    @property
    def decimals(self) -> int:
        """How many decimals are printed."""
        return max(0, -self.last)


def claim_of_fraction(name: str, fraction: Fraction, where: str = "") -> Claim:
    """A value that is printed as a fraction."""
    number = Context(prec=TOLD).divide(Decimal(fraction.numerator), Decimal(fraction.denominator))
    last = max(number.adjusted() - TOLD + 1, -LEAST)
    return Claim(name, number.quantize(Decimal(1).scaleb(last)), where, fraction)


class Assumption(NamedTuple):
    """Why other digits come out: the key of the reason, to how many decimals was rounded, whose value it is instead."""

    key: str
    digits: int = 0
    other: str = ""


class _Many(NamedTuple):
    """The quantities of a network that have a number: the numbers in their order, and of each its place among the names."""

    numbers: tuple[float, ...]
    named: tuple[tuple[int, str], ...]

    def near(self, claim: Claim) -> Iterator[tuple[str, float]]:
        """Those within a unit of a claim's last digit, which alone can have its digits: names and numbers, in the order of the network."""
        number, unit = float(claim.number), 10.0 ** max(claim.last, -300)
        first, last = bisect_left(self.numbers, number - unit), bisect_right(self.numbers, number + unit)
        found = sorted(zip(self.named[first:last], self.numbers[first:last], strict=True))
        return ((name, near) for (_, name), near in found)


def _many(found: Iterable[tuple[str, Any]]) -> _Many:
    pairs = [(float(number), place, name) for place, (name, number) in enumerate(found)]
    pairs = sorted(each for each in pairs if not math.isnan(each[0]))
    return _Many(tuple(number for number, *_ in pairs), tuple((place, name) for _, place, name in pairs))


@dataclass(frozen=True)
class Assumptions:
    """What one text may have assumed: `claims` are the values it prints, `delta_sign` is the sign it gives δ."""

    trace: Trace
    claims: tuple[Claim, ...] = field(repr=False)
    delta_sign: int = 1
    _spent: list[int] = field(default_factory=list, compare=False, repr=False)

    def true(self, name: str) -> Fraction | float:
        """The true number of a quantity; δ has the sign the notation gives it."""
        return self.sign_of(name) * true_number(self.trace, name)

    def agrees(self, claim: Claim) -> bool:
        """Whether the printed value is the true one rounded; half a unit may have gone either way. A fraction is the true one."""
        unit = Fraction(10) ** claim.last
        return abs(Fraction(claim.number) - Fraction(self.true(claim.name))) <= unit / 2 * (1 + Fraction(1, 10**9))

    def again(self, name: str, put_in: Mapping[str, float], digits: int | None = None) -> float | None:
        """The number another way, with the notation's sign; None once that has taken long enough for one page."""
        cost = max(1, split(name)[1]) * self.trace.graph.size
        if sum(self._spent) + cost > MOST_AGAIN:
            return None
        self._spent.append(cost)
        number = recomputed(self.trace, name, put_in, digits)
        return None if number is None else self.sign_of(name) * number

    def sign_of(self, name: str) -> int:
        """−1 of a δ that the notation has with the other sign."""
        return self.delta_sign if is_delta(name) else 1

    def likeliest(self, claim: Claim) -> Assumption | None:
        """The first assumption, the likeliest first, under which exactly the printed digits come out; of a plain 0, which nobody rounds
        to, none."""
        if not claim.number and not claim.decimals:
            return None
        for found in (self._rounded, self._from_printed, self._cut, self._sign, self._factor, self._other, self._old):
            assumed = found(claim)
            if assumed is not None:
                return assumed
        return self._fewer(claim) or self._last_digit(claim)

    def _rounded(self, claim: Claim) -> Assumption | None:
        """Every intermediate value rounded as printed and carried on."""
        return self._carried(claim, claim.decimals)

    def _carried(self, claim: Claim, digits: int) -> Assumption | None:
        number = self.again(claim.name, {}, digits)
        # by hand 0.0167 · 0.5 is 0.00835, in doubles a little less
        same = number is not None and claim.of(Fraction(f"{number:.12g}")) == claim.number
        return Assumption("carried", digits) if same else None

    def _from_printed(self, claim: Claim) -> Assumption | None:
        """The printed values of the others put in: of the givens, then of all; first only those that are right, rounded."""
        for key, right in (("from-rounded", True), ("from-printed", False)):
            for put_in in (self.givens, self._printed):
                others = {n: x for n, x in put_in.items() if n != claim.name and not (right and n in self._differing)}
                number = self.again(claim.name, others) if others else None
                if number is not None and claim.of(number) == claim.number:
                    return Assumption(key)
        return None

    @cached_property
    def _differing(self) -> frozenset[str]:
        """The quantities whose printed value is wrong."""
        return frozenset(claim.name for claim in self.claims if not split(claim.name)[1] and not self.agrees(claim))

    @cached_property
    def _printed(self) -> dict[str, float]:
        """The printed values of everything before an update."""
        names = (claim for claim in self.claims if not split(claim.name)[1])
        return {claim.name: self.sign_of(claim.name) * float(claim.number) for claim in names}

    @cached_property
    def givens(self) -> dict[str, float]:
        """The printed values of what the network is given."""
        return {name: number for name, number in self._printed.items() if name in self.trace.graph.givens}

    def _cut(self, claim: Claim) -> Assumption | None:
        cut = claim.of(self.true(claim.name), ROUND_DOWN) == claim.number
        return Assumption("cut") if cut else None

    def _sign(self, claim: Claim) -> Assumption | None:
        return Assumption("sign") if claim.of(-self.true(claim.name)) == claim.number else None

    def _factor(self, claim: Claim) -> Assumption | None:
        true = self.true(claim.name)
        if claim.of(true * 2) == claim.number:
            return Assumption("double")
        return Assumption("half") if claim.of(true / 2) == claim.number else None

    def _other(self, claim: Claim) -> Assumption | None:
        """Another quantity's value; of a single digit that would be chance."""
        if len(claim.number.as_tuple().digits) < 2 or split(claim.name)[1]:
            return None
        derivatives_first = parse_derivative(claim.name) is not None  # one is taken for another first
        for kind in reversed(self._kinds) if derivatives_first else self._kinds:
            for name, number in kind.near(claim):
                if name != claim.name and claim.of(number) == claim.number:
                    return Assumption("other", other=name)
        return None

    @cached_property
    def _kinds(self) -> tuple[_Many, _Many]:
        """Every value and every derivative."""
        return _many(self.trace.floats.forward()), _many(self.trace.floats.backward())

    def _old(self, claim: Claim) -> Assumption | None:
        """The value before the last update."""
        base, step = split(claim.name)
        if not step:
            return None
        before = self.true(f"{base}#{step - 1}" if step > 1 else base)
        return Assumption("old") if claim.of(before) == claim.number else None

    def _fewer(self, claim: Claim) -> Assumption | None:
        """Intermediate values rounded to fewer digits than the result shows."""
        for digits in (claim.decimals - 1, claim.decimals - 2):
            assumed = self._carried(claim, digits) if digits > 0 else None
            if assumed is not None:
                return assumed
        return None

    def _last_digit(self, claim: Claim) -> Assumption | None:
        near = abs(claim.of(self.true(claim.name)) - claim.number) <= Decimal(1).scaleb(claim.last)
        return Assumption("last-digit") if near else None
