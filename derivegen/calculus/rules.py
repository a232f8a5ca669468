"""The naming differentiator: a formula and one of its leaves in; the derivative, in the order a teacher writes it, and the rule's name out.

It works on the display tree because sympy reorders what it touches; in the tests `sympy.diff` of the twin is its referee
(`tests/calculus/test_rules.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from derivegen.calculus.bends import NO_BENDS, Bends, bent, name_of, with_sides
from derivegen.calculus.kinks import from_the_left
from derivegen.calculus.seams import in_pieces, several
from derivegen.calculus.terms import minus, over, plus, times
from derivegen.formula.arithmetic.value import Irrational, constant
from derivegen.formula.function import Choice
from derivegen.formula.functions import FUNCTIONS, kink
from derivegen.formula.letters import sum_over
from derivegen.formula.tree import (
    LEAVES,
    ONE,
    ZERO,
    BigSum,
    Bracket,
    Call,
    Cases,
    Compare,
    Extreme,
    Formula,
    Indexed,
    Negative,
    Number,
    Power,
    Product,
    Ratio,
    Sum,
    Wins,
    children,
)
from derivegen.network.tables.activations import decimal


class Differentiated(NamedTuple):
    """The derivative and the name of the outermost rule that gave it."""

    result: Formula
    rule: str


def differentiate(tree: Formula, by: Formula, bends: Bends = NO_BENDS) -> Differentiated:
    """d tree / d by, `by` being a leaf of the tree. Of a formula with several kinks it is found piece by piece where that can be, and is
    the slope from the left at each of them; with the `bends` of a library each function has that library's slope at its own kink, as the
    library multiplies them. Raises TypeError on a node that has no derivative."""
    if not depends(tree, by):
        return Differentiated(ZERO, "constant")
    sides = bends.get(name_of(tree, by) or "") if bends else None
    if isinstance(sides, tuple) and (whole := with_sides(tree, by, sides)) is not None:
        return Differentiated(_of_pieces(whole, by), "pieces")
    if bends or isinstance(tree, Cases) or not several(tree, by):
        return _moving(tree, by, bends)
    pieces = in_pieces(tree, by)
    if pieces is not None:
        return Differentiated(_of_pieces(pieces, by), "pieces")
    found = _moving(tree, by, bends)
    return Differentiated(from_the_left(found.result, by), found.rule)


def _moving(tree: Formula, by: Formula, bends: Bends) -> Differentiated:
    """The same for a tree in which the leaf is known to stand."""
    if tree == by:
        return Differentiated(ONE, "itself")
    rule = RULES.get(type(tree))
    if rule is None:
        raise TypeError(f"{type(tree).__name__} has no derivative")
    return rule(tree, by, bends)


def depends(tree: Formula, by: Formula) -> bool:
    """Whether the leaf stands in the tree."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if part is by or part == by:
            return True
        if type(part) not in LEAVES:
            waiting.extend(children(part))
    return False


def _sum(tree: Formula, by: Formula, bends: Bends) -> Differentiated:
    """(u + v)′ = u′ + v′; terms without the variable are constants."""
    assert isinstance(tree, Sum)
    moving = [term for term in tree.terms if depends(term, by)]
    if len(moving) == 1:
        inner = _moving(moving[0], by, bends)
        return Differentiated(inner.result, "only-term" if inner.rule == "itself" else inner.rule)
    return Differentiated(plus(*(_moving(term, by, bends).result for term in moving)), "sum")


def _negative(tree: Formula, by: Formula, bends: Bends) -> Differentiated:
    """(−u)′ = −u′."""
    assert isinstance(tree, Negative)
    inner = _moving(tree.body, by, bends)
    return Differentiated(minus(inner.result), inner.rule)


def _product(tree: Formula, by: Formula, bends: Bends) -> Differentiated:
    """(u·v)′ = u′·v + u·v′; with one factor that moves, the others are a constant factor."""
    assert isinstance(tree, Product)
    moving = [i for i, factor in enumerate(tree.factors) if depends(factor, by)]
    terms = []
    for i in moving:
        inner = _moving(tree.factors[i], by, bends).result
        terms.append(times(*tree.factors[:i], inner, *tree.factors[i + 1 :], dotted=tree.dotted))
    return Differentiated(plus(*terms), "factor" if len(moving) == 1 else "product")


def _ratio(tree: Formula, by: Formula, bends: Bends) -> Differentiated:
    """(u/v)′ = (u′v − uv′)/v²; with v constant u′/v; with u constant −u·v′/v²."""
    assert isinstance(tree, Ratio)
    top, bottom = tree.top, tree.bottom
    if not depends(bottom, by):
        return Differentiated(over(_moving(top, by, bends).result, bottom), "factor")
    lower = _moving(bottom, by, bends).result
    square = Power(bottom, Number("2"))
    if not depends(top, by):
        return Differentiated(minus(over(times(top, lower), square)), "reciprocal")
    upper = _moving(top, by, bends).result
    return Differentiated(over(plus(times(upper, bottom), minus(times(top, lower))), square), "quotient")


