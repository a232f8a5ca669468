"""Members of a family as tables: a pen and a family go in; a row for each choice of all indices but the last, a column for each value of
the last, come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import TypeVar

from derivegen.document.blocks import Block, Paragraph, Prose, Table
from derivegen.document.graph_tables import LISTED_UP_TO, ON_A_PAGE, numbers
from derivegen.document.pen import Pen
from derivegen.formula.tree import Compare, Formula, Indexed, Number, Quantity, Value
from derivegen.network.family import Family, Index
from derivegen.network.network import IndexLetter

WIDE = 8
"""Columns that fit a page."""
MOST = 64
"""Numbers that are listed, each with its name, where rows and columns do not fit a page."""
ROWS, COLUMNS = 3, 5
"""Of what is too large for a page, the first ones that are shown, beside the last."""
DOTS: Prose = ("…",)
T = TypeVar("T")


def lettered(family: Family) -> Formula:
    """The family under its letters."""
    return Indexed(family.name, tuple(axis.letter for axis in family.axes)) if family.axes else Quantity(family.name)


def grid(pen: Pen, family: Family, caption: Prose, of: Callable[[str], str]) -> Iterator[Block]:
    """For each member the number of the quantity `of(name)`, of many those at the corners; nothing of a family without numbers."""
    *down, across = [len(axis.range()) for axis in family.axes] or [1]
    if prod(down) * across > (LISTED_UP_TO if across <= WIDE and prod(down) <= ON_A_PAGE else MOST):
        yield from _corners(pen, family, caption, of)
        return
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


def _corners(pen: Pen, family: Family, caption: Prose, of: Callable[[str], str]) -> Iterator[Block]:
    """The first rows and columns and the last, with dots between."""
    *before, last = family.axes

    def there(indices: tuple[Index, ...]) -> bool:
        return family.exists(indices) and pen.trace.known(of(family.member(indices)))

    rows, columns = _ends(list(product(*(axis.range() for axis in before))), ROWS), _ends(last.range(), COLUMNS)
    if not any(there((*row, column)) for row in rows if row for column in columns if column):
        return
    heads = [place for place, axis in enumerate(before) if len(axis.range()) > 1]
    header = (*((Quantity(before[place].letter),) for place in heads), *(_head(last.letter, each) for each in columns))
    body = tuple(
        (
            *((Number(str(row[place])),) if row is not None else DOTS for place in heads),
            *(_between(family, row, column, there, of) for column in columns),
        )
        for row in rows
    )
    yield Table(caption, header, body, heads=len(heads))
    yield Paragraph(pen.say("indexed.corners", count=sum(1 for _ in family.members())))


def _ends(values: Sequence[T], first: int) -> list[T | None]:
    """The first values and the last, None for those between."""
    return list(values) if len(values) <= first + 2 else [*values[:first], None, values[-1]]


def _between(
    family: Family,
    row: tuple[Index, ...] | None,
    column: Index | None,
    there: Callable[[tuple[Index, ...]], bool],
    of: Callable[[str], str],
) -> Prose:
    if row is None or column is None:
        return DOTS
    indices = (*row, column)
    return (Value(of(family.member(indices))),) if there(indices) else ("–",)


def _head(letter: str, column: Index | None) -> Prose:
    return DOTS if column is None else (Compare(Quantity(letter), "=", Number(str(column))),)


def _cell(family: Family, indices: tuple[Index, ...], there: set[tuple[Index, ...]], of: Callable[[str], str]) -> Prose:
    return (Value(of(family.member(indices))),) if indices in there else ("–",)


COUNTED: Mapping[str, str] = {
    "unit": "indexed.counts.unit",
    "example": "indexed.counts.example",
    "time": "indexed.counts.time",
    "position": "indexed.counts.position",
    "channel": "indexed.counts.channel",
    "token": "indexed.counts.token",
    "head": "indexed.counts.head",
    "word": "indexed.counts.word",
}
"""What a letter counts, in words."""


def letters_table(pen: Pen) -> Table:
    """What each letter of the equations counts, and from where to where; a letter that runs elsewhere in another layer stands again."""
    used = {axis.letter for family in pen.graph.families.values() for axis in family.axes}
    used |= {each.letter for links in pen.chain.links.values() for link in links for each in link.freed}
    ranges: dict[tuple[str, IndexLetter], list[int]] = {}
    for part in pen.graph.parts:
        for name, each in part.axes.items():
            if name in used and part.mentions(name):
                layers = ranges.setdefault((name, each), [])
                layers += [part.layer] if part.layer not in layers else []
    several = {name for name, _ in ranges if sum(name == other for other, _ in ranges) > 1}
    rows = tuple(
        ((Quantity(name),), pen.say(COUNTED[each.counts]), _values(pen, each, layers if name in several else []))
        for (name, each), layers in ranges.items()
    )
    header = (pen.say("indexed.letter"), pen.say("indexed.counts"), pen.say("indexed.values"))
    return Table(pen.say("indexed.letters"), header, rows)


def _values(pen: Pen, each: IndexLetter, layers: list[int]) -> Prose:
    """How far a letter runs, and in which layers where that differs."""
    shown = _run(each.low, each.high)
    return pen.say("indexed.values-in", values=shown, layers=layers, count=len(layers)) if layers else (shown,)


def _run(low: int, high: int) -> str:
    """1, 2, 3 or 1, …, 9."""
    shown = [str(each) for each in range(low, high + 1)] if high - low < 4 else [str(low), "…", str(high)]
    return ", ".join(shown)
