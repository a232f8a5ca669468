"""The worked solution of a graph with index letters in whole arrays: its equations, the arrays these come to, backwards each rule, put to
each step in matrices where it has such a reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from derivegen.calculus.at_once import AtOnce
from derivegen.document.arrays import Of, alone, matrices
from derivegen.document.blocks import Block, Derivation, Heading, Paragraph, Row, in_lines
from derivegen.document.grids import grid, lettered
from derivegen.document.pen import Pen
from derivegen.formula.tree import Quantity
from derivegen.network.family import Family
from derivegen.solution.indexed_at_once import statements
from derivegen.solution.indexed_backward import IndexedBackward
from derivegen.solution.indexed_forward import computed, equations
from derivegen.solution.indexed_given import given
from derivegen.solution.told import introduction
from derivegen.solution.update import training_section, update_section

MOST_STEPS = 6
"""Steps of one rule that are written in matrices."""


def matrix_blocks(pen: Pen, updated: int) -> Iterator[Block]:
    """The whole document, with so many updates worked in full."""
    backward = IndexedBackward(pen)
    yield from introduction(pen)
    yield Heading(1, pen.say("given.title"))
    yield from given(pen)
    yield Heading(1, pen.say("forward.title"))
    yield from equations(pen)
    for family in computed(pen):
        yield from _values(pen, family, str, "indexed.values-of")
    yield Heading(1, pen.say("backward.title"))
    yield Paragraph(pen.say("graph.backward", root=Quantity(pen.graph.root)))
    told = iter([Paragraph(pen.say("indexed.at-once"))])
    yield from _backward(pen, backward, backward.reaching, told)
    yield Heading(1, pen.say("indexed.parameters"))
    yield from _backward(
        pen, backward, [each for each in pen.graph.parameter_families if pen.chain.links[each.name]], told
    )
    yield from update_section(pen, pen.graph.trained[:updated])
    yield from training_section(pen, pen.trace.updates)


def _backward(
    pen: Pen, backward: IndexedBackward, families: Sequence[Family], told: Iterator[Block]
) -> Iterator[Block]:
    """The rule of each family under its letters, then in arrays; the numbers alone where it has no such reading. What is a function of
    another family stands in that one's arrays; what is `told` stands once, before the first of them."""
    functions = {link.child for _, link in backward.pairs}
    for family in families:
        yield from backward.rule(family)
        if not pen.trace.complete or not family.axes or family.name in functions:
            continue
        found = [block for at in _steps(pen, family) for block in statements(pen, backward, family, at)]
        yield from told if found else ()
        yield from found or _values(pen, family, pen.chain.name_of, "indexed.derivatives-of")


def _steps(pen: Pen, family: Family) -> list[dict[str, int]]:
    """The values of the letters that stand in the names of a family's arrays, the last first; none where they are many."""
    labels = AtOnce(pen.chain).labels(family)
    axes = [axis for axis in family.axes if axis.letter in labels]
    every = [dict(zip(labels, map(int, at), strict=True)) for at in product(*(axis.range() for axis in axes))]
    return every[::-1] if len(every) <= MOST_STEPS else []


def _values(pen: Pen, family: Family, of: Of, key: str) -> Iterator[Block]:
    """The numbers of a family, as arrays where they fit a line."""
    if not pen.trace.complete:
        return
    members = [*family.names()]
    found = matrices(pen, family, of=of) if len(members) > 1 else list(alone(pen, members, of))
    if found is None:
        yield from grid(pen, family, pen.say(key, name=lettered(family), root=Quantity(pen.graph.root)), of)
    elif found:
        yield in_lines(Derivation(tuple(Row(each.left, each.relation, each.right) for each in found)))
