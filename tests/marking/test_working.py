"""Working as people write it: every form that is to be read, and what is not."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Array, Formula, Glyph, Quantity, transform
from derivegen.marking.read.statement import Statement, Unread
from derivegen.marking.read.statements import read_working
from derivegen.notation.typed_names import Names
from tests.solved import solved


@lru_cache(maxsize=16)
def names_of(example: str) -> Names:
    solution = solved(example)
    return Names(solution.graph, solution.notation)


def shown(tree: Formula | None) -> str:
    """A formula with canonical names, for comparing."""
    if tree is None:
        return "?"
    return plain(transform(tree, lambda part: Glyph(part.name) if isinstance(part, Quantity | Array) else None))


def said(text: str, kind: Any = "text", example: str = "article-004") -> list[str]:
    """What is read, one line a statement: quantity, then the sides."""
    lines = []
    for found in read_working(text, names_of(example), kind):
        if isinstance(found, Unread):
            lines.append(f"unread {found.line}:{found.column} {found.reason}")
        else:
            right = [
                f" {sign} {shown(side.formula)}" for sign, side in zip(found.relations, found.sides[1:], strict=True)
            ]
            lines.append(f"{found.quantity}{''.join(right)}")
    return lines


UPDATED = (
    "w2+", "w2'", "w2′", "w2’", "w_2^{new}", "w_2^+", "w_2^{(t+1)}", "w2 new", "new w2", "w_{2,new}", "w2_new", "w[2][1][1]'",
    "w.2.1.1'", "The updated weight is w2",
)  # fmt: skip
G2 = "dloss/dw[2][1][1]"
ONE_LINE = [
    ("∂L/∂w_2 = (y − t)·h = −0.2277 · 0.5744 = −0.1309", f"{G2} = (a[2][1] − t[1]) · a[1][1] = (−0.2277) · 0.5744 = −0.1309"),
    (r"\frac{\partial E}{\partial w_2} = -0.1309", f"{G2} = −0.1309"),
    (r"$\dfrac{dL}{dw_2} \approx -0.1309$", f"{G2} ≈ −0.1309"),
    ("$∂L/∂w_2$ = -0.1309", f"{G2} = −0.1309"),
    ("dL/dw2: -0.131", f"{G2} = −0.131"),
    ("dE/dw_2=-.131", f"{G2} = −0.131"),
    ("grad w2 = -0.131", f"{G2} = −0.131"),
    ("∇_{w_2} L = -0.131", f"{G2} = −0.131"),
    ("the gradient of w2 = -0.131", f"{G2} = −0.131"),
    ("derivative of L with respect to w_2 = -0.131", f"{G2} = −0.131"),
    ("dloss/dw[2][1][1] = -0.131", f"{G2} = −0.131"),
    *[(f"{left} = 0.3131", "w[2][1][1]' = 0.3131") for left in UPDATED],
    ("w_2 := 0.3131", "w[2][1][1]' := 0.3131"),
    ("w2 -> 0.3131", "w[2][1][1]' → 0.3131"),
    ("w_2 ← w_2 − η·∂L/∂w_2", f"w[2][1][1]' := w[2][1][1] − rate · {G2}"),
    ("w2 -= 0.1 * dL_dw2  # one step", f"w[2][1][1]' := w[2][1][1] − 0.1 · {G2}"),
    ("Δw2 = 0.0131", "Dw[2][1][1] = 0.0131"),
    ("δ_h = -0.0167", "delta[1][1] = −0.0167"),
    ("∂h/∂z_1 = 0.2445", "da[1][1]/dz[1][1] = 0.2445"),
    ("w₂ = 0.3", "w[2][1][1] = 0.3"),
    ("𝑤₂ = 0.3", "w[2][1][1] = 0.3"),
    ("h = 1/(1+e^-0.3) = 0.5744", "a[1][1] = 1/(1 + e^(−0.3)) = 0.5744"),
    (r"$h = \frac{1}{1+e^{-z}} = \sigma(z) = \exp(0.3)$", "a[1][1] = 1/(1 + e^(−z[1][1])) = σ(z[1][1]) = e^(0.3)"),
    ("dL/dw1 = -8.3e-3 = −8.3·10⁻³ = -8.3*10^(-3)", "dloss/dw[1][1][1] = −8.3·10⁻³ = −8.3·10⁻³ = −8.3·10⁻³"),
    (r"$L = \tfrac12 (y-t)^2$", "loss = 1/2 · (a[2][1] − t[1])²"),
    ("L = ½(y-t)² = 0.5 (0.3723−0.6)**2", "loss = 0.5 · (a[2][1] − t[1])² = 0.5 · (0.3723 − 0.6)²"),
    ("y = w2h+b2 = 0.3 x 0.5744 + 0.2", "a[2][1] = w[2][1][1] · a[1][1] + b[2][1] = 0.3 · 0.5744 + 0.2"),
    ("|y - t| = 0.2277", "None = 0.2277"),
    ("σ'(0.3) = 0.5744(1 − 0.5744) = 0.2445", "None = 0.5744 · (1 − 0.5744) = 0.2445"),
    ("L = ln 0.5 + log(h)", "loss = ln(0.5) + ln(a[1][1])"),
    ("h = sigmoid(z1) = 1/(1+np.exp(-z1))", "a[1][1] = σ(z[1][1]) = 1/(1 + e^(−z[1][1]))"),
    ("So the loss is L = 0.0259, as we saw.", "loss = 0.0259"),
    ("Target t = 0.6", "t[1] = 0.6"),
    ("(this gives y = 0.3723)", "a[2][1] = 0.3723"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "read"), ONE_LINE)
def test_a_line_of_working(text: str, read: str) -> None:
    assert said(text) == [read]


def test_several_statements_on_a_line() -> None:
    line = "w2 = 0.3; b2 = 0.2, t = 0.6 and y = 0.3723"
    assert said(line) == ["w[2][1][1] = 0.3", "b[2][1] = 0.2", "t[1] = 0.6", "a[2][1] = 0.3723"]
    assert said(r"$w_2 = 0.3 \quad b_2 = 0.2 \\ t = 0.6$") == ["w[2][1][1] = 0.3", "b[2][1] = 0.2", "t[1] = 0.6"]
    assert said("w1, w2 = 0.4, 0.3") == ["w[1][1][1] = 0.4", "w[2][1][1] = 0.3"]


def test_a_line_that_begins_with_a_relation_goes_on() -> None:
    assert said("y = w2*h + b2\n  = 0.3*0.5744 + 0.2\n\n  ≈ 0.3723\nso much for that\n= 3") == [
        "a[2][1] = w[2][1][1] · a[1][1] + b[2][1] = 0.3 · 0.5744 + 0.2 ≈ 0.3723",
        "unread 6:1 nothing-before",
    ]


def test_the_places_of_sides_are_those_in_the_file() -> None:
    (found,) = read_working("a line\n  y = 0.3 + 0.1\n    = 0.4\n", names_of("article-004"), "text")
    assert isinstance(found, Statement)
    assert (found.line, found.column, found.source) == (2, 3, "  y = 0.3 + 0.1")
    assert [(side.line, side.at, side.text) for side in found.sides] == [
        (2, 3, "y"),
        (2, 7, "0.3 + 0.1"),
        (3, 7, "0.4"),
    ]


def test_decimal_commas() -> None:
    assert said("w2 = 0,3\nL = 0,5·(0,3723 − 0,6)²") == ["w[2][1][1] = 0.3", "loss = 0.5 · (0.3723 − 0.6)²"]
    assert said("w2 = 0,3; b2 = 0,2\ny = 0.3723") == ["w[2][1][1] = 0.3", "b[2][1] = 0.2", "a[2][1] = 0.3723"]
    assert said(r"$h = 0{,}5744$ and $y = 0.3723$") == ["a[1][1] = 0.5744", "a[2][1] = 0.3723"]


LATEX = r"""
\documentclass{article} % L = 1
\begin{document}
\section{The loss: L = }
\begin{align*}
  \frac{\partial L}{\partial w_2} &= \frac{\partial L}{\partial y}\,\frac{\partial y}{\partial w_2} && \text{chain rule} \\[4pt]
  &= \left( y - t \right) \cdot h % L = 3
  \\ &\approx -0.1308
