"""Quiz as HTML: inscribed blocks and prose go in; HTML comes out with formulas as LaTeX, which platforms set, or as MathML; and text
without either.
"""

from __future__ import annotations

import html
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from derivegen.document.blocks import Block, Document, Picture, Prose, Row
from derivegen.document.press import AnyTemplates
from derivegen.document.verify.text import Found
from derivegen.formula.print.latex import latex
from derivegen.formula.print.mathml import mathml, sign
from derivegen.formula.print.plain import plain
from derivegen.formula.print.spoken import relation, spoken
from derivegen.formula.read.readback import read_latex, read_mathml
from derivegen.formula.tree import Formula
from derivegen.interop.items import Item
from derivegen.interop.quiz import Quiz
from derivegen.records import dataclass, replace
from derivegen.render import html_page
from derivegen.render.figures import small_svg
from derivegen.render.letterhead import logo_svg
from derivegen.render.markdown import aligned, found_by, in_math
from derivegen.render.written_blocks import Dialect, WrittenLine, written_blocks

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML file may hold."""
_END = "\f"
LOGO = "logo.svg"
_BLOCK = re.compile(r"\\\[\\begin\{aligned\}\n(?P<rows>.*?)\n\\end\{aligned\}\\\]", re.S)
_INLINE = re.compile(r"\\\((.+?)\\\)")


def escape(text: str) -> str:
    """People's text as HTML and XML show it."""
    return html.escape(NOT_XML.sub("", text))


@dataclass(frozen=True)
class Writer(ABC):
    """Writes for one language; a picture is referred to as `picture` says, with its file name for {}."""

    templates: AnyTemplates
    otherwise: str
    spoken: Mapping[str, str]
    picture: str

    def html(self, prose: Prose) -> str:
        """A run of text and formulas."""
        return self._dialect.prose(prose)

    def plain(self, prose: Prose) -> str:
        """The same in letters alone."""
        return "".join(plain(run, self.otherwise) if isinstance(run, Formula) else run for run in prose)

    def bodies(self, document: Document, many: Sequence[Sequence[Block]]) -> list[str]:
        """Each run of blocks as HTML; `document` says how they are to look."""
        views = [written_blocks(replace(document, blocks=tuple(blocks)), self._dialect) for blocks in many]
        text = self.templates.page(self.page, escape, {}, bodies=views, end=_END, latex=self.latex)
        return [body.strip() for body in text.split(_END)[:-1]]

    page = "platforms/bodies.html.jinja"
    """The template of blocks."""
    latex = True
    """Whether formulas are LaTeX."""

    @abstractmethod
    def found(self, text: str) -> list[Found]:
        """Every formula of a text in order."""

    @abstractmethod
    def reads(self, formula: str, functions: frozenset[str]) -> Formula:
        """A formula read back; the letters are those of unknown functions."""

    @property
    @abstractmethod
    def _dialect(self) -> Dialect: ...

    def _image(self, block: Picture) -> str:
        source = self.picture.format(f"{block.key}.svg")
        return f'<img src="{source}" alt="{escape(block.figure.description)}" style="max-width: 100%"/>'


class LatexWriter(Writer):
    """Formulas as \\( \\), which platforms have set by MathJax."""

    def found(self, text: str) -> list[Found]:
        return found_by(html.unescape(text), _BLOCK, _INLINE)

    def reads(self, formula: str, functions: frozenset[str]) -> Formula:
        return read_latex(formula, functions)

    @cached_property
    def _dialect(self) -> Dialect:
        def line(row: Row) -> WrittenLine:
            made = aligned(row, self._math)
            return replace(made, relation=html.escape(made.relation))

        def reason(prose: Prose) -> str:
            return "".join(f"${self._math(run)}$" if isinstance(run, Formula) else in_math(run) for run in prose)

        return Dialect(escape, lambda tree: rf"\({self._math(tree)}\)", line, reason, escape, self._image)

    def _math(self, tree: Formula) -> str:
        return html.escape(latex(tree, otherwise=self.otherwise), quote=False)


class MathmlWriter(Writer):
    """Formulas as MathML."""

    latex = False

    def found(self, text: str) -> list[Found]:
        return html_page.formulas_in(text)

    def reads(self, formula: str, functions: frozenset[str]) -> Formula:
        return read_mathml(formula, functions)

    @cached_property
    def _dialect(self) -> Dialect:
        def line(row: Row) -> WrittenLine:
            said = relation(row.relation, self.spoken)
            right = self._math(row.right, sign(row.relation), said)
            return WrittenLine("" if row.left is None else self._math(row.left), right)

        dialect = Dialect(escape, self._math, line, lambda prose: dialect.prose(prose), escape, self._image)
        return dialect

    def _math(self, tree: Formula, before: str = "", said: str = "") -> str:
        aloud = f"{said} {spoken(tree, self.spoken)}".strip()
        return f'<math alttext="{escape(aloud)}">{before}{mathml(tree, self.otherwise)}</math>'


class ItemPage(NamedTuple):
    """A question with what it shows, the help and the working as HTML; the first shows the picture."""

    item: Item
    body: str
    help: str
    working: str


@dataclass(frozen=True, slots=True)
class QuizPage:
    """A student's questions as HTML: the teacher's letterhead, what all need before and after the picture, the picture with its file, the
    working of all, and the questions."""

    quiz: Quiz
    writer: Writer
    head: str
    before: str
    picture: str
    after: str
    working: str
    items: tuple[ItemPage, ...]
    files: Mapping[str, bytes]

    @property
    def given(self) -> str:
        """What all questions need."""
        return self.head + self.before + self.picture + self.after

    def html(self, prose: Prose) -> str:
        """A run of text and formulas."""
        return self.writer.html(prose)

    @property
    def formulas(self) -> list[Found]:
        """The formulas read back from what is printed."""
        parts = [self.before, self.picture, self.after, self.working]
        parts += [part for each in self.items for part in (each.body, each.help, each.working)]
        return self.writer.found("\n".join(parts))


def written(quiz: Quiz, kind: type[Writer], picture: str = "{}") -> QuizPage:
    """The questions as HTML, with formulas of one kind."""
    press = quiz.press
    writer = kind(press.templates, press.otherwise, press.spoken, picture)
    inscribed = [quiz.inscribed(part) for part in quiz.parts]
    document = quiz.work.document("screen", ())
    before, shown, after, working, *rest = writer.bodies(document, inscribed)
    triples = zip(quiz.items, rest[0::3], rest[1::3], rest[2::3], strict=True)
    items = tuple(ItemPage(*each) for each in triples)
    files = {f"{block.key}.svg": small_svg(block).encode() for block in inscribed[1] if isinstance(block, Picture)}
    if document.theme.logo is not None:
        files[LOGO] = logo_svg(document.theme.logo).encode()
    return QuizPage(quiz, writer, _letterhead(document, picture), before, shown, after, working, items, files)


def _letterhead(document: Document, picture: str) -> str:
    """Logo and header, "" without them."""
    theme = document.theme
    if not theme.letterhead:
        return ""
    alt = "" if theme.header else "Logo"
    logo = f'<img src="{picture.format(LOGO)}" alt="{alt}" style="height: 3em"/> ' if theme.logo is not None else ""
    colour = f' style="color: {theme.accent}"' if theme.accent else ""
    header = f"<span{colour}>{escape(theme.header)}</span>" if theme.header else ""
    return f"<p>{logo}{header}</p>\n"