def _power(tree: Formula, by: Formula, bends: Bends) -> Differentiated:
    """(uⁿ)′ = n·uⁿ⁻¹·u′."""
    assert isinstance(tree, Power)
    n = constant(tree.exponent)
    inner = _moving(tree.base, by, bends).result
    lower: Formula = tree.base if n == 2 else Power(tree.base, decimal(n - 1))
    if n == 1:
        return Differentiated(inner, "factor")
    return Differentiated(times(decimal(n), lower, inner), "power" if inner == ONE else "chain-power")


def _bracket(tree: Formula, by: Formula, bends: Bends) -> Differentiated:
    assert isinstance(tree, Bracket)
    return _moving(tree.body, by, bends)


def _big_sum(tree: Formula, by: Formula, bends: Bends) -> Differentiated:
    """∂/∂x_k of Σ_k f(x_k) leaves the one term with that index, so the sum sign goes (Kronecker delta)."""
    assert isinstance(tree, BigSum)
    inner = _moving(tree.body, by, bends)
    bound = isinstance(by, Indexed) and getattr(tree.index, "name", None) in by.letters
    return inner if bound else Differentiated(BigSum(inner.result, tree.index, tree.low, tree.high), "sum")


def _greatest(tree: Formula, by: Formula, bends: Bends) -> Differentiated:
    """∂/∂x_k of max_k f(x_k): the slope of the one with that index where it is the first greatest; where the leaf has not the letter, the
    sum over all of them."""
    assert isinstance(tree, Extreme)
    bound = by.letters if isinstance(by, Indexed) else ()
    found = times(Wins(tree.body, tree.ranges, tree.function), _moving(tree.body, by, bends).result, dotted=False)
    for each in reversed(tree.ranges):
        found = found if each.letter in bound else sum_over(each, found)
    return Differentiated(found, "cases")


def _cases(tree: Formula, by: Formula, bends: Bends) -> Differentiated:
    """Branch by branch; at the seam the convention is that of the branch whose condition holds there."""
    assert isinstance(tree, Cases)
    return Differentiated(Cases(tuple((_inside(b, by, bends), when) for b, when in tree.branches)), "cases")


def _of_pieces(pieces: Formula, by: Formula) -> Formula:
    """Piece by piece, a slope that is a number as that number; neighbours with the same slope are one."""
    found: list[tuple[Formula, Formula | None]] = []
    branches = pieces.branches if isinstance(pieces, Cases) else ((pieces, None),)
    for body, when in reversed(branches):
        slope = _inside(body, by, NO_BENDS)
        with suppress(Irrational, ArithmeticError, ValueError):
            slope = decimal(constant(slope))
        if found and found[-1][0] == slope:
            found[-1] = (slope, found[-1][1])
        else:
            found.append((slope, when))
    return Cases(tuple(reversed(found))) if len(found) > 1 else found[0][0]


def _inside(tree: Formula, by: Formula, bends: Bends) -> Formula:
    """The derivative of a part, by the conventions of its functions."""
    return _moving(tree, by, bends).result if depends(tree, by) else ZERO


def _call(tree: Formula, by: Formula, bends: Bends) -> Differentiated:
    """f(u)′ = f′(u)·u′ with f′ from the table below; an unknown f keeps its prime."""
    assert isinstance(tree, Call)
    if isinstance(kink(tree), Choice):
        return Differentiated(_extreme(tree, by, bends), "cases")
    (u,) = tree.arguments
    inner = _moving(u, by, bends).result
    slope = FUNCTIONS[tree.function].slope if tree.function in FUNCTIONS else None
    known = slope is not None and not tree.primes
    outer = bent(slope(u), bends.get(tree.function)) if slope and known else Call(tree.function, (u,), tree.primes + 1)
    rule = f"function:{tree.function}" if inner == ONE else f"chain:{tree.function}"
    return Differentiated(times(outer, inner), rule)


def _extreme(tree: Call, by: Formula, bends: Bends) -> Formula:
    """max(u, v): the derivative of the greater one; of equal ones, of the first."""
    choice = kink(tree)
    assert isinstance(choice, Choice)
    *first, last = tree.arguments
    if not first:
        return _inside(last, by, bends)
    rest: Formula = first[0] if len(first) == 1 else Call(tree.function, tuple(first))
    nested = isinstance(rest, Call) and rest.function == tree.function
    inner = _extreme(rest, by, bends) if isinstance(rest, Call) and nested else _inside(rest, by, bends)
    found = Cases(((inner, Compare(rest, choice.relation, last)), (_inside(last, by, bends), None)))
    return bent(found, bends.get(tree.function))


RULES: dict[type[Formula], Callable[[Formula, Formula, Bends], Differentiated]] = {
    Sum: _sum,
    Negative: _negative,
    Product: _product,
    Ratio: _ratio,
    Power: _power,
    Bracket: _bracket,
    BigSum: _big_sum,
    Extreme: _greatest,
    Cases: _cases,
    Call: _call,
}
