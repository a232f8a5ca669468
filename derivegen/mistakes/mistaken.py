"""A derivation and mistakes go in; the same derivation as somebody who makes them writes it comes out, and the numbers it leads to.

Only what lies on the way from a mistake to the asked quantity is computed anew: all else is taken from the right numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.links import Role
from derivegen.calculus.numbers.evaluate import Numbers, delta_name
from derivegen.calculus.steps import Factor, Step, Term
from derivegen.formula.tree import Quantity, names_in
from derivegen.mistakes.mistake import Mistake, Stage
from derivegen.mistakes.mistaken_graph import mistaken_graph
from derivegen.mistakes.roles import forward_step, with_roles
from derivegen.mistakes.ways import EveryWays, FoundOnce
from derivegen.network.family import Family, Index
from derivegen.network.names import derivative, is_delta, parse_derivative
from derivegen.network.walks import in_order
from derivegen.records import dataclass, field, replace


class Right(FoundOnce):
    """A right derivation made ready for mistakes: its steps, forward ones too, its numbers, and what each mistake makes of them, kept."""

    def __init__(self, derivation: Derivation, numbers: Numbers | None = None) -> None:
        super().__init__()
        self.derivation, self.graph = derivation, derivation.graph
        self.numbers = Numbers(derivation) if numbers is None else numbers
        self.put_in: Mapping[str, Any] = {}
        self._steps: dict[str, tuple[Stage, Step | None]] = {}
        self._operands: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._rewritten: dict[tuple[str, str], Step | None] = {}
        self._composed: dict[tuple[str, ...], Step | None] = {}
        self._every_ways = EveryWays()
        self.ways = self._every_ways.of(())
        self._alone: dict[tuple[str, str | None], MistakenNumbers] = {}

    def starting_from(self, values: Mapping[str, Any]) -> Right:
        """The same with what somebody has for some quantities put in, mistakes or not; no step is found or rewritten again. What stands
        behind these is done with: no mistake in it changes anything."""
        other, own = copy(self), self.numbers
        other.numbers = Numbers(self.derivation, own.arithmetic, values, own._keep)
        other.put_in, other._alone, other._known, other.ways = values, {}, {}, self._every_ways.of(values)
        return other

    def on(self, numbers: Numbers) -> Right:
        """The same on other numbers of the same network; no step is found or rewritten again."""
        other = copy(self)
        other.numbers, other.put_in, other._alone, other._known = numbers, {}, {}, {}
        other.ways = self._every_ways.of(())
        return other

    def of(self, derivation: Derivation) -> Right:
        """The same of the network with other numbers; no step is found or rewritten again."""
        other = copy(self)
        other.derivation, other.graph = derivation, derivation.graph
        return other.on(Numbers(derivation))

    def step(self, name: str) -> tuple[Stage, Step | None]:
        """The stage and the step of a quantity; no step where it is given, unknown, or only put together from others that have one."""
        if name not in self._steps:
            stage, step = self._found(name)
            self._steps[name] = stage, None if step is not None and step.reading == Quantity(name) else step
        return self._steps[name]

    def _found(self, name: str) -> tuple[Stage, Step | None]:
        if self.graph.locate(name) is not None:
            return "forward", forward_step(self.graph, self.graph[name])
        if "*" in name or is_delta(name):
            return "backward", None
        pair = parse_derivative(name)
        if pair is None:
            changed = name.endswith("'") or name.startswith("D")
            return "update", self.derivation[name] if changed else None
        if pair[0].startswith("loss@"):
            row = pair[0].removeprefix("loss@")
            return "backward", self.derivation.of_row(int(row) if row.isdigit() else row)[name]
        if pair[0] in ("loss", self.graph.root):
            return "backward", with_roles(self.derivation[name], self.graph)
        local = self.derivation.local(*pair)
        return "backward", None if local is None else Step(name, (Term((local,)),))

    def operands(self, name: str, forward: bool = True, within: Sequence[Mistake] = ()) -> tuple[str, ...]:
        """The quantities a quantity is computed from directly, if it is done right, or with one of the mistakes `within`; forward ones
        only if wanted."""
        if name not in self._operands:
            found = tuple(dict.fromkeys(self._looked_up(name)))
            self._operands[name] = found, tuple(operand for operand in found if self.step(operand)[0] != "forward")
        own = self._operands[name][0 if forward else 1]
        if not within:
            return own
        wrong = (step for mistake in within if (step := self.rewritten(mistake, name)) is not None)
        further = (leaf for step in wrong for leaf in names_in(step.reading))
        return (*own, *(leaf for leaf in further if forward or self.step(leaf)[0] != "forward"))

    def _looked_up(self, name: str) -> Iterable[str]:
        _, step = self.step(name)
        if step is not None:
            return names_in(step.reading)
        if "*" in name:
            return name.split("*")
        return (delta_name(self.graph, name),) if is_delta(name) else self._between(name)

    def _between(self, name: str) -> Iterator[str]:
        """What a derivative over several links is put together from."""
        pair = parse_derivative(name)
        if pair is None or any(self.graph.locate(end) is None for end in pair):
            return
        formula = self.graph[pair[0]].formula
        for parent in names_in(formula) if formula is not None else ():
            if self.derivation.local(pair[0], parent) is not None:
                yield from (derivative(pair[0], parent), derivative(parent, pair[1]))

    def cone(self, name: str, forward: bool = True, within: Sequence[Mistake] = ()) -> Iterator[str]:
        """What a quantity is computed from and itself, operands first, as far as it is not put in; forward quantities only if wanted."""
        return in_order([name], lambda part: self.operands(part, forward, within), self.put_in)

    def rewritten(self, mistake: Mistake, name: str) -> Step | None:
        """The step as the mistake has it, or None if the mistake cannot be made in it."""
        stage, step = self.step(name)
        if stage != mistake.stage or step is None or mistake.rewrite is None or not mistake.made_in(self.graph):
            return None
        key = (mistake.identifier, name)
        if key not in self._rewritten:
            self._rewritten[key] = mistake.rewrite(step, self.graph)
        return self._rewritten[key]

    def reaches(self, mistake: Mistake, name: str, at: str | None = None, within: Sequence[Mistake] = ()) -> bool:
        """Whether the mistake, made everywhere or at one target, changes a step on the way to the quantity; on the way of somebody
        who makes the mistakes `within`, where these stray from the right way."""
        known = self.ways.reached.setdefault((mistake.identifier, at, *(one.identifier for one in within)), {})
        if name in known:
            return known[name]
        waiting = [name]
        while waiting:
            part = waiting[-1]
            if part in self.put_in:
                known[part] = False
            elif at in (None, part) and self.rewritten(mistake, part) is not None:
                known[part] = True
            else:
                behind = self.operands(part, mistake.stage == "forward", within)
                unknown = [operand for operand in behind if operand not in known]
                if unknown:
                    waiting += unknown
                    continue
                known[part] = any(map(known.__getitem__, behind))
            waiting.pop()
        return known[name]

    def places(self, mistake: Mistake, name: str, within: Sequence[Mistake] = ()) -> set[tuple[str, Role]]:
        """The (step, role) pairs a mistake rewrites on the way to the quantity."""
        cone = self.cone(name, mistake.stage == "forward", within)
        steps = [part for part in cone if self.rewritten(mistake, part) is not None]
        return {(step, role) for step in steps for role in mistake.touches}

    def makes_pair(self, one: Mistake, other: Mistake, name: str) -> bool:
        """Whether both can be made on the way to the quantity, and never in the same factor."""
        key = ("pair", one.identifier, other.identifier, name)
        return self.ways.once(key, lambda: self._make_pair(one, other, name))

    def _make_pair(self, one: Mistake, other: Mistake, name: str) -> bool:
        within = straying((one, other))
        if not self.reaches(one, name, None, within) or not self.reaches(other, name, None, within):
            return False
        if one.stage != other.stage or one.touches.isdisjoint(other.touches):
            return True
        return self.places(one, name, within).isdisjoint(self.places(other, name, within))

    def alone(self, mistake: Mistake, at: str | None = None) -> MistakenNumbers:
        """The numbers of somebody who makes this one mistake."""
        key = (mistake.identifier, at)
        if key not in self._alone:
            self._alone[key] = MistakenNumbers(self.with_mistakes((mistake,), at))
        return self._alone[key]

    def with_mistakes(self, mistakes: Sequence[Mistake], at: str | None = None) -> Mistaken:
        """The derivation of somebody who makes these mistakes everywhere, or in the step of the target `at` alone."""
        many, graph = tuple(mistakes), self.graph
        if any(mistake.stage == "forward" for mistake in many):
            graph = mistaken_graph(graph, lambda name: self.composed(many, name, at))
        return Mistaken(graph, self.derivation.row, right=self, mistakes=many, at=at)

    def composed(self, mistakes: Sequence[Mistake], name: str, at: str | None = None) -> Step | None:
        """The step rewritten by one mistake after the other; None if none can be made in it."""
        if at not in (None, name):
            return None
        if len(mistakes) == 1:
            return self.rewritten(mistakes[0], name)
        key = (name, *(mistake.identifier for mistake in mistakes))
        if key not in self._composed:
            self._composed[key] = self._together(mistakes, name)
        return self._composed[key]

    def _together(self, mistakes: Sequence[Mistake], name: str) -> Step | None:
        step: Step | None = None
        for mistake in mistakes:
            if step is None:
                step = self.rewritten(mistake, name)
            elif mistake.rewrite is not None and mistake.stage == self.step(name)[0] and mistake.made_in(self.graph):
                step = mistake.rewrite(step, self.graph) or step
        return step


def straying(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """Those of the mistakes that read quantities the right steps do not."""
    return tuple(mistake for mistake in mistakes if mistake.strays)


@dataclass(frozen=True)
class Mistaken(Derivation):
    """A derivation with mistakes in it: every step is the right one rewritten by each of them that can be made there."""

    right: Right = field(kw_only=True)
    mistakes: tuple[Mistake, ...] = field(kw_only=True)
    at: str | None = field(kw_only=True, default=None)

    def of(self, name: str) -> Step | None:
        """The step of any quantity, forward ones too; None if it is the right one."""
        return self.right.composed(self.mistakes, name, self.at)

    def reaching(self, name: str) -> tuple[Mistake, ...]:
        """Those of the mistakes that lie on the way to the quantity."""
        known = self._on_the_way
        if name not in known:
            right, at, within = self.right, self.at, self._within
            known[name] = tuple(each for each in self.mistakes if right.reaches(each, name, at, within))
        return known[name]

    @cached_property
    def _within(self) -> tuple[Mistake, ...]:
        return straying(self.mistakes)

    @cached_property
    def _on_the_way(self) -> dict[str, tuple[Mistake, ...]]:
        key = (self.at, *(mistake.identifier for mistake in self.mistakes))
        return self.right.ways.reaching.setdefault(key, {})

    def first(self, name: str) -> tuple[Step, Step] | None:
        """The first step, in the order of working, in which a mistake was made on the way to the quantity: as it should be, as it is."""
        for part in self.right.cone(name):
            wrong, right = self.of(part), self.right.step(part)[1]
            if wrong is not None and right is not None:
                return right, wrong
        return None

    def _find(self, name: str) -> Step:
        _, right = self.right.step(name)
        return self.of(name) or right or super()._find(name)

    def step(self, family: Family, indices: tuple[Index, ...]) -> Step:
        """∂root/∂(one member) as it is done here."""
        right = super().step(family, indices)
        return self.of(right.target) or right

    def local(self, child: str, parent: str) -> Factor | None:
        """∂child/∂parent as it is done here."""
        right = self.right.derivation.local(child, parent)
        wrong = self.of(derivative(child, parent)) if right is not None else None
        return right if right is None or wrong is None else replace(right, reading=wrong.reading)

    def of_row(self, row: Index) -> Derivation:
        """The derivation of one row's own loss, with the same mistakes."""
        return Mistaken(self.graph, row, right=self.right, mistakes=self.mistakes, at=self.at)


class MistakenNumbers(Numbers):
    """The numbers of a derivation with mistakes, in the arithmetic of the right ones. Where no mistake reaches, these stand; where one
    of several reaches, what it makes alone."""

    def __init__(self, mistaken: Mistaken) -> None:
        right, numbers = mistaken.right, mistaken.right.numbers
        super().__init__(mistaken, numbers.arithmetic, right.put_in, numbers._keep)
        self._mistaken, self._right = mistaken, right

    def _compute(self, name: str) -> Any:
        reaching = self._mistaken.reaching(name)
        if not reaching:
            return self._right.numbers[name]
        if len(reaching) == 1 < len(self._mistaken.mistakes):
            return self._right.alone(reaching[0], self._mistaken.at)[name]
        wrong = self._mistaken.of(name) if self._keep is None else None
        return super()._compute(name) if wrong is None else self._value(wrong.reading)

    def _row(self, root: str) -> Numbers:
        return self  # the steps of every row's own loss are found by name
