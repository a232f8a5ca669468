"""The rules to remember, in index letters: a pen goes in; a box with the δ of an output and of a hidden unit and the derivative by each
parameter comes out, where both readings are wanted with the same of a whole layer.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block, Box, Derivation, Paragraph, Prose, Row
from derivegen.document.pen import Pen
from derivegen.formula.tree import Formula, Indexed, Partial, Product, Quantity, Under, Words
from derivegen.network.family import Family
from derivegen.solution.array_pen import ArrayPen, Statement
from derivegen.solution.index_rules import ABOVE, ANY, BELOW, UNIT, Rules, summed_over
from derivegen.solution.readings import MINDS, STEEP, TAKES


def remember(pen: Pen) -> Iterator[Block]:
    """The box; of a network of one layer without hidden units what is left of it."""
    arrays = ArrayPen(pen)
    last = Rules(arrays, arrays.layer(arrays.last))
    lines = [(*_end(last.output(), MINDS, STEEP), "lesson.rule.output")]
    hidden = next((layer for layer in reversed(pen.graph.stack[:-1]) if not layer.linear), None)
    letter, fed = ABOVE.name if pen.press.notation.row_letter != ABOVE.name else ANY.name, 0
    if arrays.last > 1:
        below = Rules(arrays, hidden or arrays.layer(arrays.last - 1))
        above = arrays.layer(below.layer.number + 1)
        *_, statement = below.hidden(above)
        left, right = _end(statement, STEEP, MINDS)
        lines.append((left, summed_over(right, letter), "lesson.rule.hidden"))
        fed = above.units
    weighted = next((layer for layer in reversed(pen.graph.stack) if any(True for _ in layer.weights.members())), None)
    if weighted is not None:
        *_, weight = Rules(arrays, weighted).weight()
        lines.append((*_end(weight, "", TAKES), "lesson.rule.weight"))
    for layer in (last.layer, *pen.graph.stack[:-1]):
        if layer.offset is not None:
            lines.append((*_end(Rules(arrays, layer).bias(layer.offset)), "lesson.rule.bias"))
            break
    letters = {"i": Quantity(letter), "j": UNIT, "k": BELOW}
    rows = tuple(Row(left, "=", right, pen.say(key, count=fed, **letters)) for left, right, key in lines)
    called = () if weighted is None else _called(pen, weighted.weights)
    yield Box(pen.say("lesson.rules.title"), (Paragraph((*pen.say("lesson.rules.opening"), *called)), Derivation(rows)))


def _called(pen: Pen, weights: Family) -> Prose:
    """How a weight reads in the letters of the rules, in a notation that calls it otherwise."""
    indices = next(iter(weights.members()))
    own, general = Quantity(weights.member(indices)), Indexed(weights.name, tuple(map(str, indices)))
    if pen.press.written(own, pen.trace) == pen.press.written(general, pen.trace):
        return ()
    return (" ", *pen.say("lesson.rules.called", w=own, general=general))


def _end(statement: Statement, *marks: str) -> tuple[Formula, Formula]:
    """The left side of a statement and what it comes to: its factors, in the order of chains, over their marks."""
    left, steps = statement
    right = [right for right, _ in steps if right is not None][-1]
    if isinstance(right, Partial):  # of a linear unit: ② is 1
        return left, Under(right, Words(MINDS))
    if not isinstance(right, Product) or len(right.factors) != len(marks):
        return left, right
    marked = sorted(zip(marks, right.factors, strict=True))
    return left, Product(tuple(Under(factor, Words(mark)) if mark else factor for mark, factor in marked))
