"""The print style: no format has a colour, and what colours told apart, dashes and places tell."""

from __future__ import annotations

import io
import re

import pytest

import derivegen
from derivegen.document.blocks import Picture
from derivegen.figures.drawing import COLOURS, IN_PRINT, Arrow, Circle, lay_out
from tests.solved import solved, written

EXAMPLE = "article-000"
TWO_ROUTES = "softmax-2-3-2"


def in_print(name: str) -> derivegen.Solution:
    return solved(name, style="print")


def colours(text: str) -> set[tuple[int, int, int]]:
    """Every colour a source names, as red, green, blue."""
    found = {tuple(bytes.fromhex(digits)) for digits in re.findall(r"(?<!&)#([0-9a-f]{6})\b", text)}
    for triple in re.findall(r"(?:rgb\(|\{RGB\}\{)(\d+), ?(\d+), ?(\d+)[)}]", text):
        found.add(tuple(map(int, triple)))
    return {(r, g, b) for r, g, b in found}


def chromatic(text: str) -> set[tuple[int, int, int]]:
    return {colour for colour in colours(text) if len(set(colour)) > 1}


@pytest.mark.parametrize("form", ["typst", "slides", "latex", "html", "md-inline"])
def test_no_source_names_a_colour_in_print(form: str) -> None:
    assert not chromatic(written(EXAMPLE, form, style="print"))
    if form != "md-inline":  # its figures are in base 64
        assert chromatic(written(EXAMPLE, form)), "the test would not see one"


@pytest.mark.parametrize("form", ["svg", "tikz"])
def test_no_figure_has_a_colour_in_print(form: str) -> None:
    for name in (EXAMPLE, TWO_ROUTES):
        for figure in in_print(name).figures(form).values():
            assert not chromatic(figure.decode())
    assert any(chromatic(figure.decode()) for figure in solved(EXAMPLE).figures(form).values())


@pytest.mark.parametrize("form", ["typst", "slides"])
def test_every_point_of_every_page_is_grey(form: str) -> None:
    """Colours that a source does not name, as those of a program's text, are found on the page."""
    import numpy
    import typst
    from PIL import Image

    pages = typst.Compiler().compile(written(EXAMPLE, form, style="print").encode(), format="png", ppi=30.0)
    for page in pages:
        points = numpy.asarray(Image.open(io.BytesIO(page)).convert("RGB")).astype(int)
        assert (points.max(axis=2) - points.min(axis=2)).max() <= 2


def test_commands_of_latex_use_no_colour_that_is_not_defined() -> None:
    text = in_print(TWO_ROUTES).text("latex")
    defined = set(re.findall(r"\\providecolor\{(\w+)\}", text))
    assert set(re.findall(r"(?:draw=|fill=|text=|\[|textcolor\{)(dg\w+)", text)) <= defined


def test_routes_differ_by_their_dashes() -> None:
    pictures = [b for b in in_print(TWO_ROUTES).inscribed.blocks if isinstance(b, Picture)]
    looks: set[tuple[float, ...]] = set()
    for picture in pictures:
        shapes = lay_out(picture.figure, picture.style).shapes
        used = {s.role for s in shapes if isinstance(s, Arrow)} | {s.fill for s in shapes if isinstance(s, Circle)}
        assert all(len(set(COLOURS[role])) == 1 for role in used)
        looks |= {s.dash for s in shapes if isinstance(s, Arrow) and s.dash and picture.key.startswith("route")}
    assert len(looks) >= 2


def test_every_colour_has_a_grey_that_stands_for_it() -> None:
    assert set(IN_PRINT) == {role for role, colour in COLOURS.items() if len(set(colour)) > 1}
    assert all(len(set(COLOURS[role])) == 1 for role in IN_PRINT.values())
