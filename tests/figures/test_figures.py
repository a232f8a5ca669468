"""Figures as data and their layout: nothing overlaps, nothing leaves the page, labels can be exchanged."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from derivegen.figures.drawing import COLOURS, PAGE_WIDTH, Arrow, Box, Circle, Drawing, Label, extent, lay_out, overlaps
from derivegen.figures.figure import (
    MOST_UNITS,
    Bias,
    Column,
    GraphEdge,
    GraphFigure,
    GraphNode,
    Link,
    Look,
    NetworkFigure,
    Text,
    Unit,
    shown,
    shown_columns,
)
from derivegen.figures.graph_columns import layers
from derivegen.figures.shapes import bounds, collisions
from derivegen.formula.tree import Call, Formula, Glyph, Number, Partial, Quantity, map_formulas
from tests.figures.dense import dense_links

Pair = tuple[Unit, Unit]


def network(
    widths: list[int], labels: Mapping[Pair, Text] | None = None, biases: tuple[Bias, ...] = ()
) -> NetworkFigure:
    """A dense network with a loss; a link with a label is one of the route."""
    labels = labels or {}
    columns = tuple(
        Column(tuple(Glyph("f", str(j + 1), f"({c})") for j in range(n)), f"hidden layer {c}")
        for c, n in enumerate(widths)
    )
    named = {pair: (label, Look(1.7)) for pair, label in labels.items()}
    links = tuple(
        Link(k.source, k.target, *named.get((k.source, k.target), (None, None))) for k in dense_links(widths, True)
    )
    return NetworkFigure("A network", "Layers of units.", columns, links, Glyph("L"), biases)


def one_route(widths: list[int], label: Text) -> dict[Pair, Text]:
    """A zigzag from the first column to the loss."""
    ends = [(c, 0 if c % 2 else n - 1) for c, n in enumerate(widths)] + [(len(widths), 0)]
    return dict.fromkeys(itertools.pairwise(ends), label)


def chain(length: int) -> GraphFigure:
    """x → × w1 → × w2 → … with values on every edge."""
    nodes = [GraphNode("x", Glyph("x"), "input")]
    edges = []
    for n in range(1, length + 1):
        before = "x" if n == 1 else f"m{n - 1}"
        nodes += [GraphNode(f"w{n}", Glyph("w", str(n)), "parameter"), GraphNode(f"m{n}", "×", "operation")]
        edges += [GraphEdge(source, f"m{n}", Number("0.1234"), Number("-0.0123")) for source in (before, f"w{n}")]
    nodes.append(GraphNode("L", Glyph("L"), "output", Number("0.0259"), Number("1")))
    return GraphFigure(
        "A chain", "A long product.", tuple(nodes), (*edges, GraphEdge(f"m{length}", "L", Number("0.1"), Number("1")))
    )


def twice() -> GraphFigure:
    """(a + b) · (b + 1), where b is used twice, times a by a long edge."""
    inputs = [GraphNode(n, n, "input") for n in "ab"]
    operations = [GraphNode(n, sign, "operation") for n, sign in (("p", "+"), ("q", "+"), ("m", "×"))]
    pairs = ["ap", "bp", "bq", "pm", "qm", "me", "ae"]
    edges = tuple(GraphEdge(p[0], p[1], Number("2"), Number("-3.5")) for p in pairs)
    return GraphFigure("Twice", "b is used twice.", (*inputs, *operations, GraphNode("e", Glyph("e"), "output")), edges)


def assert_readable(drawing: Drawing) -> None:
    """No overlaps, everything on the canvas, the canvas on the page, no text below 7 points."""
    assert overlaps(drawing) == []
    assert drawing.width <= PAGE_WIDTH + 1e-6
    for left, top, right, bottom in map(bounds, drawing.shapes):
        assert left >= 0 and top >= 0 and right <= drawing.width + 1e-6 and bottom <= drawing.height + 1e-6
    assert all(shape.size >= 7 - 1e-6 for shape in labels_of(drawing))


def labels_of(drawing: Drawing) -> list[Label]:
    return [shape for shape in drawing.shapes if isinstance(shape, Label)]


def arrows_of(drawing: Drawing) -> list[Arrow]:
    return [shape for shape in drawing.shapes if isinstance(shape, Arrow)]


def words(labels: Iterable[Label]) -> list[str]:
    return [label.content for label in labels if isinstance(label.content, str)]


LONG = [Glyph("w", "12,3", "(2)"), Number("-0.0123"), Partial(Glyph("L"), Glyph("w", "12,3", "(2)"))]


@pytest.mark.parametrize("label", LONG, ids=["weight", "number", "partial"])
@pytest.mark.parametrize("depth", range(1, 6))
@pytest.mark.parametrize("width", range(1, 9))
def test_route_labels_find_room_in_every_net(width: int, depth: int, label: Formula) -> None:
    drawing = lay_out(network([width] * depth, one_route([width] * depth, label)))
    assert_readable(drawing)
    assert drawing.left_out == ()


@pytest.mark.parametrize("widths", [[1, 8, 1], [8, 1, 8], [2, 7, 3, 5], [3, 4, 1], [5, 5, 5, 5, 1]])
def test_uneven_nets(widths: list[int]) -> None:
    biases = tuple(
        Bias(((c, j),), Glyph("b", f"{j + 1}", f"({c})")) for c, n in enumerate(widths) if c for j in range(n)
    )
    drawing = lay_out(network(widths, one_route(widths, LONG[0]), biases=biases))
    assert_readable(drawing)
    assert drawing.left_out == ()


def test_every_weight_of_a_small_net_is_labelled() -> None:
    every = {(k.source, k.target): LONG[0] for k in dense_links([2, 3, 2])}
    drawing = lay_out(network([2, 3, 2], every))
    assert_readable(drawing)
    assert drawing.left_out == ()


def test_every_link_of_two_routes_has_its_label() -> None:
    shared: dict[Pair, Text] = {
        ((0, 0), (1, 1)): "u",
        ((1, 1), (2, 0)): "v",
        ((1, 1), (2, 1)): "w",
        ((2, 0), (3, 0)): "p",
        ((2, 1), (3, 0)): "q",
    }
    drawing = lay_out(network([2, 3, 2], shared))
    assert_readable(drawing)
    assert {"u", "v", "w", "p", "q"} <= set(words(labels_of(drawing)))


def test_masked_links_are_not_drawn() -> None:
    figure = network([2, 2])
    masked = replace(figure, links=dense_links([2, 2], missing={((0, 0), (1, 1))}))
    assert len(arrows_of(lay_out(masked))) == 3


def test_a_link_over_a_column_runs_over_its_units() -> None:
    figure = network([1, 3, 1])
    drawing = lay_out(replace(figure, links=(*figure.links, Link((0, 0), (2, 0)))))
    assert collisions(drawing)[0] == 0


def test_a_shared_bias_is_passed_on_from_unit_to_unit() -> None:
    units = ((1, 0), (1, 1), (1, 2))
    figure = replace(network([2, 3, 1]), biases=(Bias(units, Glyph("b")),))
    drawing = lay_out(figure)
    assert len(arrows_of(drawing)) == len(figure.links) + 3
    assert sum(label.content == Glyph("b") for label in labels_of(drawing)) == 1
    assert_readable(drawing)
    assert collisions(drawing)[0] == 0


def test_a_link_within_a_column_runs_from_unit_to_unit() -> None:
    figure = network([2, 3])
    for other in (1, 2):
        drawing = lay_out(replace(figure, links=(*figure.links, Link((1, 0), (1, other), look=Look(1.7)))))
        assert_readable(drawing)
        assert collisions(drawing)[0] == 0


def test_targets_enter_the_loss() -> None:
    for texts in ((Glyph("t"),), (Glyph("expected", "1"), Glyph("expected", "2"))):
        drawing = lay_out(replace(network([2, 2]), targets=texts))
        assert_readable(drawing)
        assert set(texts) <= {label.content for label in labels_of(drawing)}


def test_what_is_shown_of_many() -> None:
    assert shown(8) == (0, 1, 2, 3, 4, 5, 6, 7)
    assert shown(784) == (0, 1, 2, 3, None, 783)
    assert shown(784, {400}) == (0, 1, 2, None, 400, None, 783)
    assert all(len(shown(50, set(range(0, 50, step)))) <= 2 * MOST_UNITS for step in range(1, 20))
    assert shown_columns(3) == (0, 1, 2) and shown_columns(30) == (0, 1, 2, None, 27, 28, 29)


def test_dots_stand_for_units_and_for_layers() -> None:
    columns = (Column(("x", None, "y"), "3 inputs"), Column((None,), "9 more layers"), Column(("z",), "out"))
    drawing = lay_out(NetworkFigure("", "", columns, (Link((0, 0), (1, 0)), Link((1, 0), (2, 0)))))
    assert_readable(drawing)
    dots = [s for s in drawing.shapes if isinstance(s, Circle) and not s.stroke]
    assert len(dots) == 6 and len({round(dot.centre[0]) for dot in dots}) == 4


@pytest.mark.parametrize("length", [1, 3, 6, 12, 40])
def test_long_chains_wrap_and_stay_readable(length: int) -> None:
    drawing = lay_out(chain(length))
    assert_readable(drawing)
    assert drawing.left_out == ()
    copies = [s for s in drawing.shapes if isinstance(s, Circle | Box) and s.dashed]
    assert bool(copies) == (length > 9)


def test_chain_of_operations_is_straight() -> None:
    heights = {
        round(s.centre[1], 1)
        for s in lay_out(chain(5)).shapes
        if isinstance(s, Circle) and s.fill in ("paper", "output")
    }
    assert len(heights) == 1


def test_long_edges_keep_clear_of_nodes_and_values_stand_on_their_side() -> None:
    drawing = lay_out(twice())
    assert_readable(drawing)
    assert collisions(drawing)[0] == 0
    assert {label.role for label in labels_of(drawing)} == {"ink", "forward", "backward"}


def test_twin_edges_are_told_apart() -> None:
    nodes = (GraphNode("x", "x", "input"), GraphNode("s", "×", "operation"))
    edge = GraphEdge("x", "s", Number("2"), Number("2"))
    first, second = arrows_of(lay_out(GraphFigure("x²", "x times x", nodes, (edge, edge))))
    assert first.points[1] != second.points[1]


def test_leaves_stand_where_they_are_first_used_and_circles_are_refused() -> None:
    assert layers(chain(4))["w4"] == 3
    knot = GraphFigure(
        "",
        "",
        (GraphNode("a", "a", "operation"), GraphNode("b", "b", "operation")),
        (GraphEdge("a", "b"), GraphEdge("b", "a")),
    )
    with pytest.raises(ValueError, match="circle"):
        lay_out(knot)


def test_map_formulas_reaches_every_formula_and_leaves_words() -> None:
    figure = NetworkFigure(
        "t",
        "d",
        (Column((Quantity("x[1]"),), "in"),),
        (Link((0, 0), (1, 0), Quantity("w[1]")),),
        Quantity("loss"),
        (Bias(((0, 0),), Quantity("b[1]")),),
    )
    changed = map_formulas(figure, lambda f: Glyph(f.name.upper()) if isinstance(f, Quantity) else f)
    assert changed.columns == (Column((Glyph("X[1]"),), "in"),)
    assert (changed.links[0].label, changed.loss, changed.biases[0].label) == (
        Glyph("W[1]"),
        Glyph("LOSS"),
        Glyph("B[1]"),
    )
    graph = map_formulas(chain(1), lambda f: Number("7"))
    assert graph.edges[0].above == Number("7") and graph.nodes[-1].below == Number("7")


def test_layout_is_the_same_every_time() -> None:
    assert lay_out(chain(12)) == lay_out(chain(12))


def test_overlaps_are_found() -> None:
    label = Label((10, 10), "ab", 9)
    other = Label((12, 12), "cd", 9)
    node = Circle((20, 10), 8, "paper")
    assert len(overlaps(Drawing(50, 50, (label, other, node)))) == 3


def test_colours_of_node_kinds_differ_from_their_outline() -> None:
    assert all(sum(COLOURS[kind]) > sum(COLOURS["line"]) + 300 for kind in ("input", "hidden", "parameter", "output"))


def test_extent_grows_with_the_label() -> None:
    assert extent(Number("-0.0123"), 9)[0] > extent(Number("0.01"), 9)[0]
    assert extent(Call("sigmoid", (Glyph("z"),)), 9)[0] > extent(Glyph("z"), 9)[0]
