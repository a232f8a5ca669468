"""Why a quantity has no number: a graph, the numbers there are and the quantity go in; the sentence that names it and what it is made of
comes out."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from derivegen.formula.tree import Quantity, walk
from derivegen.network.graph import Graph
from derivegen.network.names import parse


def outside(graph: Graph, values: Mapping[str, Any], name: str, what: str) -> str:
    """The sentence; `what` it needs."""
    parts = parse(name)
    where = (
        f"layer {parts.indices[0]}"
        if parts and len(parts.indices) > 1
        else "the loss"
        if "loss" in name
        else "the graph"
    )
    operands = _operands(graph, values, name)
    return (
        f"{name} ({where}) cannot be computed: it needs {what}; here {operands}. Choose smaller weights or other data"
    )


def _operands(graph: Graph, values: Mapping[str, Any], name: str) -> str:
    found = graph.locate(name)
    formula = graph[name].formula if found is not None else None
    leaves = dict.fromkeys(p.name for p in walk(formula) if isinstance(p, Quantity)) if formula is not None else {}
    known = [f"{leaf} = {float(v):.6g}" for leaf in leaves if isinstance(v := values.get(leaf), int | float | Fraction)]
    return ", ".join(known[:6]) or "its operands are out of range"
