"""The worked solution of a `[graph]`: its nodes forward, then its derivatives backward, then the computation graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.chain import Factor
from derivegen.document.blocks import Block, Heading, Paragraph, Prose, Table
from derivegen.document.compose.frame import brief, gradient_vector, opening
from derivegen.document.compose.graph_pictures import computation_picture, flow_pictures
from derivegen.document.compose.links import by_of
from derivegen.document.compose.listing import listing_section
from derivegen.document.compose.pen import Line, Pen
from derivegen.formula.tree import Formula, Quantity, Value, product, total
from derivegen.network.names import parse_derivative


def graph_blocks(pen: Pen) -> Iterator[Block]:
    """The whole document of a `[graph]`."""
    spec = pen.graph.network.graph
    assert spec is not None
    yield Heading(1, pen.say("given.title"))
    yield from given_nodes(pen)
    yield from opening(pen)
    yield Heading(1, pen.say("forward.title"))
    for family in pen.graph.families.values():
        formula = pen.graph[family.name].formula
        if formula is not None:
            reason = pen.say("reason.node", node=Quantity(family.name))
            yield pen.statement(
                family.name, formula, reason, pen.say("reason.numbers.node", node=Quantity(family.name))
            )
    flow = None if brief(pen) else flow_pictures(pen)
    yield from flow[:1] if flow is not None else ()
    yield Heading(1, pen.say("backward.title"))
    yield Paragraph(pen.say("graph.backward", root=Quantity(pen.graph.root)))
    yield from flow[1:] if flow is not None else ()
    for family in reversed(list(pen.graph.families.values())):
        if family.kind == "node" or family.name in spec.wrt:
            yield from _one(pen, family.name)
    yield Heading(1, pen.say("graph.found"))
    if pen.trace.complete:
        header = tuple((Quantity(pen.chain.name_of(name)),) for name in spec.wrt)
        values: tuple[Prose, ...] = tuple((Value(pen.chain.name_of(name)),) for name in spec.wrt)
        yield Table(pen.say("table.graph-gradients"), header, (values,), heads=0)
    yield from gradient_vector(pen)
    picture = computation_picture(pen, spec.wrt) if flow is None else None
    if picture is not None:
        yield picture
    yield from listing_section(pen)


def given_nodes(pen: Pen) -> Iterator[Block]:
    """What is looked for, and the numbers of inputs and parameters."""
    spec = pen.graph.network.graph
    assert spec is not None
    yield Paragraph(pen.say("graph.opening", root=Quantity(pen.graph.root), wrt=[Quantity(name) for name in spec.wrt]))
    given = [*spec.inputs, *spec.parameters]
    if any(pen.trace.known(name) for name in given):
        row: tuple[Prose, ...] = tuple((Value(n),) if pen.trace.known(n) else ("–",) for n in given)
        yield Table(pen.say("table.given"), tuple((Quantity(name),) for name in given), (row,), heads=0)


def _one(pen: Pen, name: str) -> Iterator[Block]:
    """∂root/∂name: over every node it enters."""
    if name == pen.graph.root:
        return
    target = pen.chain.name_of(name)
    step = pen.chain[target]
    yield Heading(2, pen.say("backward.one", target=Quantity(name)))
    if not step.terms:
        yield Paragraph(pen.say("backward.no-route", target=Quantity(name), loss=Quantity(pen.graph.root)))
        return
    alone = len(step.terms) == 1
    for term in step.terms:
        local = term.factors[-1]
        if local.name != target:
            yield pen.statement(
                local.name, local.reading, _reason(pen, local), pen.say("reason.numbers.node-slope", by=Quantity(name))
            )
    partials = total(*(_symbolic(term.factors, target, alone) for term in step.terms))
    lines: list[Line] = []
    if partials != Quantity(target):
        nodes = [Quantity(_of(pen, t.factors[-1])) for t in step.terms]
        lines.append(
            (
                partials,
                pen.say("reason.sum" if len(step.terms) > 1 else "reason.link", target=Quantity(name), through=nodes),
            )
        )
        if pen.trace.known(target):
            values = total(*(_values(pen, t.factors, target) for t in step.terms))
            lines.append((values, pen.say("reason.numbers.step", target=Quantity(name))))
    else:
        local = step.terms[0].factors[-1]
        lines.append((local.reading, _reason(pen, local)))
        if pen.trace.known(target):
            lines.append((pen.numbers(local.reading), pen.say("reason.numbers.node-slope", by=Quantity(name))))
    if pen.trace.known(target):
        lines.append((Value(target), ()))
    elif partials != Quantity(target):
        lines.append(
            (
                total(*(pen.together(t.factors) for t in step.terms)),
                pen.say("reason.put-together", target=Quantity(name)),
            )
        )
    yield pen.derivation(Quantity(target), lines)


def _symbolic(factors: Sequence[Factor], target: str, alone: bool) -> Formula:
    """A term as a product of derivatives. What the root holds of the quantity directly has the same sign ∂ as the whole, so beside other
    terms it is written out."""
    direct = factors[0].name == target and not alone
    return factors[0].reading if direct else product(*(Quantity(f.name) for f in factors))


def _values(pen: Pen, factors: Sequence[Factor], target: str) -> Formula:
    """The numbers of a term."""
    if factors[0].name != target:
        return pen.values(factors)
    return Value(f"{pen.chain.name_of(pen.graph.root)}*d{pen.graph.root}/d{by_of(target)}")


def _reason(pen: Pen, factor: Factor) -> Prose:
    of, by = Quantity(_of(pen, factor)), Quantity(by_of(factor.name))
    return pen.say(f"rule.{factor.rule.partition(':')[0]}", of=of, by=by, reading=factor.reading)


def _of(pen: Pen, factor: Factor) -> str:
    """The node a factor is a derivative of."""
    pair = parse_derivative(factor.name)
    assert pair is not None
    return pair[0] if pair[0] != "loss" else pen.graph.root
