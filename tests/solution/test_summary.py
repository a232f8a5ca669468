"""The summary on one sheet: every number of a small network once, judged, clear of all others; what is too large is refused."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest

import derivegen
from derivegen.document.blocks import Picture
from derivegen.document.verify import figure_formulas
from derivegen.errors import InputError
from derivegen.figures.drawing import lay_out
from derivegen.figures.marks import words_width
from derivegen.figures.shapes import Label, apart, bounds
from derivegen.figures.summary import SummaryFigure
from derivegen.formula.tree import values_in
from tests.solution.test_pictures import network
from tests.solution.test_plots import BOTH

STEPPING: dict[str, Any] = BOTH | {"training": {"learning_rate": 0.5}}


@lru_cache(maxsize=8)
def solution(key: str, **options: Any) -> derivegen.Solution:
    return derivegen.solve(STEPPING if key == "2-2-2" else key, **options)


LONG = [{"kind": "rnn", "units": 1, "weights": {"seed": 1}}, {"kind": "last"}]


def figure_of(solved: derivegen.Solution, inscribed: bool = True) -> SummaryFigure:
    document = solved.printer.inscribed(solved.summary) if inscribed else solved.summary
    (picture,) = document.blocks
    assert isinstance(picture, Picture) and isinstance(picture.figure, SummaryFigure)
    return picture.figure


def test_every_number_stands_on_it() -> None:
    solved = solution("2-2-2")
    found = {name for _, tree in figure_formulas(solved.summary) for name in values_in(tree)}
    graph = solved.graph
    assert {*graph.names("pre-activation"), *graph.names("activation"), *graph.parameters} <= found
    assert {f"{name}#1" for name in graph.parameters} | {"loss#1", "loss", "loss[1]", "loss[2]"} <= found
    asked = [*graph.names("pre-activation"), *graph.names("activation"), *graph.parameters]
    assert {f"dloss/d{name}" for name in asked} <= found


LETTERED = ("example:rnn", "example:lstm", "example:attention", "example:conv-pool")


@pytest.mark.parametrize("name", LETTERED)
def test_every_number_of_a_network_under_letters_stands_on_it(name: str) -> None:
    solved = solution(name)
    found = {name for _, tree in figure_formulas(solved.summary) for name in values_in(tree)}
    graph, chain = solved.graph, solved.derivation
    assert {*graph.names()} - {*graph.names("constant")} <= found
    asked = [*graph.names("input"), *graph.names("node"), *graph.parameters]
    assert {chain.name_of(each) for each in asked if each != graph.root} <= found


@pytest.mark.parametrize(
    "name", ["2-2-2", "example:softmax-2-3-2", "example:article-000", "example:article-004", *LETTERED]
)
def test_nothing_covers_anything_and_all_is_on_the_sheet(name: str) -> None:
    figure = figure_of(solution(name))
    drawing = lay_out(figure)
    labels = [shape for shape in drawing.shapes if isinstance(shape, Label)]
    boxes = [(area(label), label.content) for label in labels]
    assert [(a, b) for n, (x, a) in enumerate(boxes) for y, b in boxes[:n] if not apart(x, y, -0.5)] == []
    areas = [area(shape) if isinstance(shape, Label) else bounds(shape) for shape in drawing.shapes]
    for left, top, right, bottom in areas:
        assert left > -6 and top > -6 and right < figure.width + 6 and bottom < figure.height + 6
    assert len(labels) > 20


def area(label: Label) -> tuple[float, float, float, float]:
    """Where the ink of a label is: words are narrower than their estimate."""
    left, top, right, bottom = bounds(label)
    if not isinstance(label.content, str):
        return left, top, right, bottom
    half = words_width(label.content) * label.size / 2
    return label.centre[0] - half, top, label.centre[0] + half, bottom


def test_it_is_a_page_of_either_paper_and_a_picture() -> None:
    text = solution("2-2-2", paper="letter").text("summary")
    assert 'paper: "us-letter", flipped: true' in text
    assert (figure_of(solution("2-2-2", paper="letter")).width, figure_of(solution("2-2-2")).width) == (712, 762)
    assert solution("2-2-2").content("summary").startswith(b"%PDF")
    picture = solution("2-2-2").text("summary-svg")
    assert (
        picture.startswith("<svg") and "The outputs and their targets: 0.7514 for 0.01 and 0.7729 for 0.99." in picture
    )


def test_without_a_step_it_has_derivatives_alone() -> None:
    solved = derivegen.solve(BOTH)
    found = {name for _, tree in figure_formulas(solved.summary) for name in values_in(tree)}
    assert "dloss/dw[1][1][1]" in found and not [name for name in found if "#" in name]


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (network([2, 5, 1]), "a layer of 5 units"),
        (network([4, 4, 4, 4]), "48 parameters"),
        ("example:symbolic", "symbolic"),
        ("example:graph-product", "no layers"),
        (
            {"data": {"inputs": [[[1]] * 6], "targets": [[1]]}, "layer": LONG, "loss": {"name": "squared_error"}},
            "6 steps",
        ),
    ],
)
def test_what_does_not_fit_on_a_sheet_is_refused_with_what_to_write_instead(
    file: dict[str, Any] | str, why: str
) -> None:
    with pytest.raises(InputError, match=rf"--to summary: .*{why}.*--to pdf"):
        derivegen.solve(file).content("summary")
