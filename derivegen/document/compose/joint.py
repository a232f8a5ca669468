"""The short form a loss and its usual output activation have together: a derivative by an output's z goes in, ∂L/∂z = a − t comes out."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block, Note
from derivegen.document.compose.links import by_of, visible
from derivegen.document.compose.pen import Line, Pen
from derivegen.formula.tree import Formula, Negative, Number, Product, Quantity, Sum, Value
from derivegen.network.losses import LOSSES


def joint_slope(pen: Pen, name: str, again: bool = False) -> Iterator[Block]:
    """The short form a loss and its usual output activation have together: ∂L/∂z = a − t; `again` where it has been explained before."""
    network = pen.graph.network
    loss, last = network.loss, len(network.layers)
    if loss is None or not has_joint_slope(pen) or not name.startswith(pen.chain.name_of(f"z[{last}]")):
        return
    entry = LOSSES[loss.name]
    z = by_of(name)
    a, t = Quantity(z.replace("z", "a", 1)), Quantity("t" + z.removeprefix(f"z[{last}]"))
    reading = pen.graph.network.targets
    if not again:
        yield Note(
            pen.say(
                "note.joint",
                a=a,
                t=t,
                z=Quantity(z),
                sums_to_one=entry.name == "cross_entropy",
                known=reading is not None,
            )
        )
    difference: Formula = Sum((a, Negative(t)))
    lines: list[Line] = [
        *(() if again else _cancelling(pen, name, a, t)),
        (difference, pen.say("reason.joint", a=a, t=t, many=entry.name == "cross_entropy")),
    ]
    if pen.trace.known(name):
        lines += [(pen.numbers(difference), pen.say("reason.numbers.joint", a=a)), (Value(name), ())]
    yield pen.derivation(Quantity(name), lines)


def has_joint_slope(pen: Pen) -> bool:
    """Whether loss and output activation are a pair that belongs together."""
    loss, usual = pen.graph.network.loss, pen.graph.network.layers[-1].activation
    if loss is None or loss.formula is not None or usual.formula is not None:
        return False
    return LOSSES[loss.name].joint is not None and usual.name == LOSSES[loss.name].with_activation


def _cancelling(pen: Pen, name: str, a: Quantity, t: Quantity) -> list[Line]:
    """The lines from the product of the slopes of loss and output to their difference."""
    one = Number("1")
    if len(pen.chain[name].terms) == 1:
        slopes = visible(pen.chain.routes(name, 1)[0])
        multiplied = Sum(
            (
                Negative(Product((t, Sum((one, Negative(a)))), dotted=False)),
                Product((Sum((one, Negative(t))), a), dotted=False),
            )
        )
        return [
            (pen.together(slopes), pen.say("reason.joint.slopes", a=a)),
            (multiplied, pen.say("reason.joint.cancel", a=a)),
        ]
    outputs = [Quantity(by_of(term.factors[0].name)) for term in pen.chain[name].terms]
    others = [Quantity("t" + output.name[output.name.index("]") + 1 :]) for output in outputs]
    own = Negative(Product((t, Sum((one, Negative(a)))), dotted=False))
    rest = [Product((other, a), dotted=False) for other in others if other != t]
    collected = Sum((Product((a, Sum(tuple(others))), dotted=False), Negative(t)))
    return [
        (Sum((own, *rest)), pen.say("reason.joint.cancel-outputs", a=a)),
        (collected, pen.say("reason.joint.collect", a=a)),
    ]
