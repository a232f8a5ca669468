"""The sympy twin of a display tree: tree in, sympy expression out. Names become plain Symbols, families IndexedBase; nothing is parsed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy
from sympy import Expr, IndexedBase, Rational, Symbol

from derivegen.formula.function import Function
from derivegen.formula.functions import FUNCTIONS
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
    Negative,
    Number,
    Place,
    Power,
    Product,
    Quantity,
    Ratio,
    Strike,
    Sum,
    Under,
    Value,
)


def _closed(function: Function) -> type[sympy.Function]:
    """A function as one word of sympy's, with its slope from the table; `doit` writes it out."""

    def fdiff(self: Any, argindex: int = 1) -> Expr:
        assert function.slope is not None
        return to_sympy(function.slope(Quantity("z")), lambda _: self.args[0])

    def doit(self: Any, **hints: Any) -> Expr:
        return function.symbolic(sympy, *self.args)

    own = {"fdiff": fdiff, "doit": doit, "__module__": __name__}
    return type(function.identifier, (sympy.Function,), own)


CLOSED = {each.identifier: _closed(each) for each in FUNCTIONS.values() if each.closed}
"""The functions that stay one word, by that word."""


def __getattr__(name: str) -> type[sympy.Function]:
    """Where pickle looks for the class of a closed function."""
    if name not in CLOSED:
        raise AttributeError(name)
    return CLOSED[name]


@lru_cache(maxsize=65536)
def symbol(name: str) -> Symbol:
    """The real Symbol of a quantity."""
    return Symbol(name, real=True)


def number(text: str) -> Expr:
    """A printed number as an exact rational."""
    exact = Fraction(text)
    return Rational(exact.numerator, exact.denominator)


def to_sympy(tree: Formula, leaf: Callable[[str], Expr] = symbol) -> Expr:
    """The expression a tree stands for, its names answered by `leaf`. Raises TypeError on matrices and on words, which have none."""

    def of(part: Formula) -> Expr:
        match part:
            case Quantity(name) | Value(name):
                return leaf(name)
            case Glyph():
                return symbol(repr(part))
            case Indexed(base, places):
                return IndexedBase(base)[tuple(map(_place, places))]
            case Number(text):
                return number(text)
            case Negative(body):
                return -of(body)
            case Sum(terms):
                return sympy.Add(*map(of, terms))
            case Product(factors):
                return sympy.Mul(*map(of, factors))
            case Ratio(top, bottom):
                return of(top) / of(bottom)
            case Power(base_, exponent):
                return of(base_) ** of(exponent)
            case Call(function, arguments, primes):
                return _call(function, tuple(map(of, arguments)), primes)
            case Bracket(body) | Colour(body, _) | Strike(body) | Under(body, _):
                return of(body)
            case Cases(branches):
                return sympy.Piecewise(*((of(v), True if c is None else _condition(c, of)) for v, c in branches))
            case BigSum(body, Quantity(index), low, high):
                return sympy.Sum(of(body), (Symbol(index, integer=True), of(low), of(high)))
        raise TypeError(f"{type(part).__name__} has no sympy expression")

    return of(tree)


def _place(place: Place) -> Expr:
    """What stands in a place of an index."""
    match place:
        case str():
            return Symbol(place, integer=True)
        case Indexed(base, places):
            return IndexedBase(base)[tuple(map(_place, places))]
    return sympy.Add(*(by * Symbol(name, integer=True) for name, by in place.terms), place.shift)


def _call(function: str, arguments: tuple[Expr, ...], primes: int) -> Expr:
    known = FUNCTIONS.get(function)
    if known is not None and not primes:
        return CLOSED[known.identifier](*arguments) if known.closed else known.symbolic(sympy, *arguments)
    return sympy.Function(function + "_prime" * primes, real=True)(*arguments)


def _condition(condition: Formula, of: Callable[[Formula], Expr]) -> Any:
    assert isinstance(condition, Compare)
    left, right = of(condition.left), of(condition.right)
    relations = {"<": sympy.Lt, ">": sympy.Gt, "≤": sympy.Le, "≥": sympy.Ge, "=": sympy.Eq, "≠": sympy.Ne}
    return relations[condition.relation](left, right)


def opened(expression: Expr) -> Expr:
    """The closed functions written out."""
    closed = tuple(CLOSED.values())
    return expression.replace(lambda e: isinstance(e, closed), lambda e: e.doit())
