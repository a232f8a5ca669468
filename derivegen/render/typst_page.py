"""A Typst document and its PDF: an inscribed document goes in, source or bytes come out; nothing but the typst wheel is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from derivegen.document.blocks import Curves, Document, Prose, Row
from derivegen.document.drawing import lay_out
from derivegen.errors import CheckFailed, MissingPart
from derivegen.formula.latex import RELATIONS
from derivegen.formula.spoken import relation, spoken
from derivegen.formula.tree import Formula, Matrix, Partial, Relation, walk
from derivegen.formula.typst import quoted, typst
from derivegen.render.environment import Templates
from derivegen.render.figure_typst import typst_figure
from derivegen.render.figures import curves_svg
from derivegen.render.markdown import Found
from derivegen.render.view import Dialect, View, view


def escape(text: str) -> str:
    """People's text as a Typst string put into markup: nothing in it means anything."""
    return f"#{quoted(text)}" if text else ""


def typst_page(document: Document, templates: Templates, spoken_words: Mapping[str, str], otherwise: str) -> str:
    """The source. Every formula carries the words it is read aloud with, so that the PDF is accessible."""
    page = {
        "document": document,
        "blocks": view(document, dialect(spoken_words, otherwise)),
        "paper": "us-letter" if document.paper == "letter" else "a4",
    }
    return templates.page("typst/document.typ.jinja", escape, {"quoted": quoted}, **page)


def dialect(spoken_words: Mapping[str, str], otherwise: str, curves_width: str = "100%") -> Dialect:
    """How blocks are written in Typst."""

    def formula(tree: Formula, style: str = "inline") -> str:
        return f"#eq({quoted(spoken(tree, spoken_words))}, ${style}({typst(tree, otherwise=otherwise)})$)"

    def in_text(tree: Formula) -> str:
        # a derivative at the size of an index could not be read
        return formula(tree, "display" if any(isinstance(part, Partial | Matrix) for part in walk(tree)) else "inline")

    def line(row: Row) -> View:
        sign: Relation = row.relation
        return {
            "left": "" if row.left is None else formula(row.left, "display"),
            "relation": f"#eq({quoted(relation(sign, spoken_words))}, ${sign}$)",
            "right": formula(row.right, "display"),
        }

    def reason(prose: Prose) -> str:
        return "".join(in_text(run) if isinstance(run, Formula) else escape(run) for run in prose)

    def curves(block: Curves) -> str:
        picture = f'image(bytes({quoted(curves_svg(block))}), format: "svg", width: {curves_width}, alt: {quoted(block.description)})'
        return f"#{picture}"

    return Dialect(
        escape,
        in_text,
        line,
        reason,
        quoted,
        lambda block: typst_figure(lay_out(block.figure), block.figure.description),
        curves,
    )


def pdf(source: str) -> bytes:
    """The PDF of a Typst source: tagged, PDF/UA-1, the same bytes each time. Raises CheckFailed if our source does not
    compile, MissingPart if no font has a character of the text."""
    import typst as engine

    try:
        compiled = engine.Compiler().compile(source.encode(), format="pdf", timestamp=0, pdf_standards=["ua-1"])
    except engine.TypstError as error:
        missing = re.search(r'text `"(.*?)"` could not be displayed', str(error))
        if missing is not None:
            raise MissingPart(
                f"PDF: no font of this machine has the characters {missing[1]}; install one that does (such as Noto), "
                "or write --to md or --to latex"
            ) from None
        raise CheckFailed(f"the Typst source does not compile: {error}") from error
    assert isinstance(compiled, bytes)
    return compiled


_SIGNS = "|".join(map(re.escape, RELATIONS))
_EQ = re.compile(rf'#eq\("(?:[^"\\]|\\.)*", \$(?:(?:display|inline)\((?P<formula>.*?)\)|(?P<sign>{_SIGNS}))\$\)')
_DRAWING = re.compile(r'#figure\(alt: .*?, kind: "drawing".*?^\]\)$', re.S | re.M)


def formulas_in(text: str) -> list[Found]:
    """Every formula of the source in order, those of figures left out."""
    found: list[Found] = []
    sign = ""
    for match in _EQ.finditer(_DRAWING.sub("", text)):
        if match["sign"]:
            sign = match["sign"]
        else:
            found.append((sign, match["formula"]))
            sign = ""
    return found
