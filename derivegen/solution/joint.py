"""The short form a loss and its usual output activation have together: a derivative by an output's z goes in, ∂L/∂z = a − t comes out."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.calculus.joined import is_joined
from derivegen.document.blocks import Block, Derivation, Note, Prose
from derivegen.document.pen import Line, Pen
from derivegen.formula.tree import Formula, Negative, Number, Product, Quantity, Sum, Value
from derivegen.solution.links import by_of, delta_of, visible


def joint_slope(pen: Pen, name: str, again: bool = False) -> Iterator[Block]:
    """The short form a loss and its usual output activation have together: ∂L/∂z = a − t; `again` where it has been explained before."""
    if not is_joint(pen, name):
        return
    (a, t), z = _pair(pen, name), Quantity(by_of(pen.graph, name))
    many = pen.graph.output.is_coupled
    if not again:
        known = pen.graph.network.targets is not None
        yield Note(pen.say("note.joint", a=a, t=t, z=z, sums_to_one=many, known=known))
    reason = pen.say("reason.joint", a=a, t=t, many=many)
    yield pen.derivation(
        Quantity(name), [*(() if again else _cancelling(pen, name, a, t)), *_put_in(pen, name, reason)]
    )


def joint_form(pen: Pen, name: str) -> Formula:
    """a − t, which ∂L/∂z of such an output comes to."""
    a, t = _pair(pen, name)
    return Sum((a, Negative(t)))


def joint_alike(pen: Pen, name: str, like: str) -> Derivation:
    """δ = ∂L/∂z = a − t for a further unit, since everything cancels as it did for `like`."""
    delta = Quantity(delta_of(pen.graph, name))
    reason = pen.say("reason.joint.like", like=Quantity(by_of(pen.graph, like)))
    lines = [(Quantity(name), pen.say("reason.delta", delta=delta)), *_put_in(pen, name, reason)]
    return pen.derivation(delta, lines)


def _pair(pen: Pen, name: str) -> tuple[Quantity, Quantity]:
    """The output and the target of ∂L/∂z."""
    z, graph = by_of(pen.graph, name), pen.graph
    return Quantity(graph.beside(z, graph.output)), Quantity(graph.beside(z, graph.target))


def _put_in(pen: Pen, name: str, reason: Prose) -> list[Line]:
    """a − t, its numbers, its value."""
    (a, _), difference = _pair(pen, name), joint_form(pen, name)
    lines: list[Line] = [(difference, reason)]
    if pen.trace.known(name):
        lines += [(pen.numbers(difference), pen.say("reason.numbers.joint", a=a)), (Value(name), ())]
    return lines


def is_joint(pen: Pen, name: str) -> bool:
    """Whether a derivative is that by the z of an output whose loss and activation belong together."""
    found = pen.chain.by_of(name) if is_joined(pen.graph) else None
    return found is not None and found[0] is pen.graph.stack[-1].z


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
    outputs = [Quantity(by_of(pen.graph, term.factors[0].name)) for term in pen.chain[name].terms]
    others = [Quantity("t" + output.name[output.name.index("]") + 1 :]) for output in outputs]
    own = Negative(Product((t, Sum((one, Negative(a)))), dotted=False))
    rest = [Product((other, a), dotted=False) for other in others if other != t]
    collected = Sum((Product((a, Sum(tuple(others))), dotted=False), Negative(t)))
    return [
        (Sum((own, *rest)), pen.say("reason.joint.cancel-outputs", a=a)),
        (collected, pen.say("reason.joint.collect", a=a)),
    ]
