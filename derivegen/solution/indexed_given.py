"""What is given of a graph with index letters: a pen goes in; what is looked for, what the letters count, the arrays and the numbers come
out."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.arrays import alone, matrices
from derivegen.document.blocks import Block, Paragraph
from derivegen.document.graph_tables import few
from derivegen.document.grids import grid, lettered, letters_table
from derivegen.document.pen import Pen
from derivegen.formula.tree import Compare, Matrix, Quantity, Transpose
from derivegen.network.family import Equation, Family
from derivegen.network.layers.loss import MASK
from derivegen.solution.plan import rounded

FEW = 3
"""Numbers of a family that are named one by one."""


def given(pen: Pen) -> Iterator[Block]:
    """The section without its heading."""
    sought = [family.name for family in pen.graph.parameter_families]
    yield Paragraph(pen.say("indexed.opening", root=Quantity(pen.graph.root), wrt=few(sought)))
    yield from numbers_of(pen)
    if pen.trace.complete:
        yield Paragraph(rounded(pen))


def numbers_of(pen: Pen) -> Iterator[Block]:
    """What the letters count, the arrays and the numbers."""
    yield letters_table(pen)
    stated: list[Compare] = []
    large: list[Block] = []
    for family in pen.graph.families.values():
        for equation in family.equations:
            if equation.formula is None:
                found = _part(pen, family, equation)
                stated += found or ()
                if found is None:
                    large += grid(pen, family, pen.say("indexed.given", name=lettered(family)), str)
    if stated:
        shapes = [each.right for each in stated if isinstance(each.right, Matrix)]
        by_two = any(len(shape.rows) > 1 and len(shape.rows[0]) > 1 for shape in shapes)
        lying = any(isinstance(each.left, Transpose) for each in stated)
        yield Paragraph(pen.say("indexed.given-as", values=stated, matrix=by_two, lying=lying))
    yield from large
    mask = pen.graph.families.get(MASK)
    if mask is not None and pen.graph.parts[-1].loss:
        yield Paragraph(pen.say("indexed.mask", mask=lettered(mask)))


def _part(pen: Pen, family: Family, equation: Equation) -> list[Compare] | None:
    """What one equation gives, as statements for a line of text; None where that is too much for one."""
    names = [family.member(indices) for indices in equation.members()]
    if not any(map(pen.trace.known, names)):
        return []
    if len(names) == 1 or (len(family.axes) == 1 and len(names) <= FEW and family.axes[0].counts != "unit"):
        return list(alone(pen, names))
    return matrices(pen, family, equation)
