"""A recurrence unfolded, as it is drawn: a pen and families that are computed step by step go in; the units of each step, what feeds what,
what enters and what comes after come out.

All of it is read from the families and their links: which are read one step later, what else enters, what comes after.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from derivegen.document.pen import Pen
from derivegen.figures.figure import Bias, Column, Halves, Look, Text, Unit
from derivegen.formula.places import Affine
from derivegen.formula.tree import Array, Compare, Formula, Quantity, Value
from derivegen.network.family import Family, Index
from derivegen.network.order import Block
from derivegen.records import dataclass
from derivegen.solution.indexed_forward import computed, functions_of

MOST_STEPS, MOST_UNITS = 5, 4
"""Steps and units that are drawn; of more there is no picture."""
BESIDE = 0.5
"""The width of what the picture is not about."""


def unfolded_of(pen: Pen) -> Unfolded | None:
    """The recurrence that can be drawn; None where nothing goes on step by step, or too much."""
    block = next((block for block in pen.graph.blocks if len(block.loops) == 1), None)
    found = None if block is None else Unfolded(pen, block)
    if found is None or found.state is None or not 1 < len(found.steps) <= MOST_STEPS or len(found.units) > MOST_UNITS:
        return None
    return found


@dataclass(frozen=True)
class Unfolded:
    """What is drawn of one recurrence: the family whose units stand in a step, with what it is a function of beside it."""

    pen: Pen
    block: Block

    @cached_property
    def letter(self) -> str:
        """What counts the steps."""
        return self.block.loops[0][0]

    @cached_property
    def states(self) -> list[Family]:
        """The families that a later step reads."""
        found = []
        for name in self.block.names:
            family = self.pen.graph.families[name]
            place = self._place(family)
            inside = [link.leaf for link in self.pen.chain.links[name] if link.child in self.block.names]
            if place is not None and any(isinstance(leaf.places[place], Affine) for leaf in inside):
                found.append(family)
        return found

    def _place(self, family: Family) -> int | None:
        return next((n for n, axis in enumerate(family.axes) if axis.letter == self.letter), None)

    @cached_property
    def state(self) -> Family | None:
        """The family whose units are drawn, the last of those that go on; it has a step and at most one other letter."""
        found = [family for family in self.states if len(family.axes) <= 2 and self._place(family) == 0]
        return found[-1] if found and len(found) == len(self.states) else None

    @cached_property
    def before(self) -> Family | None:
        """What stands in the left half of a unit: what it is a function of, or what else goes on."""
        assert self.state is not None
        others = [family for family in self.states if family is not self.state]
        if others:
            return others[0] if others[0].axes[1:] == self.state.axes[1:] else None
        for name, links in functions_of(self.pen).items():
            if any(link.child == self.state.name for link in links):
                return self.pen.graph.families[name]
        return None

    @cached_property
    def steps(self) -> list[int]:
        """The steps in their order, a given start first."""
        assert self.state is not None
        found = sorted({int(each[0]) for each in self.state.members()})
        return found if self.block.loops[0][1] > 0 else found[::-1]

    @cached_property
    def units(self) -> list[tuple[Index, ...]]:
        """The indices of the units of a step."""
        assert self.state is not None
        return [each[1:] for each in self.state.members() if each[0] == self.steps[-1]]

    def name(self, step: int, unit: int) -> str:
        """A unit's quantity."""
        assert self.state is not None
        return self.state.member((step, *self.units[unit]))

    def names(self, place: Unit, first: int) -> tuple[str, ...]:
        """The quantities of a unit that is drawn, where the steps before `first` are not; none of the root."""
        column, row = place[0] + first, place[1]
        if column < len(self.steps):
            both = (family for family in (self.state, self.before) if family is not None)
            return tuple(family.member((self.steps[column], *self.units[row])) for family in both)
        later = column - len(self.steps)
        return (
            (list(map(self.after[later].member, self.after[later].members()))[row],) if later < len(self.after) else ()
        )

    @cached_property
    def beside(self) -> list[Family]:
        """What is read from each step, and is not drawn."""
        found: dict[str, Family] = {}
        for name in self.block.names:
            place = self._place(self.pen.graph.families[name])
            for link in self.pen.chain.links[name]:
                outside = link.child not in self.block.names and link.child != self.pen.graph.root
                if outside and place is not None and not isinstance(link.leaf.places[place], Affine):
                    found[link.child] = self.pen.graph.families[link.child]
        return list(found.values())

    def computed(self, step: int) -> bool:
        """Whether a step is computed, not given."""
        assert self.state is not None
        return self.state.defined((step, *self.units[0]))[0] is not None

    @cached_property
    def after(self) -> list[Family]:
        """What comes between the last step and the root, one family after the other, where each has few members."""
        found: list[Family] = []
        later = [family for family in computed(self.pen) if family.name not in self.block.names]
        read = {link.child for name in self.block.names for link in self.pen.chain.links[name]}
        for family in later:
            if family.name == self.pen.graph.root:
                break
            if family.name in read and self._place(family) is None and self._few(family):
                found.append(family)
                read |= {link.child for link in self.pen.chain.links[family.name]}
        return found[:2]

    @staticmethod
    def _few(family: Family) -> bool:
        return len(family.axes) <= 1 and len(list(family.members())) <= MOST_UNITS

    # drawing

    def columns(self, first: int = 0) -> tuple[Column, ...]:
        """A column a step, then what comes after the last."""
        found = []
        for step in self.steps[first:]:
            labels = tuple(self._unit(step, unit) for unit in range(len(self.units)))
            found.append(Column(labels, f"{self.letter} = {step}"))
        after = (Column(tuple(Quantity(family.member(each)) for each in family.members())) for family in self.after)
        return (*found, *after)

    def _unit(self, step: int, unit: int) -> Text | Halves:
        name = Quantity(self.name(step, unit))
        own = None if self.before is None else self.before.member((step, *self.units[unit]))
        if own is None or self.before is None or not self.before.exists((step, *self.units[unit])):
            return name
        return Halves(Quantity(own), name)

    def pairs(self, first: int = 0) -> Iterator[tuple[Unit, Unit]]:
        """The units that feed one another: those of a step all of the next, as far as they do."""
        count = len(self.steps) - first
        for column in range(count - 1):
            for source in range(len(self.units)):
                for target in range(len(self.units)):
                    if self._feeds(
                        self.name(self.steps[first + column], source), self.name(self.steps[first + column + 1], target)
                    ):
                        yield (column, source), (column + 1, target)
        column = count - 1
        rows = len(self.units)
        for family in self.after:
            there = len(list(family.members()))
            yield from (((column, i), (column + 1, j)) for i in range(rows) for j in range(there))
            column, rows = column + 1, there
        yield from (((column, i), (column + 1, 0)) for i in range(rows))

    def _feeds(self, source: str, target: str) -> bool:
        """Whether a unit is read for another of the next step."""
        step = source.partition("[")[2]
        waiting, seen = list(self.pen.graph.users(source)), set[str]()
        while waiting:
            name = waiting.pop()
            if name == target:
                return True
            found = self.pen.graph.locate(name)
            inside = found is not None and found[0].name in self.block.names and found[0] not in self.states
            if name not in seen and inside and not name.partition("[")[2].startswith(step):
                waiting += self.pen.graph.users(name)
            seen.add(name)
        return False

    def entering(self, first: int = 0) -> Iterator[Bias]:
        """What enters each step from outside, in a box."""
        for family in self._entering:
            for column, step in enumerate(self.steps[first:]):
                if self.computed(step) and family.axes[0].holds(step):
                    units = tuple((column, unit) for unit in range(len(self.units)))
                    yield Bias(units, self._given(family, step), look=Look(BESIDE, role="quiet"))

    @cached_property
    def _entering(self) -> list[Family]:
        """What is given for each step."""
        families = self.pen.graph.families.values()
        read = [f for f in families if f.kind == "input" and f.axes and self._place(f) == 0 and len(f.axes) <= 2]
        return [f for f in read if any(link.child in self.block.names for link in self.pen.chain.links[f.name])][:1]

    def _given(self, family: Family, step: int) -> Formula:
        if len(family.axes) > 1:
            return Array(f"{family.name}[{step}]")
        name = family.member((step,))
        return Compare(Quantity(name), "=", Value(name)) if self.pen.trace.known(name) else Quantity(name)

    @property
    def worked(self) -> list[int]:
        """The steps that are computed."""
        return [step for step in self.steps if self.computed(step)]

    @property
    def shared(self) -> list[Family]:
        """The parameters that every step uses."""
        links = self.pen.chain.links
        return [
            family
            for family in self.pen.graph.parameter_families
            if any(link.child in self.block.names for link in links[family.name])
        ]
