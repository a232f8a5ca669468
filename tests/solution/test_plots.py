"""Curves with tangents, outputs beside targets: what is drawn is the function itself, what is printed is judged, nothing is covered."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest

from derivegen.document.blocks import Picture
from derivegen.document.pen import Pen
from derivegen.document.verify import Judge, figure_formulas
from derivegen.figures.drawing import COLOURS, Drawing, lay_out
from derivegen.figures.plot import CurveFigure, TargetsFigure
from derivegen.figures.shapes import Arrow, Label, bounds, crosses
from derivegen.formula.tree import Value, walk
from derivegen.solution.curve_pictures import loss_picture, slope_picture
from derivegen.solution.sampled import reach, sampled
from derivegen.solution.targets_picture import targets_picture
from tests.solution.test_pictures import assert_readable, laid_out, network, pen_of

BOTH = {
    "data": {"inputs": [[0.05, 0.10]], "targets": [[0.01, 0.99]]},
    "layer": [
        {"units": 2, "activation": "sigmoid", "weights": [[0.15, 0.20], [0.25, 0.30]], "biases": 0.35},
        {"units": 2, "activation": "sigmoid", "weights": [[0.40, 0.45], [0.50, 0.55]], "biases": 0.60},
    ],
    "loss": {"name": "half_squared_error"},
}


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def loss_at(w: float) -> float:
    """The loss of BOTH over w[2][1][1], by hand."""
    h = [sigmoid(0.3775), sigmoid(0.3925)]
    o = [sigmoid(w * h[0] + 0.45 * h[1] + 0.6), sigmoid(0.5 * h[0] + 0.55 * h[1] + 0.6)]
    return ((o[0] - 0.01) ** 2 + (o[1] - 0.99) ** 2) / 2


def curve(picture: Picture | None) -> CurveFigure:
    assert picture is not None and isinstance(picture.figure, CurveFigure)
    return picture.figure


def judged(pen: Pen, *pictures: Picture) -> set[str]:
    """The numbers printed in pictures, each found true."""
    document = pen.press.document("", pictures)
    Judge(pen.trace, pen.notation).document(document)
    return {part.name for _, tree in figure_formulas(document) for part in walk(tree) if isinstance(part, Value)}


def test_the_curve_of_a_unit_is_its_activation_and_touches_the_tangent_at_z() -> None:
    pen = pen_of(BOTH)
    picture = slope_picture(pen, "z[2][1]")
    figure = curve(picture)
    assert all(math.isclose(y, sigmoid(x), rel_tol=1e-12) for x, y in figure.samples)
    assert figure.at in figure.samples or figure.at[1] == pytest.approx(sigmoid(figure.at[0]))
    assert figure.slope == pytest.approx(0.186815602)
    assert [height for height, _ in figure.levels] == [0, 1]
    assert picture is not None and judged(pen, picture) == {"z[2][1]", "da[2][1]/dz[2][1]"}


def test_the_loss_over_one_weight_is_the_loss_with_all_else_fixed() -> None:
    pen = pen_of(BOTH)
    picture = loss_picture(pen, "w[2][1][1]")
    figure = curve(picture)
    assert all(y == pytest.approx(loss_at(x), rel=1e-12) for x, y in figure.samples)
    assert figure.at == (0.4, pytest.approx(0.298371109)) and figure.slope == pytest.approx(0.0821670406)
    assert figure.samples[0][0] < 0.4 < figure.samples[-1][0] and figure.downhill
    assert picture is not None and judged(pen, picture) == {"w[2][1][1]", "loss", "dloss/dw[2][1][1]"}


def test_one_row_is_followed_and_a_name_may_leave_it_out() -> None:
    pen = pen_of(network([2, 2, 1], rows=3, biases=0.5))
    named, plain = slope_picture(pen, "z[1][1]@1"), slope_picture(pen, "z[1][1]")
    assert named is not None and named == plain
    figure = curve(loss_picture(pen, "w[1][1][1]"))
    assert figure.at[1] == pytest.approx(pen.trace.number("loss@1"))


@pytest.mark.parametrize("activation", ["linear", "softmax", "abstract"])
def test_a_unit_without_a_curve_of_its_own_has_none(activation: str) -> None:
    pen = pen_of(network([2, 2], activation=activation))
    assert slope_picture(pen, "z[1][1]") is None


def test_without_numbers_there_is_nothing_to_plot() -> None:
    pen = pen_of("example:symbolic")
    assert (slope_picture(pen, "z[1][1]"), loss_picture(pen, "w[1][1][1]"), targets_picture(pen)) == (None, None, None)


def test_a_large_network_has_its_loss_plotted_too() -> None:
    pen = pen_of(network([40, 60, 3]))
    assert pen.trace.in_arrays
    figure = curve(loss_picture(pen, "w[2][1][1]"))
    low, high = figure.samples[0], figure.samples[-1]
    assert low[0] < figure.at[0] < high[0] and low[1] != high[1]


def test_outputs_stand_on_a_scale_that_holds_them_and_their_targets() -> None:
    pen = pen_of(BOTH)
    picture = targets_picture(pen)
    assert picture is not None and isinstance(picture.figure, TargetsFigure)
    figure = picture.figure
    assert (figure.least, figure.greatest) == (0, 1)
    assert [line.target for line in figure.lines] == [0.01, 0.99]
    assert judged(pen, picture) == {"a[2][1]", "a[2][2]", "t[1]", "t[2]"}
    beyond = BOTH | {"data": {"inputs": [[0.05, 0.10]], "targets": [[-3.0, 0.99]]}}
    wide = targets_picture(pen_of(beyond))
    assert wide is not None and isinstance(wide.figure, TargetsFigure) and wide.figure.least < -3
    assert targets_picture(pen_of(network([1, 7]))) is None


def test_samples_are_close_where_a_function_bends_and_end_where_it_ends() -> None:
    kink = sampled(lambda x: max(0.0, x), -3.0, 5.0, 1.3)
    corner = min(kink, key=lambda each: abs(each[0]))
    assert abs(corner[0]) < 0.01 and len(kink) < 30
    assert sampled(math.log, -1.0, 3.0, 1.0)[0][0] > 0
    assert len(sampled(lambda x: 2 * x, -1.0, 1.0, 0.0)) == 2


def test_how_far_one_looks_for_a_bend() -> None:
    assert reach(lambda x: x * x, 1.0, 2.0) == 2.0  # the lowest point is seen
    assert reach(lambda x: 3 * x, 0.5, 3.0) == 1.0
    assert reach(lambda x: 1.0, 7.0, 0.0) == 7.0
    assert reach(math.log, 0.25, 4.0) < 0.25
    assert reach(lambda x: sigmoid(1000 * x), 0.0, 250.0) < 0.05


PLOTTED = [
    BOTH,
    "example:xor",
    "example:relu-kink",
    "example:article-004",
    network([2, 3, 3], activation="silu", biases={"seed": 2}),
    network([2, 3, 3], activation="elu", biases={"seed": 2}),
    network([1, 2, 6], activation="tanh", biases=-0.7) | {"document": {"language": "de", "style": "print"}},
]


@pytest.mark.parametrize("file", PLOTTED)
def test_every_label_is_clear_of_curve_and_tangent(file: dict[str, Any] | str) -> None:
    pen = pen_of(file)
    row = "" if pen.chain.row is None else f"@{pen.chain.row}"
    units = [f"z[{layer.number}][{j}]{row}" for layer in pen.graph.stack for j in range(1, layer.units + 1)]
    found = [slope_picture(pen, z) for z in units] + [loss_picture(pen, name) for name in pen.graph.parameters[:6]]
    pictures = [picture for picture in found if picture is not None]
    assert pictures
    for picture in pictures:
        drawing = laid_out(pen, picture)
        assert_readable(drawing)
        assert struck(drawing) == []
    targets = targets_picture(pen)
    assert targets is not None
    assert_readable(laid_out(pen, targets))
    judged(pen, targets, *pictures)


def struck(drawing: Drawing) -> list[object]:
    """Labels that a curve or a tangent runs through."""
    thick = [shape for shape in drawing.shapes if isinstance(shape, Arrow) and shape.stroke > 1 and not shape.head]
    labels = [shape for shape in drawing.shapes if isinstance(shape, Label)]
    return [
        label.content
        for label in labels
        for line in thick
        for part in pairwise(line.points)
        if crosses(*part, bounds(label))
    ]


def test_the_colours_of_the_factors_can_be_read_on_white_and_are_black_in_print() -> None:
    for role in ("upstream", "slope", "entering"):
        assert 1.05 / (luminance(COLOURS[role]) + 0.05) > 4.5
    picture = slope_picture(pen_of(BOTH), "z[1][1]")
    assert picture is not None
    drawn = lay_out(picture.figure, "print")
    roles = {shape.role for shape in drawn.shapes if isinstance(shape, Arrow | Label)}
    assert roles <= {"ink", "line", "quiet", "paper"}


def luminance(colour: tuple[int, int, int]) -> float:
    """The relative luminance of WCAG 2."""
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
