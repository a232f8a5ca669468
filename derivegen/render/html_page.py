"""An HTML page: an inscribed document goes in, one file comes out that needs neither script nor network to be read; where it has
chains of marked factors, a small script goes through them.

Formulas are MathML of our own with the words they are read aloud with, in a font that travels with the page; figures stand in it as SVG.
"""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from derivegen.document.blocks import Document, Picture, Row
from derivegen.document.press import Press
from derivegen.figures.drawing import lay_out
from derivegen.formula.print.latex import RELATIONS
from derivegen.formula.print.mathml import mathml, sign
from derivegen.formula.print.spoken import relation, spoken
from derivegen.formula.read.readback import read_mathml
from derivegen.formula.tree import Formula, Partial, walk
from derivegen.render.figure_svg import svg
from derivegen.render.inline_svg import inline, palette, shared
from derivegen.render.markdown import Found
from derivegen.render.outlines import Alphabet
from derivegen.render.pages import Asked, Page
from derivegen.render.written_blocks import (
    Dialect,
    WrittenAlgorithm,
    WrittenBeside,
    WrittenBlock,
    WrittenBox,
    WrittenDerivation,
    WrittenHeading,
    WrittenItems,
    WrittenLine,
    WrittenPicture,
    WrittenTable,
    WrittenText,
    is_sheet,
    written_blocks,
)

WORDS = (
    "page.contents", "page.working", "page.printed",
    "page.walk.title", "page.walk.play", "page.walk.stop", "page.walk.back", "page.walk.next", "page.walk.factor",
)  # fmt: skip
"""What a page says that is in no document."""
SCRIPT = "html/walk.js"
NARROW, LONG = 26, 58
"""How many characters a telephone shows in a line, and a page beside a reason."""
_STACKED = re.compile(r"<(mfrac|mtable)\b[^>]*>(?:(?!<(?:mfrac|mtable)\b).)*?</\1>", re.S)
_SPACE = re.compile(r'<mspace width="([\d.]+)em"[^>]*/>')
_NUMBER = re.compile(r"<mn>\d+\.\d+</mn>|(?<!</mi>)(?<!</mn>)(?<!</mrow>)(?<!</mover>)<mn>[\d,]+</mn>")
"""A number that is no index and no exponent."""
NUMBER = "x" * 7
"""So wide counts each of them, and signs and parentheses count for nothing: the pages of all students are laid out alike."""
MARKS = "①②③"
_MARK = re.compile(f"[{MARKS}]")
_LABEL = re.compile(f"<mtext>([{MARKS}]+)</mtext>")
_UNSEEN = re.compile(r"<[^>]*>|[()−\u2061\u2062]|&[a-z0-9#]+(?=;)")


def escape(text: str) -> str:
    """People's text as HTML shows it, in an element or in quotes."""
    return html.escape(text)


@dataclass(slots=True)
class Part:
    """A section or a step: its heading, what follows it, and the steps in it."""

    id: str
    number: str = ""
    title: str = ""
    blocks: list[WrittenBlock] = field(default_factory=list)
    steps: list[Part] = field(default_factory=list)


def write(asked: Asked) -> Page:
    """The page, with its formulas read back."""
    text = html_page(asked)
    return Page(text, formulas_in(text), lambda formula: read_mathml(formula, asked.functions))


def html_page(asked: Asked) -> str:
    """The page; for the body alone one element of it, to stand in a page of somebody else's."""
    values = page_values(asked.document, asked.press)
    return asked.templates.page(f"html/{'body' if asked.body else 'document'}.html.jinja", escape, {}, **values)


