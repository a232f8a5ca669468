"""Numbers that tell mistakes apart: what is asked goes in, the mistakes that reach it come out; numbers of many candidates go in, what each
mistake makes of every answer comes out, and which of these are too near to one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from derivegen.calculus.numbers.evaluate import Numbers, Symbolic
from derivegen.errors import InputError
from derivegen.exercise.exercise import Coincidence
from derivegen.formula.arithmetic.value import Irrational
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import MistakenNumbers, Right
from derivegen.on_use import numpy

UNITS = 2
"""Two numbers this many units of the last printed digit apart, or less, may be one number rounded on different ways."""
SHARE = 0.005
"""So may two that differ by less than this share of the larger: what comes of carrying rounded numbers through several products."""

RIGHT = ""


class Table(NamedTuple):
    """What the right way (first row) and each mistake make of one asked quantity: a row each, a column for every candidate. `old` is what
    an update starts from, which is known exactly and which no mistake changes; of other quantities 0."""

    quantity: str
    who: tuple[str, ...]
    values: Any
    old: Any = 0.0

    def near(self, one: Any, other: Any, digits: int) -> Any:
        """Whether rounding can make one number of the two. Of small numbers two digits are printed, the first of which may be a 1."""
        size = numpy.maximum(numpy.abs(one), numpy.abs(other))
        printed = numpy.minimum(UNITS * 10.0**-digits, UNITS / 10 * size)
        worked = size
        if self.quantity.endswith("'"):
            worked = numpy.maximum(numpy.abs(one - self.old), numpy.abs(other - self.old))
        return numpy.abs(one - other) <= numpy.maximum(printed, SHARE * worked)


def reaching(right: Right, asked: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For every asked quantity the mistakes that change a step on the way to it."""
    known = [mistake for mistake in CATALOGUE.values() if mistake.rewrite is not None]
    return {name: tuple(m.identifier for m in known if right.reaches(m, name)) for name in asked}


def tables(right: Right, wanted: Mapping[str, Sequence[str]], count: int) -> Iterator[Table]:
    """What each of the wanted mistakes makes of every quantity, for the candidates in the numbers of `right`. Mistakes are taken one after
    the other, so that their intermediate numbers are never kept together."""
    found = {name: numpy.full((1 + len(who), count), numpy.nan) for name, who in wanted.items()}
    for name in wanted:
        found[name][0] = right.numbers[name]
    for identifier in dict.fromkeys(one for who in wanted.values() for one in who):
        numbers = MistakenNumbers(right.with_mistakes((CATALOGUE[identifier],)))
        for name, who in wanted.items():
            if identifier in who:
                found[name][1 + who.index(identifier)] = _or_nothing(numbers, name)
    for name, who in wanted.items():
        old = right.numbers[name.removesuffix("'")] if name.endswith("'") else 0.0
        yield Table(name, (RIGHT, *who), found[name], old)


def _or_nothing(numbers: Numbers, name: str) -> Any:
    try:
        return numbers[name]
    except (Symbolic, Irrational, InputError):
        return numpy.nan


def pairs(table: Table, digits: int) -> Any:
    """For every two rows (the first index below the second) and every candidate, whether they are too near."""
    values = table.values
    return numpy.triu(table.near(values[:, None], values[None, :], digits).transpose(2, 0, 1), 1).transpose(1, 2, 0)


def always(table: Table, digits: int) -> list[list[str]]:
    """Groups of those whose numbers are too near for every candidate: for structural reasons, no draw will part them."""
    alike = numpy.all(pairs(table, digits), axis=2)
    groups: list[list[int]] = []
    for n in range(len(table.who)):
        own = next((group for group in groups if alike[group[0], n]), None)
        if own is None:
            groups.append([n])
        else:
            own.append(n)
    return [[table.who[n] for n in group] for group in groups]


def crowded(table: Table, digits: int) -> Any:
    """How much runs together in each candidate: for every mistake that shows no other number than the right way four points, for every two
    neighbours among the mistakes' numbers one."""
    hidden = table.near(table.values[1:], table.values[0], digits).sum(axis=0)
    values = numpy.sort(table.values[1:], axis=0)
    return 4 * hidden + table.near(values[1:], values[:-1], digits).sum(axis=0)


class Coincidences:
    """Names the pairs that are too near; each name is made once, however many students have it."""

    def __init__(self, digits: int) -> None:
        self._digits = digits
        self._made: dict[tuple[str, str, str], Coincidence] = {}

    def of(self, some: Iterable[Table], count: int) -> list[tuple[Coincidence, ...]]:
        """The coincidences of every candidate."""
        found: list[list[Coincidence]] = [[] for _ in range(count)]
        for table in some:
            for candidate, one, other in numpy.argwhere(pairs(table, self._digits).transpose(2, 0, 1)).tolist():
                found[candidate].append(self._named(table.quantity, table.who[other], table.who[one]))
        return list(map(tuple, found))

    def _named(self, quantity: str, mistake: str, other: str) -> Coincidence:
        key = (quantity, mistake, other)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = Coincidence(quantity, mistake, other)
        return made
