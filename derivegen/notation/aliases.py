"""What the quantities of a graph with index letters are often called besides their own names: a graph goes in; which parameter W_hh is, by
which the state of the step before is multiplied, or W_xh, by which the input is, and of what δ is the derivative, come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from derivegen.formula.tree import Call, Indexed, Product, walk
from derivegen.network.family import PARAMETERS, Family
from derivegen.network.graph import Graph
from derivegen.network.names import Name
from derivegen.network.tables.activations import ACTIVATIONS


def weights_between(graph: Graph) -> Mapping[str, str]:
    """The parameters by the names of the two quantities that they stand between, in either order: hh, xh, hx."""
    found: dict[str, set[str]] = {}
    above = {z: a for a, z in _functions(graph).items()}
    for family in graph.families.values():
        for parameter, weighed in _weighed(graph, family):
            for own in {family.name, above.get(family.name, family.name)}:
                for pair in {weighed + own, own + weighed}:
                    found.setdefault(pair, set()).add(parameter)
    return {pair: next(iter(names)) for pair, names in found.items() if len(names) == 1}


def only_sum(graph: Graph) -> str | None:
    """The family that δ is about: that of which functions of the table are taken, if there is only one."""
    found = {*_functions(graph).values()}
    return next(iter(found)) if len(found) == 1 else None


def _functions(graph: Graph) -> Mapping[str, str]:
    """For each family that is a function of another, h = tanh(z), that other."""
    found: dict[str, str] = {}
    for family in graph.families.values():
        match family.formula:
            case Call(_, (Indexed(base),)) if family.equations and family.rule in ACTIVATIONS:
                found[family.name] = base
    return found


def _weighed(graph: Graph, family: Family) -> list[tuple[str, str]]:
    """Each parameter of two letters that stands in a product with one other quantity, and that quantity."""
    found: list[tuple[str, str]] = []
    for equation in family.equations:
        for part in walk(equation.formula) if equation.formula is not None else ():
            leaves = [each for each in part.factors if isinstance(each, Indexed)] if isinstance(part, Product) else []
            kinds = [graph.families[leaf.base].kind in PARAMETERS for leaf in leaves]
            if sorted(kinds) == [False, True] and len(leaves[kinds.index(True)].places) <= 2:
                found.append((leaves[kinds.index(True)].base, leaves[kinds.index(False)].base))
    return found


def only_member(graph: Graph, parts: Name) -> str:
    """The only member of an array of a graph with index letters; "" where there are more, or none."""
    family = graph.families.get(parts.base)
    left = () if family is None else family.axes[len(parts.indices) :]
    if not left or any(axis.size != 1 for axis in left):
        return ""
    return str(replace(parts, indices=(*parts.indices, *(axis.low for axis in left))))
