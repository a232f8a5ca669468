"""A saturated output layer: a pen goes in; the lines of the loss and of its slope by an output's z, joined so that no digits are lost, come
out with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.calculus.joined import SATURATED, is_joined, is_soft
from derivegen.document.blocks import Block, Derivation, Note, Paragraph
from derivegen.document.pen import Line, Pen
from derivegen.formula.functions import EXP, LN, SIGMOID
from derivegen.formula.tree import ONE, Bracket, Formula, Negative, Product, Quantity, Sum, Value, total
from derivegen.solution.links import delta_of

MOST_OUTPUTS = 8
"""Outputs of a layer whose joined form is written out."""


def is_saturated(pen: Pen) -> bool:
    """Whether an output of the example in hand is so near to 0 or 1 that a − t and the logarithms have lost their digits."""
    graph = pen.graph
    if not is_joined(graph) or not pen.trace.complete or pen.trace.in_arrays or graph.n_outputs > MOST_OUTPUTS:
        return False
    if is_soft(graph) and any(sum(row) != 1 for row in graph.network.targets or ()):
        return False
    return any(not SATURATED <= pen.trace.number(a) <= 1 - SATURATED for a in _outputs(pen))


def _outputs(pen: Pen) -> list[str]:
    return pen.graph.outputs(pen.chain.row)


def joined_loss_lines(pen: Pen) -> list[Line]:
    """The loss in z: of a sigmoid ln(1 + e^−z) + (1 − t) z or ln(1 + e^z) − tz, whichever has the small power; of softmax
    ln(1 + Σ e^(z_k − z_m)) + Σ t_k (z_m − z_k), z_m being the greatest."""
    outputs = [Quantity(a) for a in _outputs(pen)]
    formula = (
        _soft(pen, outputs) if is_soft(pen.graph) else total(*(part for a in outputs for part in _of_sigmoid(pen, a)))
    )
    return [(formula, pen.say("reason.joined.loss", outputs=outputs, soft=is_soft(pen.graph)))]


def _of_sigmoid(pen: Pen, a: Quantity) -> tuple[Formula, Formula]:
    z, t = _sum(pen, a), _target(pen, a)
    if pen.trace.number(z.name) > 0:
        return _ln(Negative(z)), Product((Bracket(Sum((ONE, Negative(t)))), z))
    return _ln(z), Negative(Product((t, z)))


def _soft(pen: Pen, outputs: list[Quantity]) -> Formula:
    greatest = max(outputs, key=lambda a: pen.trace.number(_sum(pen, a).name))
    top, others = _sum(pen, greatest), [a for a in outputs if a != greatest]
    away = [Product((_target(pen, a), Bracket(Sum((top, Negative(_sum(pen, a))))))) for a in others]
    small = _ln(*(Sum((_sum(pen, a), Negative(top))) for a in others))
    targets = [_target(pen, a) for a in outputs]
    one = sum(pen.trace.exact(t.name) or 0 for t in targets) == 1
    return Sum((small if one else Product((Bracket(Sum(tuple(targets))), small)), *away))


def _ln(*exponents: Formula) -> Formula:
    return LN(Sum((ONE, *map(EXP, exponents))))


def saturated_slopes(pen: Pen) -> Iterator[tuple[str, Block]]:
    """For each output the derivative of the loss by its z, named δ, with its name; before the first the reason."""
    outputs = [Quantity(a) for a in _outputs(pen)]
    loss = Quantity(pen.chain.root)
    soft, first = is_soft(pen.graph), outputs[0]
    yield "", Paragraph(pen.say("backward.saturated", outputs=outputs, loss=loss))
    about = {"a": first, "t": _target(pen, first), "z": _sum(pen, first), "sums_to_one": soft, "known": True}
    yield "", Note(pen.say("note.joint", **about))
    for a in outputs:
        name = pen.chain.name_of(_sum(pen, a).name)
        yield name, _slope(pen, a, name, outputs)


def _slope(pen: Pen, a: Quantity, name: str, outputs: list[Quantity]) -> Derivation:
    t, delta = _target(pen, a), Quantity(delta_of(pen.graph, name))
    lines: list[Line] = [
        (Quantity(name), pen.say("reason.delta", delta=delta)),
        (Sum((a, Negative(t))), pen.say("reason.joint", a=a, t=t, many=False)),
    ]
    stable = _apart(pen, a, outputs)
    if stable is not None:
        lines.append((stable, pen.say("reason.joined.slope", a=a, z=_sum(pen, a), soft=is_soft(pen.graph))))
    put_in = stable if stable is not None else lines[-1][0]
    lines += [(pen.numbers(put_in), pen.say("reason.numbers.joint", a=a)), (Value(name), ())]
    return pen.derivation(delta, lines)


def _apart(pen: Pen, a: Quantity, outputs: list[Quantity]) -> Formula | None:
    """a − t without the difference of two numbers near 1; None where a is near 0, whose own digits are all there."""
    t = _target(pen, a)
    if pen.trace.number(a.name) < 1 - SATURATED:
        return None
    if not is_soft(pen.graph):
        return Sum((Bracket(Sum((ONE, Negative(t)))), Negative(SIGMOID(Negative(_sum(pen, a))))))
    return Sum((Bracket(Sum((ONE, Negative(t)))), *(Negative(other) for other in outputs if other != a)))


def _sum(pen: Pen, a: Quantity) -> Quantity:
    """The z of an output."""
    return Quantity(pen.graph.beside(a.name, pen.graph.stack[-1].z))


def _target(pen: Pen, a: Quantity) -> Quantity:
    return Quantity(pen.graph.beside(a.name, pen.graph.target))