def page_values(document: Document, press: Press) -> dict[str, Any]:
    """What the template of a page is given."""
    alphabet = Alphabet()
    dialect = _dialect(press.spoken, press.otherwise, alphabet)
    blocks, labels = _sharing(_measured(written_blocks(document, dialect)))
    light, dark = palette(document.style)
    parts = list(_parts(blocks))
    return {
        "document": document,
        "parts": parts,
        "walk": _walk(press, parts),
        "say": {key.removeprefix("page."): escape(press.words.plain(key)) for key in WORDS},
        "font": b64encode(press.templates.find("html/font.woff2").read_bytes()).decode(),
        "figures": {"light": light, "dark": dark, "outlines": alphabet.definitions + labels},
        "paper": "letter" if document.paper == "letter" else "A4",
        "sheet": is_sheet(document),
    }


def _walk(press: Press, parts: Sequence[Part]) -> str:
    """The script that goes through the factors of a chain; none where no step has a chain beside its figure."""
    chains = any(isinstance(block, WrittenBeside) for part in parts for step in part.steps for block in step.blocks)
    return press.templates.find(SCRIPT).read_text(encoding="utf-8").strip() if chains else ""


def _dialect(spoken_words: Mapping[str, str], otherwise: str, alphabet: Alphabet) -> Dialect:
    """Formulas as MathML, each with the words it is read aloud with."""

    def formula(tree: Formula, shown: bool, before: str = "", said: str = "") -> str:
        style = ' displaystyle="true"' if shown else ""
        aloud = f"{said} {spoken(tree, spoken_words)}".strip()
        return f'<math{style} aria-label="{escape(aloud)}">{before}{_with_roles(mathml(tree, otherwise))}</math>'

    def in_text(tree: Formula) -> str:
        # a derivative at the size of an index could not be read
        return formula(tree, shown=any(isinstance(part, Partial) for part in walk(tree)))

    def line(row: Row) -> WrittenLine:
        right = formula(row.right, True, sign(row.relation), relation(row.relation, spoken_words))
        return WrittenLine("" if row.left is None else formula(row.left, True), right)

    def picture(block: Picture) -> str:
        figure = block.figure
        drawn = svg(lay_out(figure, block.style), figure.title, figure.description, alphabet.label)
        return inline(drawn, block.key, escape(figure.title), escape(figure.description))

    dialect = Dialect(_told, in_text, line, lambda prose: dialect.prose(prose), escape, picture)
    return dialect


def _told(text: str) -> str:
    """People's text; the marks of factors each in an element of its role, so that all of one role can be shown together."""
    return _MARK.sub(_role, escape(text))


def _with_roles(formula: str) -> str:
    """A formula with its marks in elements of their roles."""
    return _LABEL.sub(lambda label: f'<mtext class="role" data-role="{_numbers(label[1])}">{label[1]}</mtext>', formula)


def _numbers(marks: str) -> str:
    return " ".join(str(MARKS.index(mark) + 1) for mark in marks)


def _role(mark: re.Match[str]) -> str:
    return f'<span class="role" data-role="{MARKS.index(mark[0]) + 1}">{mark[0]}</span>'


def _sharing(blocks: Sequence[WrittenBlock]) -> tuple[list[WrittenBlock], str]:
    """The blocks with labels that recur in their figures drawn by reference, and those labels."""
    figures, labels = shared([picture.content for block in blocks for picture in _pictures(block)])
    drawn = iter(figures)
    return [_redrawn(block, drawn) for block in blocks], labels


def _pictures(block: WrittenBlock) -> Iterator[WrittenPicture]:
    if isinstance(block, WrittenPicture):
        yield block
    elif isinstance(block, WrittenBeside):
        yield from (picture for inner in block.blocks for picture in _pictures(inner))


def _redrawn(block: WrittenBlock, drawn: Iterator[str]) -> WrittenBlock:
    if isinstance(block, WrittenPicture):
        return replace(block, content=next(drawn))
    if isinstance(block, WrittenBeside):
        return replace(block, blocks=tuple(_redrawn(inner, drawn) for inner in block.blocks))
    return block


