"""A LaTeX article: an inscribed document goes in, source that plain `pdflatex` with the recommended packages compiles comes out."""

from __future__ import annotations

import re

from derivegen.document.blocks import Curves, Document, Prose
from derivegen.document.drawing import lay_out
from derivegen.formula.latex import GREEK, latex
from derivegen.formula.tree import Formula
from derivegen.render.environment import Templates
from derivegen.render.figure_tikz import tikz, tikz_colours
from derivegen.render.markdown import Found, aligned, rows_in
from derivegen.render.view import Dialect, view

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}", '"': "''",
    "→": r"\(\rightarrow\)", "−": r"\(-\)", "½": r"\(\tfrac12\)", "≈": r"\(\approx\)", "≤": r"\(\le\)", "≥": r"\(\ge\)",
    "–": "--", "…": r"\dots{}", "·": r"\(\cdot\)", "×": r"\(\times\)",
}  # fmt: skip


def escape(text: str) -> str:
    """People's text as LaTeX prints it."""
    greek = {letter: rf"\(\{name}\)" for letter, name in GREEK.items()}
    return "".join(_ESCAPES.get(c) or greek.get(c) or c for c in text)


def latex_page(document: Document, templates: Templates, otherwise: str) -> str:
    """The source of the article."""

    def math(tree: Formula) -> str:
        return latex(tree, colour=True, otherwise=otherwise)

    def reason(prose: Prose) -> str:
        return "".join(f"${math(run)}$" if isinstance(run, Formula) else escape(run) for run in prose)

    dialect = Dialect(
        escape,
        lambda tree: f"${math(tree)}$",
        lambda row: aligned(row, math),
        reason,
        str,
        lambda block: tikz(lay_out(block.figure)),
        _plotted,
    )
    values = {"document": document, "blocks": view(document, dialect), "colours": tikz_colours()}
    text = templates.page("latex/document.tex.jinja", escape, {}, **values)
    return re.sub(r"\n{3,}", "\n\n", text)


def _plotted(block: Curves) -> str:
    """Two small plots with TikZ alone, scaled to their greatest value."""
    from derivegen.render.figure_tikz import plot

    x_label, loss, norm = block.labels
    return "\n".join((plot(block.loss, x_label, loss), plot(block.gradient_norm, x_label, norm)))


_BLOCK = re.compile(r"^\\begin\{derivation\}\n(?P<rows>.*?)\n\\end\{derivation\}$", re.M | re.S)
_TIKZ = re.compile(r"\\begin\{tikzpicture\}.*?\\end\{tikzpicture\}", re.S)
_INLINE = re.compile(r"(?<!\\)\$(.+?)(?<!\\)\$")


def formulas_in(text: str) -> list[Found]:
    """Every formula of the source in order, those of figures left out."""
    body = _TIKZ.sub("", text.partition(r"\begin{document}")[2])
    found: list[Found] = []
    at = 0
    for block in _BLOCK.finditer(body):
        found += [("", formula) for formula in _INLINE.findall(body[at : block.start()])]
        found += rows_in(block["rows"].replace(r"\reason{", r"\text{"))
        at = block.end()
    return found + [("", formula) for formula in _INLINE.findall(body[at:])]
