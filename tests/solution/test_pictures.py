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
from derivegen.document.verify import Judge, figure_formulas
from derivegen.figures.drawing import PAGE_WIDTH, Drawing, Label, lay_out, overlaps
from derivegen.figures.figure import Bias, GraphFigure, Link, NetworkFigure
from derivegen.figures.plot import Mark
from derivegen.figures.shapes import bounds
from derivegen.formula.tree import ONE, Compare, Formula, Quantity, Value, map_formulas, values_in
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


def figure_of(picture: Picture) -> NetworkFigure:
    assert isinstance(picture.figure, NetworkFigure)
    return picture.figure


def on_the_way(picture: Picture) -> list[Link]:
    """The links that are drawn darker than the rest."""
    return [link for link in figure_of(picture).links if link.look is not None and link.look.role != "pale"]


def marks(picture: Picture) -> dict[str, tuple[str, ...]]:
    """The marks by what is printed beside them: the names of numbers."""
    figure = figure_of(picture)
    groups = [note.above + note.below for note in figure.notes]
    groups += [group for each in (*figure.links, *figure.biases) if isinstance(group := _pieces(each), tuple)]
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        key = "".join(piece.text for piece in group if isinstance(piece, Mark))
        if key:
            found[key] = tuple(piece.name for piece in group if isinstance(piece, Value))
    return found


def _pieces(each: Link | Bias) -> object:
    return each.label if isinstance(each, Link) else each.factor


def test_an_outputs_weight_has_its_three_factors() -> None:
    pen = pen_of(network([2, 3, 1]))
    picture = network_picture(pen, "w[2][1][3]")
    assert marks(picture) == {"1": ("dloss/da[2][1]",), "2": ("da[2][1]/dz[2][1]",), "3": ("a[1][3]",)}
    assert {(link.source, link.target) for link in on_the_way(picture)} == {((1, 2), (2, 0)), ((2, 0), (3, 0))}
    assert "from hidden unit 3 to output unit 1, and from there one to the loss" in picture.figure.description


def test_what_comes_back_over_several_units_is_told_apart() -> None:
    pen = pen_of(network([3, 3, 3, 2], biases={"seed": 1}))
    picture = network_picture(pen, "w[2][1][3]")
    assert marks(picture) == {
        "1a": ("w[3][1][1]",),
        "1b": ("w[3][2][1]",),
        "2": ("da[2][1]/dz[2][1]",),
        "3": ("a[1][3]",),
    }
    dashes = [link.look.dash for link in on_the_way(picture) if link.look and link.source == (2, 0)]
    assert len(set(dashes)) == 2
    written_at = {note.unit: note.above + note.below for note in figure_of(picture).notes if note.unit[0] == 3}
    assert [values_of(pieces) for pieces in written_at.values()] == [["dloss/dz[3][1]"], ["dloss/dz[3][2]"]]


def values_of(pieces: tuple[object, ...]) -> list[str]:
    return [name for piece in pieces if isinstance(piece, Formula) for name in values_in(piece)]


def test_over_many_units_the_sum_alone_is_printed() -> None:
    pen = pen_of(network([2, 2, 5, 1]))
    picture = network_picture(pen, "w[1][2][1]")
    assert marks(picture)["1"] == ("dloss/da[1][2]",)
    assert len(on_the_way(picture)) == 1 + 5 + 5 + 1


def test_a_bias_is_multiplied_by_one_and_a_linear_unit_has_no_second_mark() -> None:
    pen = pen_of("example:article-004")
    assert set(marks(network_picture(pen, "b[1][1]"))) == {"1", "2", "3"}
    assert set(marks(network_picture(pen, "b[2][1]"))) == {"1", "3"}
    factor = figure_of(network_picture(pen, "b[1][1]")).biases[0].factor
    assert factor == (Mark(3), ONE)


def test_output_and_loss_that_belong_together_have_one_factor() -> None:
    pen = pen_of("example:softmax-2-3-2")
    assert marks(network_picture(pen, "w[2][1][1]"))["12"] == ("dloss@1/dz[2][1]",)
    assert any(column.joint for column in figure_of(network_picture(pen)).columns)


def test_without_numbers_there_are_marks() -> None:
    picture = network_picture(pen_of("example:symbolic"), "w[1][1][1]")
    assert {"2", "3"} <= set(marks(picture))
    assert not any(marks(picture).values())


def test_a_masked_unit_is_no_way() -> None:
    file = network([2, 2, 2, 1])
    file["layer"][1]["connections"] = [[1, 0], [1, 1]]
    pen = pen_of(file)
    picture = network_picture(pen, "w[1][2][1]")
    assert {(link.source, link.target) for link in on_the_way(picture)} == {
        ((0, 0), (1, 1)),
        ((1, 1), (2, 1)),
        ((2, 1), (3, 0)),
        ((3, 0), (4, 0)),
    }
    assert (2, 0) in figure_of(picture).faded


def test_a_shared_bias_stands_once_and_enters_every_unit() -> None:
    pen = pen_of(network([2, 2, 1], biases=0.5))
    figure = figure_of(network_picture(pen))
    assert next((bias.units, bias.label) for bias in figure.biases) == (
        ((1, 0), (1, 1)),
        Compare(Quantity("b[1]"), "=", Value("b[1]")),
    )
    shared = network_picture(pen, "b[1]")
    assert [values_of(note.above + note.below) for note in figure_of(shared).notes] == [
        ["dloss/dz[1][1]"],
        ["dloss/dz[1][2]"],
    ]
    assert "the bias that a layer shares" in shared.figure.description


def test_small_networks_have_their_numbers_on_their_links_unless_they_are_not_wanted() -> None:
    pen = pen_of(network([2, 2, 1], biases=0.5))
    numbers = {
        name
        for link in figure_of(network_picture(pen)).links
        if isinstance(link.label, Formula)
        for name in values_in(link.label)
    }
    assert numbers == {name for name in pen.graph.parameters if name.startswith("w")}
    document = Document("", (network_picture(pen, numbers=False),))
    assert not [name for _, tree in figure_formulas(document) for name in values_in(tree)]


@pytest.mark.parametrize("name", [None, "w[1][1][1]", "w[2][2][2]", "b[1]"])
def test_every_number_in_a_network_is_the_traces(name: str | None) -> None:
    pen = pen_of(network([2, 2, 2], biases=0.5))
    Judge(pen.trace, pen.notation).document(Document("", (network_picture(pen, name),)))


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
    reached = {link.source[0] for link in on_the_way(picture)}
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
    ends = sorted(((link.target, link.source) for link in on_the_way(network_picture(pen, "w[2][2][4]"))), reverse=True)
    assert all(before[1] == after[0] for before, after in pairwise(ends)) and ends[0][0] == (4, 0)


@pytest.mark.parametrize("name", ["article-004", "graph-product", "graph-shared"])
def test_every_number_of_the_flow_is_the_traces(name: str) -> None:
    pen = pen_of(f"example:{name}")
    pictures = flow_pictures(pen)
    assert pictures is not None
    Judge(pen.trace, choose(pen.graph, pen.graph.network.notation)).document(Document("", pictures))
