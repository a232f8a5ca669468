"""The numbers a network states: a network goes in, they come out by canonical name; a network and other numbers go in, and the network
with those comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derivegen.network.graph import build
from derivegen.network.network import Dense, Figure, FormulaGraph, Network, Rows, Vector
from derivegen.network.training import Training
from derivegen.records import replace

DECIMALS = 4
"""Decimals kept of a number that nobody typed: on a sheet it is the printed number that is given."""


def givens(network: Network) -> dict[str, Figure]:
    """Every number the network states, by canonical name."""
    return dict(build(network).givens)


def as_typed(number: Figure) -> Fraction:
    """A number from a drawing or an array file as somebody would type it: four decimals, of a tiny one two digits. Others as they are."""
    if isinstance(number, Fraction):
        return number
    plain = Fraction(f"{number:.{DECIMALS}f}")
    return plain if abs(plain) >= Fraction(10, 10**DECIMALS) or number == 0 else Fraction(f"{number:.1e}")


def with_givens(network: Network, numbers: Mapping[str, Figure]) -> Network:
    """The network with these numbers, those not named as they were. What was said about its old numbers (how they were drawn, what was
    published, what was assumed) does not hold of others and is dropped with them."""
    if network.graph is not None:
        made = replace(network, graph=_graph(network.graph, numbers))
    else:
        made = replace(
            network,
            inputs=_table(network.inputs, "x", network.rows, numbers),
            targets=_table(network.targets, "t", network.rows, numbers),
            layers=tuple(_layer(layer, place, numbers) for place, layer in enumerate(network.layers, 1)),
        )
    if made.targets != network.targets and network.loss is not None:
        made = replace(made, loss=replace(network.loss, smoothed=Fraction(0)))  # these are taken as they are
    if made != network:
        made = replace(made, drawings=(), options=replace(made.options, assume=None))
    made = replace(made, training=_training(network.training, numbers))
    return network if made == network else replace(made, published={})


def _training(training: Training, numbers: Mapping[str, Figure]) -> Training:
    """The learning rate and what the optimizer is set to; what is set as before is said as before."""
    rate, usual = training.learning_rate, training.rule.settings
    other = {name: number for name in usual if (number := as_typed(numbers.get(name, usual[name]))) != usual[name]}
    settings = tuple({**dict(training.settings), **other}.items())
    return replace(
        training, learning_rate=rate if rate is None else as_typed(numbers.get("rate", rate)), settings=settings
    )


def _graph(graph: FormulaGraph, numbers: Mapping[str, Figure]) -> FormulaGraph:
    def put(old: Mapping[str, Figure | None]) -> dict[str, Figure | None]:
        return {name: None if was is None else as_typed(numbers.get(name, was)) for name, was in old.items()}

    inputs, parameters, constants = map(put, (graph.inputs, graph.parameters, graph.constants))
    return replace(graph, inputs=inputs, parameters=parameters, constants=constants)


def _table(rows: Rows | None, base: str, count: int | str, numbers: Mapping[str, Figure]) -> Rows | None:
    ends = [""] if count == 1 else [f"@{r}" for r in range(1, len(rows or ()) + 1)]
    return rows and tuple(_put(row, f"{base}[%d]{end}", numbers) for row, end in zip(rows, ends, strict=True))


def _put(row: Vector, pattern: str, numbers: Mapping[str, Figure]) -> Vector:
    return tuple(numbers.get(pattern % k, was) for k, was in enumerate(row, 1))


def _layer(layer: Dense, place: int, numbers: Mapping[str, Figure]) -> Dense:
    weights, biases = layer.weights, layer.biases
    if weights is not None:
        weights = tuple(_put(row, f"w[{place}][{j}][%d]", numbers) for j, row in enumerate(weights, 1))
    if biases is not None and layer.bias_kind == "shared":
        biases = (numbers.get(f"b[{place}]", biases[0]),)
    elif biases is not None:
        base = "theta" if layer.bias_kind == "threshold" else "b"
        biases = _put(biases, f"{base}[{place}][%d]", numbers)
    return replace(layer, weights=weights, biases=biases)
