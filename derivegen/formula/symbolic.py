"""The sympy twin of a display tree: tree in, sympy expression out. Names become plain Symbols, families IndexedBase; nothing is parsed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy
from sympy import Expr, IndexedBase, Rational, Symbol

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
    Power,
    Product,
    Quantity,
    Ratio,
    Strike,
    Sum,
    Under,
    Value,
)


class sigmoid(sympy.Function):
    """1/(1 + e^(−z)), kept closed: opened, every unit would cost sympy milliseconds (an exp asks the assumption system)."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return self * (1 - self)

    def doit(self, **hints: Any) -> Expr:
        return 1 / (1 + sympy.exp(-self.args[0]))


class relu(sympy.Function):
    """max(z, 0), kept closed so that nobody differentiates it to a Heaviside that says ½ at 0."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.Piecewise((1, self.args[0] > 0), (0, True))

    def doit(self, **hints: Any) -> Expr:
        return sympy.Max(self.args[0], 0)


class softplus(sympy.Function):
    """ln(1 + e^z), kept closed."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return sigmoid(self.args[0])

    def doit(self, **hints: Any) -> Expr:
        return sympy.log(1 + sympy.exp(self.args[0]))


class normal_cdf(sympy.Function):
    """Φ(z), the standard normal distribution function, kept closed."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return normal_pdf(self.args[0])

    def doit(self, **hints: Any) -> Expr:
        return (1 + sympy.erf(self.args[0] / sympy.sqrt(2))) / 2


class normal_pdf(sympy.Function):
    """φ(z) = Φ′(z), kept closed."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return -self.args[0] * self

    def doit(self, **hints: Any) -> Expr:
        return sympy.exp(-(self.args[0] ** 2) / 2) / sympy.sqrt(2 * sympy.pi)


CLOSED = (sigmoid, relu, softplus, normal_cdf, normal_pdf)

FUNCTIONS: dict[str, Any] = {
    "exp": sympy.exp,
    "ln": sympy.log,
    "sqrt": sympy.sqrt,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tanh": sympy.tanh,
    "max": sympy.Max,
    "min": sympy.Min,
    "abs": sympy.Abs,
    "sigmoid": sigmoid,
    "relu": relu,
    "softplus": softplus,
    "Φ": normal_cdf,
    "φ": normal_pdf,
}


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
            case Indexed(base, letters):
                return IndexedBase(base)[tuple(Symbol(letter, integer=True) for letter in letters)]
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


def _call(function: str, arguments: tuple[Expr, ...], primes: int) -> Expr:
    if function in FUNCTIONS and not primes:
        return FUNCTIONS[function](*arguments)
    return sympy.Function(function + "_prime" * primes, real=True)(*arguments)


def _condition(condition: Formula, of: Callable[[Formula], Expr]) -> Any:
    assert isinstance(condition, Compare)
    left, right = of(condition.left), of(condition.right)
    relations = {"<": sympy.Lt, ">": sympy.Gt, "≤": sympy.Le, "≥": sympy.Ge, "=": sympy.Eq, "≠": sympy.Ne}
    return relations[condition.relation](left, right)


def opened(expression: Expr) -> Expr:
    """The closed functions (sigmoid, relu, softplus, Φ, φ) written out."""
    return expression.replace(lambda e: isinstance(e, CLOSED), lambda e: e.doit())
