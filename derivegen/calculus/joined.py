"""A loss and its usual output layer joined: a graph and a quantity go in; the formula in z that keeps its digits where an output has run
into 0 or 1 comes out.

−ln σ(z) = ln(1 + e^−z) and −ln softmax(z)_j = ln(1 + Σ_k≠j e^(z_k − z_j)), so that the loss is found without the 1 − a that a saturated
output has rounded away; ∂loss/∂z = (1 − t) σ(z) − t σ(−z), of softmax Σ_k≠j (t_k a_j − t_j a_k), is a − t without that difference
(Goodfellow, Bengio and Courville, Deep Learning, 2016, 6.2.2).
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.formula.tree import (
    ONE,
    Bracket,
    Call,
    Formula,
    Negative,
    Number,
    Product,
    Quantity,
    Ratio,
    Sum,
    product,
    total,
)
from derivegen.network.graph import Graph
from derivegen.network.tables.losses import LOSSES

SATURATED = 1e-4
"""Nearer to 0 or 1 than this an output leaves too few of its digits in a − t and ln(1 − a)."""


def is_joined(graph: Graph) -> bool:
    """Whether loss and output activation are a pair that belongs together."""
    choice, layers = graph.network.loss, graph.network.layers
    if choice is None or choice.formula is not None or not layers or layers[-1].activation.formula is not None:
        return False
    entry = LOSSES.get(choice.name)
    return entry is not None and entry.joint is not None and layers[-1].activation.name == entry.with_activation


def is_soft(graph: Graph) -> bool:
    """Whether the pair is that of softmax."""
    return graph.network.layers[-1].activation.name == "softmax"


def outputs_at(graph: Graph, row: str) -> list[str]:
    """The outputs of a row ("" of the only one)."""
    return [f"a[{len(graph.network.layers)}][{j}]{row}" for j in range(1, graph.network.n_outputs + 1)]


def joined_slope(graph: Graph, z: str) -> Formula:
    """The derivative of a row's own loss by an output's z."""
    a, t = _partner(z, "a"), _target(graph, z)
    if not is_soft(graph):
        left = Product((Bracket(Sum((ONE, Negative(t)))), Call("sigmoid", (Quantity(z),))))
        return Sum((left, Negative(Product((t, Call("sigmoid", (Negative(Quantity(z)),)))))))
    row = z[z.index("@") :] if "@" in z else ""
    others = [_partner(name, "z").name for name in outputs_at(graph, row) if name != a.name]
    parts = [(Product((_target(graph, other), a)), Negative(Product((t, _partner(other, "a"))))) for other in others]
    return Sum(tuple(part for both in parts for part in both))


def joined_term(graph: Graph, z: str) -> Formula:
    """The term of the loss that an output has."""
    t, own = _target(graph, z), Quantity(z)
    if not is_soft(graph):
        away = Product((Bracket(Sum((ONE, Negative(t)))), Call("softplus", (own,))))
        return Sum((Product((t, Call("softplus", (Negative(own),)))), away))
    row = z[z.index("@") :] if "@" in z else ""
    others = [_partner(name, "z") for name in outputs_at(graph, row) if name != _partner(z, "a").name]
    return Product((t, Call("softplus", tuple(Sum((other, Negative(own))) for other in others))))


def joined_loss(graph: Graph, name: str) -> Formula:
    """A loss by name: that of an output, of a row, or of the whole."""
    base, at, row = name.partition("@")
    row = at + row
    if "[" in base:
        return joined_term(graph, f"z[{len(graph.network.layers)}]{base[base.index('[') :]}{row}")
    rows = graph.network.rows
    suffixes = [row] if row or rows == 1 else [f"@{r}" for r in range(1, int(rows) + 1)]
    shares = [
        n
        for n, there in ((rows, not row and rows != 1 and _mean(graph)), (graph.network.n_outputs, _per_output(graph)))
        if there
    ]
    terms = (joined_term(graph, _partner(a, "z").name) for suffix in suffixes for a in outputs_at(graph, suffix))
    return product(*(Ratio(ONE, Number(str(n))) for n in shares), Bracket(total(*terms)))


def _mean(graph: Graph) -> bool:
    return graph.network.loss is not None and graph.network.loss.reduction == "mean"


def _per_output(graph: Graph) -> bool:
    choice = graph.network.loss
    return choice is not None and LOSSES[choice.name].per_output and graph.network.n_outputs > 1


def shares_of(graph: Graph, root: str) -> Iterator[int]:
    """The numbers that a root's derivatives are divided by, beside its rows' own."""
    rows = graph.network.rows
    if "@" not in root and isinstance(rows, int) and rows != 1 and _mean(graph):
        yield rows
    if _per_output(graph):
        yield graph.network.n_outputs


def _partner(name: str, letter: str) -> Quantity:
    return Quantity(letter + name[1:])


def _target(graph: Graph, z: str) -> Quantity:
    return Quantity("t" + z.removeprefix(f"z[{len(graph.network.layers)}]"))
