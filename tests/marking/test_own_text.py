"""What derivegen writes is read back: each line of a derivation under its quantity, with its numbers. DERIVEGEN_FUZZ: in all notations."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator

import pytest

from derivegen.document.blocks import Block, Box, Derivation
from derivegen.errors import InputError
from derivegen.formula.tree import Array, BigSum, Cases, Formula, Number, Quantity, walk
from derivegen.marking.read.statement import Statement
from derivegen.marking.read.statements import read_working
from derivegen.network.file.examples import example_names
from derivegen.network.tables.notations import NOTATIONS
from derivegen.notation.notation import Notation
from derivegen.notation.typed_names import Names
from tests.often import times
from tests.solved import solved

Line = tuple[str, int, list[str]]
FORMS = (("md", "markdown"), ("latex", "latex"), ("text", "text"))
ALL = "DERIVEGEN_FUZZ" in os.environ
PAIRS = [
    (example, notation)
    for place, example in enumerate(example_names())
    for number, notation in enumerate(NOTATIONS)
    if ALL or number == place % len(NOTATIONS)
]


def numbers(tree: Formula) -> list[str]:
    return [part.text.removeprefix("-") for part in walk(tree) if isinstance(part, Number)]


def lines(composed: tuple[Block, ...], printed: tuple[Block, ...]) -> Iterator[Line]:
    """Quantity, place in its chain and printed numbers of every line of a derivation that has a quantity on its left. Sums over rows and
    cases, of which a line of text says less, are left out."""
    for block, shown in zip(composed, printed, strict=True):
        if isinstance(block, Box) and isinstance(shown, Box):
            yield from lines(block.blocks, shown.blocks)
        if not (isinstance(block, Derivation) and isinstance(shown, Derivation)):
            continue
        name, place = None, 0
        for row, written in zip(block.rows, shown.rows, strict=True):
            if row.left is not None:
                name, place = row.left.name if isinstance(row.left, Quantity | Array) else None, 0
            place += 1
            if name is not None and not any(isinstance(part, BigSum | Cases) for part in walk(row.right)):
                yield name, place, numbers(written.right)


def look(notation: Notation, name: str) -> Formula:
    """Two names that are written alike are one: a linear unit's z and a; and a column of one entry is that entry."""
    for entry in (name, f"{name}[1]"):
        if notation.graph.locate(entry.replace("delta", "z")) is not None and not notation.graph.locate(f"{name}[2]"):
            return notation.symbol(entry)
    try:
        return notation.symbol(name)
    except InputError:
        return notation.array(name)


@pytest.mark.parametrize(("example", "notation"), PAIRS)
def test_own_lines_are_read_back(example: str, notation: str) -> None:
    try:
        solution = solved(example, notation=notation)
    except InputError:
        pytest.skip("the notation cannot name this network")
    names = Names(solution.graph, solution.notation)
    expected = list(lines(solution.document.blocks, solution.inscribed.blocks))
    for form, kind in times(FORMS[example_names().index(example) % 3 :][:1], FORMS):
        read = defaultdict(list)
        for found in read_working(solution.text(form), names, kind):  # type: ignore[arg-type]
            if isinstance(found, Statement) and found.quantity is not None:
                sides = [None if side.formula is None else numbers(side.formula) for side in found.sides]
                read[look(solution.notation, found.quantity)].append(sides)
        missed = [
            (name, place, shown)
            for name, place, shown in expected
            if not any(place < len(sides) and sides[place] == shown for sides in read[look(solution.notation, name)])
        ]
        assert len(missed) <= 0.05 * len(expected), (form, missed[:5])
