"""A network on a stage: a pen goes in; what in its figure can be pointed at, in the order of the calculation, and of each of these the
figure, its lines and their reasons come out.

A stop is what is said of one thing: of a unit its lines forward, of a δ how it comes back, of a parameter its whole derivative. Each is
said as if nothing had been said before it, since nobody knows from where it is come to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivegen.calculus.numbers.evaluate import delta_name
from derivegen.document.blocks import POINTED, Beside, Block, Heading, Paragraph, Picture
from derivegen.document.pen import Pen
from derivegen.figures.figure import MOST_UNITS
from derivegen.formula.tree import Quantity
from derivegen.network.names import is_delta, parse_derivative
from derivegen.records import replace
from derivegen.solution.backward import Backward
from derivegen.solution.forward import loss_lines, unit_lines
from derivegen.solution.graph_pictures import GRAPH_UP_TO, computation_picture
from derivegen.solution.links import by_of, delta_of
from derivegen.solution.marked import MarkedChains
from derivegen.solution.naming import file_name
from derivegen.solution.own_graph import OwnGraph
from derivegen.solution.passed_over import PassedOver
from derivegen.solution.pictures import network_picture, worked_picture

MOST_STOPS = 150
"""Things that can be pointed at; a figure of more is a page to read, not to point at."""


def stops(pen: Pen) -> tuple[str, ...]:
    """The names of all stops: forward to the loss, back through the δ (of a graph the derivatives), then the parameters, those next to the
    loss first. None where the network cannot be drawn whole, each of its parts once."""
    graph = pen.graph
    if graph.lettered or len(graph.parameters) > MOST_STOPS:
        return ()
    if not graph.layered:
        own, fits = OwnGraph(pen), graph.size <= GRAPH_UP_TO and computation_picture(pen, ()) is not None
        return (*own.nodes, *(_backward(pen, name) for name in own.reaching)) if fits else ()
    if pen.deep or max(graph.widths) > MOST_UNITS:
        return ()
    forward = [layer.z.member((j, *pen.rows_in_hand)) for layer in graph.stack for j in range(1, layer.units + 1)]
    deltas = [delta_of(graph, pen.chain.name_of(name)) for name in reversed(forward)]
    layers = {name: graph[name].family.layer for name in graph.parameters}
    return (*forward, pen.chain.root, *deltas, *sorted(layers, key=lambda name: -layers[name]))


def _backward(pen: Pen, name: str) -> str:
    """The stop of a graph's derivative by a quantity; what is given has no other one, and so its own name."""
    return name if pen.graph[name].formula is None else pen.chain.name_of(name)


def other_side(pen: Pen, name: str) -> str:
    """Of what is said forward the stop where it is said backward, and the other way round; "" where there is none."""
    if is_delta(name):
        return str(by_of(pen.graph, _derivative(pen, name)))
    if parse_derivative(name) is not None:
        return by_of(pen.graph, name)
    if name == pen.chain.root or name in pen.graph.parameters:
        return ""
    back = pen.chain.name_of(name)
    back = delta_of(pen.graph, back) if pen.graph.kind_of(name) == "pre-activation" else back
    return back if back in stops(pen) else ""


def said(pen: Pen, name: str, looked_at: bool = True) -> tuple[Block, ...]:
    """What is said of one: under a heading its figure, then all else; if it is `looked_at`, of a derivative also its curves, and what a
    nudge does."""
    heading, picture, *others = _said(pen, name, looked_at)
    assert isinstance(picture, Picture)
    return (heading, replace(picture, key=f"{POINTED}{file_name(name)}"), *others)


def _said(pen: Pen, name: str, looked_at: bool) -> Iterator[Block]:
    if not pen.graph.layered:
        return _of_graph(pen, name)
    if is_delta(name):
        return _delta(pen, name)
    if name == pen.chain.root:
        return _loss(pen)
    return _parameter(pen, name, looked_at) if name in pen.graph.parameters else _unit(pen, name)


