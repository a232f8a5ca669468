"""Whole documents on paper: a document goes in; it comes out with digits enough on every line, or with each result at its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivegen.calculus.matrix import Arrays, WrongShapes
from derivegen.calculus.numbers.evaluate import delta_name
from derivegen.document.blocks import Beside, Block, Box, Derivation, Document, Items, Prose, Table
from derivegen.document.on_paper import (
    MOST_MORE,
    OnPaper,
    Remark,
    is_numeric,
    is_result,
    is_worked,
    statements,
    with_more,
)
from derivegen.formula.tree import Compare, Formula, Matrix, Number, Value, values_in, walk
from derivegen.network.names import is_delta
from derivegen.records import replace


def followed(document: Document, paper: OnPaper, remark: Remark, most: int = MOST_MORE) -> Document:
    """The document with digits enough on every line for a calculator to follow it."""

    def block(own: Block) -> Block:
        if isinstance(own, Box | Beside):
            return replace(own, blocks=tuple(map(block, own.blocks)))
        if not isinstance(own, Derivation) or own.proves != "quantities":
            return own
        told = (row for rows in statements(own) for row in paper.statement(rows, remark, most))
        return replace(own, rows=tuple(told))

    return replace(document, blocks=tuple(map(block, document.blocks)))


def with_places(document: Document) -> tuple[Document, tuple[tuple[Formula, Formula], ...]]:
    """The document, composed without further digits, with each number in a line of numbers marked by the line's place (as by digits), and
    these lines with their results in that order: the numbers of anybody can be put into it, and digits with them."""
    found: list[tuple[Formula, Formula]] = []

    def marked(side: Formula, result: Formula) -> Formula:
        if not is_result(result) or not is_worked(side):
            return side
        found.append((side, result))
        return with_more(side, dict.fromkeys(values_in(side), len(found)))

    def block(own: Block) -> Block:
        if isinstance(own, Derivation):
            rows = [(row, rows[-1].right) for rows in statements(own) for row in rows]
            return replace(own, rows=tuple(replace(row, right=marked(row.right, result)) for row, result in rows))
        if isinstance(own, Items):
            return Items(tuple(replace(item, text=prose(item.text)) for item in own.entries))
        return own

    def prose(text: Prose) -> Prose:
        last = text[-1] if text else ""
        if not isinstance(last, Formula):
            return text
        return tuple(marked(run, last) if isinstance(run, Formula) else run for run in text)

    made = replace(document, blocks=tuple(map(block, document.blocks)))
    return made, tuple(found)


def lines_of(blocks: Iterable[Block], arrays: Arrays) -> dict[str, Formula]:
    """By what line each number of a document is found: the one with the fewest numbers, the last of several (δ = a − t comes after the
    product of slopes). What a unit's own line has found, a matrix that holds it takes over."""
    found: dict[str, Formula] = {}
    graph = arrays.chain.graph

    def own(name: str) -> str:
        return delta_name(graph, name) if is_delta(name) else name

    def note(side: Formula, end: Formula, whole: bool) -> None:
        if not isinstance(end, Value) or isinstance(side, Value) or end.name in values_in(side) or not is_numeric(side):
            return
        name = own(end.name)
        if name not in found or (not whole and _count(side) <= _count(found[name])):
            found[name] = side

    for block in blocks:
        if isinstance(block, Box | Beside):
            found |= lines_of(block.blocks, arrays)
        if isinstance(block, Table):
            for run in (run for row in block.rows for cell in row for run in cell if isinstance(run, Compare)):
                note(run.left, run.right, whole=False)
        if isinstance(block, Derivation) and block.proves == "quantities":
            for rows in statements(block):
                if len(rows) > 1 and is_result(rows[-1].right) and is_worked(rows[-2].right):
                    whole = isinstance(rows[-1].right, Matrix)
                    for side, end in _entries(rows[-2].right, rows[-1].right, arrays):
                        note(side, end, whole)
    return found


def _entries(side: Formula, result: Formula, arrays: Arrays) -> Iterator[tuple[Formula, Formula]]:
    if not isinstance(result, Matrix):
        yield side, result
        return
    try:
        for j, row in enumerate(result.rows, 1):
            for k, end in enumerate(row, 1):
                yield arrays.entry(side, j, k), end
    except WrongShapes:
        return


def _count(tree: Formula) -> int:
    return sum(isinstance(part, Value | Number) for part in walk(tree))
