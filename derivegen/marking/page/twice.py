"""Names of a page that nothing settles go in, with those that are settled; out come those whose usual meaning has another name there, and
those of which the rest of the page leaves one meaning."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from derivegen.formula.tree import names_in
from derivegen.marking.page.readings import Inferred, Readings, SchemeReading
from derivegen.marking.page.told import Fact, differentiated, keys, left
from derivegen.marking.read.answers import Answer
from derivegen.marking.read.meant import SPELLED as FREE
from derivegen.marking.read.statement import Statement
from derivegen.records import dataclass

Open = Mapping[str, tuple[str, ...]]


def called_twice(readings: Readings, best: Sequence[SchemeReading], named: Open) -> dict[str, tuple[str, ...]]:
    """Names that are usual for a quantity which the page calls otherwise, where their number is that of another: open between both."""
    found, taken = dict[str, tuple[str, ...]](), {names[0] for names in named.values() if len(names) == 1}
    for key in (key for reading in best if reading.scheme is None for key in reading.family.members):
        usual, said = readings.spelled.today(key), [fact for fact in readings.facts if fact.key == key]
        if len(usual) == 1 and usual[0] in taken and _contradicts(readings, said, usual[0]):
            others = (name for name in readings.task.graph.names() if not _contradicts(readings, said, name))
            found[key.removeprefix(FREE)] = (*usual, *others)[:3]
    return {key: names for key, names in found.items() if len(names) > 1}


def _contradicts(readings: Readings, said: Sequence[Fact], name: str) -> bool:
    """Whether anything that is told of a name speaks against a quantity."""
    return any(readings.fact(fact, name)[0] < 0 for fact in said)


def left_over(found: Inferred, stated: Sequence[Statement | Answer], readings: Readings) -> Inferred:
    """What a page's names mean, with those that have but one meaning left."""
    named = {**{key: (name,) for key, name in found.meant.items()}, **found.open_}
    only = _LeftOver(stated, readings, named).names()
    open_ = {key: names for key, names in found.open_.items() if key not in only}
    return Inferred({**found.meant, **{key: name for key, (name,) in only.items()}}, open_)


@dataclass(frozen=True)
class _LeftOver:
    """What is left of names with several meanings: `named` are those of the page that are read, and those it leaves open."""

    stated: Sequence[Statement | Answer]
    readings: Readings
    named: Open

    def names(self) -> dict[str, tuple[str, ...]]:
        """Each name that has one meaning left, with that: what one name is taken for is no other's; a target is given, so that neither a
        line leads to it nor anybody differentiates by it."""
        left_ = {key: self._left(key, ways) for key in self._keys if len(ways := self._ways(key)) > 1}
        return {key.removeprefix(FREE): names for key, names in left_.items() if len(names) == 1}

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for one in self.stated for key in (left(one), *keys(one)) if key))

    def _ways(self, key: str) -> tuple[str, ...]:
        return self.named.get(key.removeprefix(FREE)) or self.readings.spelled.today(key)

    @cached_property
    def _taken(self) -> Mapping[str, str]:
        """The quantities that a name of the page is taken for, each with a name."""
        return {name: key for name, key in self._sure.items() if not _contradicts(self.readings, self._said(key), name)}

    @cached_property
    def _sure(self) -> Mapping[str, str]:
        return {ways[0]: key for key in self._keys if len(ways := self._ways(key)) == 1}

    def _said(self, key: str, *what: str) -> list[Fact]:
        return [fact for fact in self.readings.facts if fact.key == key and (not what or fact.what in what)]

    @cached_property
    def _layers(self) -> Mapping[str, frozenset[int | None]]:
        """The layers of the names that are taken for something, by what they have alike: the numbers differ, w_11 and w_21."""
        found = defaultdict[str, set[int | None]](set)
        for name, key in self._sure.items():
            found[_alike(key)].add(self._layer(name))
        return {skeleton: frozenset(layers) for skeleton, layers in found.items()}

    def _layer(self, name: str) -> int | None:
        place = self.readings.task.graph.locate(name)
        return None if place is None else place[0].layer

    def _left(self, key: str, ways: Sequence[str]) -> tuple[str, ...]:
        targets = [name for name in ways if self.readings.task.graph.kind_of(name) == "target"]
        if targets and len(targets) < len(ways):
            told = {name for fact in self._said(key) for name in self._meant(fact, ways)}
            if len(told) == 1:
                return tuple(told)
            computed = key in self._computed or len(told) > 1
            ways = [name for name in ways if not (computed and name in targets)]
        free = tuple(name for name in ways if name not in self._taken or self._holds(key, name))
        layers = self._layers.get(_alike(key), frozenset())
        if (
            len(layers) == 1 and len(re.findall(r"\d", key)) > 1
        ):  # not of running numbers, z_1 of a first layer and z_3 of a second
            free = tuple(name for name in free if self._layer(name) in layers)
        given = [name for name in free if self.readings.task.given(name)]
        refuted = any(_contradicts(self.readings, self._said(key, "value"), name) for name in given)
        return () if refuted else free

    def _meant(self, fact: Fact, ways: Sequence[str]) -> list[str]:
        """The quantities that have a number; a given has just that, while of another it may be a rounding, as 1 of 0.56."""
        task, fits = self.readings.task, [name for name in ways if self.readings.fact(fact, name)[0] > 0]
        given = [name for name in fits if task.given(name) and task.number(name) == fact.number.value]
        return given if fact.what == "value" and given else fits

    def _holds(self, key: str, name: str) -> bool:
        """Whether a number that the page gives for a name is that of a quantity."""
        return any(self.readings.fact(fact, name)[0] > 0 for fact in self._said(key))

    @cached_property
    def _computed(self) -> frozenset[str]:
        """The names that a line of other quantities leads to, or that something is differentiated by."""
        return frozenset(key for one in self.stated for key in (*differentiated(one), *_defined(one)))


def _alike(key: str) -> str:
    """What names have alike that differ in their numbers alone."""
    return re.sub(r"\d", "#", key)


def _defined(one: Statement | Answer) -> Iterator[str]:
    sides = one.sides[1:] if isinstance(one, Statement) else ()
    formulas = [side.formula for side in sides if side.formula is not None]
    if any(name for formula in formulas for name in names_in(formula)):
        yield left(one)
