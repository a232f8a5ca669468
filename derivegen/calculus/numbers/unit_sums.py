"""Long sums over units: Σ_m w_1m x_m and the arrays of a large network go in; the number comes out, found along the letter in one go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivegen.errors import Symbolic
from derivegen.formula.tree import BigSum, Formula, Indexed, Number, Product
from derivegen.on_use import numpy


def over_units(tree: Formula, array: Callable[[str], Any]) -> Formula | None:
    """The number of a sum of products of members, whose places are numbers but for its letter; None of anything else. Raises Symbolic
    where an array is not known."""
    if not isinstance(tree, BigSum):
        return None
    factors = tree.body.factors if isinstance(tree.body, Product) else (tree.body,)
    members = [factor for factor in factors if isinstance(factor, Indexed)]
    if len(members) < len(factors):
        return None
    assert isinstance(tree.low, Number) and isinstance(tree.high, Number)
    along = slice(int(tree.low.text) - 1, int(tree.high.text))
    terms: Any = 1.0
    for member in members:
        held = array(member.base)
        if held is None:
            raise Symbolic(member.base)
        places = tuple(int(at) - 1 if at.isdigit() else along for at in map(str, member.places))
        terms = terms * numpy.reshape(held, numpy.shape(held)[: len(places)])[places]
    return Number(repr(float(numpy.sum(terms))))
