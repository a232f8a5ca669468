"""The pictures of graphs with index letters: what feeds what, which cells lie in a window, who looks at whom; nothing overlaps."""

from __future__ import annotations

from functools import cache

import pytest

import derivegen
from derivegen.api import Solution
from derivegen.document.blocks import Beside, Picture
from derivegen.document.inscribe import written
from derivegen.figures.drawing import PAGE_WIDTH, lay_out, overlaps
from derivegen.figures.figure import Halves, NetworkFigure
from derivegen.figures.grids import GridsFigure
from derivegen.formula.tree import Compare, Number, Quantity, Value, map_formulas
from tests.indexed_nets import network
from tests.solved import solved

SQUARE = {
    "title": "A square",
    "graph": {
        "axes": {"m": 3, "n": 3, "u": 2, "v": 2, "p": 2, "q": 2},
        "inputs": {"x[m,n]": [[1, 2, 0], [0, 1, 3], [2, 1, 1]]},
        "parameters": {"w[u,v]": [[0.5, -1], [0.25, 1]], "b": 0.5},
        "nodes": [
            ["z[p,q]", "sum(u,v, w[u,v]*x[p+u-1,q+v-1]) + b"],
            ["a[p,q]", "relu(z[p,q])"],
            ["L", "max(p,q, a[p,q])^2"],
        ],
        "output": "L",
    },
}


@cache
def solution(name: str) -> Solution:
    if name == "square":
        return derivegen.solve(SQUARE)
    if name == "rnn, step by step":
        return derivegen.solve(network("rnn")[0])
    return derivegen.solve(network(name)[0]) if " " in name or name in ("LSTM", "gru") else solved(name)


@cache
def pictures(name: str) -> dict[str, Picture]:
    blocks = [each for b in solution(name).document.blocks for each in (b.blocks if isinstance(b, Beside) else (b,))]
    return {block.key: block for block in blocks if isinstance(block, Picture)}


def test_a_recurrence_is_unfolded() -> None:
    figure = pictures("rnn")["unfolded"].figure
    assert isinstance(figure, NetworkFigure)
    assert [column.caption for column in figure.columns] == ["t = 0", "t = 1", "t = 2", "t = 3", ""]
    assert figure.columns[2].labels[0] == Halves(Quantity("z[2][1]"), Quantity("h[2][1]"))
    assert {(link.source, link.target) for link in figure.links if link.source[0] == 1} == {
        ((1, i), (2, j)) for i in (0, 1) for j in (0, 1)
    }
    assert [bias.label for bias in figure.biases][1] == Compare(Quantity("x[2]"), "=", Value("x[2]"))
    assert figure.faded == ((0, 0), (0, 1))


def test_a_use_is_drawn_with_its_ways() -> None:
    figure = pictures("rnn")["use-U-1-2-2"].figure
    assert isinstance(figure, NetworkFigure)
    ways = [link for link in figure.links if link.look is not None and link.look.role == "upstream"]
    assert [(link.source, link.target) for link in ways] == [((1, 0), (2, 0)), ((1, 0), (2, 1))]
    assert [link.label[1:] for link in ways if isinstance(link.label, tuple)] == [
        (Quantity("U[1][1]"),),
        (Quantity("U[2][1]"),),
    ]
    assert ways[1].look is not None and ways[1].look.dash
    assert (1, 1) in figure.faded and (0, 1) not in figure.faded


@pytest.mark.parametrize(("name", "halves"), [("LSTM", ("c", "h")), ("gru", None)])
def test_cells_with_gates_are_unfolded_too(name: str, halves: tuple[str, str] | None) -> None:
    figure = pictures(name)["unfolded"].figure
    assert isinstance(figure, NetworkFigure)
    first = figure.columns[1].labels[0]
    own = (first.z, first.a) if isinstance(first, Halves) else first
    assert own == (Quantity("h[1][1]") if halves is None else tuple(Quantity(f"{base}[1][1]") for base in halves))


def test_a_window_lies_on_its_cells() -> None:
    figure = pictures("conv-pool")["window"].figure
    assert isinstance(figure, GridsFigure) and not figure.across
    x, w, z, a, m = figure.grids
    assert [cell.look for cell in x.rows[0]] == ["plain"] * 3 + ["chosen"] * 3
    assert [cell.look for cell in a.rows[0]] == ["winner", "plain", "plain", "winner"]
    assert (w.centres, z.centres, m.centres) == ((3.0, 4.0, 5.0), (1.0, 2.0, 3.0, 4.0), (1.5, 3.5))
    assert [line.dashed for line in figure.lines if line.target[0] == 4] == [False, True, True, False]


def test_a_square_window_lies_across() -> None:
    figure = pictures("square")["window"].figure
    assert isinstance(figure, GridsFigure) and figure.across
    looks = [[cell.look for cell in row] for row in figure.grids[0].rows]
    assert looks == [["plain", "chosen", "chosen"], ["plain", "chosen", "chosen"], ["plain"] * 3]


def test_tokens_look_at_tokens() -> None:
    figure = pictures("attention")["tokens"].figure
    assert isinstance(figure, GridsFigure)
    weights = figure.grids[1].rows
    assert weights[0][1].look == "gone" and weights[1][0].content == Value("a[2][1]")
    assert figure.grids[1].heads == tuple(Compare(Quantity("s"), "=", Number(n)) for n in "12")


@pytest.mark.parametrize("name", ["rnn", "conv-pool", "attention", "LSTM", "gru", "square"])
def test_nothing_overlaps_and_all_is_told(name: str) -> None:
    assert pictures(name)
    made = solution(name)
    for picture in pictures(name).values():
        figure = map_formulas(picture.figure, lambda tree: written(tree, made.press.notation, made.trace))
        drawing = lay_out(figure)
        assert not overlaps(drawing) and not drawing.left_out and drawing.width <= PAGE_WIDTH + 0.01
        assert len(figure.description) > 60


def test_a_way_has_its_own_weight_where_each_step_answers() -> None:
    """With an output at each step the first way on had the weight of that output."""
    figure, caption = (
        pictures("rnn, step by step")["use-W-1-1-2"].figure,
        pictures("rnn, step by step")["use-W-1-1-2"].caption,
    )
    assert isinstance(figure, NetworkFigure)
    ways = [link.label for link in figure.links if link.look is not None and link.look.role == "upstream"]
    assert [label[1:] for label in ways if isinstance(label, tuple)] == [(Quantity("U[1][1]"),), (Quantity("U[2][1]"),)]
    assert Quantity("p[2][1]") in caption
