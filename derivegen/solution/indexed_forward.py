"""Forward through a graph with index letters: a pen goes in; its equations, and a table with a row for each step, place or member, worked
in numbers, come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from derivegen.calculus.links import Link
from derivegen.document.blocks import Block, Derivation, Paragraph, Prose, Row, Table, in_lines
from derivegen.document.grids import grid, lettered
from derivegen.document.inscribe import written
from derivegen.document.pen import Pen
from derivegen.document.tables import in_twos
from derivegen.formula.places import Range
from derivegen.formula.print.plain import plain
from derivegen.formula.ranges import formula_of
from derivegen.formula.tree import Compare, Formula, Indexed, Number, Quantity, Sum, Value, walk
from derivegen.network.family import Axis, Equation, Family, Index
from derivegen.network.names import derivative
from derivegen.network.tables.losses import LOSSES, PENALTIES
from derivegen.records import dataclass
from derivegen.solution.ledger import in_a_cell
from derivegen.solution.readings import STEEP

MOST_ROWS = 12
"""Members of a family that are worked one by one in a table."""
MOST_ADDED = 30
"""Terms of one member that are written out."""
MOST_LETTERS = 66
"""Characters of the numbers of a member that fit a cell."""


def equations(pen: Pen) -> Iterator[Block]:
    """The equation of every family."""
    rows = [
        Row(left_of(family, equation), "=", equation.formula, where(pen, family, equation))
        for family in computed(pen)
        for equation in family.equations
        if equation.formula is not None
    ]
    yield Derivation(tuple(rows))
    yield from _weights(pen)
    yield from _penalties(pen)


def _weights(pen: Pen) -> Iterator[Block]:
    """What the weights of classes do, and what the sum over the rows is divided by."""
    loss = next((part.loss for part in pen.graph.parts if part.loss is not None), None)
    weighted = LOSSES[loss.name].weighted if loss is not None and loss.weights else None
    if loss is not None and weighted is not None:
        names = [Quantity(name) for name in weighted.names]
        yield Paragraph(pen.say("indexed.class-weights", names=names, count=len(names), reduction=loss.reduction))


def _penalties(pen: Pen) -> Iterator[Block]:
    """What is added to the loss, what it is for, and its conventions."""
    loss = next((part.loss for part in pen.graph.parts if part.loss is not None), None)
    for name in loss.penalties if loss is not None else ():
        own = PENALTIES[name]
        if own.name in pen.graph.families and loss is not None:
            about = {"name": Quantity(own.name), "strength": Quantity(own.strength), "all": loss.penalized == "all"}
            yield Paragraph(pen.say(f"indexed.penalty.{name}", **about))


def computed(pen: Pen) -> tuple[Family, ...]:
    """The families that are computed, in order."""
    names = (name for block in pen.graph.blocks for name in block.names)
    return tuple(each for each in map(pen.graph.families.__getitem__, names) if not each.is_given)


def left_of(family: Family, equation: Equation) -> Formula:
    """What an equation is of, under its letters."""
    return Indexed(family.name, tuple(equation.places)) if family.axes else Quantity(family.name)


def where(pen: Pen, family: Family, equation: Equation) -> Prose:
    """For which letters an equation holds, where that is not for all."""
    ranges = [each for own in equation.domain for each in _narrow(own, family)]
    return pen.say("indexed.where", ranges=ranges) if ranges else ()


def _narrow(own: Range, family: Family) -> Iterator[Compare]:
    """The comparisons that a range is, beyond the whole axis."""
    axis = next(axis for axis in family.axes if axis.letter == own.letter)
    letter = Quantity(own.letter)
    if own.low.terms or own.low.shift > axis.low:
        yield Compare(letter, "≥", formula_of(own.low))
    if own.high.terms or own.high.shift < axis.low + int(axis.size) - 1:
        yield Compare(letter, "≤", formula_of(own.high))


def forward(pen: Pen) -> Iterator[Block]:
    """Family by family: the numbers of each member, or where they are many of one of them and the values of all."""
    if not pen.trace.complete:
        return
    functions = functions_of(pen)
    beside = {link.child for links in functions.values() for link in links}
    tables: list[Block] = []
    for family in computed(pen):
        if family.name in beside:
            continue
        own = _Forward(pen, family, functions.get(family.name, ()))
        tables += own.blocks()
    yield from in_twos(pen, tables)


def functions_of(pen: Pen) -> dict[str, tuple[Link, ...]]:
    """By family, those of whose members each is a function of one member of it, the activations of its sums."""
    found: dict[str, tuple[Link, ...]] = {}
    for name, links in pen.chain.links.items():
        own = tuple(link for link in links if is_function(pen, link))
        if own and not pen.graph.families[name].is_given:
            found[name] = own
    return found


def is_function(pen: Pen, link: Link) -> bool:
    """Whether each member of the child is a named function of the member of the parent that has its indices."""
    child = pen.graph.families[link.child]
    taught = any(leaf == link.leaf and when == "each" for leaf, _, when in link.equation.slopes)
    return (
        taught and link.leaf.places == link.equation.places and sum(e.formula is not None for e in child.equations) == 1
    )


@dataclass(frozen=True)
class _Forward:
    """Writes one family, with the functions of its members beside it."""

    pen: Pen
    family: Family
    functions: Sequence[Link]

    def blocks(self) -> Iterator[Block]:
        """The table; of a single number a line."""
        if len(self.members) == 1 and not self.functions:
            yield self._line(*self.members)
        elif len(self.members) <= MOST_ROWS and all(map(self._fits, self.members)):
            yield self._table()
        else:
            yield self._line(self._example)
            caption = self.pen.say("indexed.values-of", name=lettered(self.family))
            yield from grid(self.pen, self.family, caption, str)
            for link in self.functions:
                child = self.pen.graph.families[link.child]
                yield from grid(self.pen, child, self.pen.say("indexed.values-of", name=lettered(child)), str)

    @cached_property
    def members(self) -> list[tuple[Index, ...]]:
        """The members that are computed."""
        return [each for each in self.family.members() if self.family.defined(each)[0] is not None]

    @property
    def _example(self) -> tuple[Index, ...]:
        """One in the middle, or one that is asked for."""
        asked = [self.pen.graph.locate(name) for name in self.pen.graph.network.options.wrt or ()]
        own = [found[1] for found in asked if found is not None and found[0] is self.family]
        return own[0] if own else self.members[len(self.members) // 2]

    def _formula(self, indices: tuple[Index, ...]) -> Formula:
        formula = self.pen.graph[self.family.member(indices)].formula
        assert formula is not None
        return formula

    def _line(self, indices: tuple[Index, ...]) -> Derivation:
        pen, name, formula = self.pen, self.family.member(indices), self._formula(indices)
        count = max((len(part.terms) for part in walk(formula) if isinstance(part, Sum)), default=0)
        if count <= MOST_ADDED or not pen.trace.known(name):
            return in_lines(pen.statement(name, formula, ()))
        said = pen.say("graph.all-terms", count=count)
        return in_lines(pen.derivation(Quantity(name), [(Value(name), said)]))

    def _fits(self, indices: tuple[Index, ...]) -> bool:
        numbers = written(self.pen.numbers(self._formula(indices)), self.pen.notation, self.pen.trace)
        return len(plain(numbers)) <= MOST_LETTERS

    def _table(self) -> Table:
        """A row a member: its indices, its numbers, the functions of it and their slopes."""
        pen, heads = self.pen, [axis for axis in self.family.axes if len(self._indices(axis)) > 1]
        header: list[Prose] = [(Quantity(axis.letter),) for axis in heads]
        header.append((lettered(self.family),))
        for link in self.functions:
            child = lettered(pen.graph.families[link.child])
            header += [(child,), (*pen.say("ledger.slope"), f" {STEEP}")]
        rows = tuple(tuple(self._row(indices, heads)) for indices in self.members)
        return Table(pen.say("indexed.worked", name=lettered(self.family)), tuple(header), rows, heads=len(heads))

    def _indices(self, axis: Axis) -> set[Index]:
        place = self.family.axes.index(axis)
        return {indices[place] for indices in self.members}

    def _row(self, indices: tuple[Index, ...], heads: Sequence[Axis]) -> Iterator[Prose]:
        pen, name = self.pen, self.family.member(indices)
        for axis, index in zip(self.family.axes, indices, strict=True):
            if axis in heads:
                yield (Number(str(index)),)
        yield in_a_cell(pen, name, pen.numbers(self._formula(indices)))
        for link in self.functions:
            child = pen.graph.families[link.child].member(indices)
            yield (Value(child),)
            yield (Value(derivative(child, name)),)
