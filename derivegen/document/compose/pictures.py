"""The pictures of a document: which quantity is in hand goes in; the network with its route, or the computation graph, comes out."""

from __future__ import annotations

from collections.abc import Iterable

from derivegen.document.blocks import Picture
from derivegen.document.compose.pen import Pen
from derivegen.document.figures import (
    Bias,
    Column,
    GraphEdge,
    GraphFigure,
    GraphNode,
    Kind,
    Link,
    NetworkFigure,
    Unit,
    dense_links,
)
from derivegen.formula.tree import Formula, Quantity, Value, walk
from derivegen.network.family import Family
from derivegen.network.names import parse, parse_derivative

GRAPH_UP_TO = 18
"""Quantities in a computation graph; of a larger network only the route in hand is drawn."""


def network_picture(pen: Pen, name: str | None = None) -> Picture:
    """The network; with a parameter's name, the routes from the loss back to it are drawn in."""
    network = pen.graph.network
    widths = [network.n_inputs, *(layer.units for layer in network.layers)]
    suffix = f"@{pen.chain.row}" if pen.chain.row is not None else ""
    routes = _route_links(pen, name) if name is not None else set()
    missing = {
        ((number, k), (number + 1, j))
        for number, layer in enumerate(network.layers)
        if layer.mask is not None
        for j, row in enumerate(layer.mask)
        for k, there in enumerate(row)
        if not there
    }
    links = dense_links(widths, loss=True, routes=routes, missing=missing)
    figure = NetworkFigure(
        pen.words.plain("figure.network.title"),
        _description(pen, widths, name),
        _columns(pen, widths, suffix),
        tuple(_labelled(pen, link, name, widths) for link in links),
        loss=Quantity(pen.chain.root),
        biases=_biases(pen, name, widths),
    )
    if name is None:
        return Picture("network", figure, pen.say("figure.network", widths=[str(w) for w in widths]))
    count = pen.chain.routes_total(pen.chain.name_of(name))
    caption = pen.say("figure.route", target=Quantity(name), loss=Quantity(pen.chain.root), count=count)
    return Picture(f"route-{_file_name(name)}", figure, caption)


def _file_name(name: str) -> str:
    return name.replace("][", "-").replace("[", "-").replace("]", "").replace("@", "-row-")


def _columns(pen: Pen, widths: list[int], suffix: str) -> tuple[Column, ...]:
    last = len(widths) - 1
    inputs = tuple(Quantity(f"x[{k}]{suffix}") for k in range(1, widths[0] + 1))
    columns = [Column(inputs, pen.words.plain("figure.inputs", count=widths[0]))]
    for number in range(1, last + 1):
        key = "figure.outputs" if number == last else "figure.hidden" if last == 2 else "figure.hidden-numbered"
        caption = pen.words.plain(key, number=number)
        columns.append(
            Column(tuple(Quantity(f"a[{number}][{j}]{suffix}") for j in range(1, widths[number] + 1)), caption)
        )
    return tuple(columns)


def _labelled(pen: Pen, link: Link, name: str | None, widths: list[int]) -> Link:
    """The weight on a link: on the links of a route, or on all where the network is small."""
    (layer, k), (above, j) = link.source, link.target
    if above > len(widths) - 1:
        return link
    small = max(widths) <= 2 and len(widths) <= 4
    weight = f"w[{above}][{j + 1}][{k + 1}]"
    if (small and name is None) or link.route:
        return Link(link.source, link.target, Quantity(weight), link.route)
    del layer, pen
    return link


def _biases(pen: Pen, name: str | None, widths: list[int]) -> tuple[Bias, ...]:
    """The biases: all of a small network, otherwise only the one in hand."""
    small = max(widths) <= 2 and len(widths) <= 4
    found = []
    for family in pen.graph.families.values():
        if family.kind not in ("bias", "threshold"):
            continue
        for indices in family.members():
            member = family.member(indices)
            unit = int(indices[0]) - 1 if indices else 0
            if (small and name is None and indices) or member == name:
                found.append(Bias((family.layer, unit), Quantity(member), member == name))
    return tuple(found)


def _route_links(pen: Pen, name: str) -> set[tuple[Unit, Unit]]:
    """The links every route to the parameter runs over."""
    found: set[tuple[Unit, Unit]] = set()
    last = len(pen.graph.network.layers)
    for route in pen.chain.routes(pen.chain.name_of(name)):
        units = [_unit(factor.name) for factor in route if factor.role != "share"]
        passed = list(dict.fromkeys(unit for unit in units if unit is not None))
        above: Unit = (last + 1, 0)
        for unit in passed:
            found.add((unit, above))
            above = unit
    own = parse(name)
    if own is not None and own.base == "w":
        layer, j, k = own.indices
        found.add(((layer - 1, k - 1), (layer, j - 1)))
    return found


def _unit(name: str) -> Unit | None:
    """The unit a derivative is by: of da[1][2]/dz[1][2] the second of the first layer."""
    pair = parse_derivative(name)
    by = parse(pair[1]) if pair is not None else None
    if by is None or by.base not in ("a", "z"):
        return None
    return (by.indices[0], by.indices[1] - 1)


def _description(pen: Pen, widths: list[int], name: str | None) -> str:
    """The alternative text: what a listener needs."""
    shape = "-".join(map(str, widths))
    if name is None:
        return pen.words.plain("figure.network.description", shape=shape)
    return pen.words.plain("figure.route.description", shape=shape, name=name)


