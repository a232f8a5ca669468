"""What a line is about goes in; everything one of its numbers may stand for comes out: factors of the true step at every depth, what else
the page has before it, products of several factors, each at its true number and at the one somebody has.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TypeVar

import numpy
from numpy.typing import NDArray

from derivegen.formula.tree import Bracket, Formula, Negative, Number, Product, Quantity, Sum, product, total, walk
from derivegen.marking.judge.compiled import number
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.quantities import EVERY, FACTOR, MERGED, Floats, Item, Quantities, leaves_of
from derivegen.marking.judge.shown import Shown
from derivegen.marking.judge.task import Task

MINUS = Number("-1")
SAME = 1e-12
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
        found = [tuple(_chains(self.said))] if self.said is not None else []
        here = tuple(self._steps(self.own)) if self.own else ()
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
        worked = f"{worked}'" if "#" in name and worked in task.graph.trained else worked
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

    def at(self, numbers: Sequence[float]) -> tuple[Floats, Floats]:
        """What the items come to at these numbers, and several of them together."""
        found = [number(item.function, numbers) for item in self.items]
        return numpy.array(found), self.merged(found[: len(self.atoms)])

    @cached_property
    def true(self) -> tuple[Floats, Floats]:
        """The same at the right numbers."""
        return self.at(self.quantities.true)

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


@dataclass(frozen=True)
class Written:
    """Numbers somebody has written down, by own name; those that came of a slip; and numbers without a name that did: as typed, and what
    they should have been."""

    values: Mapping[str, Shown] = field(default_factory=dict)
    slips: frozenset[str] = frozenset()
    unnamed: Mapping[float, float] = field(default_factory=dict)


class Pool:
    """A layout at the numbers of one page: `true` and `own` are the numbers, `slack` what they move, `tier` how likely each is, `exact`
    whether it is known exactly, `unit` that of the number written for it (not a number where none is), `slipped` whether its own number
    comes of a slip."""

    def __init__(self, layout: Layout, page: Page) -> None:
        self.layout, self.page = layout, page
        self.items = layout.items
        true = layout.true
        own = layout.at(page.own)
        slipped = layout.at(page.slipped) if page.written.slips else true
        unnamed = [(should, typed) for typed, should in page.written.unnamed.items()]
        general = list(layout.general)
        count = layout.merged_count
        self.general, self.merged = len(self.items), len(self.items) + len(general)
        self.unnamed = self.merged + count
        self.true, self.own, rest = (
            numpy.concatenate((items, page.general[n][general], merged, [each[n > 0] for each in unnamed]))
            for n, (items, merged) in enumerate((true, own, slipped))
        )
        few = numpy.full(len(unnamed), 1)
        of_general = page.tiers[general]
        self.tier = numpy.concatenate(([item.tier for item in self.items], of_general, numpy.full(count, MERGED), few))
        self.exact = numpy.concatenate(
            (
                [item.exact for item in self.items],
                page.exact[general],
                layout.merged_exact,
                numpy.zeros(len(unnamed), bool),
            )
        ).astype(bool)
        self.slack = numpy.concatenate(
            ([item.slack for item in self.items], page.slack[general], layout.merged_slack, numpy.zeros(len(unnamed)))
        )
        names = [item.name for item in self.items]
        units = numpy.array([page.unit(name) for name in names], float)
        self.unit = numpy.concatenate(
            (units, page.units[general], numpy.full(count, math.nan), numpy.zeros(len(unnamed)))
        )
        self.slipped = abs(rest - self.true) > SAME * abs(self.true)  # of no number, no
        self.own = numpy.where(numpy.isnan(self.own), self.true, self.own)
        self.size, self.own_size = abs(self.true), abs(self.own)
        self.value = numpy.where(self.own * self.true < 0, -self.size, self.size)
        """What a number without its sign stands for: the sign of the formula was made for the own number."""

    def name(self, place: int) -> str:
        """The own name of the quantity at a place; "" where it is none."""
        if place < self.general:
            return self.items[place].name
        if place < self.merged:
            return self.page.quantities.general[self.layout.general[place - self.general]].name
        return ""

    def formula(self, place: int) -> Formula | None:
        """What stands at a place, as a formula."""
        if place < self.general:
            return self.items[place].formula
        if place < self.merged:
            return self.page.quantities.general[self.layout.general[place - self.general]].formula
        return self.layout.merged_formula(place - self.merged) if place < self.unnamed else None


class Page:
    """The quantities of one stage at the numbers somebody has."""

    def __init__(self, quantities: Quantities, written: Written) -> None:
        self.quantities, self.written = quantities, written
        here = {quantities.kept_as(name): name for name in quantities.names}
        self._shown = {here[name]: shown for name, shown in written.values.items() if name in here}
        kept = {name: shown.value for name, shown in self._shown.items()}
        slips = {here[name] for name in written.slips if name in here}
        self.own = quantities.own(kept)
        self.slipped = (
            quantities.own({name: kept[name] for name in slips if name in kept}) if slips else quantities.true
        )
        general = quantities.general
        true = quantities.general_true
        own = numpy.array([number(item.function, self.own) for item in general])
        rest = numpy.array([number(item.function, self.slipped) for item in general]) if slips else true
        self.general = [true, own, rest]
        self.tiers = numpy.array([1 if item.name in self._shown else item.tier for item in general], int)
        self.exact = numpy.array([item.exact for item in general], bool)
        self.slack = numpy.array([item.slack for item in general], float)
        self.units = numpy.array([self.unit(item.name) for item in general], float)

    def unit(self, name: str) -> float:
        """One unit of the last digit of what is written for a quantity; not a number where nothing is."""
        return self._shown[name].unit if name in self._shown else math.nan


class Pools:
    """The pools of one page, made when asked for; new ones once something further is written."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.written = Written()
        self._pages: dict[object, Page] = {}
        self._pools: dict[object, Pool] = {}

    def now(self, written: Written) -> None:
        """What is written now."""
        if written != self.written:
            self.written = written
            self._pages.clear()
            self._pools.clear()

    def of(self, own: str, said: Formula | None) -> Pool:
        """The pool of a line about a quantity, or beside a formula."""
        key = own, said
        if key not in self._pools:
            layout = self._layout(own, said)
            page = self._pages.get(layout.quantities)
            if page is None:
                page = self._pages[layout.quantities] = Page(layout.quantities, self.written)
            self._pools[key] = Pool(layout, page)
        return self._pools[key]

    def _layout(self, own: str, said: Formula | None) -> Layout:
        layouts = self.task.layouts
        key = own, said
        if key not in layouts:
            if len(layouts) > 500:
                layouts.clear()
            layouts[key] = Layout(self._quantities(own, said), own, said)
        found = layouts[key]
        assert isinstance(found, Layout)
        return found

    def _quantities(self, own: str, said: Formula | None) -> Quantities:
        """All of a stage; of a large network what the step and the formula name."""
        base, _, step = own.partition("#")
        stage = int(step or 0) - (base in self.task.graph.trained and bool(step))
        only = None if self._small else tuple(self._named(base if not step else f"{base}'", said))
        key = stage, only
        layouts = self.task.layouts
        if key not in layouts:
            layouts[key] = Quantities(self.task, stage, only)
        found = layouts[key]
        assert isinstance(found, Quantities)
        return found

    @cached_property
    def _small(self) -> bool:
        graph = self.task.graph
        return all(count < EVERY for count, _ in enumerate(graph.names()))

    def _named(self, name: str, said: Formula | None) -> Iterator[str]:
        if said is not None:
            yield from leaves_of(said)
        seen: set[str] = set()
        waiting = [name]
        while waiting and len(seen) < CHAINS:
            part = waiting.pop()
            seen.add(part)
            try:
                _, step = self.task.right.step(part)
            except (*NO_NUMBER, LookupError):
                continue
            for leaf in leaves_of(step.reading)[:CHAINS] if step is not None else ():
                yield leaf
                if leaf.startswith("dloss") and leaf not in seen:
                    waiting.append(leaf)
