"""The tables of a `[graph]`: a pen and names go in; tables of numbers, nodes and derivatives come out, each no longer than a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from derivegen.document.blocks import Block, Paragraph, Prose, Table
from derivegen.document.pen import Pen
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import LEAVES, Formula, Glyph, Quantity, Value, product, total, walk
from derivegen.notation.notation import Notation
from derivegen.records import dataclass

IN_A_ROW = 8
"""Numbers that stand in one row under their names; of more, names and numbers stand in pairs."""
PAIRS = 4
"""Such pairs side by side."""
ON_A_PAGE = 28
"""Rows of one table: no page breaks inside it."""
LISTED_UP_TO = 300
"""Quantities that are all listed; of more, the first and the last `SHOWN`."""
SHOWN = 42
COLUMNS_IN_CELL = 54
"""Characters of a formula that still fits a cell; a longer one is worked in lines of its own."""
TERMS_IN_CELL = 3
NAMED = 5
"""Names that a sentence lists; of more, the first few and the last."""

T = TypeVar("T")


def few(names: Sequence[str]) -> list[Formula]:
    """Names for a sentence: all, or the first ones, dots and the last."""
    if len(names) <= NAMED + 1:
        return list(map(Quantity, names))
    return [*map(Quantity, names[: NAMED - 1]), Glyph("…"), Quantity(names[-1])]


def numbers(pen: Pen, caption: Prose, names: Sequence[str], of: Callable[[str], str]) -> Iterator[Block]:
    """For each name the quantity `of(name)` and its number, a dash where it has none."""
    cells = [((Quantity(of(name)),), _number(pen, of(name))) for name in names]
    if 0 < len(cells) <= IN_A_ROW:
        yield Table(caption, tuple(head for head, _ in cells), (tuple(number for _, number in cells),), heads=0)
    else:
        yield from in_pairs(pen, caption, cells)


def in_pairs(pen: Pen, caption: Prose, cells: Sequence[tuple[Prose, Prose]]) -> Iterator[Block]:
    """Quantities and their numbers as tables of several such columns, each read downwards."""
    listed, left_out = _listed(cells)
    header = (pen.say("graph.quantity"), pen.say("graph.value"))
    across = min(PAIRS, -(-len(listed) // IN_A_ROW))
    for page in _pages(listed, ON_A_PAGE * max(1, across)):
        down = -(-len(page) // across)
        columns = [page[start : start + down] for start in range(0, len(page), down)]
        empty: tuple[Prose, Prose] = ((), ())
        rows = (
            tuple(cell for column in columns for cell in (column[place] if place < len(column) else empty))
            for place in range(down)
        )
        yield Table(caption, header * len(columns), tuple(rows))
    yield from _said(pen, left_out)


def _number(pen: Pen, name: str) -> Prose:
    return (Value(name),) if pen.trace.known(name) else ("–",)


@dataclass(frozen=True)
class Formulas:
    """Writes the tables that show formulas."""

    pen: Pen

    def nodes(self, names: Sequence[str]) -> Iterator[Block]:
        """What each node is, and its value."""
        pen = self.pen
        header = (pen.say("graph.quantity"), pen.say("graph.computed-as"))
        yield from self._tables("graph.table.nodes", names, header, self._computed_as)

    def derivatives(self, names: Sequence[str]) -> Iterator[Block]:
        """What the derivative by each quantity is made of, and its value."""
        pen = self.pen
        header = (pen.say("graph.derivative"), pen.say("graph.made-of"))
        targets = [pen.chain.name_of(name) for name in names]
        yield from self._tables("graph.table.derivatives", targets, header, self._made_of)

    def _computed_as(self, name: str) -> Prose:
        formula = self.pen.graph[name].formula
        assert formula is not None
        return (formula,) if self.fits(formula) else self.pen.say("graph.long")

    def _made_of(self, name: str) -> Prose:
        """The terms with their links written out; with the links as derivatives where that is shorter; else how many they are."""
        terms = self.pen.chain[name].terms
        if len(terms) <= TERMS_IN_CELL:
            written = total(*(self.pen.together(term.factors) for term in terms))
            linked = total(*(product(*(Quantity(factor.name) for factor in term.factors)) for term in terms))
            for tree in (written, linked):
                if self.fits(tree) and tree != Quantity(name):
                    return (tree,)
        return self.pen.say("graph.terms", count=len(terms))

    def fits(self, tree: Formula) -> bool:
        """Whether a formula is short enough for a cell."""
        leaves = sum(type(part) in LEAVES for part in walk(tree))
        return leaves <= COLUMNS_IN_CELL and len(plain(self._notation.write(tree))) <= COLUMNS_IN_CELL

    @cached_property
    def _notation(self) -> Notation:
        return self.pen.notation

    def _tables(
        self, key: str, names: Sequence[str], header: tuple[Prose, ...], formula: Callable[[str], Prose]
    ) -> Iterator[Block]:
        """A row for each name: itself, its formula if that fits, its number if it has one."""
        pen = self.pen
        header += (pen.say("graph.value"),) if pen.trace.complete else ()
        listed, left_out = _listed(names)
        for page in _pages(listed, ON_A_PAGE):
            caption = pen.say(key, first=Quantity(page[0]), last=Quantity(page[-1]))
            yield Table(caption, header, tuple(self._row(name, formula(name)) for name in page), heads=2)
        yield from _said(pen, left_out)

    def _row(self, name: str, formula: Prose) -> tuple[Prose, ...]:
        return ((Quantity(name),), formula, *((_number(self.pen, name),) if self.pen.trace.complete else ()))


def _pages(entries: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """The entries in groups of about as many, none longer than `most`."""
    each = -(-len(entries) // max(1, -(-len(entries) // most)))
    return (entries[start : start + each] for start in range(0, len(entries), each or 1))


def _listed(entries: Sequence[T]) -> tuple[Sequence[T], int]:
    """The entries that are listed, and how many are not."""
    if len(entries) <= LISTED_UP_TO:
        return entries, 0
    return (*entries[:SHOWN], *entries[-SHOWN:]), len(entries) - 2 * SHOWN


def _said(pen: Pen, left_out: int) -> Iterator[Block]:
    if left_out:
        yield Paragraph(pen.say("graph.left-out", shown=SHOWN, count=left_out))
