"""The pictures of a computation: which quantities are in hand goes in; the computation graph, and for a small one the
forward and the backward flow through it, come out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from derivegen.document.blocks import Picture
from derivegen.document.pen import Pen
from derivegen.figures.figure import GraphEdge, GraphFigure, GraphNode, Kind
from derivegen.formula.tree import LEAVES, ONE, Formula, Quantity, Value, walk
from derivegen.network.family import Family
from derivegen.network.names import derivative, parse, parse_derivative
from derivegen.network.walks import in_order

GRAPH_UP_TO = 18
"""Quantities in a computation graph; of a larger network only the route in hand is drawn."""
VISITED_UP_TO = 200
"""Quantities of a network whose own are looked through one by one; a larger one has more than can be drawn of any row."""
FLOW_UP_TO = 12
"""Quantities in the two pictures of the flow; a larger network has none."""
LEAVES_UNDER_NODE = 5
"""Symbols and numbers in a formula that still stands under its node."""


def computation_picture(pen: Pen, wanted: Iterable[str]) -> Picture | None:
    """The computation graph: of the whole network where it is small, else of the route to the first wanted quantity; of a large `[graph]`,
    which has no layers to tell routes apart by, its end."""
    own = not pen.graph.layered
    names = _all_names(pen) if own or pen.graph.size <= VISITED_UP_TO else []
    size, whole = len(names), 0 < len(names) <= GRAPH_UP_TO
    first = next(iter(wanted), None)
    if not whole:
        names = _nearest(pen, names) if own else _names_on_route(pen, first)
    if len(names) < 2 or len(names) > 2 * GRAPH_UP_TO:
        return None
    kept = set(names)
    edges = [(source, target) for target in names for source in _parents(pen, target) if source in kept]
    figure = GraphFigure(
        pen.words.plain("figure.graph.title"),
        pen.words.plain("figure.graph.description", count=len(names), known=pen.trace.known(pen.chain.root)),
        tuple(_node(pen, name) for name in names),
        tuple(_edge(pen, source, target, not whole or _uses(edges, source) > 1) for source, target in edges),
    )
    words = {"known": pen.trace.known(pen.chain.root), "loss": Quantity(pen.chain.root)}
    if whole:
        return Picture("graph", figure, pen.say("figure.graph", **words))
    if own:
        return Picture("graph", figure, pen.say("graph.picture.end", count=len(names) - 1, size=size, **words))
    return Picture("graph", figure, pen.say("figure.graph.route", target=Quantity(first or ""), **words))


def flow_pictures(pen: Pen) -> tuple[Picture, Picture] | None:
    """The values on their way forward and the derivatives on their way back, for up to 12 quantities."""
    visited = not pen.graph.layered or pen.graph.size <= VISITED_UP_TO
    names = _all_names(pen) if visited else []
    if not 2 < len(names) <= FLOW_UP_TO:
        return None
    edges = [(source, target) for target in names for source in _parents(pen, target)]
    words = {"loss": Quantity(pen.chain.root), "known": pen.trace.known(pen.chain.root)}
    joined = any(_uses(edges, source) > 1 for source, _ in edges)
    back = [(target, source) for source, target in reversed(edges) if not _is_target(pen, source)]
    forward = GraphFigure(
        pen.words.plain("figure.forward.title"),
        pen.words.plain("figure.forward.description", count=len(names), listing=_arrows_in_words(edges)),
        tuple(_forward_node(pen, name) for name in names),
        tuple(GraphEdge(source, target, _value(pen, source)) for source, target in edges),
    )
    backward = GraphFigure(
        pen.words.plain("figure.backward.title"),
        pen.words.plain("figure.backward.description", count=len(names), listing=_arrows_in_words(back)),
        tuple(_backward_node(pen, name) for name in names),
        tuple(_backward_edge(pen, source, target) for source, target in edges),
    )
    return (
        Picture("forward-flow", forward, pen.say("figure.forward", **words)),
        Picture("backward-flow", backward, pen.say("figure.backward", joined=joined, **words)),
    )


def _arrows_in_words(edges: Iterable[tuple[str, str]]) -> str:
    """Every arrow as its two ends, by their canonical names."""
    return ", ".join(f"{start} → {end}" for start, end in edges)


def _value(pen: Pen, name: str) -> Value | None:
    return Value(name) if pen.trace.known(name) else None


def _forward_node(pen: Pen, name: str) -> GraphNode:
    """A quantity with its formula if that is short; the last one has its value above."""
    formula = pen.graph[_computed_as(pen, name)].formula
    short = formula is not None and sum(type(part) in LEAVES for part in walk(formula)) <= LEAVES_UNDER_NODE
    return GraphNode(
        name,
        Quantity(name),
        _kind(pen, name),
        _value(pen, name) if name == pen.chain.root else None,
        formula=formula if short else None,
    )


def _backward_node(pen: Pen, name: str) -> GraphNode:
    """A quantity with the derivative of the root with respect to it below."""
    below: Formula | None = None
    if name == pen.chain.root:
        below = ONE
    elif not _is_target(pen, name):
        below = _value(pen, pen.chain.name_of(name))
    return GraphNode(name, Quantity(name), _kind(pen, name), None, below)


def _backward_edge(pen: Pen, source: str, target: str) -> GraphEdge:
    """Against the arrow of the computation: the derivative of what it leads to by where it comes from."""
    if _is_target(pen, source):
        return GraphEdge(source, target)
    local = derivative(_computed_as(pen, target), source)
    return GraphEdge(source, target, Quantity(local), _value(pen, local), back=True)


def _is_target(pen: Pen, name: str) -> bool:
    found = pen.graph.locate(name)
    return found is not None and found[0].kind == "target"


def _all_names(pen: Pen) -> list[str]:
    """The quantities the root is computed from, in order; of several rows, those of the row in hand. A linear unit's a stands for its z."""
    return [*in_order([pen.chain.root], lambda name: _parents(pen, name))]


