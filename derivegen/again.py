"""A solved network and other numbers go in; the same network with those comes out, solved by the derivation that is there: no step is found
again. It is verified anew when a document of it is asked for, not before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, Self, TypeVar, cast

from pydantic_core import PydanticCustomError

from derivegen.calculus.assume import check_assumptions
from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.evaluate import Trace, Update
from derivegen.calculus.numbers.training import train
from derivegen.document.press import Press
from derivegen.errors import InputError, Symbolic
from derivegen.network.file.exact import exact
from derivegen.network.graph import Graph
from derivegen.network.network import Figure
from derivegen.network.restated import with_givens
from derivegen.notation.asked import canonical_array
from derivegen.notation.notation import Notation
from derivegen.on_use import numpy
from derivegen.records import dataclass, replace


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


class AtOthers(Protocol):
    """What a solution is to its variants."""

    @property
    def derivation(self) -> Derivation:
        """How its derivatives follow from one another."""

    @property
    def notation(self) -> Notation:
        """What quantities are called."""

    def named(self, typed: str) -> str:
        """The canonical name of a quantity."""

    def at(self, numbers: Mapping[str, Any], /) -> Self:
        """The same with other numbers."""

    def array(self, name: str) -> Any:
        """A whole array."""


One = TypeVar("One", bound=AtOthers)


class Variants(Sequence[One]):
    """A network with several sets of numbers. Each is a solution when somebody looks at it; an array is found for all of them by one
    function, without any."""

    def __init__(self, of: One, many: Iterable[Mapping[str, Any]]) -> None:
        self._of, self._many = of, [*many]
        self._made: dict[int, One] = {}

    def __len__(self) -> int:
        return len(self._many)

    def __repr__(self) -> str:
        """How many there are, and of what."""
        return f"<{len(self)} variants of {self._of.derivation.graph.network!r}>"

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return Variants(self._of, self._many[place])
        own = range(len(self))[place]
        if own not in self._made:
            self._made[own] = self._of.at(self._many[own])
        return self._made[own]

    def array(self, name: str) -> Any:
        """What an array is at each of them, these along the first axis; in double precision. Raises InputError."""
        own = canonical_array(self._of.derivation.graph, self._of.notation, name)
        try:
            function = self._function(own)
            found = numpy.array([function(arrays)[0] for arrays in self._arrays()])
        except (Symbolic, KeyError):
            found = numpy.array([each.array(own) for each in self])
        for place in numpy.unique(numpy.argwhere(~numpy.isfinite(found))[:, 0]):
            found[place] = self[int(place)].array(own)  # says what is not finite, or has more digits
        return found

    def _function(self, name: str) -> Any:
        """What computes an array from those that are given."""
        from derivegen.calculus.code.array_code import array_function

        compiled = self._of.derivation.compiled
        if (name,) not in compiled:
            compiled[name,] = array_function(self._of.derivation, [name])
        return compiled[name,]

    def _arrays(self) -> Iterator[Mapping[str, Any]]:
        """The given arrays of each. Raises InputError."""
        from derivegen.calculus.numbers.layer_arrays import given_arrays

        graph = self._of.derivation.graph
        own = given_arrays(graph)
        for numbers in self._many:
            yield {**own, **_changed(graph, own, {self._of.named(typed): numbers[typed] for typed in numbers})}


def _changed(graph: Graph, own: Mapping[str, Any], numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The arrays in which numbers are others. Raises InputError."""
    found: dict[str, Any] = {}
    for name, value in numbers.items():
        if name in own and (array := numpy.asarray(value)).shape == own[name].shape and array.dtype.kind in "fiu":
            found[name] = array.astype(float)
            continue
        for member, number in _each(graph, name, value):
            located = graph.locate(member)
            assert located is not None
            family, indices = located
            if family.name not in found:
                found[family.name] = own[family.name].copy()
            found[family.name][family.entry(indices)] = float(number)
    return found


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
    every = () if family is None else family.names()
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
