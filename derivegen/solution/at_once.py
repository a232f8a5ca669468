"""The layer reading in short, beside a solution unit by unit: a pen goes in; each equation with its arrays, with their numbers and as its
value comes out.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block, Heading, Paragraph, in_lines
from derivegen.document.pen import Pen
from derivegen.formula.tree import Array, Cases, Quantity, values_in, walk
from derivegen.solution.array_pen import ArrayPen, Statement, Step
from derivegen.solution.layers import activation, affine, bias_rule, deltas, weights


def at_once(pen: Pen) -> Iterator[Block]:
    """The same short: each equation with its arrays, with their numbers and as its value."""
    arrays = ArrayPen(pen)
    yield Heading(1, pen.say("layers.at-once.title"))
    yield Paragraph(pen.say("layers.at-once.opening", row=pen.row_in_hand))
    for number in arrays.numbers_of_layers:
        yield from _in_short(arrays, affine(arrays, number))
        if not arrays.linear(number):
            yield from _in_short(arrays, activation(arrays, number))
    for number in reversed(arrays.numbers_of_layers):
        for statement in deltas(arrays, number):
            yield from _in_short(arrays, statement)
        yield from _in_short(arrays, weights(arrays, number))
        offset = arrays.layer(number).offset
        if offset is not None:
            yield from _in_short(arrays, bias_rule(arrays, offset))


def _in_short(pen: ArrayPen, statement: Statement) -> Iterator[Block]:
    """A statement as it is defined, in numbers and as a value; without numbers as it is written out."""
    left, steps = statement
    there = [(tree, ()) for tree, _ in steps if tree is not None and not isinstance(tree, Quantity | Array)]
    numeric = [step for step in there if any(values_in(step[0]))]
    if any(isinstance(part, Cases) for tree, _ in there for part in walk(tree)):
        numeric = numeric[-1:]  # which branch holds is seen only where the branches stand
    kept: list[Step] = [*there[:1], *numeric[-2:]] if numeric else [*there[:2]]
    yield from map(in_lines, pen.statements((left, list(dict.fromkeys(kept)))))
