"""Markdown as GitHub shows it: an inscribed document goes in, the text comes out, figures as SVG files beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from derivegen.document.blocks import Picture, Prose, Row
from derivegen.formula.print.latex import RELATIONS, latex
from derivegen.formula.read.readback import read_latex
from derivegen.formula.tree import Formula
from derivegen.records import replace
from derivegen.render.pages import Asked, Page
from derivegen.render.written_blocks import Dialect, WrittenDerivation, WrittenLine, written_blocks

Found = tuple[str, str]
"""A relation (or nothing) and the formula after it, as they stand in a text."""


def escape(text: str) -> str:
    """People's text as Markdown shows it: neither a sign that means something, nor the beginning of a list or a heading."""
    return _LIST.sub(r"\1\\\2", re.sub(r"([\\`*_{}\[\]<>#|$~&])", r"\\\1", text))


_LIST = re.compile(r"^(\s*\d+|\s*(?=[-+]))([-+.)])(?=\s)")


def write(asked: Asked) -> Page:
    """The page, with its formulas read back."""
    text = markdown(asked)
    return Page(text, formulas_in(text), read_latex)


def markdown(asked: Asked) -> str:
    """The text, for the body alone without the title."""
    otherwise = asked.otherwise

    def math(tree: Formula) -> str:
        return latex(tree, otherwise=otherwise)

    def reason(prose: Prose) -> str:
        runs = (f"${math(run)}$" if isinstance(run, Formula) else in_math(run) for run in prose)
        return "".join(runs)

    def picture(block: Picture) -> str:
        return f"![{escape(block.figure.description)}]({asked.figures}/{block.key}.svg)"

    dialect = Dialect(escape, lambda tree: f"$`{math(tree)}`$", lambda row: aligned(row, math), reason, str, picture)
    values = {"document": asked.document, "blocks": written_blocks(asked.document, dialect), "body": asked.body}
    values["deeper"] = asked.deeper
    text = asked.templates.page("markdown/document.md.jinja", escape, {"lines": lines}, **values)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def aligned(row: Row, math: Callable[[Formula], str]) -> WrittenLine:
    """A line's parts in LaTeX; where nothing stands on the left an empty group keeps the line from being blank."""
    left = "{}" if row.left is None else math(row.left)
    return WrittenLine(left, math(row.right), RELATIONS[row.relation])


def lines(block: WrittenDerivation) -> Iterator[WrittenLine]:
    """The lines of a derivation; of a running one each statement in one, as far as it has room, its mark before the reason."""
    if not block.running:
        yield from block.rows
        return
    for statement in block.statements:
        whole, *others = statement
        for row in others:
            if whole.width + row.width > ROOM:
                yield _with_mark(whole)
                whole = row
            else:
                right = rf"{whole.right} \mathrel{{{row.relation}}} {row.right}"
                whole = replace(
                    row,
                    left=whole.left,
                    relation=whole.relation,
                    right=right,
                    mark=whole.mark or row.mark,
                    width=whole.width + row.width,
                )
        yield _with_mark(whole)


def _with_mark(line: WrittenLine) -> WrittenLine:
    return replace(line, reason=f"{line.mark} {line.reason}".strip())


def in_math(text: str) -> str:
    """Words inside \\text{…}: the few signs that would end it are replaced."""
    return re.sub(r"[\\{}$&#%_^~]", " ", text)


_ROW = re.compile(
    r"^(?P<left>.*)\n  &(?P<relation>=|\\[a-z]+|[<>]) (?P<right>.*?)"
    r"(?:\n  && \\text\{(?P<reason>.*)\})? ?(?:\\\\\*?(?:\[\d+pt\])?)?$",
    re.M,
)
_AND = re.compile(r" \\mathrel\{(=|\\[a-z]+|[<>])\} ")
ROOM = 125.0
"""Millimetres that the statements of a running derivation may be long, in one line."""
_BLOCK = re.compile(r"^```math\n\\begin\{aligned\}\n(?P<rows>.*?)\n\\end\{aligned\}\n```$", re.M | re.S)
_INLINE = re.compile(r"\$`(.+?)`\$")


def formulas_in(text: str) -> list[Found]:
    """Every formula of a Markdown text in order, read from the text alone."""
    return found_by(text, _BLOCK, _INLINE)


def found_by(text: str, block: re.Pattern[str], inline: re.Pattern[str]) -> list[Found]:
    """The formulas of aligned lines (group `rows` of a block) and those in running text, in order."""
    found: list[Found] = []
    at = 0
    for lines in block.finditer(text):
        found += [("", formula) for formula in inline.findall(text[at : lines.start()])]
        found += rows_in(lines["rows"])
        at = lines.end()
    return found + [("", formula) for formula in inline.findall(text[at:])]


def rows_in(rows: str) -> list[Found]:
    """The formulas of aligned lines: left side, right side with its relation, those in the reason."""
    found: list[Found] = []
    signs = {command: sign for sign, command in RELATIONS.items()}
    for row in _ROW.finditer(rows):
        if row["left"] != "{}":
            found.append(("", row["left"].strip()))
        relation, parts = row["relation"], _AND.split(row["right"])
        for right, following in zip(parts[::2], [*parts[1::2], ""], strict=True):
            found.append((signs.get(relation, relation), right.strip()))
            relation = following
        found += [("", formula) for formula in re.findall(r"\$(.+?)\$", row["reason"] or "")]
    return found
