"""What a line is about goes in; everything one of its numbers may stand for comes out: factors of the true step at every depth, what else
the page has before it, products of several factors, each at its true number and at the one somebody has.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy

from derivegen.formula.tree import Formula
from derivegen.marking.judge.compiled import number
from derivegen.marking.judge.layout import CHAINS, Layout
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.quantities import EVERY, MERGED, Quantities, leaves_of
from derivegen.marking.judge.shown import Shown
from derivegen.marking.judge.task import Task
from derivegen.network.names import parse_kept

SAME = 1e-12


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
        changed = base in self.task.graph.trained or parse_kept(base) is not None
        stage = int(step or 0) - (changed and bool(step))
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
