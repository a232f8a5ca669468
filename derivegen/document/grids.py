"""Members of a family as tables: a pen and a family go in; a row for each choice of all indices but the last, a column for each value of
the last, come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product

from derivegen.document.blocks import Block, Prose, Table
from derivegen.document.graph_tables import ON_A_PAGE, numbers
from derivegen.document.pen import Pen
from derivegen.formula.tree import Compare, Formula, Indexed, Number, Quantity, Value
from derivegen.network.family import Family, Index

WIDE = 8
"""Columns that fit a page."""


def lettered(family: Family) -> Formula:
    """The family under its letters."""
    return Indexed(family.name, tuple(axis.letter for axis in family.axes)) if family.axes else Quantity(family.name)


def grid(pen: Pen, family: Family, caption: Prose, of: Callable[[str], str]) -> Iterator[Block]:
    """For each member the number of the quantity `of(name)`; nothing of a family without numbers."""
    known = [indices for indices in family.members() if pen.trace.known(of(family.member(indices)))]
    if not known or not family.axes:
        return
    *before, last = family.axes
    rows = [*product(*(axis.range() for axis in before))]
    if len(last.range()) > WIDE or len(rows) > ON_A_PAGE or (len(rows) == 1 and not before):
        yield from numbers(pen, caption, [family.member(indices) for indices in known], of)
        return
    there = {*known}
    heads = [axis for axis in before if len(axis.range()) > 1]
    header = (*((Quantity(axis.letter),) for axis in heads), *(_head(last.letter, column) for column in last.range()))
    yield Table(
        caption,
        header,
        tuple(
            (
                *((Number(str(index)),) for axis, index in zip(before, row, strict=True) if axis in heads),
                *(_cell(family, (*row, column), there, of) for column in last.range()),
            )
            for row in rows
        ),
        heads=len(heads),
    )


def _head(letter: str, column: Index) -> Prose:
    return (Compare(Quantity(letter), "=", Number(str(column))),)


def _cell(family: Family, indices: tuple[Index, ...], there: set[tuple[Index, ...]], of: Callable[[str], str]) -> Prose:
    return (Value(of(family.member(indices))),) if indices in there else ("–",)


COUNTED: Mapping[str, str] = {
    "unit": "indexed.counts.unit",
    "time": "indexed.counts.time",
    "position": "indexed.counts.position",
    "channel": "indexed.counts.channel",
    "token": "indexed.counts.token",
    "head": "indexed.counts.head",
    "word": "indexed.counts.word",
}
"""What a letter counts, in words."""


def letters_table(pen: Pen) -> Table:
    """What each letter of a graph of one's own counts, and from where to where."""
    used = {axis.letter for family in pen.graph.families.values() for axis in family.axes}
    used |= {each.letter for links in pen.chain.links.values() for link in links for each in link.freed}
    rows = tuple(
        ((Quantity(name),), pen.say(COUNTED[each.counts]), (_run(each.low, each.high),))
        for name, each in pen.graph.axes.items()
        if name in used
    )
    header = (pen.say("indexed.letter"), pen.say("indexed.counts"), pen.say("indexed.values"))
    return Table(pen.say("indexed.letters"), header, rows)


def _run(low: int, high: int) -> str:
    """1, 2, 3 or 1, …, 9."""
    shown = [str(each) for each in range(low, high + 1)] if high - low < 4 else [str(low), "…", str(high)]
    return ", ".join(shown)
