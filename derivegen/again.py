"""A solved network and other numbers go in; the same network with those comes out, solved by the derivation that is there: no step is found
again. It is verified anew when a document of it is asked for, not before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from pydantic_core import PydanticCustomError

from derivegen.calculus.assume import check_assumptions
from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.evaluate import Trace, Update
from derivegen.calculus.numbers.training import train
from derivegen.document.press import Press
from derivegen.errors import InputError
from derivegen.network.file.exact import exact
from derivegen.network.graph import Graph
from derivegen.network.network import Figure
from derivegen.network.restated import with_givens


@dataclass(frozen=True, eq=False)
class LaterUpdates(Sequence[Update]):
    """The updates of a run, made when somebody looks at them: of a thousand variants most people want the derivatives alone."""

    derivation: Derivation

    @cached_property
    def _made(self) -> tuple[Update, ...]:
        return train(self.derivation)

    def __len__(self) -> int:
        return len(self._made)

    def __getitem__(self, place: Any) -> Any:
        return self._made[place]


def with_numbers(press: Press, derivation: Derivation, numbers: Mapping[str, Any]) -> tuple[Press, Derivation, Trace]:
    """The same with other numbers, by canonical names of quantities and of whole arrays. Raises InputError."""
    graph = derivation.graph
    given = {**graph.givens}
    for name, value in numbers.items():
        given.update(_each(graph, name, value))
    network = with_givens(graph.network, given)
    derivation = derivation.on(network, given)
    press = replace(press, graph=derivation.graph, notation=replace(press.notation, graph=derivation.graph))
    trace = Trace(derivation.graph, derivation, press.rounding)
    if trace.complete and graph.parameters and network.training.learning_rate is not None:
        trace = replace(trace, updates=cast(tuple[Update, ...], LaterUpdates(derivation)))
    check_assumptions(trace)
    return press, derivation, trace


def _each(graph: Graph, name: str, value: Any) -> Iterator[tuple[str, Figure]]:
    """The members that a name stands for, with their numbers. Raises InputError."""
    if name in graph.givens:
        yield name, _number(name, value)
        return
    family = graph.families.get(name)
    every = () if family is None else map(family.member, family.members())
    members, numbers = [member for member in every if member in graph.givens], [*_flat(value)]
    if not members:
        known = ", ".join([*graph.givens][:8])
        raise InputError(f"{name}: found no given number of that name; expected one of {known}, …")
    if len(numbers) != len(members):
        raise InputError(f"{name}: found {len(numbers)} numbers; expected {len(members)}, one for each of {name}")
    yield from ((member, _number(name, each)) for member, each in zip(members, numbers, strict=True))


def _number(typed: str, value: Any) -> Figure:
    try:
        return exact(value, "")
    except PydanticCustomError as problem:
        about = problem.context or {}
        found = f"found {about.get('found')}; expected {about.get('expected')}; likely fix: {about.get('fix')}"
        raise InputError(f"{typed}: {found}") from None


def _flat(value: Any) -> Iterator[Any]:
    """The numbers of lists within one another, or of an array."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, list | tuple):
        for each in value:
            yield from _flat(each)
    else:
        yield value
