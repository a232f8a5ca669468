"""A loss and its usual output layer joined: a graph and a quantity go in; the formula in z that keeps its digits where an output has run
into 0 or 1 comes out.

−ln σ(z) = ln(1 + e^−z) and −ln softmax(z)_j = ln(1 + Σ_k≠j e^(z_k − z_j)), so that the loss is found without the 1 − a that a saturated
output has rounded away; ∂loss/∂z = (1 − t) σ(z) − t σ(−z), of softmax Σ_k≠j (t_k a_j − t_j a_k), is a − t without that difference
(Goodfellow, Bengio and Courville, Deep Learning, 2016, 6.2.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from derivegen.calculus.chain import Derivation
from derivegen.calculus.terms import shared_out
from derivegen.formula.functions import EXP, SIGMOID, SOFTPLUS
from derivegen.formula.tree import (
    ONE,
    Bracket,
    Call,
    Formula,
    Indexed,
    Negative,
    Product,
    Quantity,
    Ratio,
    Sum,
    product,
    total,
)
from derivegen.network.family import Family, Index, over
from derivegen.network.graph import Graph
from derivegen.network.tables.losses import LOSSES

SUNK = -600.0
"""Below this z the sum of all e^z may be so small that doubles have no digits for it."""
SATURATED = 1e-4
"""Nearer to 0 or 1 than this an output leaves too few of its digits in a − t and ln(1 − a)."""


def is_joined(graph: Graph) -> bool:
    """Whether loss and output activation are a pair that belongs together."""
    choice = graph.network.loss
    if choice is None or choice.formula is not None:
        return False
    entry = LOSSES.get(choice.name)
    return entry is not None and entry.joint is not None and graph.output.rule == entry.with_activation


def is_soft(graph: Graph) -> bool:
    """Whether the pair is that of softmax."""
    return graph.output.is_coupled


def joined_slope(graph: Graph, z: str) -> Formula:
    """The derivative of a row's own loss by an output's z."""
    a, t = _ends(graph, z)
    if not is_soft(graph):
        left = Product((Bracket(Sum((ONE, Negative(t)))), SIGMOID(Quantity(z))))
        return Sum((left, Negative(Product((t, SIGMOID(Negative(Quantity(z))))))))
    others = [_ends(graph, other.name) for other in _others(graph, z)]
    parts = [(Product((target, a)), Negative(Product((t, output)))) for output, target in others]
    return Sum(tuple(part for both in parts for part in both))


def joined_term(graph: Graph, z: str) -> Formula:
    """The term of the loss that an output has."""
    own, (_, t) = Quantity(z), _ends(graph, z)
    if not is_soft(graph):
        away = Product((Bracket(Sum((ONE, Negative(t)))), SOFTPLUS(own)))
        return Sum((Product((t, SOFTPLUS(Negative(own)))), away))
    return Product((t, SOFTPLUS(*(Sum((other, Negative(own))) for other in _others(graph, z)))))


def sunk_share(graph: Graph, name: str, number: Callable[[str], float]) -> Formula | None:
    """An output of softmax whose e^z is too small for its digits in doubles, from differences of z: 1/(1 + Σ_k≠j e^(z_k − z_j)). None of
    any other quantity."""
    if not graph.stack or graph[name].family is not graph.output:
        return None
    z = graph.beside(name, graph.stack[-1].z)
    others = (EXP(Sum((other, Negative(Quantity(z))))) for other in _others(graph, z))
    return Ratio(ONE, Sum((ONE, *others))) if number(z) < SUNK else None


def joined_loss(graph: Graph, family: Family, indices: tuple[Index, ...]) -> Formula:
    """A loss by its family and indices: that of an output, of a row, or of the whole."""
    z, rows = graph.stack[-1].z, graph.network.rows
    if len(indices) == len(z.axes):
        return joined_term(graph, z.member(indices))
    every: Iterable[Index | None] = (None,) if rows == 1 else range(1, int(rows) + 1)
    units = (each for row in indices or every for each in _sums(graph, row))
    assert family.formula is not None
    shares, _ = shared_out(family.formula)
    return product(*shares, Bracket(total(*(joined_term(graph, each) for each in units))))


def _sums(graph: Graph, row: Index | None) -> list[str]:
    """The z of the outputs of a row."""
    return [graph.beside(a, graph.stack[-1].z) for a in graph.outputs(row)]


def _others(graph: Graph, z: str) -> list[Quantity]:
    """The z of the other outputs of the row."""
    return [Quantity(other) for other in _sums(graph, graph.row_of(z)) if other != z]


def _ends(graph: Graph, z: str) -> tuple[Quantity, Quantity]:
    """The output and the target of a z."""
    return Quantity(graph.beside(z, graph.output)), Quantity(graph.beside(z, graph.target))


# whole arrays at once


def whole_formula(graph: Graph, family: Family) -> Formula | None:
    """The formula of a family in the form whose value keeps its digits where all members are computed at once: a softmax less its
    greatest z, a loss that belongs to its output layer from z; of any other its own."""
    if family.is_coupled and isinstance(family.formula, Ratio):
        return Call("shares", (family.slopes[0][0],))
    if family.kind != "loss" or family.formula is None or not is_joined(graph):
        return family.formula
    z, t = _arrays(graph)
    term: Formula = Call("soft_entropy" if is_soft(graph) else "entropy", (z, t))
    for axis in reversed(graph.output.axes):
        term = term if axis in family.axes else over(axis.letter, axis.size, term)
    return product(*shared_out(family.formula)[0], term)


def whole_slope(derivation: Derivation, family: Family) -> Formula | None:
    """∂loss/∂z of the output layer that belongs to the loss: a − t times the shares; of softmax a · Σ t − t, which is that where the
    targets add up to 1; from z, since a saturated a has lost the digits of the difference. None of any other family."""
    graph, whole = derivation.graph, derivation.root_family.formula
    if not graph.stack or family is not graph.stack[-1].z or whole is None or not is_joined(graph):
        return None
    return product(*shared_out(whole)[0], Call("soft_slope" if is_soft(graph) else "entropy_slope", _arrays(graph)))


def _arrays(graph: Graph) -> tuple[Formula, Formula]:
    """The z of the outputs and their targets under the outputs' letters."""
    letters = tuple(axis.letter for axis in graph.output.axes)
    return Indexed(graph.stack[-1].z.name, letters), Indexed(graph.target.name, letters)
