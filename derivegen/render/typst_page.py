"""A Typst document and its PDF: an inscribed document goes in, source or bytes come out; nothing but the typst wheel is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivegen.document.blocks import Document, Prose, Row
from derivegen.errors import InputError, MissingPart, NotCompiled
from derivegen.figures.drawing import lay_out
from derivegen.formula.print.latex import RELATIONS
from derivegen.formula.print.layout import TALL, small_ratio
from derivegen.formula.print.spoken import relation, spoken
from derivegen.formula.print.typst import quoted, typst
from derivegen.formula.read.readback import read_typst
from derivegen.formula.tree import Formula, Matrix, Partial, Ratio, Relation, walk
from derivegen.render.figure_typst import typst_figure
from derivegen.render.letterhead import fonts_needed, typst_look, undecodable
from derivegen.render.markdown import Found
from derivegen.render.pages import Asked, Page
from derivegen.render.written_blocks import Dialect, WrittenLine, is_sheet, written_blocks

if TYPE_CHECKING:
    from typst import TypstError


def escape(text: str) -> str:
    """People's text as a Typst string put into markup: nothing in it means anything."""
    return f"#{quoted(text)}" if text else ""


def write(asked: Asked) -> Page:
    """The source, with its formulas read back."""
    text = typst_page(asked)
    return Page(text, formulas_in(text), read_typst)


def compiled(text: str, document: Document) -> bytes:
    """The PDF of a document's source."""
    return pdf(text, document.theme.font)


def typst_page(asked: Asked) -> str:
    """The source. Every formula carries the words it is read aloud with, so that the PDF is accessible."""
    document = asked.document
    page = {
        "document": document,
        "blocks": written_blocks(document, dialect(asked.press.spoken, asked.otherwise)),
        "paper": "us-letter" if document.paper == "letter" else "a4",
        "sheet": is_sheet(document),
        **typst_look(document),
    }
    return asked.templates.page("typst/document.typ.jinja", escape, {"quoted": quoted}, **page)


def dialect(spoken_words: Mapping[str, str], otherwise: str) -> Dialect:
    """How blocks are written in Typst."""

    def formula(tree: Formula, style: str = "inline", call: str = "eq") -> str:
        return f"#{call}({quoted(spoken(tree, spoken_words))}, ${style}({typst(tree, otherwise=otherwise)})$)"

    def in_text(tree: Formula) -> str:
        # a derivative at the size of an index could not be read
        style = "display" if any(isinstance(part, Partial | Matrix) for part in walk(tree)) else "inline"
        whole = any(
            isinstance(part, Matrix) for part in walk(tree)
        )  # breaks before a matrix would part it from its name
        return formula(tree, style, "whole-eq" if whole else "tall-eq" if _is_high(tree) else "eq")

    def line(row: Row) -> WrittenLine:
        sign: Relation = row.relation
        left = "" if row.left is None else formula(row.left, "display")
        shown = f"#eq({quoted(relation(sign, spoken_words))}, ${sign}$)"
        return WrittenLine(left, formula(row.right, "display"), shown)

    def reason(prose: Prose) -> str:
        return "".join(in_text(run) if isinstance(run, Formula) else escape(run) for run in prose)

    return Dialect(
        escape,
        in_text,
        line,
        reason,
        quoted,
        lambda block: typst_figure(lay_out(block.figure, block.style), block.figure.description),
    )


def _is_high(tree: Formula) -> bool:
    """Whether a formula needs room above and below it in a text; ½ does not."""
    return any(type(part) in TALL and not (isinstance(part, Ratio) and small_ratio(part)) for part in walk(tree))


def pdf(source: str, font: str | None = None) -> bytes:
    """The PDF of a Typst source: tagged, PDF/UA-1, the same bytes each time; the text of a theme in its `font`. Raises CheckFailed if our
    source does not compile, MissingPart if no font has a character of the text."""
    import typst as engine

    # the fonts in the wheel give the same page everywhere, and at once; those of the machine are for letters these lack
    for alone in (False,) if fonts_needed(font) else (True, False):
        try:
            compiler = engine.Compiler(ignore_system_fonts=alone)
            compiled = compiler.compile(source.encode(), format="pdf", timestamp=0, pdf_standards=["ua-1"])
        except engine.TypstError as error:
            if alone and _MISSING.search(str(error)):
                continue
            raise _failure(error) from error
        break
    assert isinstance(compiled, bytes)
    return compiled


def _failure(error: TypstError) -> MissingPart | NotCompiled | InputError:
    """What an error of Typst means for its reader."""
    said = str(error.diagnostic)
    if _PICTURE.search(said):
        return undecodable(error.message)
    missing = dict.fromkeys("".join(_MISSING.findall(said)))
    if missing:
        return MissingPart(
            f"PDF: no font of this machine has the characters {' '.join(missing)}; install one that has them, on Debian and "
            "Ubuntu with apt install fonts-noto fonts-noto-cjk, or write --to html or --to md"
        )
    line = _AT.search(said)
    return NotCompiled(f"the Typst source does not compile: {error}", line[1].strip() if line else "")


_MISSING = re.compile(r'text `"(.*?)"` could not be displayed')
_PICTURE = re.compile(r"failed to (?:decode|parse|load) (?:image|SVG)", re.I)
_AT = re.compile(r"^ *\d+ │ (.*)$", re.M)
_SIGNS = "|".join(map(re.escape, RELATIONS))
_EQ = re.compile(
    rf'#(?:tall-|whole-)?eq\("(?:[^"\\]|\\.)*", \$(?:(?:display|inline)\((?P<formula>.*?)\)|(?P<sign>{_SIGNS}))\$\)'
)
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
