"""Display tree in, its text in sympy's words out: a[2][1] - t[1], as a teacher orders it, with the names of quantities as they are.

It says what `symbolic.to_sympy` makes, without sympy, whose import takes longer than all that a small network needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.places import Affine
from derivegen.formula.print.python import ATOM, CHOICE, POWER, SUM, TERM, Writer
from derivegen.formula.tree import (
    BigSum,
    Bracket,
    Call,
    Cases,
    Colour,
    Compare,
    Formula,
    Glyph,
    Indexed,
    Number,
    Place,
    Power,
    Product,
    Quantity,
    Ratio,
    Strike,
    Under,
    Value,
)

_RELATIONS = {"=": "Eq", "≠": "Ne", "≤": "<=", "≥": ">="}


def sympy_text(tree: Formula, as_factor: bool = False) -> str:
    """The text; `as_factor` sets brackets where it is to be multiplied. Raises TypeError on matrices and on words, which have none."""
    return _Sympy(str, arrays=False).at(tree, TERM if as_factor else CHOICE)


class _Words:
    """Answers as sympy would, in place of it, with the text of a call."""

    def __getattr__(self, function: str) -> Any:
        return lambda *arguments: f"{function}({', '.join(arguments)})"


class _Sympy(Writer):
    times, over = "*", "/"

    def write(self, tree: Formula) -> tuple[str, int]:
        match tree:
            case Quantity(name) | Value(name):
                return name, ATOM
            case Glyph():
                return repr(tree), ATOM
            case Indexed():
                return _place(tree), ATOM
            case Number(text):
                return _number(Fraction(text))
            case Product():
                return self._product(tree)
            case Power(base, exponent):
                return f"{self.at(base, ATOM)}**{self.at(exponent, ATOM)}", POWER
            case Call(function, arguments, primes):
                return self._called(function, [self.at(each, CHOICE) for each in arguments], primes), ATOM
            case Strike(body) | Under(body, _):
                return self.write(body)
            case BigSum(body, Quantity(index), low, high):
                ends = ", ".join((index, self.at(low, CHOICE), self.at(high, CHOICE)))
                return f"Sum({self.at(body, CHOICE)}, ({ends}))", ATOM
            case Cases(branches):
                cases = (f"({self.at(body, CHOICE)}, {self._condition(when)})" for body, when in branches)
                return f"Piecewise({', '.join(cases)})", ATOM
        return super().write(tree)

    def _product(self, tree: Product) -> tuple[str, int]:
        """The numbers in it as one, in front."""
        by, rest = Fraction(1), list[Formula]()
        for factor in _factors(tree):
            match factor:
                case Number(text):
                    by *= Fraction(text)
                case Ratio(Number(top), Number(bottom)):
                    by *= Fraction(top) / Fraction(bottom)
                case _:
                    rest.append(factor)
        if not rest or by == 0:
            return _number(by)
        if by == 1 and len(rest) == 1:
            return self.write(rest[0])
        texts = [self.at(each, TERM if place == 0 else POWER) for place, each in enumerate(rest)]
        return self.times.join(texts if by == 1 else [str(by), *texts]), TERM

    def _called(self, function: str, arguments: list[str], primes: int) -> str:
        known = FUNCTIONS.get(function)
        if known is None or primes:
            return f"{function}{'_prime' * primes}({', '.join(arguments)})"
        if known.closed:
            return f"{known.identifier}({', '.join(arguments)})"
        return str(known.symbolic(_Words(), *arguments))

    def _condition(self, when: Formula | None) -> str:
        if when is None:
            return "True"
        assert isinstance(when, Compare)
        left, right = self.at(when.left, SUM), self.at(when.right, SUM)
        relation = _RELATIONS.get(when.relation, when.relation)
        return f"{relation}({left}, {right})" if relation.isalpha() else f"{left} {relation} {right}"


def _factors(tree: Formula) -> Iterator[Formula]:
    """What is multiplied, without brackets around a product in a product."""
    match tree:
        case Product(factors):
            yield from (each for factor in factors for each in _factors(factor))
        case Bracket(body) | Colour(body, _) if isinstance(body, Product | Number):
            yield from _factors(body)
        case _:
            yield tree


def _number(exact: Fraction) -> tuple[str, int]:
    """A printed number is exact."""
    whole = exact.denominator == 1 and exact >= 0
    return str(exact), ATOM if whole else TERM


def _place(place: Place) -> str:
    """What stands in a place of an index, or the member at places."""
    match place:
        case str():
            return place
        case Indexed(base, places):
            return f"{base}[{', '.join(map(_place, places))}]"
        case Affine(terms, shift):
            parts = [name if by == 1 else f"{by}*{name}" for name, by in terms]
            return " + ".join([*parts, str(shift)] if shift or not parts else parts).replace("+ -", "- ")
