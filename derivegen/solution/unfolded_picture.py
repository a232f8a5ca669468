"""The pictures of a recurrence: a pen goes in; its steps from left to right come out, and for one use of a parameter the way from there to
the root with the marks of its factors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from derivegen.calculus.steps import Term
from derivegen.document.blocks import Picture
from derivegen.document.grids import lettered
from derivegen.document.pen import Pen
from derivegen.figures.figure import Bias, Link, Look, NetworkFigure, Unit, UnitNote
from derivegen.figures.plot import Mark, Piece
from derivegen.formula.tree import Formula, Quantity, Value
from derivegen.network.names import derivative, parse_derivative
from derivegen.records import dataclass
from derivegen.solution.naming import file_name, printed
from derivegen.solution.unfolded import BESIDE, Unfolded, unfolded_of

OWN, ON, PASSED, EACH = 2.0, 1.6, 1.0, 0.7
"""Widths: of the use's own arrow, of the ways on, of what lies behind them, of arrows that are all alike."""
DASHES: tuple[tuple[float, ...], ...] = ((), (4.5, 2.5), (1.2, 2.2))
Pair = tuple[Unit, Unit]


def unfolded_picture(pen: Pen) -> Picture | None:
    """All steps; None where nothing goes on step by step, or too much."""
    found = unfolded_of(pen)
    if found is None:
        return None
    start, shared = found.steps[0], [Quantity(each.name) for each in found.shared]
    given = () if found.computed(start) else tuple((0, unit) for unit in range(len(found.units)))
    known = [(unit, name) for unit in given if pen.trace.known(name := found.name(start, unit[1]))]
    figure = NetworkFigure(
        pen.words.plain("figure.unfolded.title"),
        pen.words.plain("figure.unfolded.description", steps=len(found.worked), units=len(found.units)),
        found.columns(),
        tuple(Link(*pair, look=Look(EACH, role="line")) for pair in found.pairs()),
        loss=Quantity(pen.graph.root),
        biases=tuple(found.entering()),
        notes=tuple(UnitNote(unit, below=(Value(name),)) for unit, name in known),
        faded=given,
    )
    told = {"count": len(shared), "halves": found.before is not None, "read": list(map(lettered, found.beside))}
    return Picture("unfolded", figure, pen.say("figure.unfolded", shared=shared, **told))


def use_picture(pen: Pen, name: str, term: Term) -> Picture | None:
    """The step before a use, the use, and the ways from there to the root; None where the use goes into no unit that is drawn."""
    found = unfolded_of(pen)
    pair = parse_derivative(term.factors[-1].name)
    located = None if pair is None else pen.graph.locate(pair[0])
    if (
        found is None
        or located is None
        or located[0] not in (found.before, found.state)
        or found.before in found.states
    ):
        return None
    step, unit = int(located[1][0]), found.units.index(located[1][1:])
    return _Use(found, name, term, step, unit).picture()


