"""The rules of a graph with index letters a whole step at a time, as products of matrices: a pen goes in; each rule that has such a
reading, with the numbers of its arrays and its value, comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from derivegen.calculus.at_once import AtOnce
from derivegen.calculus.lettered import arrays_of
from derivegen.calculus.matrix import Arrays
from derivegen.document.blocks import Block, Box, Derivation, Paragraph, in_lines
from derivegen.document.pen import Line, Pen
from derivegen.formula.tree import Array, Cases, Formula, transform, walk
from derivegen.network.family import Equation, Family
from derivegen.solution.indexed_backward import IndexedBackward

HIGH = 4
"""Rows and columns of arrays that are written out."""
MOST = 6
"""Rules that are read as products of matrices."""


def at_once(pen: Pen, backward: IndexedBackward, at: Mapping[str, int]) -> Iterator[Block]:
    """The box; `at` are the steps in hand. Nothing where no rule has a reading in arrays."""
    if not pen.trace.complete:
        return
    every = (block for family in _families(pen, backward) for block in statements(pen, backward, family, at))
    blocks = tuple(islice(every, MOST))
    if blocks:
        yield Box(pen.say("indexed.at-once.title"), (Paragraph(pen.say("indexed.at-once")), *blocks))


def statements(pen: Pen, backward: IndexedBackward, family: Family, at: Mapping[str, int]) -> Iterator[Block]:
    """The rules of one family at these steps, as far as they have such a reading."""
    reader, arrays = AtOnce(pen.chain), arrays_of(pen.chain)
    for under in family.equations:
        found = _reading(reader, backward, family, under, at) if _is_read(family, under) else None
        if found is not None:
            yield _statement(pen, arrays, *found)


def _families(pen: Pen, backward: IndexedBackward) -> Iterator[Family]:
    """What acts through a function, then the parameters."""
    yield from (family for family, _ in backward.pairs)
    yield from pen.graph.parameter_families


def _is_read(family: Family, under: Equation) -> bool:
    return under.formula is not None or family.is_given


def _reading(
    reader: AtOnce, backward: IndexedBackward, family: Family, under: Equation, at: Mapping[str, int]
) -> tuple[Formula, Formula] | None:
    """The reading of a family; of what came back to its function, what that is put in."""
    found = reader.reading(family, under, at)
    if found is None:
        return None
    left, right = found
    for own, link in backward.pairs:
        if own is family:
            child = backward.pen.graph.families[link.child]
            above = next((e for e in child.equations if e.formula is not None), None)
            put = None if above is None else reader.reading(child, above, at)
            if put is not None:
                right = transform(right, dict([put]).get)
    return (left, right) if right != left else None


def _statement(pen: Pen, arrays: Arrays, left: Formula, right: Formula) -> Derivation:
    """array = product = its numbers = its value."""
    lines: list[Line] = [(right, ())]
    sizes = [arrays.size(part.name) for part in walk(right) if isinstance(part, Array)]
    written = arrays.written_out(right) if all(max(size) <= HIGH for size in sizes) else None
    if written is not None and pen.known(written) and not any(isinstance(part, Cases) for part in walk(written)):
        lines.append((pen.numbers(written), ()))
        lines.append((pen.numbers(arrays.expand(left)), ()))
    return in_lines(pen.derivation(left, lines))