def _parts(blocks: Sequence[WrittenBlock]) -> Iterator[Part]:
    """The blocks by section, those under a heading of level 2 by step; what stands before the first heading in a part of its own."""
    part = Part("s0")
    sections = 0
    for block in blocks:
        if not isinstance(block, WrittenHeading):
            (part.steps[-1] if part.steps else part).blocks.append(block)
        elif block.level == 1:
            if part.number or part.blocks:
                yield part
            sections += 1
            part = Part(f"s{sections}", f"{sections}", block.text)
        else:
            n = len(part.steps) + 1
            part.steps.append(Part(f"{part.id}-{n}", f"{part.number}.{n}".strip("."), block.text))
    if part.number or part.blocks or part.steps:
        yield part


def _measured(blocks: Sequence[WrittenBlock], before: str = "b") -> tuple[WrittenBlock, ...]:
    """The blocks, each that is referred to with an id of its own, and with whether a narrow screen may have to scroll it."""
    return tuple(_measure(block, f"{before}{place}") for place, block in enumerate(blocks, 1))


def _measure(block: WrittenBlock, name: str) -> WrittenBlock:
    match block:
        case WrittenText():
            return replace(block, wide=_has_wide(block.text))
        case WrittenItems():
            return WrittenItems(tuple(replace(entry, wide=_has_wide(entry.text)) for entry in block.entries))
        case WrittenDerivation():
            breadths = [breadth(row.left) + breadth(row.right) for row in block.rows]
            rows = [replace(row, long=wide > LONG) for row, wide in zip(block.rows, breadths, strict=True)]
            return replace(block, rows=rows, wide=any(wide > NARROW for wide in breadths))
        case WrittenTable():
            columns = zip(block.header, *block.rows, strict=True)
            return replace(block, id=name, wide=sum(max(map(breadth, column)) + 2 for column in columns) > NARROW)
        case WrittenPicture():
            width = re.search(r"--width:([\d.]+)", block.content)
            return replace(block, id=name, wide=width is not None and float(width[1]) > 300)
        case WrittenBox():
            return replace(block, id=name, blocks=_measured(block.blocks, f"{name}-"))
        case WrittenBeside():
            return replace(block, blocks=_measured(block.blocks, f"{name}-"))
        case WrittenAlgorithm():
            return replace(block, id=name)
    return block


def _has_wide(text: str) -> bool:
    """Whether a formula in a text may be wider than a narrow screen."""
    return any(breadth(formula["body"]) > NARROW for formula in _MATH.finditer(text))


def breadth(text: str) -> int:
    """How many characters wide a piece of a page is about: of a fraction one part counts, of a matrix its widest row."""
    text = _SPACE.sub(lambda space: "x" * round(2 * float(space[1])), text)
    text = _NUMBER.sub(NUMBER, text)
    while stacked := _STACKED.search(text):
        text = text[: stacked.start()] + "x" * _widest(stacked) + text[stacked.end() :]
    return len(_UNSEEN.sub("", text))


def _widest(stacked: re.Match[str]) -> int:
    if stacked[1] == "mfrac":
        return len(_UNSEEN.sub("", stacked[0])) // 2 + 1
    rows = stacked[0].split("</mtr>")
    return max(len(_UNSEEN.sub("", row)) + 2 * row.count("</mtd>") for row in rows)


_MATH = re.compile(r"<math[^>]*>(?P<body>.*?)</math>", re.S)
_CONTENTS = re.compile(r"<nav\b.*?</nav>", re.S)
_RELATION = re.compile(rf"<mo>({'|'.join(map(re.escape, map(html.escape, RELATIONS)))})</mo>")


def formulas_in(text: str) -> list[Found]:
    """Every formula of the page in order, right sides with the relation they begin with, without the table of contents, which repeats
    headings."""
    found: list[Found] = []
    for match in _MATH.finditer(_CONTENTS.sub("", text)):
        sign_before = _RELATION.match(match["body"])
        body = match["body"][sign_before.end() :] if sign_before else match["body"]
        found.append((html.unescape(sign_before[1]) if sign_before else "", body))
    return found
