"""Members of a family as matrices: a pen and a family go in; U = the matrix of its numbers comes out, for each part of it that is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product, takewhile
from typing import TypeGuard

from derivegen.calculus.lettered import slice_of
from derivegen.document.pen import Pen
from derivegen.formula.places import Affine
from derivegen.formula.tree import ZERO, Array, Compare, Formula, Matrix, Transpose, Value
from derivegen.network.family import Equation, Family

HIGH, WIDE = 4, 7
"""Rows and columns of a matrix that stands in a line of text."""
MOST = 4
"""Matrices that one family is shown as."""
UPRIGHT = 3
"""Entries of a column that stands upright; a longer one lies, and is said to."""
Of = Callable[[str], str]


def matrices(pen: Pen, family: Family, equation: Equation | None = None, of: Of = str) -> list[Compare] | None:
    """array = numbers, for the whole family or the part one equation speaks of, with the number of `of(name)` for each member; None where
    that is too large, or not all of it has numbers."""
    names = arrays_of(family, equation)
    if names is None or not 1 <= len(names) <= MOST:
        return None
    found = [matrix(pen, name, of) for name in names]
    return None if None in found else [each for each in found if each is not None]


def arrays_of(family: Family, equation: Equation | None = None) -> list[str] | None:
    """The names of the arrays of at most two letters that make up a family, or the part that one equation speaks of; None where that is no
    whole array, as what s ≤ t leaves of one."""
    places = equation.places if equation is not None else ()
    first = tuple(place.shift for place in filter(_is_number, takewhile(_is_number, places)))
    while first and len(family.axes) - len(first) < 2 and family.axes[len(first) - 1].size == 1:
        first = first[:-1]  # the one value of a letter: it may stand in a matrix
    left = family.axes[len(first) :]
    ranges = {each.letter: each for each in equation.domain} if equation is not None else {}
    if not left or not all(
        axis.size == 1 if _is_number(place) else place == axis.letter and ranges[axis.letter] == axis.whole
        for place, axis in zip(places[len(first) :], left, strict=False)
    ):
        return None
    before = product(*(axis.range() for axis in left[:-2]))
    return [family.name + "".join(f"[{index}]" for index in (*first, *own)) for own in before]


def _is_number(place: str | Affine) -> TypeGuard[Affine]:
    return isinstance(place, Affine)


def matrix(pen: Pen, name: str, of: Of) -> Compare | None:
    """The array of that name = its numbers; None where it is too large, or not all of it has numbers."""
    own = slice_of(pen.graph, name)
    if own is None:
        return None
    (height, width), there = own.shape, True
    lies = width == 1 and height > UPRIGHT
    if (max(height, width) if lies else width) > WIDE or (not lies and height > HIGH):
        return None
    rows: list[tuple[Formula, ...]] = []
    for row in range(1, height + 1):
        members = [own.entry(row, column) for column in range(1, width + 1)]
        there = there and all(member is not None and pen.trace.known(of(member)) for member in members)
        rows.append(tuple(ZERO if member is None else Value(of(member)) for member in members))
    if not there:
        return None
    array: Formula = Array(of(name))
    shown = Matrix((tuple(row[0] for row in rows),) if lies else tuple(rows))
    left = Transpose(array) if lies else array
    return Compare(left, pen.relation(left, shown), shown)


def alone(pen: Pen, names: list[str], of: Of = str) -> Iterator[Compare]:
    """quantity = its number, for each that has one."""
    for name in names:
        if pen.trace.known(of(name)):
            yield pen.stated(of(name))
