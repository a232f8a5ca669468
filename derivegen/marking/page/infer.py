"""What a page's names mean: statements in which every symbol is a name of its own go in, with the numbers of the network; the quantity
that each name stands for comes out, or the readings that the page leaves open.

Names that differ in their numbers alone are one family, and a family is read by one scheme of numbering. Restated givens, results and
defining lines speak for a reading or against it; the readings of all families are chosen together. What another reading fits as well is
left open, and nothing is taken against what is usual without a witness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from derivegen.calculus.numbers.evaluate import delta_name
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import value
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.task import Task
from derivegen.marking.page.layers import whole_layers
from derivegen.marking.page.readings import Inferred, NameFamily, Readings, SchemeReading, families
from derivegen.marking.page.spelled import Spelled
from derivegen.marking.page.told import SaidLine, facts, lines, parts
from derivegen.marking.page.twice import called_twice, left_over
from derivegen.marking.read.answers import Answer
from derivegen.marking.read.meant import SPELLED as FREE
from derivegen.marking.read.statement import Statement
from derivegen.network.names import derivative, is_delta
from derivegen.notation.schemes import LETTERS
from derivegen.on_use import numpy

MOST_QUANTITIES, MOST_STATEMENTS = 400, 300
BEAM = 60
"""Readings of a page that are followed."""
MARGIN = 1.5
"""By how much a reading must be likelier than every other."""
TWICE, UNLIKE = -3.0, -1.2
TRUE_LINE, FALSE_LINE, TRUE_NUMBERS, FALSE_NUMBERS = 3.0, -2.0, 1.5, -1.0
CLOSE = 1e-7


def inferred(found: Iterable[object], spelled: Spelled, task: Task) -> Inferred:
    """What the names of a page mean where its own statements say so, and that is not what they are read as anyway."""
    rows = task.graph.network.rows
    if not task.graph.layered or not isinstance(rows, int) or not task.graph.givens:
        return Inferred()
    if sum(1 for _ in task.graph.names()) > MOST_QUANTITIES:
        return Inferred()
    stated = [one for one in found if isinstance(one, Statement | Answer)][:MOST_STATEMENTS]
    page = Page(stated, spelled, task)  # of several examples nothing says which one a single unit is of
    return page.inferred() if rows == 1 else Inferred(whole_layers(stated, page.facts, spelled, task))


class Page:
    """The inference for one page."""

    def __init__(self, stated: Sequence[Statement | Answer], spelled: Spelled, task: Task) -> None:
        self.stated, self.task = stated, task
        self.facts = [fact for one in stated for fact in facts(one)]
        self.lines = [line for one in stated if isinstance(one, Statement) for line in lines(one)]
        self.readings = Readings(self.facts, spelled, task)
        self._held: dict[tuple[int, tuple[str | None, ...]], float] = {}

    def inferred(self) -> Inferred:
        """The names that are read, and those left open."""
        return left_over(self._inferred(), self.stated, self.readings)

    def _inferred(self) -> Inferred:
        layers = whole_layers(self.stated, self.facts, self.readings.spelled, self.task)
        every = families(self.facts, self.lines)
        left = [one for one in every if not any(key.removeprefix(FREE) in layers for key in one.members)]
        if not left or not self.facts:
            return Inferred(layers)
        choices = {family.skeleton: self.readings.of(family) for family in left}
        if not any(reading.matched for family in left for reading in choices[family.skeleton]):
            return Inferred(layers)
        found = self._settled(self._best(left, choices), choices)
        return Inferred({**found.meant, **layers}, found.open_)

    def _best(
        self, families: Sequence[NameFamily], choices: Mapping[str, Sequence[SchemeReading]]
    ) -> list[tuple[float, tuple[SchemeReading, ...]]]:
        """The likeliest readings of all families together."""
        order = sorted(families, key=lambda family: -max(reading.score for reading in choices[family.skeleton]))
        beam: list[tuple[float, tuple[SchemeReading, ...]]] = [(0.0, ())]
        for family in order:
            longer = [
                (
                    score + reading.score + self._beside(some, reading) + self._lines_with(some, reading),
                    (*some, reading),
                )
                for score, some in beam
                for reading in choices[family.skeleton]
            ]
            longer.sort(key=lambda entry: -entry[0])
            beam = longer[:BEAM]
        return beam

    def _beside(self, some: Sequence[SchemeReading], reading: SchemeReading) -> float:
        """What speaks against two families being read so on one page."""
        if reading.scheme is None:
            return 0.0
        cost = 0.0
        for other in some:
            if other.scheme is None:
                continue
            shared = reading.quantities & other.quantities
            if shared and not self._alike_names(reading, other):
                cost += TWICE * min(len(shared), 2)
            if reading.scheme.order in ("to-from", "from-to") and other.scheme.order in ("to-from", "from-to"):
                cost += UNLIKE * (reading.scheme.order != other.scheme.order)
            if reading.scheme.from_zero != other.scheme.from_zero:
                cost += UNLIKE / 2
        return cost

    def _alike_names(self, one: SchemeReading, other: SchemeReading) -> bool:
        """Whether the same digits stand for the same quantity in both: w_11 and w_{1,1}, net_1 and net1; or one names a linear unit."""
        if one.family.letter == other.family.letter:
            return True
        return any(self.task.graph.kind_of(name) == "pre-activation" for name in one.quantities & other.quantities)

    def _lines_with(self, some: Sequence[SchemeReading], reading: SchemeReading) -> float:
        """What the lines say that are read with this family and not without it."""
        every = (*some, reading)
        at = {key: one for one in every for key in one.family.members}
        mine = reading.family.members
        score = 0.0
        for place, line in enumerate(self.lines):
            keys = line.keys | {line.key}
            if any(key in mine for key in keys) and all(key in at for key in keys):
                score += self._line(place, {key: at[key].of(key) for key in keys})
        return score

    def _line(self, place: int, names: Mapping[str, str | None]) -> float:
        key = place, tuple(names[each] for each in sorted(names))
        if key not in self._held:
            self._held[key] = self._held_to(self.lines[place], names)
        return self._held[key]

    def _held_to(self, line: SaidLine, names: Mapping[str, str | None]) -> float:
        """What a line says with its names read so: of another network of the same shape where it has no numbers."""
        if None in names.values():
            return 0.0
        left = names[line.key]
        assert left is not None
        if line.numbers:
            target = self.readings.value(left, line.what)
            look: Callable[[str], Any] = partial(self._look, names)
        else:
            target = self._drawn(left, line.what)
            look = partial(self._drawn_look, names)
        if target is None:
            return 0.0
        try:
            with numpy.errstate(all="ignore"):
                found = value(line.formula, look, ARRAYS)
                off = numpy.abs(numpy.asarray(found, float) - target) / (1e-9 + numpy.abs(target))
        except (*NO_NUMBER, AttributeError, TypeError):
            return 0.0
        told = off[numpy.isfinite(off)] if off.ndim else off
        if not numpy.isfinite(off).any():
            return 0.0
        if line.numbers:
            return TRUE_NUMBERS if float(off) < 1e-3 else FALSE_NUMBERS
        return TRUE_LINE if bool((told < CLOSE).all()) else FALSE_LINE

    def _look(self, names: Mapping[str, str | None], name: str) -> float:
        found = self._of(names, name, self.readings.value)
        if found is None:
            raise KeyError(name)
        return float(found)

    def _drawn_look(self, names: Mapping[str, str | None], name: str) -> Any:
        found = self._of(names, name, self._drawn)
        if found is None:
            raise KeyError(name)
        return found

    def _of(self, names: Mapping[str, str | None], name: str, look: Callable[[str, str], Any]) -> Any:
        """The value of a leaf: of a name, its new value, the loss's derivative by it."""
        told = parts(name)
        if told is not None:
            quantity = names.get(told[0])
            return None if quantity is None else look(quantity, told[1])
        return look(name, "value") if FREE not in name else None

    def _drawn(self, name: str, what: str) -> Any:
        numbers = self.task.equalities.numbers
        name = {"value": name, "new": f"{name}'", "grad": derivative("loss", name)}[what]
        if is_delta(name):
            name = delta_name(self.task.graph, name)
        try:
            return numbers[name]
        except (*NO_NUMBER, LookupError):
            return None

    def _settled(
        self,
        beam: Sequence[tuple[float, tuple[SchemeReading, ...]]],
        choices: Mapping[str, Sequence[SchemeReading]],
    ) -> Inferred:
        """The names of every family that is read for sure, and those of which several readings are left."""
        _, best = beam[0]
        named: dict[str, tuple[str, ...]] = {}
        for place, reading in enumerate(best):
            if reading.scheme is not None and self._believed(reading, best):
                ways = (reading, *self._doubts(best, place, choices[reading.family.skeleton]))
                for key in reading.family.members:
                    named[key.removeprefix(FREE)] = tuple(dict.fromkeys(filter(None, (one.of(key) for one in ways))))
        named |= called_twice(self.readings, best, named)
        meant = {key: names[0] for key, names in named.items() if len(names) == 1}
        return Inferred(meant, {key: names for key, names in named.items() if len(names) > 1})

    def _doubts(
        self, best: Sequence[SchemeReading], place: int, others: Sequence[SchemeReading]
    ) -> Iterator[SchemeReading]:
        """The readings of one family that are nearly as likely, then those that want a witness."""
        reading = best[place]
        rivals = [other for other in others if other.scheme is not None and reading.differs(other)]
        here = reading.score + self._context(best, place, reading)
        near = [
            other
            for other in rivals
            if other.matched and here - other.score - self._context(best, place, other) < MARGIN
        ]
        yield from near
        yield from (each for each in rivals if each not in near and self._needs_witness(best, place, reading, each))

    def _context(self, best: Sequence[SchemeReading], place: int, reading: SchemeReading) -> float:
        """What the other families and the lines say of a reading."""
        others = [*best[:place], *best[place + 1 :]]
        return self._beside(others, reading) + self._lines_with(others, reading)

    def _needs_witness(
        self, best: Sequence[SchemeReading], place: int, reading: SchemeReading, other: SchemeReading
    ) -> bool:
        """Whether a reading takes an order less usual than another's that holds the same quantities, and nothing but restated numbers
        speaks for it."""
        assert reading.scheme is not None and other.scheme is not None
        if other.quantities != reading.quantities or other.scheme.prior <= reading.scheme.prior or not other.matched:
            return False
        others = [*best[:place], *best[place + 1 :]]
        if self._lines_with(others, reading) > self._lines_with(others, other):
            return False
        computed = any(
            fact.what != "value" and (name := reading.of(fact.key)) is not None and self.readings.fact(fact, name)[0] > 0
            and (rival := other.of(fact.key)) is not None and self.readings.fact(fact, rival)[0] < 0
            for fact in self.facts
        )  # fmt: skip
        return not (computed and not reading.contradicted) and not self._sums_hold(best, reading)

    def _sums_hold(self, best: Sequence[SchemeReading], reading: SchemeReading) -> bool:
        """Whether all numbers it gives fit and the sums of every unit that they enter are on the page, and true."""
        graph = self.task.graph
        if reading.contradicted or not all(graph.kind_of(name) == "weight" for name in reading.quantities):
            return False
        places = [found for name in reading.quantities if (found := graph.locate(name)) is not None]
        units = {(graph.layer(family.layer), indices[:1]) for family, indices in places}
        told = {
            name for one in best for fact in self.facts
            if fact.what == "value" and (name := one.of(fact.key)) is not None and self.readings.fact(fact, name)[0] > 0
        }  # fmt: skip
        return all({layer.z.member(unit), layer.a.member(unit)} & told for layer, unit in units)

    def _believed(self, reading: SchemeReading, best: Sequence[SchemeReading]) -> bool:
        """Whether enough speaks for a reading of itself."""
        assert reading.scheme is not None
        lines = self._true_lines(reading, best)
        if reading.contradicted and not (lines or reading.matched >= 2 * reading.contradicted):
            return bool(reading.matched) and self.readings.is_only(reading)
        if not reading.matched:
            return lines > 0
        if len(reading.family.members) == 1 and reading.contradicted and not lines:
            return False
        kind, letter = reading.scheme.kind, reading.family.letter
        if kind in ("z", "a") and not self.readings.is_today(reading.family, reading.scheme):
            other = "a" if kind == "z" else "z"
            if letter in LETTERS[other] and letter not in LETTERS[kind] and not lines:
                return any(one.scheme is not None and one.scheme.kind == other for one in best if one is not reading)
        return True

    def _true_lines(self, reading: SchemeReading, best: Sequence[SchemeReading]) -> int:
        at = {key: one for one in best for key in one.family.members}
        return sum(
            self._line(place, {key: at[key].of(key) for key in keys}) > 0
            for place, line in enumerate(self.lines)
            if (keys := line.keys | {line.key})
            and line.key in reading.family.members
            and all(key in at for key in keys)
        )
