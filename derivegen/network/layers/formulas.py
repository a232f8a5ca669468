"""A graph of one's own as families without letters: named formulas in, one node each out (with `gates`, one node per operation)."""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import count

from derivegen.formula.read.grammar import read_plain
from derivegen.formula.tree import Call, Formula, Indexed, Negative, Power, Product, Quantity, Ratio, Sum, transform
from derivegen.network.family import Family
from derivegen.network.network import FormulaGraph


def families(graph: FormulaGraph) -> tuple[Family, ...]:
    """Inputs, parameters, then the nodes in their order."""
    given = [Family(name, "input") for name in graph.inputs]
    given += [Family(name, "bias") for name in graph.parameters]
    names = {family.name for family in given}
    fresh = _fresh({*names, *(name for name, _ in graph.nodes)})
    nodes: list[Family] = []
    for name, text in graph.nodes:
        tree = read_plain(text, names)
        parts = _gates(name, tree, fresh) if graph.gates else [(name, tree)]
        nodes += [Family(part, "node", formula=_indexed(formula), rule="formula") for part, formula in parts]
        names.add(name)
    return (*given, *nodes)


def _fresh(taken: Set[str]) -> Iterator[str]:
    """Names for operations without one: u_1, u_2, … as far as they are free; u1 is printed like u_1."""
    return (f"u_{number}" for number in count(1) if taken.isdisjoint((f"u_{number}", f"u{number}")))


def _indexed(tree: Formula) -> Formula:
    return transform(tree, lambda part: Indexed(part.name, ()) if isinstance(part, Quantity) else None)


def _gates(name: str, tree: Formula, fresh: Iterator[str]) -> list[tuple[str, Formula]]:
    """The operations of a formula one by one; the last has the node's own name, the others fresh ones."""
    steps: list[tuple[str, Formula]] = []

    def leaf(part: Formula) -> Formula:
        if not isinstance(part, Sum | Product | Ratio | Power | Call | Negative):
            return part
        operation = _one_operation(part, leaf)
        if isinstance(part, Negative):
            return operation
        label = next(fresh)
        steps.append((label, operation))
        return Quantity(label)

    steps.append((name, _one_operation(tree, leaf)))
    return steps


def _one_operation(part: Formula, leaf: object) -> Formula:
    assert callable(leaf)
    match part:
        case Sum((*first, last)) if len(first) > 1:
            return Sum((leaf(Sum(tuple(first))), leaf(last)))
        case Sum(terms):
            return Sum(tuple(leaf(term) for term in terms))
        case Product((*first, last), dotted) if len(first) > 1:
            return Product((leaf(Product(tuple(first), dotted)), leaf(last)), dotted)
        case Product(factors, dotted):
            return Product(tuple(leaf(factor) for factor in factors), dotted)
        case Ratio(top, bottom):
            return Ratio(leaf(top), leaf(bottom))
        case Power(base, exponent):
            return Power(leaf(base), exponent)
        case Call(function, arguments):
            return Call(function, tuple(leaf(argument) for argument in arguments))
        case Negative(body):
            return Negative(leaf(body))
    return part
