"""A Word document with native equations: an inscribed document goes in, Markdown for pandoc comes out; that and the figures go in, and the
bytes of the file come out.

Word gets one equation a line, in rows of left side, right side and reason: what pandoc or Word would lose (colour, strokes, braces) is
left out before.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

from derivegen.document.blocks import Document, Picture, Row
from derivegen.errors import CheckFailed, MissingPart
from derivegen.figures.drawing import lay_out
from derivegen.formula.print.latex import RELATIONS, ROOM, latex
from derivegen.formula.read.readback import read_latex
from derivegen.formula.tree import Formula, Under, transform
from derivegen.render.docx_look import BODY, dressed, packed, unpacked
from derivegen.render.figures import drawn, figure_compiled
from derivegen.render.markdown import Found
from derivegen.render.own_picture import signed
from derivegen.render.pages import Asked, Page
from derivegen.render.pandoc_page import begun, escape
from derivegen.render.written_blocks import Dialect, WrittenLine, written_blocks

READS = "markdown-raw_html-raw_tex-smart-citations-implicit_figures-yaml_metadata_block-example_lists-inline_notes-footnotes"
SECONDS = 120
WIDEST = 455.0
"""Points between the margins of the page pandoc sets."""
_BARS = ((r"\left|", r"\left\vert "), (r"\right|", r"\right\vert "))
"""A bar would end a cell of the table the lines stand in."""
_ROOM = r"\phantom{\dfrac{0}{0}}\text{\_\_\_\_\_\_\_\_}"
"""Of a blank, LibreOffice shows neither the frame nor what is left open."""


def write(asked: Asked) -> Page:
    """What pandoc makes the Word document of, with its formulas read back."""
    text = docx_page(asked)
    return Page(text, formulas_in(text), read_latex)


def docx_page(asked: Asked) -> str:
    """The Markdown pandoc reads."""
    otherwise = asked.otherwise

    def math(tree: Formula) -> str:
        text = latex(_plainer(tree), otherwise=otherwise)
        for bar, other in _BARS:
            text = text.replace(bar, other)
        return text.replace(ROOM, _ROOM)

    def line(row: Row) -> WrittenLine:
        left = "" if row.left is None else f"$${math(row.left)}$$"
        return WrittenLine(left, f"$${{}} {RELATIONS[row.relation]} {math(row.right)}$$")

    dialect = Dialect(escape, lambda tree: f"${math(tree)}$", line, lambda prose: dialect.prose(prose), str, _placed)
    values = {"document": asked.document, "blocks": written_blocks(asked.document, dialect)}
    text = asked.templates.page("docx/document.md.jinja", escape, {"begun": begun}, **values)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def _plainer(tree: Formula) -> Formula:
    """Without braces below it, which not every viewer sets right."""

    return transform(tree, lambda part: _plainer(part.body) if isinstance(part, Under) else None)


def _placed(block: Picture) -> str:
    width = min(WIDEST, lay_out(block.figure).width)
    return f"![{escape(block.figure.description)}]({block.key}.png){{width={width / 72:.2f}in}}"


_FORMULA = re.compile(r"(?<!\\)(\$\$?)(.+?)(?<!\\)\1")
_CODE = re.compile(r"^```.*?^```$", re.M | re.S)
_SIGN = re.compile(rf"^\{{\}} ({'|'.join(map(re.escape, RELATIONS.values()))}) (.*)$", re.S)


def formulas_in(text: str) -> list[Found]:
    """Every formula of the Markdown in order."""
    signs = {command: sign for sign, command in RELATIONS.items()}
    found: list[Found] = []
    for _, formula in _FORMULA.findall(_CODE.sub("", text)):
        for bar, other in _BARS:
            formula = formula.replace(other, bar)
        related = _SIGN.match(formula)
        found.append((signs[related[1]], related[2]) if related else ("", formula))
    return found


def compiled(text: str, document: Document) -> bytes:
    """The file, the same each time. Raises MissingPart without pandoc, CheckFailed if an equation was not taken."""
    pandoc = _pandoc()
    about = {"title": document.title, "author": document.author, "date": document.date, "lang": document.language}
    about |= {"subtitle": document.course}
    command = [pandoc, "-f", READS, "-t", "docx", "--syntax-highlighting=none", "-o", "document.docx", "document.md"]
    command += [f"--metadata={key}={value}" for key, value in about.items() if value]
    with tempfile.TemporaryDirectory(prefix="derivegen-") as folder:
        (Path(folder) / "document.md").write_text(text, encoding="utf-8")
        for block in drawn(document.blocks):
            (Path(folder) / f"{block.key}.png").write_bytes(signed(figure_compiled(block, "png")))
        surroundings = os.environ | {"SOURCE_DATE_EPOCH": "0"}
        done = subprocess.run(
            command, cwd=folder, env=surroundings, capture_output=True, timeout=SECONDS, check=False, text=True
        )
        if done.returncode or done.stderr.strip():
            raise CheckFailed(f"pandoc did not take the document: {done.stderr.strip()[:300]}")
        return _settled((Path(folder) / "document.docx").read_bytes(), document)


def _pandoc() -> str:
    """Where pandoc is. Raises MissingPart."""
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        raise MissingPart('--to docx: pandoc is missing; install it with pip install "derivegen[docx]"') from None


def _settled(data: bytes, document: Document) -> bytes:
    """The file with its lines in order and its look."""
    parts = unpacked(data)
    parts[BODY] = _kept(_to_write(_in_lines(parts[BODY].decode()))).encode()
    return packed(dressed(parts, document))


_ROW = re.compile(r"<w:tr>.*?</w:tr>", re.S)
_CELL = re.compile(r"<w:tc>.*?</w:tc>", re.S)
_MIDDLE = '<w:tcPr><w:vAlign w:val="center" /></w:tcPr>'
_CENTRED = '<m:jc m:val="center" />'
_NOTHING = "<m:r><m:t>\u200b</m:t></m:r>"
"""What pandoc puts before a sign without a left side."""
_EMPTY_WORD = "<m:r><m:rPr><m:nor /></m:rPr><m:t>\u200b</m:t></m:r>"
"""The same as a word, which LibreOffice takes for a side too."""


def _in_lines(xml: str) -> str:
    """Equations aligned at their sign: in the first cell of a row to the right, in the others to the left; beside them the reason."""

    def in_row(row: re.Match[str]) -> str:
        if "<m:oMathPara>" not in row[0]:
            return row[0]
        cells = [cell.replace("<w:tcPr />", _MIDDLE, 1) for cell in _CELL.findall(row[0])]
        found = iter(
            cell.replace(_CENTRED, _CENTRED.replace("center", "left" if place else "right")).replace(
                _NOTHING, _EMPTY_WORD
            )
            for place, cell in enumerate(cells)
        )
        return _CELL.sub(lambda _: next(found), row[0])

    return _ROW.sub(in_row, xml)


_PARAGRAPH = re.compile(r"<w:p>(?:(?!</w:p>).)*</w:p>(?=\s*<w:tbl>)|<w:p>(?:(?!</w:p>).)*<w:drawing>", re.S)
_TITLE = re.compile(r'<w:p><w:pPr><w:pStyle w:val="(?:BodyText|FirstParagraph)" /></w:pPr><w:r><w:rPr><w:b />')
_STYLE = re.compile(r"(<w:pStyle [^>]*/>)")
_BEGINNING = re.compile(r'<w:tr>(?:(?!</w:tr>).)*?<m:jc m:val="right" />.*?</w:tr>', re.S)


def _kept(xml: str) -> str:
    """What belongs together on one page: a title, a caption or a sentence with the table or list below it, a figure with its caption, the
    first line of a statement with the second, the lines of a table's row."""

    def keep(found: re.Match[str]) -> str:
        return _STYLE.sub(r"\1<w:keepNext />", found[0])

    for which in (_PARAGRAPH, _TITLE, _BEGINNING):
        xml = which.sub(keep, xml)
    whole = xml.replace("<w:tr><w:trPr>", "<w:tr><w:trPr><w:cantSplit />")
    return whole.replace("<w:tr><w:tc>", "<w:tr><w:trPr><w:cantSplit /></w:trPr><w:tc>")


_TO_WRITE = re.compile(r"<!--to write-->\s*(<w:tbl>.*?</w:tbl>)", re.S)
_EMPTY = re.compile(r"<w:tcPr />(?=<w:p>(?:<w:pPr>(?:(?!</w:pPr>).)*</w:pPr>)?</w:p></w:tc>)")
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_GRID = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto" />' for side in _SIDES)
_HIGH = '<w:trPr><w:trHeight w:val="510" w:hRule="atLeast" /></w:trPr>'
_ROOMY = '<w:tcPr><w:tcW w:w="1361" w:type="dxa" /><w:vAlign w:val="center" /></w:tcPr>'


def _to_write(xml: str) -> str:
    """Tables that are marked for it with a full grid, rows of 9 mm and empty cells of 24 mm."""

    def for_a_hand(found: re.Match[str]) -> str:
        table = found[1].replace("<w:tblLook", f"<w:tblBorders>{_GRID}</w:tblBorders><w:tblLook", 1)
        table = _EMPTY.sub(_ROOMY, table.replace("<w:tr><w:tc>", f"<w:tr>{_HIGH}<w:tc>"))
        return table.replace("<w:tcPr />", _MIDDLE)

    return _TO_WRITE.sub(for_a_hand, xml)