def _unit(pen: Pen, name: str) -> Iterator[Block]:
    """z and a of one unit."""
    family, indices = pen.graph.locate(name) or (None, ())
    assert family is not None
    layer, unit = pen.graph.layer(family.layer), int(indices[0])
    names = [each.member(indices) for each in ([layer.z] if layer.linear else [layer.z, layer.a])]
    yield Heading(1, pen.say("stage.unit", names=[Quantity(each) for each in names]))
    yield worked_picture(pen)
    yield from unit_lines(pen, layer, unit)


def _loss(pen: Pen) -> Iterator[Block]:
    yield Heading(1, pen.say("forward.loss"))
    yield worked_picture(pen)
    yield from (block for block in loss_lines(pen) if not isinstance(block, Heading))


def _derivative(pen: Pen, delta: str) -> str:
    """The derivative that a δ is."""
    return delta_name(pen.graph, delta)


def _delta(pen: Pen, name: str) -> Iterator[Block]:
    """How a δ comes back from the units that its unit feeds; those are known."""
    target = _derivative(pen, name)
    by = by_of(pen.graph, target)
    family, _ = pen.graph.locate(by) or (None, ())
    assert family is not None
    chains = _chains(pen, by, False)
    yield Heading(1, pen.say("stage.delta", delta=Quantity(name), z=Quantity(by)))
    yield worked_picture(pen)
    yield Paragraph(pen.say("stage.minds", delta=Quantity(name), z=Quantity(by), last=family.layer == pen.graph.depth))
    yield from chains.backward.before()
    _know_above(chains, family.layer)
    if target not in chains.backward.named:
        yield from chains.delta(target)


def _know_above(chains: MarkedChains, number: int) -> None:
    """The δ of all layers above one are known: each has a stop of its own."""
    pen = chains.pen
    for layer in pen.graph.stack[number:]:
        members = (layer.z.member((j, *pen.rows_in_hand)) for j in range(1, layer.units + 1))
        chains.backward.named.update(map(pen.chain.name_of, members))


def _parameter(pen: Pen, name: str, looked_at: bool) -> Iterator[Block]:
    """The derivative by a parameter, from the loss down to it; if nothing is looked at closely, from the δ of the layer above."""
    chains = _chains(pen, name, looked_at)
    if not looked_at:
        _know_above(chains, pen.graph[name].family.layer)
    yield Heading(1, pen.say("backward.one", target=Quantity(name)))
    blocks = (*chains.backward.before(), *chains.one(name))
    yield from _drawn_first((block for block in blocks if not isinstance(block, Heading)), network_picture(pen, name))


def _chains(pen: Pen, name: str, looked_at: bool) -> MarkedChains:
    return MarkedChains(pen, Backward(pen, PassedOver(pen, (name,))), explained=looked_at, questions=None)


def _drawn_first(blocks: Iterable[Block], otherwise: Picture) -> Iterator[Block]:
    """The first picture, then everything else."""
    found: Picture | None = None
    others: list[Block] = []
    for block in blocks:
        if found is None and isinstance(block, Picture):
            found = block
        elif found is None and isinstance(block, Beside) and isinstance(first := block.blocks[0], Picture):
            found = first
            others += block.blocks[1:]
        else:
            others.append(block)
    yield found or otherwise
    yield from others


def _of_graph(pen: Pen, name: str) -> Iterator[Block]:
    """A node forward, or the derivatives from the output down to one."""
    own, picture = OwnGraph(pen), computation_picture(pen, ())
    assert picture is not None
    if parse_derivative(name) is None and pen.graph[name].formula is not None:
        yield Heading(1, pen.say("stage.node", name=Quantity(name)))
        yield picture
        yield own.node(name)
        return
    by = name if parse_derivative(name) is None else by_of(pen.graph, name)
    yield Heading(1, pen.say("backward.one", target=Quantity(by)))
    yield picture
    yield from (replace(block, level=2) if isinstance(block, Heading) else block for block in own.down_to(by))
