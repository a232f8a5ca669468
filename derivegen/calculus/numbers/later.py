"""What an update leaves: the numbers before it go in; the parameters after it, and what the optimizer keeps of each, come out by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from derivegen.network.graph import Graph
from derivegen.network.names import Moment, parse_derivative, parse_kept

AFTER = "'"
"""Ends the name of what an update comes to."""


def handed_on(graph: Graph) -> Iterator[str]:
    """The names of all that an update changes: what is trained, and what the optimizer keeps of it."""
    yield from graph.trained
    for base in graph.network.training.rule.kept:
        yield from (str(Moment(base, name)) for name in graph.trained)


def fill_in(numbers: Any) -> None:
    """Fill in everything up to the derivatives by what is trained, in order: where all of it is needed, that is half the work of asking for
    each. Of several examples whose rounded values are carried on, these are found by themselves."""
    chain, graph = numbers.derivation, numbers.graph
    numbers.fill(chain.values_in_order).fill(chain.slopes_in_order)
    if numbers._keep is None or graph.network.rows == 1:
        numbers.fill(tuple(map(chain.name_of, graph.trained)))


def left(numbers: Any) -> dict[str, Any]:
    """What an update leaves, of the numbers before it."""
    names = tuple(handed_on(numbers.graph))
    numbers.fill([name + AFTER for name in names])
    return {name: numbers[name + AFTER] for name in names}


def kept_of(graph: Graph, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the optimizer keeps of each parameter, out of all values of an update."""
    return {
        str(Moment(base, name)): values[str(Moment(base, name))]
        for base in graph.network.training.rule.kept
        for name in graph.trained
    }


def comes_of_update(graph: Graph, name: str) -> bool:
    """Whether a quantity belongs to an update itself and not to a state between two: what it adds, and what it works out and does not
    keep."""
    if name.startswith("D") and graph.locate(name[1:]) is not None:
        return parse_derivative(name) is None
    kept = parse_kept(name)
    return kept is not None and kept.base not in graph.network.training.rule.kept


def asked_after(numbers: Any, name: str, later: dict[int, Any], make: Callable[..., Any]) -> Any:
    """A quantity after some updates, w[1][2][3]#2 or mhat[b[1]]#2; `later` keeps the numbers after each update, `make` makes such."""
    base, _, after = name.partition("#")
    step = int(after)
    if step and comes_of_update(numbers.graph, base):
        return _after(numbers, step - 1, later, make)[base + AFTER * (not base.startswith("D"))]
    return _after(numbers, step, later, make)[numbers.graph.root if base == "loss" else base]


def _after(numbers: Any, step: int, later: dict[int, Any], make: Callable[..., Any]) -> Any:
    """The numbers after so many updates."""
    if not step:
        return numbers
    if step not in later:
        before = _after(numbers, step - 1, later, make)
        given = {**numbers._overrides, **left(before)}
        later[step] = make(numbers.derivation.numbered(step + 1), numbers.arithmetic, given)
    return later[step]
