"""Kinks: a formula with cases goes in; where its slope jumps and what it is on either side comes out."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from derivegen.calculus.rises import rises
from derivegen.calculus.seams import between, knots_of, number_of, smooth
from derivegen.formula.tree import Bracket, Cases, Compare, Formula, Negative, Relation, Sum, children, transform, walk


class Kink(NamedTuple):
    """Where a function has one, its slope on either side, and what is taken for the slope there."""

    at: Fraction
    left: Fraction | float
    taken: Fraction | float
    right: Fraction | float


def kinks(slope: Formula, by: Formula) -> tuple[Kink, ...]:
    """The places at which a slope of one variable jumps, in order; those alone that are found exactly."""
    knots = knots_of(slope, by) or ()
    found = []
    for knot, (below, above) in zip(knots, pairwise(between(knots)), strict=True):
        sides = [number_of(smooth(slope, by, point), by, knot) for point in (below, above)]
        taken = number_of(slope, by, knot)
        if None not in sides and taken is not None and sides[0] != sides[1]:
            found.append(Kink(knot, sides[0], taken, sides[1]))
    return tuple(found)


# ------------------------------------------------------------------------------------------------------------- sides


def from_the_left(slope: Formula, by: Formula) -> Formula:
    """A derivative by a variable whose every condition is decided, where its two sides are equal, as it is where that variable is a little
    less."""

    def change(part: Formula) -> Formula | None:
        if not isinstance(part, Cases):
            return None
        branches = [(transform(body, change), when and _decided(when, by)) for body, when in part.branches]
        conditions = [when for _, when in branches]
        if len(branches) == 3 and any(isinstance(when, Compare) and when.relation in "≥≤" for when in conditions[:2]):
            branches = [branches[0], (branches[1][0], None)]  # of |u|, which has nothing left for u = 0
        return Cases(tuple(branches))

    return transform(slope, change)


def _decided(condition: Formula, by: Formula) -> Formula:
    assert isinstance(condition, Compare)
    difference = Sum((condition.left, Negative(condition.right)))
    below = -(rises(difference, by) or _looks(difference, by))
    signs: tuple[Relation, Relation] = (">", "≥") if condition.relation in (">", "≥") else ("<", "≤")
    equal = below > 0 if signs[0] == ">" else below < 0
    return Compare(condition.left, signs[equal], condition.right)


def _looks(tree: Formula, by: Formula) -> int:
    """1 or −1 by the sign before the first term with the variable: alike for two differences that are one another's negative."""
    for part in children(tree) if isinstance(tree, Sum | Bracket) else ():
        if by in walk(part):
            return -_looks(part.body, by) if isinstance(part, Negative) else _looks(part, by)
    return -_looks(tree.body, by) if isinstance(tree, Negative) else 1
