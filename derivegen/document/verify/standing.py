"""What is said of where a quantity stands: a rule with its reason goes in; CheckFailed at the first place that is not so.

Sentences are held to the equations of the network, not to the links that they are written from: what is said to stand in a member must be
in that member's formula, all other members that it is in must be said too, and bounds must be where it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, takewhile
from itertools import product as cartesian
from math import prod

from derivegen.calculus.chain import Derivation as Chain
from derivegen.document.blocks import Prose, Row
from derivegen.document.verify.sentences import StandsIn, at_of, base_of, is_equation, letters_in, sentences
from derivegen.errors import CheckFailed
from derivegen.formula.places import affine, runs
from derivegen.formula.ranges import affine_in, runs_over
from derivegen.formula.tree import (
    BigSum,
    Compare,
    Extreme,
    Formula,
    Indexed,
    Quantity,
    Wins,
    children,
    letters_of,
    walk,
)
from derivegen.network.family import Family, Index
from derivegen.network.instance import decided, index_at
from derivegen.records import dataclass, replace

MOST = 200
"""Members of a family whose formulas are looked at."""

At = dict[str, int]
Indices = tuple[Index, ...]


@dataclass(frozen=True)
class Standing:
    """Judges what is said of one derivation's network."""

    chain: Chain

    def rule(self, row: Row) -> None:
        """The reason of a rule says where what is differentiated by stands."""
        family = self.differentiated(row.left)
        if family is None:
            return
        places = row.left.places if isinstance(row.left, Indexed) else ()
        by: Formula = Indexed(family.name, places) if places else Quantity(family.name)
        starts = self._where(family, by, row.reason)
        claims = [*sentences(by, row.reason, self.chain.graph)]
        for claim in claims:
            self._open(claim)
            for of in claim.of:
                self._said(claim, of, starts)
        for name in self._users(family.name) if claims else ():
            self._all(by, name, [claim for claim in claims if name in map(base_of, claim.of)], starts)

    @cached_property
    def _standing(self) -> dict[str, frozenset[str]]:
        """For each family that the root is computed from, and for the root, the families in its formulas."""
        found: dict[str, frozenset[str]] = {}
        families, left = self.chain.graph.families, [self.chain.graph.root]
        while left:
            name = left.pop()
            if name not in found:
                formulas = (equation.formula for equation in families[name].parts if equation.formula is not None)
                found[name] = frozenset(
                    base for each in formulas for part in walk(each) if (base := base_of(part)) in families
                )
                left += found[name]
        return found

    def _users(self, name: str) -> Iterator[str]:
        """The families in whose formulas it stands, of those from which the root is computed: no other is in the rule."""
        return (user for user, standing in self._standing.items() if name in standing)

    def differentiated(self, left: Formula | None) -> Family | None:
        """The family that a rule under letters is the derivative by; None of other lines."""
        name = left.base if isinstance(left, Indexed) else left.name if isinstance(left, Quantity) else ""
        if not name or not self.chain.graph.lettered:
            return None
        every = self.chain.graph.families.values()
        return next((each for each in every if self.chain.name_of(each.name) == name), None)

    def _where(self, family: Family, by: Formula, reason: Prose) -> bool:
        """Whether bounds are said before it is said where it stands: they are those of what is computed, the given start left out."""
        formulas = (run for run in reason if isinstance(run, Formula))
        said = [*takewhile(lambda run: isinstance(run, Compare) and not is_equation(run, self.chain.graph), formulas)]
        if not said or family.is_given:
            return False
        for indices in self._members(family):
            at = _bound(by, indices)
            if at is not None:
                holds = all(decided(each, {**at}, self.chain.graph.families) for each in said)
                if holds != (family.defined(indices)[0] is not None):
                    raise CheckFailed(f"the rule of {by} does not hold where {said}")
        return True

    # letters

    def _open(self, claim: StandsIn) -> None:
        """What is summed over is what by, and the equations solved, leave open."""
        places = (each for each in claim.of if isinstance(each, Indexed))
        every = {letter for each in (*places, *claim.holding) for part in walk(each) for letter in letters_in(part)}
        if any(not isinstance(place, str) and letters_of(place) for of in claim.of for place in at_of(of)):
            raise CheckFailed(f"{claim.by} is said to stand in {claim.of}: where that is, equations say")
        if not all(isinstance(each.left, Quantity) for each in claim.bounds):
            raise CheckFailed(f"{claim.by} is said to stand where {claim.holding}: a bound is one of a letter")
        left = every - {*letters_in(claim.by)} - {*self._solved(claim)}
        coupled = len({*map(base_of, claim.of)}) < len(
            claim.of
        )  # said with one letter more, for the others of a softmax
        if not coupled and (claim.holding or claim.summed) and left != {*claim.summed}:
            raise CheckFailed(f"{claim.by}: summed over are {sorted(claim.summed)}, left open {sorted(left)}")

    @staticmethod
    def _solved(claim: StandsIn) -> Iterator[str]:
        for each in claim.holding:
            if each.relation == "=" and isinstance(each.left, Quantity):
                yield each.left.name

    # members

    def _said(self, claim: StandsIn, of: Formula, starts: bool) -> None:
        """What is said to stand in a member is in its formula, wherever the equations hold, and each bound is where that ends."""
        child, parent = (self.chain.graph.families[base_of(each)] for each in (of, claim.by))
        met: list[At] = []
        for indices in self._members(child):
            for at in self._bindings(claim, of, child, indices) if child.defined(indices)[0] is not None else ():
                member = self._member(parent, claim.by, at)
                if member is None or (starts and self.chain.graph[member].formula is None):
                    continue
                if member not in self._inside(child.name, indices):
                    raise CheckFailed(f"{member} is said to stand in {child.member(indices)}, and does not")
                met.append(at)
        if not met:
            raise CheckFailed(f"{claim.by} is said to stand in {of}, and never does")
        for bound in claim.bounds:
            self._ends(claim, bound, parent, of, met)

    def _ends(self, claim: StandsIn, bound: Compare, parent: Family, of: Formula, met: Sequence[At]) -> None:
        """A bound holds of each letter for which there is such a member, and of no other; there are others."""
        child = self.chain.graph.families[base_of(of)]
        letters = sorted({letter for part in walk(bound) for letter in letters_in(part)})
        if not {*letters} <= {*letters_in(claim.by)}:
            if not any(affine_in(bound.left).at(at) == affine_in(bound.right).at(at) for at in met):
                raise CheckFailed(f"{claim.by} stands in {child.name} as long as {bound}: it never comes to that")
            return
        if _size(child) > MOST:
            return
        equations = replace(claim, holding=tuple(each for each in claim.holding if each.relation == "="))
        ends = {
            tuple(at[letter] for letter in letters)
            for indices in child.members()
            for at in self._bindings(equations, of, child, indices)
            if self._member(parent, claim.by, at) in self._inside(child.name, indices)
        }
        bounds = [at for at in (_bound(claim.by, indices) for indices in parent.members()) if at is not None]
        every = {tuple(at[letter] for letter in letters) for at in bounds}
        families = self.chain.graph.families
        said = {each for each in every if decided(bound, dict(zip(letters, each, strict=True)), families)}
        if said != ends or said == every:
            raise CheckFailed(f"{claim.by} stands in {child.name} as long as {bound}: that is not where it ends")

    def _all(self, by: Formula, name: str, claims: Sequence[StandsIn], starts: bool) -> None:
        """Every member of a family in which it stands is said to be one; not those of a given start that the rule is not about."""
        child, parent = self.chain.graph.families[name], self.chain.graph.families[base_of(by)]
        names = {parent.member(indices): indices for indices in islice(parent.members(), MOST * MOST)}
        for indices in self._members(child):
            said = {
                self._member(parent, by, at)
                for claim in claims
                for of in claim.of
                if base_of(of) == name
                for at in self._bindings(claim, of, child, indices)
            }
            for quantity in self._inside(name, indices):
                if quantity in said or quantity not in names or _bound(by, names[quantity]) is None:
                    continue
                if not starts or self.chain.graph[quantity].formula is not None:
                    raise CheckFailed(f"{quantity} stands in {child.member(indices)}, and that is not said")

    @staticmethod
    def _members(family: Family) -> Iterator[Indices]:
        """Its members, of many some from all over."""
        apart = max(1, _size(family) // MOST)
        return islice(family.members(), None, None, apart)

    @cached_property
    def _known(self) -> dict[tuple[str, Indices], frozenset[str]]:
        return {}

    def _inside(self, name: str, indices: Indices) -> frozenset[str]:
        """What stands in a member's formula, also beside what is not there."""
        found = self._known.get((name, indices))
        if found is None:
            formula, at = self.chain.graph.families[name].defined(indices)
            found = frozenset(self._leaves(formula, at) if formula is not None else ())
            self._known[name, indices] = found
        return found

    def _leaves(self, tree: Formula, at: Mapping[str, Index]) -> Iterator[str]:
        """The members that a formula names where its letters have these numbers."""
        match tree:
            case Indexed(base):
                member = self._member(self.chain.graph.families[base], tree, at)
                yield from () if member is None else (member,)
                return
            case Quantity(name):
                yield name
            case BigSum(body) | Extreme(body) | Wins(body):
                for own in runs([*runs_over(tree)], at):  # type: ignore[arg-type]
                    yield from self._leaves(body, own)
                return
        for part in children(tree):
            yield from self._leaves(part, at)

    def _bindings(self, claim: StandsIn, of: Formula, child: Family, indices: Indices) -> Iterator[At]:
        """Numbers for all letters at which `of` is that member and the equations hold."""
        own, parent = _bound(of, indices), self.chain.graph.families[base_of(claim.by)]
        if own is None or any(number not in self._range(letter, child) for letter, number in own.items()):
            return
        every = {letter for each in (claim.by, *claim.holding) for part in walk(each) for letter in letters_in(part)}
        free, mine = [letter for letter in every if letter not in own], letters_in(claim.by)
        ranges = (self._range(each, parent if each in mine else child) for each in free)
        for choice in cartesian(*ranges):
            at = {**own, **dict(zip(free, choice, strict=True))}
            if all(decided(each, at, self.chain.graph.families) for each in claim.holding):
                yield at

    def _range(self, letter: str, family: Family) -> range:
        """How far a letter runs in a family and its sums; one that got another name than it has there, as far as any."""
        known = self._ranges.get(family.name)
        if known is None:
            known = self._ranges[family.name] = dict(_ranges(family))
        found = known.get(letter)
        if found is not None:
            return found
        axes = [axis for each in self.chain.graph.families.values() for axis in each.axes]
        return range(min(axis.low for axis in axes), max(axis.low + int(axis.size) for axis in axes))

    @cached_property
    def _ranges(self) -> dict[str, dict[str, range]]:
        return {}

    def _member(self, family: Family, tree: Formula, at: Mapping[str, Index]) -> str | None:
        """The name of a member at these letters; None where there is none."""
        indices = tuple(
            int(index_at(affine(place) if isinstance(place, str) else place, {**at}, self.chain.graph.families))
            for place in at_of(tree)
        )
        inside = all(axis.holds(index) for axis, index in zip(family.axes, indices, strict=True))
        return family.member(indices) if inside and family.exists(indices) else None


def _size(family: Family) -> int:
    return prod(int(axis.size) for axis in family.axes)


def _ranges(family: Family) -> Iterator[tuple[str, range]]:
    """How far the letters of its sums and of its axes run."""
    for equation in family.parts:
        for part in walk(equation.formula) if equation.formula is not None else ():
            for each in runs_over(part):
                yield each.letter, range(each.low.bounds(equation.box)[0], each.high.bounds(equation.box)[1] + 1)
    for axis in family.axes:
        yield axis.letter, range(axis.low, axis.low + int(axis.size))


def _bound(tree: Formula, indices: Sequence[Index]) -> At | None:
    """The letters of a member's places where these are its indices; None where they are not."""
    at: At = {}
    for place, index in zip(at_of(tree), indices, strict=True):
        own = affine(place) if not isinstance(place, Indexed) else None
        assert own is not None
        assert isinstance(index, int)
        if not own.terms:
            if own.shift != index:
                return None
            continue
        (name, by), *more = own.terms
        value, rest = divmod(index - own.shift, by)
        if more or rest or at.setdefault(name, value) != value:
            return None
    return at
