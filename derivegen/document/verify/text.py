"""The text of a document: a composed document and the formulas read back from its written text go in; how many there are comes out, or
CheckFailed at the first that is not what was composed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.document.blocks import (
    Algorithm,
    Beside,
    Box,
    Definitions,
    Derivation,
    Document,
    Fields,
    Items,
    Listing,
    Note,
    Paragraph,
    Picture,
    Prose,
    Table,
    every,
)
from derivegen.document.inscribe import written
from derivegen.errors import CheckFailed
from derivegen.formula.print.plain import plain
from derivegen.formula.read.readback import normal
from derivegen.formula.read.tokens import FormulaError
from derivegen.formula.tree import Formula, map_formulas
from derivegen.notation.notation import Notation

Found = tuple[str, str]
Read = Callable[[str, frozenset[str]], Formula]
"""What reads a formula; the letters are those of unknown functions."""
Form = Callable[[Formula], Formula]


def composed(
    document: Document, notation: Notation, trace: Trace, form: Form = normal
) -> Iterator[tuple[str, Formula]]:
    """What a written text of the document has to say: every formula with the relation before it, in the form that the text can say."""
    return ((sign, form(written(tree, notation, trace))) for sign, tree in formulas(document))


def judge_text(
    expected: Sequence[tuple[str, Formula]], found: Sequence[Found], read: Read, functions: frozenset[str], form: Form
) -> int:
    """Hold every formula of a written text, with the relation before it, to what it has to say (`composed`)."""
    if len(expected) != len(found):
        raise CheckFailed(f"the text holds {len(found)} formulas, the document {len(expected)}")
    for (sign, wanted), (shown_sign, text) in zip(expected, found, strict=True):
        try:
            shown = form(read(text, functions))
        except FormulaError as error:
            raise CheckFailed(f"the written formula {text!r} cannot be read back: {error}") from None
        if shown != wanted or sign != shown_sign:
            raise CheckFailed(f"written is {shown_sign} {text}, composed was {sign} {plain(wanted)}")
    return len(found)


def at_most(document: Document, most: int) -> bool:
    """Whether no more formulas than that stand in a document."""
    return sum(1 for _ in islice(formulas(document), most + 1)) <= most


def formulas(document: Document) -> Iterator[tuple[str, Formula]]:
    """Every formula of a document in the order it is written, each right side with its relation; figures left out."""
    for block in document.blocks:
        yield from _of_block(block)


def proses(document: Document) -> Iterator[Prose]:
    """Every piece of running text, and every cell of a table."""
    for block in every(document.blocks):
        if isinstance(block, Table):
            yield from (cell for cells in (block.header, *block.rows) for cell in cells)
        elif isinstance(block, Paragraph | Note):
            yield block.text
        elif isinstance(block, Definitions):
            yield from (meaning for _, meaning in block.entries)


def _of_block(block: Any) -> Iterator[tuple[str, Formula]]:
    if isinstance(block, Derivation):
        for row in block.rows:
            if row.left is not None:
                yield "", row.left
            yield row.relation, row.right
            yield from _of_prose(row.reason)
    elif isinstance(block, Box):
        yield from _of_prose(block.title)
        for inner in block.blocks:
            yield from _of_block(inner)
    elif isinstance(block, Beside):
        for inner in block.blocks:
            yield from _of_block(inner)
    elif isinstance(block, Table):
        yield from _of_table(block)
    elif isinstance(block, Picture | Listing):
        yield from _of_prose(block.caption)
    elif isinstance(block, Definitions):
        for entry in block.entries:
            for prose in entry:
                yield from _of_prose(prose)
    elif isinstance(block, Algorithm):
        yield from _of_prose(block.title)
        for _, line in block.lines:
            yield from _of_prose(line)
    elif isinstance(block, Items):
        for item in block.entries:
            yield from _of_prose(item.text)
    elif not isinstance(block, Fields):
        yield from _of_prose(block.text)


def _of_table(table: Table) -> Iterator[tuple[str, Formula]]:
    yield from _of_prose(table.caption)
    for cells in (table.header, *table.rows):
        for cell in cells:
            yield from _of_prose(cell)


def _of_prose(prose: Prose) -> Iterator[tuple[str, Formula]]:
    return (("", run) for run in prose if isinstance(run, Formula))


def figure_formulas(document: Document) -> Iterator[tuple[str, Formula]]:
    """Every formula in a figure."""
    found: list[Formula] = []

    def note(tree: Formula) -> Formula:
        found.append(tree)
        return tree

    for block in every(document.blocks):
        if isinstance(block, Picture):
            map_formulas(block.figure, note)
    return (("", tree) for tree in found)
