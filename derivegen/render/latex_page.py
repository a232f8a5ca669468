"""A LaTeX article: an inscribed document goes in, source that plain `pdflatex` with the recommended packages compiles comes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from derivegen.document.blocks import Derivation, Document, Prose
from derivegen.figures.drawing import lay_out
from derivegen.formula.print.latex import latex
from derivegen.formula.print.line_width import SIGN, line_width
from derivegen.formula.read.readback import read_latex
from derivegen.formula.tree import Bracket, Formula, Matrix, Negative, Partial, Product, Sum, total, walk
from derivegen.records import replace
from derivegen.render.figure_tikz import tikz, tikz_colours
from derivegen.render.latex_text import NAMES, escape, in_formula, lacking
from derivegen.render.letterhead import logo_file
from derivegen.render.markdown import Found, aligned, found_by, lines
from derivegen.render.pages import Asked, Page
from derivegen.render.written_blocks import (
    Dialect,
    WrittenBlock,
    WrittenDerivation,
    WrittenHeading,
    is_sheet,
    written_blocks,
)


def write(asked: Asked) -> Page:
    """The source, with its formulas read back."""
    text = latex_page(asked)
    return Page(text, formulas_in(text), read_latex)


def latex_page(asked: Asked) -> str:
    """The source of the article; for the body alone what stands between its title and its end, for \\input."""
    document, otherwise = asked.document, asked.otherwise

    def math(tree: Formula) -> str:
        return in_formula(latex(tree, colour=True, otherwise=otherwise))

    def reason(prose: Prose) -> str:
        return "".join(f"${math(run)}$" if isinstance(run, Formula) else escape(run) for run in prose)

    dialect = Dialect(
        escape,
        lambda tree: f"${math(tree)}$",
        lambda row: replace(aligned(row, math), right=_broken(row.right, math)),
        reason,
        str,
        lambda block: tikz(lay_out(block.figure, block.style)),
    )
    blocks = tuple(_labelled(document, written_blocks(document, dialect), BODY if asked.body else "dg"))
    colours, sheet = tikz_colours(document.style), is_sheet(document)
    values = {"document": document, "blocks": blocks, "colours": colours, "body": asked.body, "sheet": sheet}
    values["headings"] = LEVELS[asked.deeper + 1 :]
    values["logo"] = next(iter(logo_file(document.theme)), "")
    text = asked.templates.page("latex/document.tex.jinja", escape, {"lines": lines}, names=NAMES, **values)
    if letters := lacking(text):
        text = LACKING.format(letters=letters) + text
    return re.sub(r"\n{3,}", "\n\n", text).lstrip("\n")


def _broken(tree: Formula, math: Callable[[Formula], str]) -> str:
    """The right side of a line; a sum too long for it goes on below, since amsmath breaks no line itself."""
    text, inner = math(tree), _sum_at_end(tree)
    if inner is None or line_width(tree) <= WIDEST or (inner is not tree and _has_matrix(inner)):
        return text
    width = line_width(tree) - line_width(inner)
    parts: list[list[Formula]] = [[]]
    for term in inner.terms:
        width += line_width(term) + SIGN
        if width > WIDEST and parts[-1]:
            parts.append([])
            width = line_width(term)
        parts[-1].append(term)
    if len(parts) == 1:
        return text
    first, *rest = (math(total(*terms)) for terms in parts)
    broken = first + "".join(_CONTINUED + (part if part.startswith("-") else f"+ {part}") for part in rest)
    before, whole, after = text.partition(math(inner))
    if before.endswith(r"\left( "):  # a pair of these cannot be on two lines
        before, after = before.removesuffix(r"\left( ") + r"\Bigl( ", after.replace(r"\right)", r"\Bigr)", 1)
    return before + broken + after if whole else text


def _has_matrix(tree: Formula) -> bool:
    """Whether brackets around a formula are higher than those of a fixed size, which alone may stand on two lines."""
    return any(isinstance(part, Matrix) for part in walk(tree))


def _sum_at_end(tree: Formula) -> Sum | None:
    """The sum that a formula is, or ends with."""
    match tree:
        case Sum():
            return tree
        case Negative(body) | Bracket(body):
            return _sum_at_end(body)
        case Product(factors):
            return _sum_at_end(factors[-1])
    return None


def _labelled(document: Document, blocks: Sequence[WrittenBlock], own: str) -> Iterator[WrittenBlock]:
    """The blocks with a label for every heading, and for each line that multiplies derivatives the sections where its factors were
    found."""
    title = re.sub(r"[^a-z0-9]+", "-", document.title.lower()).strip("-") or "solution"
    prefix = f"{own}:{title}"
    section, found = "", dict[Formula, str]()
    for number, (block, shown) in enumerate(zip(document.blocks, blocks, strict=True)):
        if isinstance(shown, WrittenHeading):
            section = f"{prefix}:{number}"
            yield replace(shown, label=section)
        elif isinstance(block, Derivation) and isinstance(shown, WrittenDerivation):
            said, seen = {section}, []
            for row, line in zip(block.rows, shown.rows, strict=True):
                see = tuple(label for label in _found_before(row.right, found) if label not in said)
                said |= {*see}
                seen.append(replace(line, see=see))
            found |= {row.left: section for row in block.rows if row.left is not None and row.left not in found}
            yield replace(shown, rows=seen)
        else:
            yield shown


def _found_before(tree: Formula, found: Mapping[Formula, str]) -> list[str]:
    """The sections of the factors of a product of derivatives."""
    factors = tree.factors if isinstance(tree, Product) else ()
    if not any(isinstance(factor, Partial) for factor in factors):
        return []
    return list(dict.fromkeys(found[factor] for factor in factors if factor in found))


LEVELS = ("chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")
BODY = r"dg\the\dgbody"
"""Labels of a body begin with its number among those of a document, which may have two of one title."""
LACKING = "% pdflatex does not have {letters}: choose a font that does, and compile with lualatex or xelatex.\n"
WIDEST = 95.0
"""Millimetres of a sum that stand beside a reason."""
_CONTINUED = " \\\\*\n  &\\qquad "  # no page ends there
_BLOCK = re.compile(r"^\\begin\{dgderivation\}\n(?P<rows>.*?)\n\\end\{dgderivation\}$", re.M | re.S)
_TIKZ = re.compile(r"\\begin\{tikzpicture\}.*?\\end\{tikzpicture\}", re.S)
_INLINE = re.compile(r"(?<!\\)\$(.+?)(?<!\\)\$")


def formulas_in(text: str) -> list[Found]:
    """Every formula of the source in order, those of figures left out."""
    body = _TIKZ.sub("", text.partition(r"\begin{document}")[2] or text)  # without one it is the body alone
    for printed, meant in (
        (r"\dgreason{", r"\text{"),
        (_CONTINUED, " "),
        (r"\Bigl(", r"\left("),
        (r"\Bigr)", r"\right)"),
    ):
        body = body.replace(printed, meant)
    return found_by(body, _BLOCK, _INLINE)
