"""A solved network goes in; what a model of another library is held to comes out: its arrays with rows first, and what a difference may be
due to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from derivegen.calculus.chain import Derivation
from derivegen.calculus.conventions import of_libraries, other_conventions
from derivegen.calculus.numbers.arrays import of_members
from derivegen.document.press import Press
from derivegen.interop.models.differing import Circumstances, Made
from derivegen.network.graph import Graph
from derivegen.network.tables.losses import LOSSES
from derivegen.on_use import numpy
from derivegen.records import dataclass

if TYPE_CHECKING:
    from derivegen.calculus.numbers.evaluate import Numbers
    from derivegen.interop.models.model import Array


class AnySolution(Protocol):
    """A solution, as far as it is looked at here."""

    @property
    def press(self) -> Press:
        """What its pages are made with."""

    @property
    def graph(self) -> Graph:
        """Its quantities."""

    @property
    def derivation(self) -> Derivation:
        """Its steps."""

    @property
    def updated(self) -> Mapping[str, float]:
        """The parameters after a step."""

    def named(self, typed: str) -> str:
        """The canonical name for what somebody typed."""

    def array(self, name: str) -> Array:
        """A whole array. Raises InputError."""

    def at(self, numbers: Mapping[str, Any] | None = None, /, **more: Any) -> AnySolution:
        """The same with other numbers."""


HALF: Final = "1/2"
"""What the term of a loss has where its derivative has no 2."""


@dataclass(frozen=True)
class Ours:
    """The numbers of the document."""

    solution: AnySolution

    def value(self, family: str) -> Array:
        return self.solution.array(family)

    def derivative(self, family: str) -> Array:
        return self.solution.array(self.solution.derivation.name_of(family))

    @property
    def output(self) -> str:
        """The family that the network gives."""
        graph = self.solution.graph
        called = graph.parts[-1].called if graph.parts and graph.parts[-1].loss else {}
        return called.get("output", graph.output.name)

    def by_rows(self, family: str) -> Array:
        """An array with its rows first, as libraries have them."""
        array, axes = self.value(family), self.solution.graph.families[family].axes
        return numpy.moveaxis(array, -1, 0) if axes and axes[-1].counts == "example" else array[None]

    def targets(self) -> Array | None:
        return self.by_rows("t") if "t" in self.solution.graph.families else None

    def elsewhere(self, made: Made) -> Iterator[tuple[str, Array]]:
        """What others take at the kinks of this network: who, and the array made of the families' own."""
        derivation = self.solution.derivation
        for libraries, numbers in of_libraries(derivation):
            yield ", ".join(each.cited for each in libraries), made(partial(self._derivatives, numbers))
        for convention, numbers in other_conventions(derivation).items():
            yield convention, made(partial(self._derivatives, numbers))

    def _derivatives(self, numbers: Numbers, quantity: str) -> Array:
        name_of = self.solution.derivation.name_of
        return _array(self.solution, quantity, lambda member: numbers[name_of(member)])

    @property
    def setting(self) -> Circumstances:
        graph = self.solution.graph
        choice = graph.parts[-1].loss if graph.parts else graph.network.loss
        entry = None if choice is None or choice.formula is not None else LOSSES[choice.name]
        updated = self.solution.updated
        rate = graph.network.training.learning_rate
        return Circumstances(
            len(self.by_rows(self.output)),
            self.by_rows(self.output).shape[-1],
            choice is not None and choice.reduction == "mean",
            choice is not None and choice.outputs == "mean",
            entry is not None and HALF in str(entry.term),
            None if rate is None else float(rate),
            self.elsewhere,
            _After(self.solution, updated) if updated else {},
        )


class _After(Mapping[str, "Array"]):
    """The parameters after a step as arrays, and each alone, made when asked for."""

    def __init__(self, solution: AnySolution, updated: Mapping[str, float]) -> None:
        self._solution, self._updated = solution, updated

    def __getitem__(self, quantity: str) -> Array:
        return _array(self._solution, quantity, lambda member: self._updated.get(member, float("nan")))

    def __iter__(self) -> Iterator[str]:
        return (name for name, family in self._solution.graph.families.items() if family.is_parameter)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _array(solution: AnySolution, quantity: str, number: Callable[[str], Any]) -> Array:
    """The numbers of the members of a family, or that of a single quantity."""
    family = solution.graph.families.get(quantity)
    return numpy.asarray(float(number(quantity))) if family is None else of_members(family, number)
