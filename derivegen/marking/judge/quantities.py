"""A task goes in; all that a number of its working may stand for comes out, whatever line it is in: the quantities and what is often made
of them, each at its true number and at the one somebody has.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from derivegen.calculus.numbers.later import AFTER
from derivegen.formula.functions import EXP, LN
from derivegen.formula.tree import (
    ONE,
    ZERO,
    Formula,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Sum,
    names_in,
)
from derivegen.marking.judge.compiled import Compiled, if_compiled, number
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.task import Task
from derivegen.network.names import Moment, derivative
from derivegen.on_use import numpy
from derivegen.records import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray


Floats: TypeAlias = "NDArray[numpy.float64]"

EVERY = 250
"""Values of units and parameters up to which all quantities of a network are looked at; of a larger one those that the line's own step
names."""
ROWS = 8
"""Rows whose own derivatives are looked at."""
TWO = Number("2")
FACTOR, GIVEN, VALUE, MADE, MERGED = range(5)
"""How likely it is that a number stands for something: a factor of the true step; a given, a result, a constant; another value; what is
often made of one; several factors in one."""
STEP = 1e-6


@dataclass(frozen=True, slots=True)
class Item:
    """Something a number may stand for. `slack` is by how much it moves, in units of the last digit to which what it is made of is
    rounded."""

    formula: Formula
    function: Compiled
    tier: int
    exact: bool
    name: str = ""
    slack: float = 0.0
    leaves: tuple[int, ...] = ()
    """The places of the quantities it is made of."""


class Quantities:
    """The quantities of a network, by own name, at one stage of its training (`step` updates), and what is often made of them. With
    `only` those alone."""

    def __init__(self, task: Task, step: int = 0, only: Sequence[str] | None = None) -> None:
        self.task, self.step, self.only = task, step, only
        self.names = tuple(dict.fromkeys(only if only is not None else self._all()))
        self.index: Mapping[str, int] = {name: place for place, name in enumerate(self.names)}
        self._after: dict[int, frozenset[int]] = {}

    def _all(self) -> Iterator[str]:
        task, graph = self.task, self.task.graph
        yield from graph.names()
        yield from ("rate",) if "rate" in graph.givens else ()
        yield from _of_optimizer(task)
        yield from _slopes(task)
        rows = graph.network.rows
        yield from map(task.own, task.derivation.targets())
        for row in range(1, rows + 1) if isinstance(rows, int) and 1 < rows <= ROWS else ():
            yield from map(task.own, task.derivation.of_row(row).targets())
        yield from _of_earlier_updates(task, self.step)

    def kept_as(self, name: str) -> str:
        """The own name of a quantity at this stage."""
        if "#" in name:
            return name.removesuffix("#0")
        if self.step and name.endswith(AFTER):
            return f"{name.removesuffix(AFTER)}#{self.step + 1}"
        return f"{name}#{self.step}" if self.step and name not in _UNCHANGED and not self._stays(name) else name

    def _stays(self, name: str) -> bool:
        return self.task.given(name) and name not in self.task.graph.trained

    @cached_property
    def true(self) -> list[float]:
        """The right numbers; not a number where there is none."""
        found = (self.task.number(self.kept_as(name)) for name in self.names)
        return [math.nan if each is None else each for each in found]

    @cached_property
    def exact(self) -> list[bool]:
        """Which are given."""
        return [self._stays(name) or (self.task.given(name) and not self.step) for name in self.names]

    @cached_property
    def orders(self) -> list[tuple[int, int, int]]:
        """Where each stands in the order of working."""
        return [self.task.order(self.kept_as(name)) for name in self.names]

    def own(self, kept: Mapping[str, float]) -> list[float]:
        """The numbers somebody has who has these values: what they follow to, worked out anew."""
        found = list(self.true)
        put_in = {self.index[name]: value for name, value in kept.items() if name in self.index}
        if not put_in:
            return found
        for place, number_ in put_in.items():
            found[place] = number_
        for place, (function, _) in self.computed.items():
            if place not in put_in:
                value = number(function, found)
                found[place] = found[place] if math.isnan(value) else value
        return found

    @cached_property
    def computed(self) -> Mapping[int, tuple[Compiled, tuple[int, ...]]]:
        """How each is worked out from those before it, and which these are."""
        if self.only is not None or self.step:
            return {}
        found = {}
        for place, name in enumerate(self.names):
            formula = self._worked_out(name)
            function = None if formula is None else if_compiled(formula, self.index)
            value = math.nan if function is None else number(function, self.true)
            if formula is None or function is None:
                continue
            if math.isclose(value, self.true[place], rel_tol=1e-9, abs_tol=1e-12):
                found[place] = function, tuple(self.index[leaf] for leaf in leaves_of(formula))
        return found

    def after(self, place: int) -> frozenset[int]:
        """The places of what is worked out from a quantity, at once or by others."""
        if place not in self._after:
            reached = {place}
            for later, (_, leaves) in self.computed.items():
                if not reached.isdisjoint(leaves):
                    reached.add(later)
            self._after[place] = frozenset(reached - {place})
        return self._after[place]

    def _worked_out(self, name: str) -> Formula | None:
        if self.task.given(name):
            return None
        try:
            _, step = self.task.right.step(name)
        except (*NO_NUMBER, LookupError):
            return None
        return None if step is None else step.reading

    def item(self, formula: Formula, tier: int) -> Item | None:
        """A formula of these quantities as something a number may stand for; None where it has no number."""
        function = if_compiled(formula, self.index)
        if function is None or math.isnan(number(function, self.true)):
            return None
        leaves = tuple(self.index[name] for name in leaves_of(formula))
        name = formula.name if isinstance(formula, Quantity) else ""
        exact, slack = all(self.exact[at] for at in leaves), self._slack(function, leaves)
        return Item(formula, function, tier, exact, name, slack, leaves)

    def _slack(self, function: Compiled, leaves: Sequence[int]) -> float:
        """Half of what the value moves by if each of its names that is not given moves by one."""
        moved, found = list(self.true), 0.0
        for at in leaves:
            if not self.exact[at]:
                step = STEP * max(1.0, abs(moved[at]))
                moved[at] += step
                up = number(function, moved)
                moved[at] -= 2 * step
                down = number(function, moved)
                moved[at] = self.true[at]
                found += 0.0 if math.isnan(up - down) else abs(up - down) / (4 * step)
        return found

    @cached_property
    def general(self) -> tuple[Item, ...]:
        """What numbers of any line may stand for."""
        every = chain(self._constants(), self._values(), self._made())
        return tuple(item for formula, tier in every if (item := self.item(formula, tier)) is not None)

    @cached_property
    def general_true(self) -> Floats:
        """What they come to at the right numbers."""
        return numpy.array([number(item.function, self.true) for item in self.general])

    @cached_property
    def general_orders(self) -> tuple[tuple[int, int, int], ...]:
        """Where the latest quantity of each stands in the order of working."""
        first = (-1, 0, 0)
        return tuple(
            max((self.orders[self.index[name]] for name in leaves_of(item.formula)), default=first)
            for item in self.general
        )

    def _constants(self) -> Iterator[tuple[Formula, int]]:
        network = self.task.graph.network
        counts = [network.rows if isinstance(network.rows, int) else 1, self.task.graph.n_outputs]
        yield from ((constant, GIVEN) for constant in (ZERO, ONE, TWO, Ratio(ONE, TWO)))
        for count in dict.fromkeys(counts):
            if count > 1:
                yield Number(str(count)), GIVEN
                yield Ratio(ONE, Number(str(count))), VALUE

    def _values(self) -> Iterator[tuple[Formula, int]]:
        for name in self.names:
            yield Quantity(name), GIVEN if self.task.given(name) else VALUE

    def _made(self) -> Iterator[tuple[Formula, int]]:
        graph = self.task.graph
        for name in self.names:
            found = graph.locate(name)
            kind = found[0].kind if found is not None else ""
            own = found is not None and not graph.stack  # of a node nobody knows what it is
            if kind == "activation" or (own and not self.task.given(name)):
                yield from ((formula, MADE) for formula in _of_activation(Quantity(name)))
            if kind == "pre-activation" or own:
                z = Quantity(name)
                up, down = EXP(z), EXP(Negative(z))
                yield from ((each, MADE) for each in (up, down, Sum((ONE, down)), Sum((ONE, up))))
            if kind == "target":
                yield from self._of_target(Quantity(name))
            if name in graph.network.training.rule.settings:
                yield Sum((ONE, Negative(Quantity(name)))), VALUE

    def _of_target(self, t: Quantity) -> Iterator[tuple[Formula, int]]:
        a = Quantity(self.task.graph.beside(t.name, self.task.graph.output))
        off = Sum((a, Negative(t)))
        rest = Sum((ONE, Negative(t)))
        yield off, VALUE
        yield Power(off, TWO), MADE
        yield rest, MADE
        yield Ratio(t, a), MADE
        yield Ratio(rest, Sum((ONE, Negative(a)))), MADE


_UNCHANGED = ("rate",)


def _of_activation(a: Quantity) -> Iterator[Formula]:
    rest = Sum((ONE, Negative(a)))
    square = Power(a, TWO)
    yield from (rest, Product((a, rest)), square, Sum((ONE, Negative(square))), LN(a), LN(rest))


def _slopes(task: Task) -> Iterator[str]:
    """The local derivatives: of each unit by its z; of a graph's node by each it is computed from."""
    graph = task.graph
    for name in graph.names():
        formula = graph[name].formula
        plain = graph.kind_of(name) in ("pre-activation", "loss")
        for leaf in leaves_of(formula) if formula is not None and not plain else ():
            try:
                if task.derivation.local(name, leaf) is not None:
                    yield derivative(name, leaf)
            except (*NO_NUMBER, LookupError):
                continue


def leaves_of(formula: Formula) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names_in(formula)))


def _of_optimizer(task: Task) -> Iterator[str]:
    """What an optimizer is set to, and what it works out in an update, of as many parameters as are worked by hand."""
    rule = task.graph.network.training.rule
    yield from rule.settings
    for base, _ in rule.lines:
        yield from (str(Moment(base, name, primed=True)) for name in task.graph.trained[:BY_HAND])


def _of_earlier_updates(task: Task, step: int) -> Iterator[str]:
    """What was trained before this stage and the derivatives by it: a line of the second update may begin at the first."""
    trained = task.graph.trained
    for earlier in range(step) if step * len(trained) <= BY_HAND else ():
        for name in trained:
            yield from (f"{name}#{earlier}", f"{task.own(derivative('loss', name))}#{earlier}")


BY_HAND = 50
"""Parameters whose moments a number may stand for."""
