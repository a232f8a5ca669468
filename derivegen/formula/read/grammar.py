"""Formulas as people type them: text in, display tree out. A precedence parser of our own; nothing is ever evaluated.

sum     = product (("+" | "-") product)*
product = signed (("*" | "/") signed)*
signed  = "-" signed | power
power   = atom ("^" signed)?                (right-associative; the exponent a constant)
atom    = number | name | function "(" sum ("," sum)* ")" | "(" sum ")"
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from difflib import get_close_matches
from fractions import Fraction
from functools import reduce
from operator import add, mul, truediv
from typing import Literal

from derivegen.formula.functions import TYPED as TYPED_FUNCTIONS
from derivegen.formula.read.tokens import TYPED, FormulaError, Limits, Token, tokens
from derivegen.formula.tree import Call, Formula, Negative, Number, Power, Product, Quantity, Ratio, Sum, children

ARITY = {typed: each.arity for typed, each in TYPED_FUNCTIONS.items()}
"""The functions and how many arguments each takes (fewest, most)."""
MOST_DEGREE = 4096
"""How often a formula may multiply by itself: ((x^64)^64)^64 is short to write, and its exact value fills the memory."""
MOST_LISTED = 12


def read_plain(text: str, names: Collection[str] | None = None) -> Formula:
    """The tree of a formula; names become quantities. Raises FormulaError (what, where, what to do)."""
    return FormulaReader(text, names, TYPED).whole()


class FormulaReader:
    """Reads one formula, from its first token on."""

    def __init__(
        self, text: str, names: Collection[str] | None, limits: Limits, dialect: Literal["plain", "indexed"] = "plain"
    ) -> None:
        self.source, self.names, self.limits = text, names, limits
        self.tokens = tokens(text, dialect, limits)
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> Token | None:
        """The next token if it is one of these."""
        token = self.next
        if token.kind == "sign" and token.text in texts:
            self.at += 1
            return token
        return None

    def fail(self, message: str, token: Token | None = None, mend: str = "") -> FormulaError:
        return FormulaError(message, (token or self.next).at, self.source, mend)

    def whole(self) -> Formula:
        if self.next.kind == "end":
            raise self.fail("the formula is empty")
        tree = self.sum()
        if self.next.text:
            raise self._unexpected()
        first = self.tokens[0]
        if height(tree, self.limits.depth) > self.limits.depth:
            raise self.fail(f"the formula nests deeper than {self.limits.depth}", first)
        if degree(tree) > MOST_DEGREE:
            raise self.fail(f"the formula's powers multiply beyond {MOST_DEGREE}", first)
        return tree

    def _unexpected(self) -> FormulaError:
        token = self.next
        if token.kind in ("number", "name") or token.text == "(":
            return self.fail(f"a sign is missing before {token.text!r}; write 2*x, not 2x or 2 x")
        if token.text in ("<", ">", "=", "<=", ">="):
            return self.fail(f"{token.text!r} compares; a formula is one value, without a comparison")
        if token.text == ".":
            return self.fail("a name has no parts after a dot")
        if token.text == ",":
            return self.fail("',' stands between the arguments of a function; write decimals with a point, 0.5")
        return self.fail(f"{token.text!r} is not expected here" if token.text else "the formula ends too early")

    def sum(self) -> Formula:
        terms = [self.product()]
        while sign := self.take("+", "-"):
            term = self.product()
            terms.append(Negative(term) if sign.text == "-" else term)
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def product(self) -> Formula:
        left = self.signed()
        while sign := self.take("*", "/"):
            right = self.signed()
            if sign.text == "/":
                left = Ratio(left, right)
            else:
                left = Product((*left.factors, right) if isinstance(left, Product) else (left, right))
        return left

    def signed(self) -> Formula:
        self.depth += 1
        if self.depth > self.limits.depth:
            raise self.fail(f"the formula nests deeper than {self.limits.depth}")
        try:
            if self.take("-"):
                return Negative(self.signed())
            return self.signed() if self.take("+") else self.power()
        finally:
            self.depth -= 1

    def power(self) -> Formula:
        base = self.atom()
        sign = self.take("^", "**")
        if sign is None:
            return base
        exponent = self.signed()
        try:
            small = abs(_constant(exponent)) <= self.limits.exponent
        except (ValueError, ZeroDivisionError):
            raise self.fail("an exponent must be a constant number, as in x^2 or x^(1/2)", sign) from None
        except OverflowError:
            small = False
        if not small:
            raise self.fail(f"an exponent may be at most ±{self.limits.exponent}", sign)
        return Power(base, exponent)

    def atom(self) -> Formula:
        token = self.next
        if token.kind == "number":
            self.at += 1
            return Number(_tidy(token.text))
        if token.kind == "name":
            self.at += 1
            return self._call(token) if self.next.text == "(" else self._name(token)
        if self.take("("):
            tree = self.sum()
            self._close()
            return tree
        raise self._unexpected()

    def _close(self) -> None:
        if not self.take(")"):
            if self.next.kind == "end":
                raise self.fail("a closing parenthesis is missing")
            raise self._unexpected()

    def _name(self, token: Token) -> Formula:
        if token.text in ARITY:
            raise self.fail(f"{token.text} is a function; write {token.text}(…)", token)
        if self.names is not None and token.text not in self.names:
            raise self.fail(f"the name {token.text!r} is not known here; {self._known(token.text)}", token)
        return Quantity(token.text)

    def _known(self, name: str) -> str:
        """The nearest known name, or what the names are."""
        names = sorted(self.names or ())
        near = get_close_matches(name, names[:2000], n=1)
        if near:
            return f"did you mean {near[0]!r}?"
        more = ", …" if len(names) > MOST_LISTED else ""
        return f"known are {', '.join(names[:MOST_LISTED])}{more}" if names else "there are no names"

    def _call(self, token: Token) -> Formula:
        if self.names is not None and token.text in self.names:
            raise self.fail(f"a sign is missing after {token.text!r}; write {token.text}*(…)", token)
        if token.text not in ARITY:
            near = get_close_matches(token.text, ARITY, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise self.fail(f"the function {token.text!r} is unknown; {hint}known are {', '.join(ARITY)}", token)
        self.take("(")
        arguments = [self.sum()]
        while self.take(","):
            arguments.append(self.sum())
        self._close()
        fewest, most = ARITY[token.text]
        if not fewest <= len(arguments) <= most:
            wanted = "one argument" if most == 1 else f"{fewest} to {most} arguments"
            raise self.fail(f"{token.text} takes {wanted}, not {len(arguments)}", token)
        return TYPED_FUNCTIONS[token.text](*arguments)


def _tidy(text: str) -> str:
    """A typed number as it is printed: 0.5 for .5, 1 for 1., e-7 for E-07."""
    mantissa, _, exponent = text.lower().partition("e")
    mantissa = ("0" + mantissa if mantissa.startswith(".") else mantissa).removesuffix(".")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def height(tree: Formula, enough: int) -> int:
    """How many levels a tree has, counted no further than one beyond `enough`; without recursion, which a high tree would exhaust."""
    level, height = [tree], 0
    while level and height <= enough:
        level = [child for parent in level for child in children(parent)]
        height += 1
    return height


def degree(tree: Formula) -> int:
    """A bound on how many numbers and names are multiplied to give the value."""
    match tree:
        case Power(base, exponent):
            return degree(base) * max(1, math.ceil(abs(_constant(exponent))))
        case Call(_, arguments):
            return max(map(degree, arguments))
    return sum(map(degree, children(tree))) or 1


_OPERATIONS: dict[type[Formula], Callable[[Fraction, Fraction], Fraction]] = {Sum: add, Product: mul, Ratio: truediv}
_LARGEST = 10**6


def _constant(tree: Formula) -> Fraction:
    """The fraction a formula of small numbers stands for. ValueError: it is none; OverflowError: a number on the way is long."""
    match tree:
        case Number(text):
            result = Fraction(text)
        case Negative(body):
            result = -_constant(body)
        case Power(base, exponent):
            result = _raised(_constant(base), _constant(exponent))
        case Sum() | Product() | Ratio():
            result = reduce(_OPERATIONS[type(tree)], map(_constant, children(tree)))
        case _:
            raise ValueError("a name or a function is not a constant")
    if max(abs(result.numerator), result.denominator) > _LARGEST:
        raise OverflowError
    return result


def _raised(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        raise ValueError("a root is not a fraction")
    return Fraction(base ** int(exponent))