def _nearest(pen: Pen, names: Sequence[str]) -> list[str]:
    """The root and the quantities reached from it over the fewest links, as many as a picture holds, in the order of the names."""
    waiting = deque([pen.chain.root])
    found = {pen.chain.root}
    while waiting and len(found) < GRAPH_UP_TO:
        parents = [parent for parent in _parents(pen, waiting.popleft()) if parent not in found]
        found.update(parents[: GRAPH_UP_TO - len(found)])
        waiting.extend(parents)
    return [name for name in names if name in found]


def _parents(pen: Pen, name: str) -> list[str]:
    """What a quantity is computed from directly, passing through linear units."""
    formula = pen.graph[name].formula
    if formula is None:
        return []
    leaves = dict.fromkeys(
        part.name for part in walk(formula) if isinstance(part, Quantity) and pen.graph.locate(part.name)
    )
    found = pen.graph.locate(name)
    if found is not None and _is_linear_activation(found[0]):
        return _parents(pen, next(iter(leaves)))
    return list(leaves)


def _is_linear_activation(family: Family) -> bool:
    return family.kind == "activation" and family.is_identity


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
    targets = [p for p in _parents(pen, pen.chain.root) if pen.graph.kind_of(p) == "target"][:1]
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
    return _is_linear_activation(pen.graph.families[f"a[{found[0].layer}]"])


def _computed_as(pen: Pen, name: str) -> str:
    """The quantity whose formula holds the parents of `name`: of a linear unit its z."""
    found = pen.graph.locate(name)
    return name.replace("a", "z", 1) if found is not None and _is_linear_activation(found[0]) else name


def _node(pen: Pen, name: str) -> GraphNode:
    above = Value(name) if name == pen.chain.root and pen.trace.known(name) else None
    return GraphNode(name, Quantity(name), _kind(pen, name), above, None)


def _kind(pen: Pen, name: str) -> Kind:
    found = pen.graph.locate(name)
    assert found is not None
    kinds: dict[str, Kind] = {
        "input": "input",
        "target": "input",
        "weight": "parameter",
        "bias": "parameter",
        "threshold": "parameter",
    }
    return "output" if name == pen.chain.root else kinds.get(found[0].kind, "operation")


def _uses(edges: list[tuple[str, str]], source: str) -> int:
    return sum(one == source for one, _ in edges)


def _edge(pen: Pen, source: str, target: str, part: bool) -> GraphEdge:
    """The forward value above; below, what flows back over this edge: a `part` of the gradient where the source enters elsewhere too."""
    above = _value(pen, source)
    if _is_target(pen, source):
        return GraphEdge(source, target, above, None)
    gradient = pen.chain.name_of(source)
    if part:
        through = _computed_as(pen, target)
        gradient = f"{pen.chain.name_of(through)}*d{through}/d{source}"
    return GraphEdge(source, target, above, Value(gradient) if pen.trace.known(gradient) else None)
