"""A slope that goes by cases and what somebody takes for it at its kink go in; the slope with that convention comes out. And a formula with
several kinks: whether it is a function that libraries have whole, and its pieces with the sides that one of them takes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from typing import Final

from derivegen.calculus.seams import between, in_pieces, knots_of, number_of, several
from derivegen.calculus.terms import over, plus
from derivegen.formula.arithmetic.value import Irrational, constant
from derivegen.formula.tree import Cases, Compare, Formula, Number, Quantity, Relation, transform
from derivegen.network.tables.activations import decimal, read
from derivegen.network.tables.conventions import BENT, Side, Taken

Bends = Mapping[str, Taken]
"""What is taken at each kink, by its name; what is missing is as the formula has it."""
NO_BENDS: Final[Bends] = {}
Z: Final = Quantity("z")
_STRICT: Final[Mapping[Relation, Relation]] = {"≥": ">", "≤": "<"}
_LOOSE: Final[Mapping[Relation, Relation]] = {">": "≥", "<": "≤"}
_TURNED: Final[Mapping[Relation, Relation]] = {">": "<", "<": ">"}


def bent(slope: Formula, taken: Taken | None) -> Formula:
    """The slope with another number at its kink; as it is where nothing is said, or it has no cases. The first branch is the first side of
    the table of conventions, whatever else is not the middle the other."""
    if taken is None or not isinstance(slope, Cases):
        return slope
    (first, when), (other, _), *_ = slope.branches
    assert isinstance(when, Compare)
    strict = Compare(when.left, _STRICT.get(when.relation, when.relation), when.right)
    match taken:
        case "first":
            return Cases(((first, Compare(when.left, _LOOSE[strict.relation], when.right)), (other, None)))
        case "other":
            return Cases(((first, strict), (other, None)))
        case "half":
            middle = _mean(first, other)
        case Fraction() as number:
            middle = decimal(number)
        case _:
            return slope  # of a function with several kinks, whose pieces are asked for below
    beyond = Compare(when.left, _TURNED[strict.relation], when.right)
    return Cases(((first, strict), (other, beyond), (middle, None)))


def _mean(one: Formula, other: Formula) -> Formula:
    """Half way between two slopes, as a number where they are numbers."""
    with suppress(Irrational, ArithmeticError, ValueError):
        return decimal((constant(one) + constant(other)) / Fraction(2))
    return over(plus(one, other), Number("2"))


# ------------------------------------------------------------------------------------------------------ several kinks


def name_of(tree: Formula, by: Formula) -> str | None:
    """What libraries call a function that one of them has whole, by its kinks and its values; None of any other."""
    return _name_of(transform(tree, lambda part: Z if part == by else None)) if several(tree, by) else None


@lru_cache(maxsize=256)
def _name_of(tree: Formula) -> str | None:
    knots = knots_of(tree, Z)
    return next(
        (name for name, bend in BENT.items() if bend.knots == knots and _alike(tree, read(bend.formula), knots)), None
    )


def _alike(tree: Formula, other: Formula, knots: tuple[Fraction, ...]) -> bool:
    """Whether two formulas with the same kinks have the same values at three points between each two, as pieces of degree two have."""
    points = (point + share for point in between(knots) for share in (0, Fraction(1, 3), Fraction(-1, 3)))
    return all(number_of(tree, Z, point) == number_of(other, Z, point) for point in points)


def with_sides(tree: Formula, by: Formula, sides: tuple[Side, ...]) -> Formula | None:
    """The pieces of a formula, each with the kinks at its ends that go with it; None where they are not found exactly."""
    pieces = in_pieces(tree, by)
    if not isinstance(pieces, Cases):
        return None
    *upper, last = pieces.branches
    found = []
    for (piece, when), side in zip(upper, reversed(sides), strict=True):
        assert isinstance(when, Compare)
        found.append((piece, Compare(when.left, ">" if side == "left" else "≥", when.right)))
    return Cases((*found, last))
