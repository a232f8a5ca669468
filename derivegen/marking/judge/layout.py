"""What a line is about goes in; everything one of its numbers may stand for comes out by formula: factors of the true step at every
depth, products and sums of several, the same for every page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

from derivegen.formula.tree import Bracket, Formula, Negative, Number, Product, Quantity, Sum, product, total, walk
from derivegen.marking.judge.compiled import number
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.quantities import FACTOR, Floats, Item, Quantities
from derivegen.network.names import parse_kept
from derivegen.on_use import numpy
from derivegen.records import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray


MINUS = Number("-1")
DEEP = 16
"""Times that upstream derivatives are written out."""
CHAINS = 64
"""Products of one level that are looked at."""
FACTORS, TERMS = 8, 6
"""Factors and terms of which all choices are looked at."""

Chain = tuple[Formula, ...]
T = TypeVar("T")


@dataclass(frozen=True)
class Layout:
    """What numbers of a line for a target may stand for, by formula: what is the same for every page. `own` is the target's own name (""
    where a line names none), `said` the formula it stands beside."""

    quantities: Quantities
    own: str = ""
    said: Formula | None = None

    @cached_property
    def levels(self) -> tuple[tuple[Chain, ...], ...]:
        """The products whose sum the target is, written out further and further."""
        said = tuple(_chains(self.said)) if self.said is not None else ()
        found = [said] if said and self.own else []
        here = tuple(self._steps(self.own)) if self.own else said
        for _ in range(DEEP):
            if here:
                found.append(here)
            further = tuple(out for chain in here for out in self._opened(chain))
            if further == here or len(further) > CHAINS:
                break
            here = further
        return tuple(found)

    def _steps(self, name: str) -> Iterator[Chain]:
        task = self.quantities.task
        worked = name.partition("#")[0]
        changed = worked in task.graph.trained or parse_kept(worked) is not None
        worked = f"{worked}'" if "#" in name and changed else worked
        try:
            _, step = task.right.step(worked)
        except (*NO_NUMBER, LookupError):
            return
        if step is not None:
            yield from _chains(step.reading)

    def _opened(self, chain: Chain) -> Iterator[Chain]:
        """The product with its first upstream derivative written out, or what is only another name for the target."""
        for place, factor in enumerate(chain):
            if isinstance(factor, Quantity) and (factor.name.startswith("dloss") or len(chain) == 1):
                inner = tuple(self._steps(factor.name))
                if inner:
                    yield from ((*chain[:place], *each, *chain[place + 1 :]) for each in inner)
                    return
        yield chain

    @cached_property
    def atoms(self) -> tuple[Item, ...]:
        """The single factors."""
        seen = dict.fromkeys(factor for level in self.levels for chain in level for factor in chain)
        found = (self.quantities.item(formula, FACTOR) for formula in seen)
        return tuple(item for item in found if item is not None)

    @cached_property
    def _places(self) -> Mapping[Formula, int]:
        return {item.formula: place for place, item in enumerate(self.atoms)}

    @cached_property
    def parts(self) -> tuple[Item, ...]:
        """What the factors are made of."""
        seen = dict.fromkeys(
            part for atom in self.atoms for part in walk(atom.formula) if not isinstance(part, Bracket)
        )
        whole = self.said if self.said is not None else None
        more = tuple(walk(whole)) if whole is not None else ()
        every = (part for part in dict.fromkeys((*seen, *more)) if part not in self._places and part != MINUS)
        found = (self.quantities.item(part, FACTOR) for part in every if part != Quantity(self.own))
        return tuple(item for item in found if item is not None)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The factors and what they are made of."""
        return (*self.atoms, *self.parts)

    def at(self, numbers: Sequence[float]) -> tuple[Sequence[float], Floats]:
        """What the items come to at these numbers, and several of them together."""
        found = [number(item.function, numbers) for item in self.items]
        return found, self.merged(found[: len(self.atoms)])

    @cached_property
    def true(self) -> tuple[Sequence[float], Floats]:
        """The same at the right numbers."""
        return self.at(self.quantities.true)

    @cached_property
    def item_true(self) -> list[float]:
        """The true numbers of the items alone."""
        return [number(item.function, self.quantities.true) for item in self.items]

    @cached_property
    def item_tiers(self) -> list[int]:
        """How likely each item is."""
        return [item.tier for item in self.items]

    @cached_property
    def item_exact(self) -> list[bool]:
        """Which items are made of given numbers alone."""
        return [item.exact for item in self.items]

    @cached_property
    def all_true(self) -> list[float]:
        """The true numbers of all that is no item."""
        general: list[float] = self.quantities.general_true[self.general_places].tolist()
        merged: list[float] = self.true[1].tolist()
        return general + merged

    @cached_property
    def all_exact(self) -> list[bool]:
        """Which of these are made of given numbers alone."""
        merged: list[bool] = self.merged_exact.tolist()
        return [*(self.quantities.general[place].exact for place in self.general), *merged]

    @cached_property
    def slack(self) -> Floats:
        """What everything moves, items first."""
        general = [self.quantities.general[place].slack for place in self.general]
        return numpy.concatenate(([item.slack for item in self.items], general, self.merged_slack))

    @cached_property
    def general_places(self) -> NDArray[numpy.intp]:
        """The places of `general` as an array."""
        return numpy.array(self.general, numpy.intp)

    @property
    def merged_count(self) -> int:
        """How many there are of several together."""
        return len(self.true[1])

    @cached_property
    def products(self) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """The chains of each level, as places of their atoms; a level with one that has no number is left out."""
        return tuple(
            tuple(tuple(self._places[factor] for factor in chain) for chain in level)
            for level in self.levels
            if all(factor in self._places for chain in level for factor in chain)
        )

    @cached_property
    def chains(self) -> tuple[tuple[int, ...], ...]:
        """Every product once, its signs left out, in parts where it is long."""
        sign = self._places.get(MINUS, -1)
        bare = dict.fromkeys(tuple(at for at in chain if at != sign) for level in self.products for chain in level)
        return tuple(
            dict.fromkeys(
                chain[start : start + FACTORS]
                for chain in bare
                for start in range(max(1, len(chain) - FACTORS + 1))
                if len(chain) > 1
            )
        )[:CHAINS]

    @cached_property
    def general(self) -> tuple[int, ...]:
        """The places of what any line may show that stands before the target."""
        own = self.own
        if not own:
            return tuple(range(len(self.quantities.general)))
        mine = self.quantities.task.order(own)
        return tuple(place for place, order in enumerate(self.quantities.general_orders) if order < mine)

    def merged(self, values: Sequence[float]) -> Floats:
        """Every choice of several factors of one product, and of several terms of one sum."""
        found = [_choices([values[at] for at in chain]) for chain in self.chains]
        for level in self.products:
            terms = [math.prod(values[at] for at in chain) for chain in level]
            if 1 < len(terms) <= TERMS:
                found.append(numpy.array([sum(some) for some in _several(terms)]))
                found.append(numpy.array(terms))
        return numpy.concatenate(found) if found else numpy.empty(0)

    @cached_property
    def merged_slack(self) -> Floats:
        """By how much each moves, in units of the last digit of what it is made of."""
        true = [number(item.function, self.quantities.true) for item in self.atoms]
        shares = [item.slack / abs(value) if value else 0.0 for item, value in zip(self.atoms, true, strict=True)]
        found = [
            abs(_choices([true[at] for at in chain])) * _sums([shares[at] for at in chain]) for chain in self.chains
        ]
        for level in self.products:
            if 1 < len(level) <= TERMS:
                moved = [abs(math.prod(true[at] for at in chain)) * sum(shares[at] for at in chain) for chain in level]
                found += [numpy.array([sum(some) for some in _several(moved)]), numpy.array(moved)]
        return numpy.concatenate(found) if found else numpy.empty(0)

    @cached_property
    def merged_exact(self) -> NDArray[numpy.bool_]:
        """Which are made of given numbers alone."""
        loose = [0.0 if item.exact else 1.0 for item in self.atoms]
        found = [_sums([loose[at] for at in chain]) for chain in self.chains]
        for level in self.products:
            if 1 < len(level) <= TERMS:
                each = [sum(loose[at] for at in chain) for chain in level]
                found += [numpy.array([sum(some) for some in _several(each)]), numpy.array(each)]
        exact: NDArray[numpy.bool_] = (numpy.concatenate(found) if found else numpy.empty(0)) == 0
        return exact

    def merged_formula(self, place: int) -> Formula:
        """What stands at a place among them."""
        for chain in self.chains:
            masks = (1 << len(chain)) - 1
            if place < masks:
                chosen = [self.atoms[at].formula for n, at in enumerate(chain) if (place + 1) >> n & 1]
                return product(*chosen)
            place -= masks
        for level in self.products:
            if 1 < len(level) <= TERMS:
                formulas = [product(*(self.atoms[at].formula for at in chain)) for chain in level]
                some = [*map(tuple, _several(formulas)), *((each,) for each in formulas)]
                if place < len(some):
                    return total(*some[place])
                place -= len(some)
        raise IndexError(place)


def _chains(formula: Formula) -> Iterator[Chain]:
    """The terms of a formula, each as its factors."""
    match formula:
        case Sum(terms):
            for term in terms:
                yield from _chains(term)
        case Bracket(body):
            yield from _chains(body)
        case _:
            yield tuple(_factors(formula))


def _factors(formula: Formula) -> Iterator[Formula]:
    match formula:
        case Product(factors):
            for factor in factors:
                yield from _factors(factor)
        case Bracket(body):
            yield from _factors(body)
        case Negative(body):
            yield MINUS
            yield from _factors(body)
        case _:
            yield formula


def _choices(values: Sequence[float]) -> Floats:
    """The product of every choice of one or more: the n-th takes the factors whose bits n + 1 has."""
    found = numpy.ones(1)
    for value in values:
        found = numpy.concatenate((found, found * value))
    return found[1:]


def _sums(values: Sequence[float]) -> Floats:
    found = numpy.zeros(1)
    for value in values:
        found = numpy.concatenate((found, found + value))
    return found[1:]


def _several(terms: Sequence[T]) -> Iterator[tuple[T, ...]]:
    """Every choice of two or more."""
    for count in range(2, len(terms) + 1):
        yield from combinations(terms, count)