def computation_picture(pen: Pen, wanted: Iterable[str]) -> Picture | None:
    """The computation graph: of the whole network where it is small, else of the route to the first wanted quantity."""
    names = _all_names(pen)
    whole = len(names) <= GRAPH_UP_TO
    first = next(iter(wanted), None)
    if not whole:
        names = _names_on_route(pen, first)
    if len(names) < 2 or len(names) > 2 * GRAPH_UP_TO:
        return None
    kept = set(names)
    edges = [(source, target) for target in names for source in _parents(pen, target) if source in kept]
    figure = GraphFigure(
        pen.words.plain("figure.graph.title"),
        pen.words.plain("figure.graph.description", count=len(names)),
        tuple(_node(pen, name) for name in names),
        tuple(_edge(pen, source, target, not whole or _uses(edges, source) > 1) for source, target in edges),
    )
    key = "figure.graph" if whole else "figure.graph.route"
    words = {"known": pen.trace.known(pen.chain.root), "loss": Quantity(pen.chain.root)}
    return Picture(
        "graph", figure, pen.say(key, **words) if whole else pen.say(key, target=Quantity(first or ""), **words)
    )


def _all_names(pen: Pen) -> list[str]:
    """The quantities the root is computed from, in order; of several rows, those of the row in hand. A linear unit's a stands for its z."""
    root = pen.chain.root
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in found:
            for parent in _parents(pen, name):
                visit(parent)
            found[name] = None

    visit(root)
    return list(found)


def _parents(pen: Pen, name: str) -> list[str]:
    """What a quantity is computed from directly, passing through linear units."""
    formula = pen.graph[name].formula
    if formula is None:
        return []
    leaves = dict.fromkeys(
        part.name for part in walk(formula) if isinstance(part, Quantity) and pen.graph.locate(part.name)
    )
    found = pen.graph.locate(name)
    if found is not None and _is_linear_activation(pen, found[0]):
        return _parents(pen, next(iter(leaves)))
    return list(leaves)


def _is_linear_activation(pen: Pen, family: Family) -> bool:
    return family.kind == "activation" and family.rule == "linear"


def _names_on_route(pen: Pen, name: str | None) -> list[str]:
    """The quantities of one route, from the parameter to the loss, with what enters it at its foot."""
    if name is None:
        return []
    target = pen.chain.name_of(name)
    if not pen.chain.routes_total(target):
        return []
    route = pen.chain.routes(target, 1)[0]
    on_route = [name]
    for factor in reversed(route):
        pair = parse_derivative(factor.name)
        if pair is not None and not pair[0].startswith("loss") and pen.graph.locate(pair[0]) is not None:
            on_route.append(pair[0])
    on_route = [n for n in on_route if not _folded_z(pen, n)]
    on_route = [*dict.fromkeys(on_route), pen.chain.root]
    beside = [p for p in _parents(pen, on_route[1]) if p not in on_route and _beside(pen, name, p)]
    weights = [w for n in on_route[2:] for w in _parents(pen, n) if _joins(pen, w, on_route)]
    targets = [p for p in _parents(pen, pen.chain.root) if p.startswith("t[")][:1]
    return [*beside, *weights, *targets, *on_route]


def _beside(pen: Pen, name: str, other: str) -> bool:
    """Whether a quantity stands beside the parameter in hand: the input that its weight multiplies, the unit's bias."""
    own, parts = parse(name), parse(other)
    if own is None or parts is None:
        return False
    suffix = f"@{pen.chain.row}" if pen.chain.row is not None else ""
    layer, k = own.indices[0], own.indices[-1]
    source = f"x[{k}]{suffix}" if layer == 1 else f"a[{layer - 1}][{k}]{suffix}"
    return parts.base in ("b", "theta") or (own.base == "w" and other == source)


def _joins(pen: Pen, weight: str, on_route: list[str]) -> bool:
    """Whether a weight is the one a route runs over."""
    parts = parse(weight)
    if parts is None or parts.base != "w":
        return False
    layer, _, k = parts.indices
    suffix = f"@{pen.chain.row}" if pen.chain.row is not None else ""
    return f"a[{layer - 1}][{k}]{suffix}" in on_route


def _folded_z(pen: Pen, name: str) -> bool:
    found = pen.graph.locate(name)
    if found is None or found[0].kind != "pre-activation":
        return False
    return _is_linear_activation(pen, pen.graph.families[f"a[{found[0].layer}]"])


def _computed_as(pen: Pen, name: str) -> str:
    """The quantity whose formula holds the parents of `name`: of a linear unit its z."""
    found = pen.graph.locate(name)
    return name.replace("a", "z", 1) if found is not None and _is_linear_activation(pen, found[0]) else name


def _node(pen: Pen, name: str) -> GraphNode:
    found = pen.graph.locate(name)
    assert found is not None
    kinds: dict[str, Kind] = {
        "input": "input",
        "target": "input",
        "weight": "parameter",
        "bias": "parameter",
        "threshold": "parameter",
    }
    is_root = name == pen.chain.root
    kind: Kind = "output" if is_root else kinds.get(found[0].kind, "operation")
    above = Value(name) if is_root and pen.trace.known(name) else None
    return GraphNode(name, Quantity(name), kind, above, None)


def _uses(edges: list[tuple[str, str]], source: str) -> int:
    return sum(one == source for one, _ in edges)


def _edge(pen: Pen, source: str, target: str, part: bool) -> GraphEdge:
    """The forward value above; below, what flows back over this edge: a `part` of the gradient where the source enters elsewhere too."""
    above: Formula | None = Value(source) if pen.trace.known(source) else None
    family = pen.graph.locate(source)
    if family is not None and family[0].kind == "target":
        return GraphEdge(source, target, above, None)
    gradient = pen.chain.name_of(source)
    if part:
        through = _computed_as(pen, target)
        gradient = f"{pen.chain.name_of(through)}*d{through}/d{source}"
    return GraphEdge(source, target, above, Value(gradient) if pen.trace.known(gradient) else None)
