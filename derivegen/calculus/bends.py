"""A slope that goes by cases and what somebody takes for it at its kink go in; the slope with that convention comes out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Final

from derivegen.calculus.terms import over, plus
from derivegen.formula.arithmetic.value import Irrational, constant
from derivegen.formula.tree import Cases, Compare, Formula, Number, Relation
from derivegen.network.tables.activations import decimal
from derivegen.network.tables.conventions import Taken

Bends = Mapping[str, Taken]
"""What is taken at each kink, by its name; what is missing is as the formula has it."""
NO_BENDS: Final[Bends] = {}
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
        case number:
            middle = decimal(number)
    beyond = Compare(when.left, _TURNED[strict.relation], when.right)
    return Cases(((first, strict), (other, beyond), (middle, None)))


def _mean(one: Formula, other: Formula) -> Formula:
    """Half way between two slopes, as a number where they are numbers."""
    with suppress(Irrational, ArithmeticError, ValueError):
        return decimal((constant(one) + constant(other)) / Fraction(2))
    return over(plus(one, other), Number("2"))
