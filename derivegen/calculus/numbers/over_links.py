"""Derivatives over several links: the numbers of a network and two of its quantities go in; what the one feels of the other over every way
between them comes out."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derivegen.formula.tree import Quantity, walk
from derivegen.network.graph import Graph

if TYPE_CHECKING:
    from derivegen.calculus.numbers.fold import Numbers


def over_links(numbers: Numbers, of: str, by: str) -> Any:
    """A derivative over several links, added up over every way from the one to the other: of each quantity between them by everything it is
    computed from directly, times what that feels of `by`."""
    felt: dict[str, Any] = {by: numbers.arithmetic.number(Fraction(1))}
    for name in _between(numbers.graph, of, by):
        found = numbers.arithmetic.number(Fraction(0))
        for parent in _parents(numbers.graph, name):
            local = numbers.derivation.local(name, parent) if parent in felt else None
            if local is not None:
                found = found + numbers._value(local.reading) * felt[parent]
        felt[name] = numbers._kept(found)
    return felt[of]


def _between(graph: Graph, of: str, by: str) -> Iterator[str]:
    """What a quantity is computed from and is not known to be `by`, each after its own operands, itself last."""
    done = {by}
    stack = [(of, iter(_parents(graph, of)))]
    while stack:
        name, rest = stack[-1]
        parent = next(rest, None)
        if parent is None:
            stack.pop()
            yield name
        elif parent not in done:
            done.add(parent)
            stack.append((parent, iter(_parents(graph, parent))))


def _parents(graph: Graph, name: str) -> list[str]:
    """The quantities of the graph that stand in a quantity's formula."""
    formula = graph[name].formula
    leaves = dict.fromkeys(part.name for part in walk(formula) if isinstance(part, Quantity)) if formula else {}
    return [leaf for leaf in leaves if graph.locate(leaf) is not None]