@dataclass(frozen=True)
class _Use:
    """A use of a parameter in the unit of a step."""

    unfolded: Unfolded
    name: str
    term: Term
    step: int
    unit: int

    @property
    def pen(self) -> Pen:
        return self.unfolded.pen

    @property
    def first(self) -> int:
        """The place of the first step that is drawn."""
        return max(0, self.unfolded.steps.index(self.step) - 1)

    @property
    def target(self) -> Unit:
        """Where the use goes."""
        return self.unfolded.steps.index(self.step) - self.first, self.unit

    @cached_property
    def source(self) -> Unit | None:
        """The unit of the step before that the use multiplies."""
        reading = self.term.factors[-1].reading
        found = self.pen.graph.locate(reading.name) if isinstance(reading, Quantity) else None
        if found is None or found[0] is not self.unfolded.state:
            return None
        return self.unfolded.steps.index(int(found[1][0])) - self.first, self.unfolded.units.index(found[1][1:])

    @cached_property
    def used(self) -> set[Pair]:
        """The arrows from the use to the root."""
        found = {(self.source, self.target)} if self.source is not None else set()
        reached = {self.target}
        for pair in self.unfolded.pairs(self.first):
            if pair[0] in reached:
                reached.add(pair[1])
                found.add(pair)
        return found

    @property
    def ways(self) -> list[Unit]:
        """What the unit feeds."""
        return sorted(pair[1] for pair in self.used if pair[0] == self.target)

    def picture(self) -> Picture:
        pen, root = self.pen, Quantity(self.pen.graph.root)
        figure = NetworkFigure(
            pen.words.plain("figure.use.title"),
            self._described(),
            self.unfolded.columns(self.first),
            tuple(map(self._link, self.unfolded.pairs(self.first))),
            loss=root,
            biases=tuple(self._box()),
            notes=tuple(self._notes()),
            faded=tuple(self._faded()),
        )
        told = {"count": len(self.ways), "others": self._others}
        caption = pen.say("figure.use", name=Quantity(self.name), root=root, **told)
        return Picture(f"use-{file_name(self.name)}-{self.step}", figure, caption)

    def _link(self, pair: Pair) -> Link:
        if pair == (self.source, self.target):
            return Link(*pair, Quantity(self.name), look=Look(OWN))
        if pair not in self.used:
            return Link(*pair, look=Look(BESIDE, role="pale", head=False))
        if pair[0] != self.target:
            return Link(*pair, look=Look(PASSED, role="line", head=False))
        number = self.ways.index(pair[1])
        mark = Mark(1, "abc"[number] if 1 < len(self.ways) <= len(DASHES) else "")
        return Link(*pair, (mark, *self._weight(pair[1])), look=Look(ON, DASHES[number % len(DASHES)], "upstream"))

    @cached_property
    def _terms(self) -> Sequence[Term]:
        """What ① is made of."""
        return self.pen.chain[self.pen.chain.name_of(self.unfolded.name(self.step, self.unit))].terms

    def _weight(self, onto: Unit) -> Iterator[Piece]:
        """The weight of a way on, where that is one quantity."""
        here = self.unfolded.names(onto, self.first)
        for term in self._terms:
            if term.child in here and isinstance(weight := term.factors[-1].reading, Quantity):
                yield weight

    @property
    def _others(self) -> list[Formula]:
        """What the unit acts in beside the units it feeds, which is not drawn."""
        drawn = {name for way in self.ways for name in self.unfolded.names(way, self.first)}
        found = [term.child for term in self._terms if term.child not in drawn] if drawn else []
        return [Quantity(self.pen.graph.root if name == "loss" else name) for name in found]

    def _notes(self) -> Iterator[UnitNote]:
        known, reading, before = self.pen.trace.known, self.term.factors[-1].reading, self.unfolded.before
        if self.source is not None and isinstance(reading, Quantity) and known(reading.name):
            halved = before is not None and self.unfolded.computed(self.unfolded.steps[self.source[0] + self.first])
            yield UnitNote(self.source, (), (Mark(3), Value(reading.name)), "a" if halved else "", "entering")
        if before is None:
            return
        slope = derivative(
            self.unfolded.name(self.step, self.unit), before.member((self.step, *self.unfolded.units[self.unit]))
        )
        if known(slope):
            yield UnitNote(self.target, (Mark(2), Value(slope)), (), "", "slope")

    def _box(self) -> Iterator[Bias]:
        """The parameter in a box with what it is multiplied by, where that is no unit."""
        if self.source is None:
            yield Bias(
                (self.target,), Quantity(self.name), look=Look(OWN), factor=(Mark(3), self.term.factors[-1].reading)
            )

    def _faded(self) -> Iterator[Unit]:
        passed = {place for pair in self.used for place in pair}
        for column, each in enumerate(self.unfolded.columns(self.first)):
            yield from ((column, row) for row in range(len(each.labels)) if (column, row) not in passed)

    def _described(self) -> str:
        known, takes = self.pen.trace.known, self.term.factors[-1].name
        minds = self.pen.chain.name_of(self.unfolded.name(self.step, self.unit))
        return self.pen.words.plain(
            "figure.use.description",
            step=self.step,
            unit=self.unit + 1,
            minds=printed(self.pen, minds) if known(minds) else "",
            takes=printed(self.pen, takes) if known(takes) else "",
        )
