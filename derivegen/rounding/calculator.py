"""What a formula can come to on paper: a way of keeping results, what its names may be and which conditions hold go in; ends come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Final

from derivegen.formula.arithmetic.value import called
from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.tree import (
    Bracket,
    Call,
    Cases,
    Colour,
    Formula,
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
    walk,
)
from derivegen.network.tables.activations import read
from derivegen.records import dataclass
from derivegen.rounding.ends import (
    Ends,
    Where,
    all_chosen,
    around,
    chosen,
    is_many,
    negated,
    size,
    somewhere,
    straddles,
)
from derivegen.rounding.paper import Paper

Holds = Callable[[Formula], Where]
"""Whether a condition holds."""

Wrapper = Bracket | Strike | Under | Colour


def bare(tree: Formula) -> Formula:
    """Without brackets, braces, colours around it."""
    while isinstance(tree, Wrapper):
        tree = tree.body
    return tree


def terms_of(tree: Formula, sign: bool = False) -> Iterator[Formula]:
    """The terms of a sum, sums inside it opened."""
    match bare(tree):
        case Sum(parts):
            yield from chain.from_iterable(terms_of(part, sign) for part in parts)
        case Negative(body) if isinstance(bare(body), Sum):
            yield from terms_of(body, not sign)
        case _:
            yield Negative(tree) if sign else tree


def is_constant(tree: Formula) -> bool:
    return not any(isinstance(part, Quantity | Value) for part in walk(tree))


def common_factor(terms: Sequence[Formula]) -> tuple[Formula | None, list[Formula]]:
    """The constant every term begins with, and the terms without it; None where there is none."""
    products = [part for part in map(bare, terms) if isinstance(part, Product)]
    if len(products) < len(terms) or not is_constant(products[0].factors[0]):
        return None, []
    first = products[0].factors[0]
    if any(part.factors[0] != first for part in products):
        return None, []
    return first, [Product(part.factors[1:]) for part in products]


def branches(tree: Cases, holds: Holds) -> list[tuple[Formula, Where]]:
    """The branches that hold for anybody, and where."""
    found: list[tuple[Formula, Where]] = []
    left: Where = True
    for branch, when in tree.branches:
        here = left if when is None else left & holds(when)
        if somewhere(here):
            found.append((branch, here))
            left = left & ~here if is_many(here) else False
        if not somewhere(left):
            return found
    raise ValueError("cases of which none holds")


# how a formula is worked out

CALCULATOR: Final = 230.0
"""The greatest exponent of e on a calculator that ends at ten to the hundredth."""


@dataclass(frozen=True, slots=True)
class Calculator:
    """Somebody who works formulas out: on what `paper`, what each name may be, and whether a condition holds."""

    paper: Paper
    of: Callable[[str], Ends]
    holds: Holds

    def value(self, tree: Formula) -> Ends:
        """What the formula may come to. Raises ValueError where there is no number for it, ZeroDivisionError where it divides by 0."""
        match tree:
            case Quantity(name) | Value(name):
                return self.of(name)
            case Number(text):
                return float(text), float(text)
            case Sum():
                return self._sum(tree)
            case Product():
                return self._of_product(tree)
            case Negative(body):
                return negated(self.value(body))
            case Ratio(top, bottom):
                return self.paper.quotient(self.value(top), self.value(bottom))
            case Power(base, exponent):
                return self.paper.power(self.value(base), exponent)
            case Call(_, arguments):
                return self.function(called(tree), [self.value(part) for part in arguments])
            case Bracket(body) | Strike(body) | Under(body, _) | Colour(body, _):
                return self.value(body)
            case Cases():
                return chosen([(self.value(body), where) for body, where in branches(tree, self.holds)])
        raise ValueError(f"no number for {type(tree).__name__}")

    def _sum(self, tree: Sum) -> Ends:
        """Term by term, or what is common to all terms (½) taken out."""
        terms = list(terms_of(tree))
        found = self.paper.total(self.value(term) for term in terms)
        common, rest = common_factor(terms)
        if common is None or self.paper.rounding is None:
            return found
        inner = self.paper.total(self.value(part) for part in rest)
        return around(found, self.paper.product([self.value(common), inner]))

    def _of_product(self, tree: Product) -> Ends:
        """Factor by factor, or a constant multiplied into the sum that is the only other factor."""
        found = self.paper.product(self.factors(tree))
        constants = [part for part in tree.factors if is_constant(part)]
        sums = [part for part in map(bare, tree.factors) if isinstance(part, Sum)]
        if self.paper.rounding is None or len(sums) != 1 or len(constants) != len(tree.factors) - 1:
            return found
        into = [self.value(part) for part in constants]
        spread = (self.paper.product([*into, *self.factors(term)]) for term in terms_of(sums[0]))
        return around(found, self.paper.total(spread))

    def factors(self, tree: Formula) -> Iterator[Ends]:
        """The single factors of a product: products, signs and whole powers inside it opened."""
        match bare(tree):
            case Product(parts):
                yield from chain.from_iterable(self.factors(part) for part in parts)
            case Negative(body):
                yield -1.0, -1.0
                yield from self.factors(body)
            case Power(base, Number(text)) if text.isdigit():
                found = self.value(base)
                both = straddles(found)  # a square is never negative
                whole = [([self.paper.power(found, Number(text))], both)] if somewhere(both) else []
                yield from all_chosen([([found] * int(text), True), *whole])
            case Cases() as cases:
                ways = branches(cases, self.holds)
                yield from all_chosen([(list(self.factors(body)), where) for body, where in ways])
            case part:
                yield self.value(part)

    def function(self, name: str, arguments: Sequence[Ends]) -> Ends:
        """A function's value: by its key, or, where it is short for a formula, by that."""
        found = self.paper.key(name, arguments)
        definition = _definition(name)
        if definition is None or self.paper.rounding is None:
            return found
        within = size(arguments[0])[1] <= CALCULATOR
        if not somewhere(within):
            return found
        by_formula = Calculator(self.paper, lambda _: arguments[0], _no_cases).value(definition)
        return chosen([(found, True), (around(found, by_formula), within)])


@cache
def _definition(name: str) -> Formula | None:
    """The formula in z that a function is short for: 1/(1 + e^(−z)) for the sigmoid."""
    known = FUNCTIONS.get(name)
    return None if known is None or known.definition is None else read(known.definition)


def _no_cases(condition: Formula) -> Where:
    raise ValueError(f"a definition with cases: {condition}")
