"""The blame map: a line's width and dashes say its derivative's size and sign; what is too large to be drawn whole is not drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from derivegen.document.blocks import Document
from derivegen.document.verify import Judge
from derivegen.figures.figure import Look, NetworkFigure
from derivegen.formula.tree import Value
from derivegen.solution.blame import HAIRLINE, THICKEST, blame_picture
from tests.solution.test_pictures import assert_readable, laid_out, network, pen_of
from tests.solution.test_plots import BOTH


def looks(figure: NetworkFigure) -> Mapping[str, Look]:
    """How the line of every parameter is drawn."""
    found = {}
    for link in figure.links:
        (_, k), (column, j) = link.source, link.target
        assert link.look is not None
        found[f"w[{column}][{j + 1}][{k + 1}]"] = link.look
    for number, bias in enumerate(figure.biases, 1):
        assert bias.look is not None
        found[f"b[{number}]"] = bias.look
    return found


def test_lines_are_as_thick_as_derivatives_are_large_and_dashed_where_they_are_negative() -> None:
    pen = pen_of(BOTH)
    picture = blame_picture(pen)
    assert picture is not None and isinstance(picture.figure, NetworkFigure)
    drawn = looks(picture.figure)
    assert drawn["b[2]"].width == THICKEST  # 0.1004, the largest
    assert drawn["w[2][1][1]"].width == pytest.approx(THICKEST * 0.0821670406 / 0.1003965, rel=1e-4)
    assert drawn["w[1][1][1]"].width == HAIRLINE
    assert {name for name, look in drawn.items() if look.dash} == {"w[2][2][1]", "w[2][2][2]"}
    named = {link.label for link in picture.figure.links if link.label is not None}
    assert named == {(Value(f"dloss/dw{place}"),) for place in ("[2][1][2]", "[2][2][2]", "[1][2][2]")}
    assert "layer 1" in "".join(part for part in picture.caption if isinstance(part, str))
    Judge(pen.trace, pen.notation).document(Document("", (picture,)))


@pytest.mark.parametrize("widths", [[8] * 5, [1, 1], [2, 2, 2, 2, 1]])
def test_the_map_of_every_network_that_is_drawn_can_be_read(widths: list[int]) -> None:
    pen = pen_of(network(widths, biases={"seed": 3}))
    picture = blame_picture(pen)
    assert picture is not None
    drawing = laid_out(pen, picture)
    assert_readable(drawing)
    assert drawing.left_out == ()


@pytest.mark.parametrize("file", [network([9, 2]), network([2] * 6), "example:symbolic", "example:graph-product"])
def test_what_is_too_large_or_has_no_numbers_has_no_map(file: dict[str, Any] | str) -> None:
    assert blame_picture(pen_of(file)) is None
