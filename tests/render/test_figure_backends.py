"""The three figure back-ends: well-formed, accessible, the same bytes every time, and labels no larger
than estimated."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest

from derivegen.figures.drawing import COLOURS, Drawing, Label, extent, lay_out
from derivegen.figures.figure import Bias, Column, GraphEdge, GraphFigure, GraphNode, Link, Look, NetworkFigure
from derivegen.figures.grids import CellLine, Grid, GridCell, GridsFigure
from derivegen.figures.plot import CurveFigure, Mark, OutputLine, TargetsFigure
from derivegen.formula.print.latex import latex
from derivegen.formula.print.typst import typst as typst_formula
from derivegen.formula.tree import Bracket, Call, Formula, Glyph, Negative, Number, Partial, Power, Product, Sum
from derivegen.render.figure_svg import svg
from derivegen.render.figure_tikz import tikz, tikz_colours
from derivegen.render.figure_typst import typst_figure
from derivegen.render.outlines import Alphabet, outlines
from tests.figures.dense import dense_links

SVG = "{http://www.w3.org/2000/svg}"


def drawings() -> list[Drawing]:
    """One network with a dashed link, a bias, and words with special characters; one computation graph with values."""
    links = (*dense_links([2, 2]), Link((1, 0), (2, 0), Glyph("w", "12", "(2)"), Look(1.7, (4.5, 2.5), "slope")))
    columns = (
        Column((Glyph("x", "1"), "50 % & #1"), "input_layer {1}"),
        Column((Glyph("y", accent="hat"), Glyph("h")), 'a "b" \\ <c>'),
    )
    network = NetworkFigure("A < B", "Text & more", columns, links, Glyph("L"), (Bias(((1, 1),), Glyph("b", "1")),))
    nodes = (
        GraphNode("a", Glyph("a"), "input"),
        GraphNode("w", Glyph("w", "1"), "parameter"),
        GraphNode("m", "×", "operation"),
        GraphNode("L", Glyph("L"), "output", Number("0.5"), Number("1")),
    )
    edges = (
        GraphEdge("a", "m", Number("2"), Number("-1.5")),
        GraphEdge("w", "m"),
        GraphEdge("m", "L", Number("4"), None),
        GraphEdge("a", "L"),
    )
    curve = CurveFigure(
        "C", "c", ((-1.0, 1.0), (0.0, 0.0), (1.0, 1.0)), (0.5, 0.25), 1.0, 2, Glyph("z"), ("slope", Number("1"), Mark(2, "a")),
        levels=((0.0, Number("0")),), zero=Number("0"), downhill="down & on",
    )  # fmt: skip
    cells = (
        GridCell(Number("1"), "chosen"),
        GridCell(Number("2"), "winner"),
        GridCell(None, "gone"),
        GridCell("x", "faded"),
    )
    grids = GridsFigure(
        "T", "g", (Grid(Glyph("x"), (cells,)), Grid(Glyph("y"), (cells,))), (CellLine((0, 0, 0), (1, 0, 1), True),)
    )
    targets = TargetsFigure("T", "t", (OutputLine("one #1", 0.2, 0.8, Number("0.2"), Number("0.8")),), 0.0, 1.0)
    return [*map(lay_out, (network, GraphFigure("G", "g", nodes, edges), curve, targets, grids))]


def test_svg_is_well_formed_and_told_to_screen_readers() -> None:
    for drawing in drawings():
        root = ET.fromstring(svg(drawing, "A < B", "Text & more"))
        assert root.attrib["role"] == "img"
        assert (root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")) == ("A < B", "Text & more")


def test_svg_has_no_ids_no_fonts_and_a_white_ground() -> None:
    text = svg(drawings()[0], "t", "d")
    assert not re.search(r"\b(id|href|font-family)=|<text", text)
    assert 'fill="#ffffff"' in text


def test_svg_labels_have_the_colour_of_their_role() -> None:
    red, green, blue = COLOURS["slope"]
    assert re.search(f'<path [^>]*fill="#{red:02x}{green:02x}{blue:02x}"', svg(drawings()[0], "t", "d"))


def test_typst_compiles_to_accessible_pdf() -> None:
    typst = pytest.importorskip("typst")
    page = '#set document(title: "t", date: none)\n#set text(lang: "en")\n'
    body = "\n".join(typst_figure(drawing, 'alt "text"') for drawing in drawings())
    assert "@preview" not in body
    assert typst.compile((page + body).encode(), pdf_standards="ua-1").startswith(b"%PDF")


def test_tikz_is_balanced_and_uses_defined_colours() -> None:
    for drawing in drawings():
        text = tikz(drawing)
        bare = re.sub(r"\\[{}]", "", text)
        assert bare.count("{") == bare.count("}") and bare.count("[") == bare.count("]")
        assert text.count(r"\begin{tikzpicture}") == text.count(r"\end{tikzpicture}") == 1
        used = set(re.findall(r"\bdg[a-z]+", text))
        assert used <= set(re.findall(r"\\providecolor\{(dg[a-z]+)\}", tikz_colours()))
        assert all(line.endswith((";", "}")) or line.strip().startswith(r"\begin") for line in text.splitlines())


@pytest.mark.parametrize("number", [0, 1])
def test_same_drawing_same_bytes(number: int) -> None:
    first, second = drawings()[number], drawings()[number]
    assert svg(first, "t", "d") == svg(second, "t", "d")
    assert typst_figure(first, "a") == typst_figure(second, "a")
    assert tikz(first) == tikz(second)


L, W, Z = Glyph("L"), Glyph("w", "12,3", "(2)"), Glyph("z")
LABELS: list[Formula] = [
    W,
    Number("-0.0123"),
    Glyph("y", accent="hat"),
    Partial(L, W),
    Call("sigmoid", (Z,)),
    Sum((Glyph("a"), Negative(Glyph("t")))),
    Product((Glyph("a"), Glyph("m"))),
    Power(Bracket(Sum((Glyph("a"), Negative(Glyph("t"))))), Number("2")),
    *(Glyph(c) for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
]


WORDS = ("predicted", "expected", "target", "net", "out", "Loss")
LABELS += [Glyph(word, "1,2", "(2)") for word in WORDS]
LABELS += [Partial(Glyph("net", "1", "(2)"), Glyph("out", "1", "(1)")), Partial(Glyph("Loss"), Glyph("predicted", "1"))]
CAPTIONS = ("hidden layer 12", "output layer, 128 units", "784 inputs", "output layer (3)")


def test_typst_draws_labels_no_larger_than_estimated() -> None:
    typst = pytest.importorskip("typst")
    shown = [f"math.equation($display({typst_formula(label)})$)" for label in LABELS] + [f'"{c}"' for c in CAPTIONS]
    measured = "".join(f"m = measure({it}); [#metadata((m.width.pt(), m.height.pt()))<size>]\n" for it in shown)
    font = '#set text(font: "New Computer Modern", size: 10pt, top-edge: "bounds", bottom-edge: "bounds")'
    source = f"{font}\n#context {{\nlet m = none\n{measured}}}"
    sizes = json.loads(typst.query(source.encode(), "<size>", field="value"))
    for label, (width, height) in zip((*LABELS, *CAPTIONS), sizes, strict=True):
        estimate = extent(label, 10)
        assert width <= estimate[0] + 0.01 and height <= estimate[1] * 1.05 + 0.01, label


def test_outlines_stay_in_the_box_of_their_label() -> None:
    for content in (*LABELS, *CAPTIONS):
        label = Label((70.0, 50.0), content, 10.0)
        xs, ys = zip(*_points(outlines(label)), strict=True)
        width, height = extent(content, 10)
        assert 70 - width / 2 - 0.6 <= min(xs) and max(xs) <= 70 + width / 2 + 0.6
        assert 50 - 0.7 * height <= min(ys) and max(ys) <= 50 + 0.7 * height


def _points(data: str) -> list[tuple[float, float]]:
    """The places a path with relative steps runs through."""
    found: list[tuple[float, float]] = []
    at = start = (0.0, 0.0)
    for letter, text in re.findall(r"([Mmlqz])([^Mmlqz]*)", data):
        numbers = [float(n) for n in re.findall(r"-?\d*\.?\d+", text)]
        steps = list(zip(numbers[::2], numbers[1::2], strict=True))
        points = [(x, y) if letter == "M" else (at[0] + x, at[1] + y) for x, y in steps]
        at = points[-1] if points else start
        start = at if letter in "Mm" else start
        found += points
    return found


def test_arrows_of_one_look_are_said_once() -> None:
    columns = tuple(Column(tuple(Glyph("a", str(j)) for j in range(n))) for n in (6, 6, 6))
    drawing = lay_out(NetworkFigure("t", "d", columns, dense_links([6, 6, 6])))
    shafts = sum(line.count("M") for line in svg(drawing, "t", "d").splitlines() if 'fill="none"' in line)
    assert shafts == 72
    assert svg(drawing, "t", "d").count('fill="none"') == 1
    assert typst_figure(drawing, "a").count("stroke: (paint") == 1 + 18
    assert tikz(drawing).count("\\draw ") == 72 and tikz(drawing).count("dash pattern") == 0


@pytest.mark.parametrize("label", LABELS, ids=str)
def test_labels_are_no_larger_than_estimated(label: Formula) -> None:
    ziamath = pytest.importorskip("ziamath")
    width, height = ziamath.Latex(latex(label), size=10).getsize()
    estimate = extent(label, 10)
    assert width <= estimate[0] + 0.01 and height <= estimate[1] * 1.2 + 0.01


def test_words_stand_on_a_line_and_signs_are_centred() -> None:
    assert Label((0, 0), "hidden layer", 9).baseline == pytest.approx((0, 2.97))
    assert Label((0, 0), "×", 9).baseline is None


def test_letters_of_a_page_stand_where_those_of_a_file_stand() -> None:
    alphabet = Alphabet()
    for label in (
        Label((30, 20), Glyph("w", "11", "(2)"), 9.0),
        Label((7, 50), "hidden layer", 7.0),
        Label((1, 2), Partial(Glyph("x"), Glyph("y")), 8.0),
    ):
        group = ET.fromstring(alphabet.label(label, ""))
        numbers = [float(number) for number in re.findall(r"-?[.\d]+", group.attrib["transform"])]
        begins = dict(re.findall(r'id="(\w+)" d="M(-?[.\d]+ ?-?[.\d]+)', alphabet.definitions))
        in_file = re.findall(r"M(-?[.\d]+) ?(-?[.\d]+)", outlines(label))
        assert len(group) == len(in_file)
        for use, (x, y) in zip(group, in_file, strict=True):
            place = [float(n) for n in re.findall(r"-?[.\d]+", use.get("transform", f"{use.get('x')} {use.get('y')}"))]
            own = place[2] if len(place) > 2 else 1.0
            start = [float(n) for n in re.findall(r"-?[.\d]+", begins[use.attrib["href"][1:]])]
            at = [numbers[k] + numbers[2] * (place[k] + own * start[k]) for k in (0, 1)]
            assert at == pytest.approx([float(x), float(y)], abs=0.03)
