"""Text for Moodle: inscribed blocks and prose go in; HTML with formulas as LaTeX, which Moodle's filter sets, comes out, and the text of
prose for the inside of Cloze fields.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from derivegen.document.blocks import Block, Document, Picture, Prose, Row
from derivegen.document.press import AnyTemplates
from derivegen.formula.print.latex import latex
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Formula
from derivegen.render.markdown import Found, aligned, found_by, in_math
from derivegen.render.written_blocks import Dialect, WrittenLine, written_blocks

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML file may hold."""
_IN_FIELDS = str.maketrans({sign: f"&#{ord(sign)};" for sign in '}#~/"\\'})
"""Signs that mean something in a Cloze field, or did in some version: Moodle reads them back from their numbers."""


def escape(text: str) -> str:
    """People's text as HTML and XML show it."""
    return html.escape(_NOT_XML.sub("", text))


def cdata(text: str) -> str:
    """HTML inside XML."""
    return f"<![CDATA[{_NOT_XML.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def in_field(text: str) -> str:
    """Text inside a Cloze field: Moodle undoes one escape before it shows the HTML."""
    return escape(escape(text)).translate(_IN_FIELDS)


@dataclass(frozen=True)
class Writer:
    """Writes for one language."""

    templates: AnyTemplates
    otherwise: str

    def html(self, prose: Prose) -> str:
        """A run of text and formulas."""
        return self._dialect.prose(prose)

    def plain(self, prose: Prose) -> str:
        """The same without LaTeX."""
        return "".join(plain(run, self.otherwise) if isinstance(run, Formula) else run for run in prose)

    def bodies(self, document: Document, many: Sequence[Sequence[Block]]) -> list[str]:
        """Each run of blocks as the HTML of a question; `document` says how they are to look."""
        views = [written_blocks(replace(document, blocks=tuple(blocks)), self._dialect) for blocks in many]
        text = self.templates.page("moodle/bodies.html.jinja", escape, {}, bodies=views, end=_END)
        return [body.strip() for body in text.split(_END)[:-1]]

    @cached_property
    def _dialect(self) -> Dialect:
        return Dialect(
            escape,
            lambda tree: rf"\({self._math(tree)}\)",
            lambda row: self._line(row),
            lambda prose: "".join(
                f"${self._math(run)}$" if isinstance(run, Formula) else in_math(run) for run in prose
            ),
            escape,
            _image,
        )

    def _line(self, row: Row) -> WrittenLine:
        line = aligned(row, self._math)
        return replace(line, relation=html.escape(line.relation))

    def _math(self, tree: Formula) -> str:
        return html.escape(latex(tree, otherwise=self.otherwise), quote=False)


_END = "\f"


def _image(block: Picture) -> str:
    return (
        f'<img src="@@PLUGINFILE@@/{block.key}.svg" alt="{escape(block.figure.description)}" style="max-width: 100%">'
    )


_BLOCK = re.compile(r"\\\[\\begin\{aligned\}\n(?P<rows>.*?)\n\\end\{aligned\}\\\]", re.S)
_INLINE = re.compile(r"\\\((.+?)\\\)")


def formulas_in(bodies: Sequence[str]) -> list[Found]:
    """Every formula of the bodies in order."""
    return found_by(html.unescape("\n".join(bodies)), _BLOCK, _INLINE)