\end{align*}
\begin{eqnarray} h & = & \sigma(z) \\ & = & 0.5744 \end{eqnarray}
$$\begin{array}{rcl} y &=& w_2 h \\ && + b_2 \end{array}$$
\[ \begin{aligned} z &= w_1 x + b_1, \qquad t = 0.6. \end{aligned} \]
\end{document}
L = 7
"""


def test_a_latex_document() -> None:
    assert said(LATEX, "latex") == [
        f"{G2} = dloss/da[2][1] · dz[2][1]/dw[2][1][1] = (a[2][1] − t[1]) · a[1][1] ≈ −0.1308",
        "a[1][1] = σ(z[1][1]) = 0.5744",
        "a[2][1] = w[2][1][1] · a[1][1] + b[2][1]",
        "z[1][1] = w[1][1][1] · x[1] + b[1][1]",
        "t[1] = 0.6",
    ]


def test_a_markdown_page() -> None:
    text = "# The loss\n- **w2** = 0.3\n> $`y = 0.3723`$ and `t = 0.6`\n\n```math\n\\begin{aligned}\nL &= 0.0259\n\\end{aligned}\n```\n\n"
    text += "| $w_1$ | $b_1 = 0.1$ |\n"
    assert [line for line in said(text, "markdown") if not line.startswith("unread")] == [
        "w[2][1][1] = 0.3",
        "a[2][1] = 0.3723",
        "t[1] = 0.6",
        "loss = 0.0259",
        "b[1][1] = 0.1",
    ]


def test_a_notebook_is_read_and_never_run() -> None:
    code = '["w1, w2 = 0.4, 0.3\\n", "print(__import__(\\"os\\").getcwd())\\n", "dL_dy = y - t"]'
    cells = (
        f'{{"cell_type": "markdown", "source": "$L = 0.0259$"}}, {{"cell_type": "code", "source": {code}, '
        '"outputs": [{"text": ["y = 0.3723\\n"]}, {"data": {"text/plain": "t = 0.6"}}]}'
    )
    assert said(f'{{"cells": [{cells}]}}', "notebook") == [
        "loss = 0.0259",
        "w[1][1][1] = 0.4",
        "w[2][1][1] = 0.3",
        "dloss/da[2][1] = a[2][1] − t[1]",
        "a[2][1] = 0.3723",
        "t[1] = 0.6",
    ]
    assert said("{}", "notebook") == ["unread 1:1 no-notebook"]


def test_arrays() -> None:
    text = r"$$W^{(3)} = \begin{bmatrix} w_{11}^{(3)} & w_{12}^{(3)} \end{bmatrix}$$ $$b^{(2)} = [1; 2]$$ $$x = [[1], [2], [3], [4]]$$"
    read = ["w[3] = [w[3][1][1], w[3][1][2]]", "b[2] = [1; 2]", "x = [1; 2; 3; 4]"]
    assert said(text, "markdown", "article-003") == read


def test_a_program_s_printed_trace_is_about_later_values() -> None:
    text = "Epoch 0, Loss: 0.0259\nEpoch 5, Loss: 0.0062, Output: 0.4891\nFinal parameters: w1 = 0.4072, b1 = 0.1143\n"
    assert said(text) == [
        "loss = 0.0259",
        "loss#5 = 0.0062",
        "a[2][1]#5 = 0.4891",
        "w[1][1][1]#60 = 0.4072",
        "b[1][1]#60 = 0.1143",
    ]
    assert said("Epoch 5: loss = 0.0062") == ["None = 0.0062"]


UNREAD = [
    ("w_2 = 0.3 +", "w[2][1][1] = ?"),
    ("y = w_{22} + 1", "a[2][1] = ?"),
    ("h = (0.5", "a[1][1] = ?"),
    ("hello = world", "unread 1:1 unknown-name"),
    ("q = 3", "unread 1:1 unknown-name"),
    ("y = x^200", "a[2][1] = ?"),
    ("y = 0.3 0.4", "a[2][1] = ?"),
    ("y = 1e999", "a[2][1] = ?"),
    ("y = " + "1" * 30, "a[2][1] = ?"),
]


@pytest.mark.parametrize(("text", "read"), UNREAD)
def test_what_cannot_be_read_is_listed_with_its_place(text: str, read: str) -> None:
    assert said(text) == [read]


def test_the_place_of_what_cannot_be_read() -> None:
    (found,) = read_working("so y = 0.3 + w_{22}", names_of("article-004"), "text")
    assert isinstance(found, Statement)
    assert (found.sides[1].problem, found.sides[1].at) == ("unknown-name", 14)


def test_where_notations_disagree_the_readings_are_listed() -> None:
    (found,) = read_working("w^2_{11} = 0.3", names_of("article-004"), "text")
    assert isinstance(found, Statement)
    assert (found.quantity, found.candidates) == (None, ("w[1][1][1]", "w[2][1][1]"))
    assert found.sides[0].problem == "ambiguous-name"


@pytest.mark.parametrize(
    "text", ("", "no formula here", "y", "y < 0.4", "L → y → w_2", "plt.figure(figsize=(12, 5))", "https://x.y/?w2=3")
)
def test_prose_is_neither_read_nor_listed(text: str) -> None:
    assert said(text) == []


def test_files_that_are_too_long_are_one_unread_place() -> None:
    assert said("y = 1\n" * 200_000) == ["unread 1:1 long-file"]
    assert said("\n" * 20_001) == ["unread 20001:1 many-lines"]
    assert said("y = 0.3\n" + "x" * 5001 + "\nt = 0.6") == ["unread 2:5001 long-line", "a[2][1] = 0.3", "t[1] = 0.6"]
    assert said("y = 0.3\n" * 2500)[-1].endswith("many-statements")


COPIED = Path(__file__).with_name("copied.txt")


def test_formulas_copied_twice_from_a_web_page() -> None:
    text = COPIED.read_text(encoding="utf-8")
    assert said(text, "markdown") == [
        "a[1][1] = σ(w[1][1][1] · x[1] + b[1][1]) = σ(0.3) = 0.5744",
        "a[2][1] = w[2][1][1] · a[1][1] + b[2][1] = 0.3723",
        "w[1][1][1] = 0.4",
        "w[2][1][1] = 0.3",
        f"{G2} = dloss/da[2][1] · dz[2][1]/dw[2][1][1] = (−0.2277) · 0.5744 = −0.1308",
    ]


def test_a_single_weight_is_no_matrix() -> None:
    assert said("W1 = [[1, 2], [3, 4]]") == ["None = [1, 2; 3, 4]"]


def test_columns_of_a_table_in_plain_text_are_no_products() -> None:
    assert said("  h     w₁ = 0.4  b₁ = 0.1") == ["w[1][1][1] = 0.4", "b[1][1] = 0.1"]


def test_a_left_side_may_stand_in_a_line_of_its_own() -> None:
    assert said("∂L/∂w₂\n  = (y − t) · h   [the links]\n  ≈ −0.1308") == [
        f"{G2} = (a[2][1] − t[1]) · a[1][1] ≈ −0.1308"
    ]
