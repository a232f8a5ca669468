"""A formula with several kinks goes in; which smooth piece of it holds where, and from which side its slope is taken at a seam, come out.

One kinked function alone keeps its own convention (relu′(0) = 0, |·|′(0) = 0, of equals the first). Where a formula has several, these need
not fit together: relu(z) − 0.2 relu(−z) would have the slope 0 at 0, where it is 0.2 on the left and 1 on the right. Then the slope at a
seam is the one from the left, in the variable it is taken by.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from derivegen.calculus.rises import rises
from derivegen.calculus.terms import minus, over, plus, times
from derivegen.formula.arithmetic.value import EXACT, FLOAT, Irrational, constant, holds, value
from derivegen.formula.function import Choice, Switch
from derivegen.formula.functions import KINKED, kink
from derivegen.formula.tree import (
    LEAVES,
    ZERO,
    Bracket,
    Call,
    Cases,
    Compare,
    Extreme,
    Formula,
    Negative,
    Number,
    Product,
    Ratio,
    Sum,
    children,
    transform,
    walk,
)
from derivegen.network.graph import Graph
from derivegen.network.tables.activations import decimal

MOST_KNOTS = 16
"""Kinks of a formula that are looked for; one with more has its slope without being put in pieces."""


def seams(tree: Formula) -> tuple[Compare, ...]:
    """The comparisons that decide which piece of a formula holds, each once."""
    return tuple(dict.fromkeys(each for part in walk(tree) for each in _deciding(part)))


def several(tree: Formula, by: Formula | None = None) -> bool:
    """Whether a formula has more than one function with a kink (that a variable stands in)."""
    return sum(by is None or by in walk(call) for call in set(_kinked(tree))) > 1


def has_bends(graph: Graph) -> bool:
    """Whether some formula chooses: by cases, or the greatest."""
    formulas = [each.formula for family in graph.families.values() for each in family.parts if each.formula is not None]
    return any(seams(each) or any(isinstance(part, Extreme) for part in walk(each)) for each in formulas)


def _kinked(tree: Formula) -> Iterator[Call]:
    """The functions with a kink. The greatest of what is the greatest of others is one: whichever of all is chosen, its slope is one of
    the whole, and the slopes by all of them fit together."""
    waiting: list[tuple[Formula, str]] = [(tree, "")]
    while waiting:
        part, within = waiting.pop()
        own = part.function if isinstance(part, Call) else ""
        if isinstance(part, Call) and own in KINKED and own != within:
            yield part
        if not isinstance(part, Bracket):
            within = own if isinstance(part, Call) and isinstance(kink(part), Choice) else ""
        waiting += [(each, within) for each in children(part)]


def _deciding(part: Formula) -> Iterator[Compare]:
    if isinstance(part, Cases):
        yield from (when for _, when in part.branches if isinstance(when, Compare))
    if not isinstance(part, Call):
        return
    match kink(part):
        case Switch():
            yield Compare(part.arguments[0], ">", ZERO)
        case Choice(relation):
            sides = part.arguments
            yield from (Compare(one, relation, other) for n, one in enumerate(sides) for other in sides[n + 1 :])


# ---------------------------------------------------------------------------------------------------------- in pieces


def in_pieces(tree: Formula, by: Formula) -> Formula | None:
    """A formula of one variable with the smooth piece that holds between each two of its kinks, the uppermost first; at a kink itself the
    one on the left. None where there are none, or they are not found exactly."""
    knots = knots_of(tree, by)
    if not knots:
        return None
    pieces = [smooth(tree, by, point) for point in between(knots)]
    branches: list[tuple[Formula, Formula | None]] = []
    for piece, knot, below in zip(pieces[:0:-1], knots[::-1], pieces[-2::-1], strict=True):
        if piece != below:
            branches.append((piece, Compare(by, ">", decimal(knot))))
    return Cases((*branches, (pieces[0], None))) if branches else pieces[0]


def between(knots: tuple[Fraction, ...]) -> list[Fraction]:
    """A point of each interval that the knots leave."""
    if not knots:
        return [Fraction(0)]
    return [knots[0] - 1, *((low + high) / 2 for low, high in pairwise(knots)), knots[-1] + 1]


def knots_of(tree: Formula, by: Formula) -> tuple[Fraction, ...] | None:
    """Where one piece gives way to another, in order; None where that is not found exactly."""
    found: set[Fraction] = set()
    while len(found) <= MOST_KNOTS:
        knots = tuple(sorted(found))
        try:
            zeros = {zero for point in between(knots) for zero in _zeros(tree, by, point, knots)}
        except (ArithmeticError, ValueError):
            return None
        new = {zero for zero in zeros if zero is not None}
        if new <= found:
            return knots if None not in zeros else None
        found |= new
    return None


def _zeros(tree: Formula, by: Formula, point: Fraction, knots: tuple[Fraction, ...]) -> Iterator[Fraction | None]:
    """Where, in the interval a point lies in, two sides that decide about a piece are equal; None for a place that is not known exactly."""
    low = max((knot for knot in knots if knot < point), default=None)
    high = min((knot for knot in knots if knot > point), default=None)
    for seam in seams(tree):
        sides = [smooth(side, by, point) for side in (seam.left, seam.right)]
        line = _line(Sum((sides[0], Negative(sides[1]))), by)
        if line is None:
            if not _never_equal(Sum((sides[0], Negative(sides[1]))), by, low, high):
                yield None
            continue
        slope, offset = line
        zero = -offset / slope if slope else None
        if zero is not None and (low is None or zero > low) and (high is None or zero < high):
            yield zero


def _never_equal(difference: Formula, by: Formula, low: Fraction | None, high: Fraction | None) -> bool:
    """Whether it is seen that a difference has one sign in an interval: it only rises or only falls, and has one at its ends."""
    if rises(difference, by) is None:
        return False
    ends = [low if low is not None else Fraction(-FAR), high if high is not None else Fraction(FAR)]
    signs = {(number > 0) - (number < 0) for end in ends if (number := number_of(difference, by, end)) is not None}
    return not {1, -1} <= signs


FAR = 500
"""So far out e to the power of it still is a number."""


def smooth(tree: Formula, by: Formula, point: Fraction) -> Formula:
    """The formula with every choice made as it is at a point, what is 0 left out."""

    def made(part: Formula) -> Formula:
        if type(part) in LEAVES:
            return part
        match part:
            case Call(_, sides) if (bend := kink(part)) is not None:
                if isinstance(bend, Choice):
                    return made(bend.chosen(sides, key=lambda side: _sure(side, by, point)))
                return made((bend.above if _positive(sides[0], by, point) else bend.elsewhere)(sides[0]))
            case Cases(branches):
                return made(next(body for body, when in branches if when is None or _holds(when, by, point)))
            case Bracket(body):
                return made(body)
            case Negative(Number(text)):
                return Negative(Number(text))
            case Negative(body):
                return minus(made(body))
            case Sum(terms):
                return plus(*map(made, terms))
            case Product(factors, dotted):
                return times(*map(made, factors), dotted=dotted)
            case Ratio(top, bottom):
                return _cancelled(made(top), made(bottom))
        return transform(part, lambda inner: None if inner is part else made(inner))

    return made(tree)


def _cancelled(top: Formula, bottom: Formula) -> Formula:
    """top/bottom, a factor that both have left out."""
    factors = list(top.factors) if isinstance(top, Product) else [top]
    if bottom not in factors:
        return over(top, bottom)
    factors.remove(bottom)
    return times(*factors, dotted=top.dotted if isinstance(top, Product) else True)


def _positive(tree: Formula, by: Formula, point: Fraction) -> bool:
    return bool(_sure(tree, by, point) > 0)


def _holds(condition: Formula, by: Formula, point: Fraction) -> bool:
    return holds(condition, lambda part: _sure(part, by, point))


def _sure(tree: Formula, by: Formula, point: Fraction) -> Any:
    """The number at a point. Raises Irrational where there is none."""
    number = number_of(tree, by, point)
    if number is None:
        raise Irrational("no number")
    return number


def number_of(tree: Formula, by: Formula, point: Fraction) -> Any:
    """The number at a point, a fraction where it is one; None where there is none."""
    own = transform(tree, lambda part: decimal(point) if part == by else None)
    for arithmetic in (EXACT, FLOAT):
        try:
            return value(own, _no_name, arithmetic)
        except Irrational:
            continue
        except (ValueError, ArithmeticError):
            return None
    return None


def _no_name(name: str) -> Any:
    raise Irrational(name)


def _line(tree: Formula, by: Formula) -> tuple[Fraction, Fraction] | None:
    """slope and offset of a formula that is a straight line in `by`; None of any other. Raises Irrational where they are no fractions."""
    match tree:
        case _ if tree == by:
            return Fraction(1), Fraction(0)
        case _ if by not in walk(tree):
            return Fraction(0), constant(tree)
        case Bracket(body):
            return _line(body, by)
        case Negative(body):
            inner = _line(body, by)
            return None if inner is None else (-inner[0], -inner[1])
        case Sum(terms):
            lines = [_line(term, by) for term in terms]
            if None in lines:
                return None
            return sum((line[0] for line in lines if line), Fraction(0)), sum(
                (line[1] for line in lines if line), Fraction(0)
            )
        case Product(factors):
            moving = [factor for factor in factors if by in walk(factor)]
            inner = _line(moving[0], by) if len(moving) == 1 else None
            if inner is None:
                return None
            share = Fraction(1)
            for factor in factors:
                share *= 1 if factor is moving[0] else constant(factor)
            return inner[0] * share, inner[1] * share
        case Ratio(top, bottom) if by not in walk(bottom):
            inner, share = _line(top, by), constant(bottom)
            return None if inner is None else (inner[0] / share, inner[1] / share)
    return None
