"""The pictures a document draws of a network: routes, names of weights, words for listeners, and no overlap in any
notation."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.document.blocks import Document, Picture
from derivegen.document.inscribe import written
from derivegen.document.pen import Pen, pen_over
from derivegen.document.press import press
from derivegen.document.verify import Judge
from derivegen.figures.drawing import PAGE_WIDTH, Drawing, Label, lay_out, overlaps
from derivegen.figures.figure import GraphFigure, Link, NetworkFigure
from derivegen.figures.shapes import bounds
from derivegen.formula.tree import Quantity, map_formulas
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.notation.choose import choose
from derivegen.render.environment import Templates
from derivegen.solution.graph_pictures import computation_picture, flow_pictures
from derivegen.solution.pictures import network_picture
from tests.often import times

TEMPLATES = Templates()
NOTATIONS = ("indexed", "superscript", "rows", "numbered", "layers", "nielsen", "net-out")


def network(widths: Iterable[int], notation: str = "indexed", rows: int = 1, **layer: Any) -> dict[str, Any]:
    """A sigmoid network whose numbers come from seeds; `layer` is what every layer has beside."""
    inputs, *units = widths
    layers = [{"units": n, "activation": "sigmoid", "weights": {"seed": 1}} | layer for n in units]
    data = {"inputs": [[0.5] * inputs] * rows, "targets": [[1] * units[-1]] * rows}
    return {"notation": notation, "data": data, "layer": layers, "loss": {"name": "half_squared_error"}}


def pen_of(file: dict[str, Any] | str) -> Pen:
    graph = build(load(file))
    trace = Trace(graph, derive(graph), Rounding(4, None, "exact"))
    return pen_over(press(graph, TEMPLATES), trace)


def laid_out(pen: Pen, picture: Picture) -> Drawing:
    notation = choose(pen.graph, pen.graph.network.notation)
    return lay_out(map_formulas(picture.figure, lambda tree: written(tree, notation, pen.trace)))


def assert_readable(drawing: Drawing) -> None:
    assert overlaps(drawing) == []
    assert drawing.width <= PAGE_WIDTH + 1e-6
    assert min(s.size for s in drawing.shapes if isinstance(s, Label)) >= 7 - 1e-6
    for left, top, right, bottom in map(bounds, drawing.shapes):
        assert left >= 0 and top >= 0 and right <= drawing.width + 1e-6 and bottom <= drawing.height + 1e-6


@pytest.mark.parametrize("seed", range(times(5, 12)))
def test_no_label_overlaps_or_leaves_the_page(seed: int) -> None:
    chance = random.Random(seed)
    for notation in NOTATIONS:
        widths = [chance.randint(1, 8) for _ in range(chance.randint(2, 6))]
        bias: dict[str, Any] = chance.choice([{"biases": {"seed": 1}}, {"biases": 0.5}, {"biases": False}])
        pen = pen_of(network(widths, notation, chance.choice([1, 3]), **bias))
        for name in (None, *chance.sample(pen.graph.parameters, min(3, len(pen.graph.parameters)))):
            assert_readable(laid_out(pen, network_picture(pen, name)))


def routed(picture: Picture) -> list[Link]:
    assert isinstance(picture.figure, NetworkFigure)
    return [link for link in picture.figure.links if link.routes]


def test_a_single_route_has_its_factors_beside_it() -> None:
    pen = pen_of("example:article-000")
    picture = network_picture(pen, "w[1][4][3]")
    assert isinstance(picture.figure, NetworkFigure)
    beside = {(link.source, link.target): link.label for link in routed(picture)}
    assert beside == {
        ((2, 0), (3, 0)): Quantity("dloss/da[2][1]"),
        ((1, 3), (2, 0)): Quantity("dz[2][1]/da[1][4]"),
        ((0, 2), (1, 3)): Quantity("dz[1][4]/dw[1][4][3]"),
    }
    assert {(r.unit, r.text) for r in picture.figure.remarks} == {
        ((2, 0), Quantity("da[2][1]/dz[2][1]")),
        ((1, 3), Quantity("da[1][4]/dz[1][4]")),
    }
    assert "from the loss back over output unit 1 and hidden unit 4 to its weight from input 3" in (
        picture.figure.description
    )


def test_every_factor_of_a_single_route_stands_once() -> None:
    pen = pen_of("example:article-000")
    for name in ("w[2][1][1]", "b[1][2]", "b[2][1]"):
        picture = network_picture(pen, name)
        assert isinstance(picture.figure, NetworkFigure)
        texts = [link.label for link in picture.figure.links if link.label] + [r.text for r in picture.figure.remarks]
        texts += [bias.factor for bias in picture.figure.biases]
        (route,) = pen.chain.routes(pen.chain.name_of(name))
        assert sorted(t.name for t in texts if isinstance(t, Quantity)) == sorted(factor.name for factor in route)


def test_a_few_routes_are_told_apart_and_many_are_marked() -> None:
    pen = pen_of(network([3, 3, 3, 2], biases={"seed": 1}))
    few = network_picture(pen, "b[2][1]")
    assert {number for link in routed(few) for number in link.routes} == {1, 2}
    assert "route 2 over output unit 2" in few.figure.description
    many = network_picture(pen, "w[1][1][1]")
    assert {link.routes for link in routed(many)} == {(1,)}
    assert len(routed(many)) == 1 + 3 + 6 + 2
    assert "6 routes" in many.figure.description


def test_a_masked_unit_is_no_way() -> None:
    file = network([2, 2, 2, 1])
    file["layer"][1]["connections"] = [[1, 0], [1, 1]]
    pen = pen_of(file)
    picture = network_picture(pen, "w[1][2][1]")
    assert {(link.source, link.target) for link in routed(picture)} == {
        ((0, 0), (1, 1)),
        ((1, 1), (2, 1)),
        ((2, 1), (3, 0)),
        ((3, 0), (4, 0)),
    }


def test_a_shared_bias_stands_once_and_its_routes_end_there() -> None:
    pen = pen_of(network([2, 2, 1], biases=0.5))
    figure = network_picture(pen).figure
    assert isinstance(figure, NetworkFigure)
    assert next((bias.units, bias.label) for bias in figure.biases) == (((1, 0), (1, 1)), Quantity("b[1]"))
    route = network_picture(pen, "b[1]").figure
    assert isinstance(route, NetworkFigure)
    assert [bias.routes for bias in route.biases] == [(1, 2)]
    assert "the bias that layer 1 shares" in route.description


def test_a_wide_network_costs_few_shapes() -> None:
    pen = pen_of(network([784, 128, 10]))
    for name in (None, "w[1][50][400]", "w[2][3][60]"):
        drawing = laid_out(pen, picture := network_picture(pen, name))
        assert_readable(drawing)
        assert len(drawing.shapes) < 150
        assert isinstance(picture.figure, NetworkFigure)
        assert picture.figure.columns[0].caption == "784 inputs"


@pytest.mark.parametrize("widths", [[2] * 13, [1] * 12])
def test_routes_of_a_deep_network_pass_the_dots(widths: list[int]) -> None:
    pen = pen_of(network(widths))
    picture = network_picture(pen, "w[1][1][1]")
    reached = {link.source[0] for link in routed(picture)}
    assert reached == set(range(7))
    assert overlaps(laid_out(pen, picture)) == []


def test_columns_carry_the_index_of_the_notation() -> None:
    counted, plain = (network_picture(pen_of(network([2, 2, 1], name))).figure for name in ("nielsen", "indexed"))
    assert isinstance(counted, NetworkFigure) and isinstance(plain, NetworkFigure)
    assert [column.caption for column in counted.columns] == ["inputs (1)", "hidden layer (2)", "output layer (3)"]
    assert [column.caption for column in plain.columns] == ["inputs", "hidden layer", "output layer"]


def test_the_flow_goes_forward_with_values_and_back_with_derivatives() -> None:
    pen = pen_of("example:article-004")
    pictures = flow_pictures(pen)
    assert pictures is not None
    forward, backward = (picture.figure for picture in pictures)
    assert isinstance(forward, GraphFigure) and isinstance(backward, GraphFigure)
    assert [(e.source, e.target) for e in forward.edges] == [(e.source, e.target) for e in backward.edges]
    assert not any(edge.back for edge in forward.edges)
    assert {e.source for e in backward.edges if not e.back} == {"t[1]"}
    local = {(e.source, e.target): e.above for e in backward.edges if e.back}
    assert local["w[1][1][1]", "z[1][1]"] == Quantity("dz[1][1]/dw[1][1][1]")
    assert local["a[1][1]", "a[2][1]"] == Quantity("dz[2][1]/da[1][1]")
    for picture in pictures:
        assert_readable(laid_out(pen, picture))


def test_a_larger_network_has_no_flow() -> None:
    assert flow_pictures(pen_of("example:article-000")) is None


@pytest.mark.parametrize("number", range(5))
def test_labels_of_the_examples_graphs_do_not_touch(number: int) -> None:
    pen = pen_of(f"example:article-00{number}")
    names = [name for name in pen.graph.parameters if name.startswith("w")]
    for name in (names[0], names[-1]):
        picture = computation_picture(pen, [name])
        assert picture is not None
        assert_readable(laid_out(pen, picture))


def test_a_way_is_drawn_without_a_gap() -> None:
    pen = pen_of(network([3, 4, 2, 1]))
    (route,) = pen.chain.routes(pen.chain.name_of("w[2][2][4]"))
    assert route
    ends = sorted(((link.target, link.source) for link in routed(network_picture(pen, "w[2][2][4]"))), reverse=True)
    assert all(before[1] == after[0] for before, after in pairwise(ends)) and ends[0][0] == (4, 0)


@pytest.mark.parametrize("name", ["article-004", "graph-product", "graph-shared"])
def test_every_number_of_the_flow_is_the_traces(name: str) -> None:
    pen = pen_of(f"example:{name}")
    pictures = flow_pictures(pen)
    assert pictures is not None
    Judge(pen.trace, choose(pen.graph, pen.graph.network.notation)).document(Document("", pictures))
