"""What a line is about goes in; everything one of its numbers may stand for comes out: factors of the true step at every depth, what else
the page has before it, products of several factors, each at its true number and at the one somebody has.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from derivegen.formula.tree import Formula
from derivegen.marking.judge.compiled import number
from derivegen.marking.judge.layout import CHAINS, Layout
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.quantities import EVERY, GIVEN, MERGED, Floats, Item, Quantities, leaves_of
from derivegen.marking.judge.somebody import Page, Written
from derivegen.marking.judge.task import Task
from derivegen.network.names import parse_kept
from derivegen.on_use import numpy
from derivegen.records import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray


SAME = 1e-12


class Pool:
    """A layout at the numbers of one page, list by list: `true` and `own` are the numbers, `size` and `own_size` these without their sign,
    `tier` how likely each is, `exact` whether it is known exactly, `unit` that of the number written for it (not a number where none is),
    `slipped` whether its own number comes of a slip. At first the factors of the line and what they are made of alone, `items` of them:
    mostly a line holds nothing else. `full` makes the rest."""

    def __init__(self, layout: Layout, page: Page) -> None:
        self.layout, self.page = layout, page
        items = layout.items
        self.items = len(items)
        self.true: list[float] = layout.item_true
        self.tier, self.exact = layout.item_tiers, layout.item_exact
        self._set([page.number(item) for item in items])
        self.unit = [page.unit(item.name) for item in items]
        slips = page.written.slips
        self.slipped = [
            _differs(number(item.function, page.slipped), true) for item, true in zip(items, self.true, strict=True)
        ] if slips else [False] * len(items)  # fmt: skip

    def _set(self, own: Sequence[float]) -> None:
        """Note somebody's own numbers; where there is none they have the true one."""
        pairs = [(true, true if each != each else each) for true, each in zip(self.true, own, strict=True)]
        self.size, self.own_size = [abs(true) for true, _ in pairs], [abs(each) for _, each in pairs]
        self.value = [-abs(true) if each * true < 0 else abs(true) for true, each in pairs]
        """What a number without its sign stands for: the sign of the formula was made for the own number."""

    @cached_property
    def full(self) -> Full:
        """All there is, and as arrays; the lists hold it from now on."""
        layout, page, unnamed = self.layout, self.page, self.page.unnamed
        count, general = layout.merged_count, layout.general_places
        items = [page.number(item) for item in layout.items]
        merged = layout.merged(items[: len(layout.atoms)])
        should, typed = [each[0] for each in unnamed], [each[1] for each in unnamed]
        self.true = [*layout.item_true, *layout.all_true, *should]
        self._set([*items, *page.general_own[general].tolist(), *merged.tolist(), *typed])
        self.tier = [*layout.item_tiers, *page.tiers[general].tolist(), *[MERGED] * count, *[GIVEN] * len(unnamed)]
        self.exact = [*layout.item_exact, *layout.all_exact, *[False] * len(unnamed)]
        self.unit = [
            *self.unit[: self.items],
            *page.units[general].tolist(),
            *[math.nan] * count,
            *[0.0] * len(unnamed),
        ]
        if page.written.slips:
            rest, of_several = layout.at(page.slipped)
            others = [*rest, *page.general_slipped[general].tolist(), *of_several.tolist(), *typed]
            self.slipped = list(map(_differs, others, self.true))
        else:
            known = len(self.true) - len(unnamed)
            self.slipped = [*[False] * known, *map(_differs, typed, should)]
        slack = numpy.concatenate((layout.slack, numpy.zeros(len(unnamed))))
        self.merged, self.unnamed = self.items + len(general), self.items + len(general) + count
        size, own_size, unit = numpy.array(self.size), numpy.array(self.own_size), numpy.array(self.unit)
        return Full(size, own_size, numpy.array(self.tier), numpy.array(self.exact, bool), unit, slack)

    def is_written(self, place: int) -> bool:
        """Whether what is at a place is written on the page, or is the same number as what is."""
        return bool(self.full.written[place])

    def name(self, place: int) -> str:
        """The own name of the quantity at a place; "" where it is none."""
        if place < self.items:
            return self.layout.items[place].name
        if place < self.merged:
            return self._general(place).name
        return ""

    def formula(self, place: int) -> Formula | None:
        """What stands at a place, as a formula."""
        if place < self.items:
            return self.layout.items[place].formula
        if place < self.merged:
            return self._general(place).formula
        return self.layout.merged_formula(place - self.merged) if place < self.unnamed else None

    def _general(self, place: int) -> Item:
        return self.page.quantities.general[self.layout.general[place - self.items]]


@dataclass(frozen=True)
class Full:
    """All of a pool as arrays; `slack` is what each moves."""

    size: Floats
    own_size: Floats
    tier: NDArray[numpy.int_]
    exact: NDArray[numpy.bool_]
    unit: Floats
    slack: Floats

    @cached_property
    def written(self) -> NDArray[numpy.bool_]:
        """What is written on the page, and what is the same number."""
        known: NDArray[numpy.bool_] = ~numpy.isnan(self.unit)
        if not known.any():
            return known
        values = numpy.sort(self.size[known])
        at = numpy.searchsorted(values, self.size)
        below, above = values[numpy.maximum(at - 1, 0)], values[numpy.minimum(at, len(values) - 1)]
        gap = numpy.minimum(abs(self.size - below), abs(self.size - above))
        found: NDArray[numpy.bool_] = known | (gap <= SAME * numpy.maximum(1e-9, self.size))
        return found


def _differs(one: float, true: float) -> bool:
    return abs(one - true) > SAME * abs(true)


class Pools:
    """The pools of one page, made when asked for; new ones once something further is written."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.written = Written()
        self._pages: dict[object, Page] = {}
        self._pools: dict[object, Pool] = {}

    def now(self, written: Written) -> None:
        """What is written now."""
        before = self.written
        if written == before:
            return
        self.written = written
        self._pools.clear()
        if all(name in written.values for name in before.values):
            for page in self._pages.values():
                page.go_on(written)
        else:
            self._pages.clear()

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
        told = leaves_of(said) if said is not None else ()
        yield from told
        seen: set[str] = set()
        waiting = [name] if name else [leaf for leaf in told if leaf.startswith("dloss")]
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
