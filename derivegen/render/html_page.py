"""An HTML page: an inscribed document goes in, one file comes out that needs neither script nor network to be read; where it has
chains of marked factors, a small script goes through them, and where parts of its figures can be pointed at, another answers.

Formulas are MathML of our own with the words they are read aloud with, in a font that travels with the page; figures stand in it as SVG.
"""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from derivegen.document.blocks import POINTED, Document, Picture, Row
from derivegen.document.press import Press
from derivegen.figures.drawing import lay_out
from derivegen.formula.print.latex import RELATIONS
from derivegen.formula.print.mathml import mathml, sign
from derivegen.formula.print.plain import plain
from derivegen.formula.print.spoken import relation, spoken
from derivegen.formula.read.readback import read_mathml
from derivegen.formula.tree import Formula, Partial, walk
from derivegen.records import dataclass, field, replace
from derivegen.render.figure_svg import svg
from derivegen.render.html_widths import MATH, measured
from derivegen.render.inline_svg import inline, palette, repeated, shared
from derivegen.render.letterhead import html_look
from derivegen.render.markdown import Found
from derivegen.render.outlines import Alphabet
from derivegen.render.pages import Asked, Page, Stops
from derivegen.render.spots import spots
from derivegen.render.written_blocks import (
    Dialect,
    WrittenBeside,
    WrittenBlock,
    WrittenHeading,
    WrittenLine,
    WrittenPicture,
    is_sheet,
    written_blocks,
)

WORDS = (
    "page.contents", "page.working", "page.printed",
    "page.walk.title", "page.walk.play", "page.walk.stop", "page.walk.back", "page.walk.next", "page.walk.factor",
    "page.stage.title", "page.stage.opening", "page.stage.go", "page.stage.steps",
)  # fmt: skip
"""What a page says that is in no document."""
SCRIPT = "html/walk.js"
_WITH_SIGN = re.compile(r"<math\b(?:(?!</?math\b).)*</math>[.,;:!?)]+", re.S)
"""A formula in a text, and the sign right behind it."""
MARKS = "①②③"
_MARK = re.compile(f"[{MARKS}]")
_LABEL = re.compile(f"<mtext>([{MARKS}]+)</mtext>")


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
    about: str = ""
    """What it is about, where that can be pointed at in a figure."""
    label: str = ""
    """How that is called where there are only letters."""
    other: str = ""
    """What is said of the same thing on the way in the other direction."""


def write(asked: Asked) -> Page:
    """The page, with its formulas read back."""
    return read(asked, html_page(asked))


def read(asked: Asked, text: str) -> Page:
    """A written page with its formulas read back."""
    return Page(text, formulas_in(text), read_mathml)


def html_page(asked: Asked, scripts: bool = True) -> str:
    """The page, with its `scripts` if they are wanted; for the body alone one element of it, to stand in a page of somebody else's."""
    values = page_values(asked.document, asked.press, asked.stops)
    values["deeper"] = asked.deeper
    if not scripts:
        values["walk"] = ""
    name = f"html/{'body' if asked.body else 'document'}.html.jinja"
    return unbroken(asked.templates.page(name, escape, {}, **values))


def unbroken(text: str) -> str:
    """A page in which no line ends between a formula and the sign behind it."""
    return _WITH_SIGN.sub(r'<span class="held">\g<0></span>', text)


def page_values(document: Document, press: Press, stops: Stops = ()) -> dict[str, Any]:
    """What the template of a page is given; the sections with which it begins about `stops` are not among its parts."""
    alphabet = Alphabet()
    dialect = _dialect(press.spoken, press.otherwise, alphabet)
    blocks, labels = _sharing(measured(written_blocks(document, dialect)))
    light, dark = palette(document.style)
    opening, others = _divided(blocks, len(stops))
    parts = list(_parts(others))
    about = zip(_parts(opening, "at"), stops, strict=True) if stops else ()
    return {
        "document": document,
        "deeper": 0,
        "parts": parts,
        "stops": [replace(part, about=stop, label=label_of(press, stop), other=other) for part, (stop, other) in about],
        "walk": _walk(press, parts),
        "say": {key.removeprefix("page."): escape(press.words.plain(key)) for key in WORDS},
        "font": b64encode(press.templates.find("html/font.woff2").read_bytes()).decode(),
        "figures": {"light": light, "dark": dark, "outlines": alphabet.definitions + labels},
        "look": html_look(document),
        "paper": "letter" if document.paper == "letter" else "A4",
        "sheet": is_sheet(document),
    }


def label_of(press: Press, name: str) -> str:
    """What a quantity is called where there are only letters, as in a list to choose from."""
    return plain(press.notation.symbol(name))


def _walk(press: Press, parts: Sequence[Part]) -> str:
    """The script that goes through the factors of a chain; none where no step has a chain beside its figure."""
    chains = any(isinstance(block, WrittenBeside) for part in parts for step in part.steps for block in step.blocks)
    return press.templates.find(SCRIPT).read_text(encoding="utf-8").strip() if chains else ""


def _dialect(spoken_words: Mapping[str, str], otherwise: str, alphabet: Alphabet) -> Dialect:
    """Formulas as MathML, each with the words it is read aloud with; figures with the places that can be pointed at."""

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
        drawing = lay_out(figure, block.style)
        drawn = svg(drawing, figure.title, figure.description, alphabet.label)
        shown = inline(drawn, block.key, escape(figure.title), escape(figure.description))
        return shown + spots(drawing) if block.key.startswith(POINTED) else shown

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
    drawn = iter(repeated(figures))
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


def _divided(blocks: Sequence[WrittenBlock], sections: int) -> tuple[Sequence[WrittenBlock], Sequence[WrittenBlock]]:
    """The first so many sections, and what comes after them."""
    if not sections:
        return (), blocks
    starts = [place for place, block in enumerate(blocks) if isinstance(block, WrittenHeading) and block.level == 1]
    end = starts[sections] if len(starts) > sections else len(blocks)
    return blocks[:end], blocks[end:]


def _parts(blocks: Sequence[WrittenBlock], letter: str = "s") -> Iterator[Part]:
    """The blocks by section, those under a heading of level 2 by step; what stands before the first heading in a part of its own. The
    letter is what their ids begin with."""
    part = Part(f"{letter}0")
    sections = 0
    for block in blocks:
        if not isinstance(block, WrittenHeading):
            (part.steps[-1] if part.steps else part).blocks.append(block)
        elif block.level == 1:
            if part.number or part.blocks:
                yield part
            sections += 1
            part = Part(f"{letter}{sections}", f"{sections}", block.text)
        else:
            n = len(part.steps) + 1
            part.steps.append(Part(f"{part.id}-{n}", f"{part.number}.{n}".strip("."), block.text))
    if part.number or part.blocks or part.steps:
        yield part


_CONTENTS = re.compile(r"<nav\b.*?</nav>", re.S)
_RELATION = re.compile(rf"<mo>({'|'.join(map(re.escape, map(html.escape, RELATIONS)))})</mo>")


def formulas_in(text: str) -> list[Found]:
    """Every formula of the page in order, right sides with the relation they begin with, without the table of contents, which repeats
    headings."""
    found: list[Found] = []
    for match in MATH.finditer(_CONTENTS.sub("", text)):
        sign_before = _RELATION.match(match["body"])
        body = match["body"][sign_before.end() :] if sign_before else match["body"]
        found.append((html.unescape(sign_before[1]) if sign_before else "", body))
    return found
