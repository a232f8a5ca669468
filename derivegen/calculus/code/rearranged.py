"""Families that are another in other rows: a family goes in; the one whose numbers it holds in the same order, flattened maps above all,
comes out."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from derivegen.formula.tree import Indexed
from derivegen.network.family import Families, Family, Index
from derivegen.network.instance import index_at

FEW = 4
"""Equations that are a line each; of more it is looked at whether all of them together are one array under another shape."""


def rearranged(family: Family, families: Families) -> str | None:
    """The name of the family of which this one holds all numbers in their order; None of any other."""
    leaves = {each.formula.base for each in family.parts if isinstance(each.formula, Indexed)}
    if (
        len(family.parts) < FEW
        or len(leaves) != 1
        or not all(isinstance(each.formula, Indexed) for each in family.parts)
    ):
        return None
    source = families[leaves.pop()]
    if _size(source) != _size(family) or any(
        _place(family, own) != other for own, other in _pairs(family, source, families)
    ):
        return None
    return source.name


def _pairs(family: Family, source: Family, families: Families) -> Iterator[tuple[tuple[Index, ...], int]]:
    """The members, each with the place of what it is among all of the other family."""
    for equation in family.parts:
        assert isinstance(equation.formula, Indexed)
        for indices in equation.members():
            bound = equation.at(indices)
            assert bound is not None
            read = tuple(index_at(each, bound, families) for each in equation.formula.places)
            yield indices, _place(source, read)


def _size(family: Family) -> int:
    return prod(int(axis.size) for axis in family.axes)


def _place(family: Family, indices: tuple[Index, ...]) -> int:
    """Where a member stands among all, counted row by row."""
    found = 0
    for axis, at in zip(family.axes, family.entry(indices), strict=True):
        found = found * int(axis.size) + at
    return found
