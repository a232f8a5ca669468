"""Why a quantity has no number: the numbers of a network and the quantity go in; the sentence that names it and what it is made of comes
out."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derivegen.formula.tree import Quantity, walk
from derivegen.network.names import parse

if TYPE_CHECKING:
    from derivegen.calculus.numbers.fold import Numbers


def outside(numbers: Numbers, name: str, what: str) -> str:
    """The sentence; `what` it needs."""
    parts = parse(name)
    where = (
        f"layer {parts.indices[0]}"
        if parts and len(parts.indices) > 1
        else "the loss"
        if "loss" in name
        else "the graph"
    )
    operands = _operands(numbers, name)
    return (
        f"{name} ({where}) cannot be computed: it needs {what}; here {operands}. Choose smaller weights or other data"
    )


def _operands(numbers: Numbers, name: str) -> str:
    found = numbers.graph.locate(name)
    formula = numbers.graph[name].formula if found is not None else None
    leaves = dict.fromkeys(p.name for p in walk(formula) if isinstance(p, Quantity)) if formula is not None else {}
    known = [
        f"{leaf} = {float(v):.6g}"
        for leaf in leaves
        if isinstance(v := numbers._values.get(leaf), int | float | Fraction)
    ]
    return ", ".join(known[:6]) or "its operands are out of range"
