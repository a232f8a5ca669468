"""The blocks of a document, as pandoc has them, in; the text somebody would have typed in their place out, formulas as LaTeX, with what was
left out, counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from derivegen.notation.vocabulary import MARK_WORDS, alternatives

_SHORT = re.compile(r"\d|T|['′]")
_LABEL = re.compile(r"\(?\d{0,2}[a-z]?\)?[.):]?")
_MARKS = re.compile(rf"[\d ½¼¾⅓⅔/]{{1,8}}\s{alternatives(MARK_WORDS)}", re.I)
_RELATED = re.compile(r".*?(?=\|\s*(?:\$\s*)?(?:[=≈]|\\approx))")
_PLAIN = {"Space": " ", "SoftBreak": " ", "LineBreak": "\n"}
_STYLES = {"LowerAlpha": "abcdefghijklmnopqrstuvwxyz", "UpperAlpha": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


class Typed:
    """Writes blocks as text; `left_out` counts what has no text, `formulas` the formulas that have."""

    def __init__(self) -> None:
        self.left_out, self.formulas = Counter[str](), 0

    def text(self, blocks: Sequence[Any]) -> str:
        """All blocks, one below the other."""
        return "\n\n".join(part for block in blocks if (part := "\n".join(self.lines(block))).strip())

    def lines(self, block: Any) -> Iterator[str]:
        """One block."""
        match block:
            case {"t": "Plain" | "Para", "c": inlines}:
                yield from self.inline(inlines).split("\n")
            case {"t": "Header", "c": [level, _, inlines]}:
                yield f"{'#' * level} {self.inline(inlines)}"
            case {"t": "CodeBlock", "c": [_, text]}:
                yield from text.split("\n")
            case {"t": "LineBlock", "c": rows}:
                yield from (self.inline(row) for row in rows)
            case {"t": "BlockQuote", "c": inner} | {"t": "Div", "c": [_, inner]} | {"t": "Figure", "c": [_, _, inner]}:
                yield from self.inside(inner)
            case {"t": "BulletList", "c": items}:
                for item in items:
                    yield from self.inside(item)
            case {"t": "OrderedList", "c": [[start, style, delimiter], items]}:
                for number, item in enumerate(items, start):
                    yield from self.labelled(_label(number, style["t"], delimiter["t"]), item)
            case {"t": "DefinitionList", "c": items}:
                for term, meanings in items:
                    yield self.inline(term)
                    for meaning in meanings:
                        yield from self.inside(meaning)
            case {"t": "Table", "c": [_, _, _, head, bodies, foot]}:
                yield from self.table([*head[1], *(row for body in bodies for row in (*body[2], *body[3])), *foot[1]])
            case {"t": "RawBlock"}:
                self.left_out["objects"] += 1

    def inside(self, blocks: Iterable[Any]) -> Iterator[str]:
        for block in blocks:
            yield from self.lines(block)

    def labelled(self, label: str, blocks: Iterable[Any]) -> Iterator[str]:
        """What stands in a numbered list, behind its number."""
        first, *rest = [*self.inside(blocks)] or [""]
        yield f"{label} {first}"
        yield from rest

    def table(self, rows: Sequence[Any]) -> Iterator[str]:
        """The rows of a table, its cells between strokes; cells of several lines one below the other."""
        cells = [[[line for line in self.inside(cell[4]) if line.strip()] for cell in row[1]] for row in rows]
        yield ""
        for row in cells:
            flat = [lines[0] if lines else "" for lines in row]
            related = len(row) > 1 and _RELATED.match(f"| {' | '.join(flat)} |") is not None
            if any(len(lines) > 1 for lines in row) or (len(cells) == 1 and not related):
                yield from self.set_out(row)
            elif any(row):
                yield _in_strokes(flat)
        yield ""

    def set_out(self, row: Sequence[Sequence[str]]) -> Iterator[str]:
        """A row that is one question with its answer: label, lines, the marks behind the first."""
        lines = [line for cell in row for line in cell]
        label = lines.pop(0) if len(lines) > 1 and _LABEL.fullmatch(lines[0].strip("* ")) else ""
        marks = lines.pop() if lines and _MARKS.fullmatch(lines[-1]) else ""
        first = lines.pop(0) if lines else ""
        yield " ".join(filter(None, (label, first, f"*{marks}*" if marks else "")))
        yield from lines

    def inline(self, inlines: Iterable[Any]) -> str:
        """What stands in a line."""
        return "".join(map(self._one, inlines))

    def _one(self, inline: Any) -> str:
        match inline:
            case {"t": "Str", "c": text}:
                return _plain(str(text))
            case {"t": "Space" | "SoftBreak" | "LineBreak" as kind}:
                return _PLAIN[kind]
            case {"t": "Emph" | "Strong" | "Underline" | "SmallCaps", "c": inner}:
                return self.inline(inner)
            case {"t": "Span" | "Cite" | "Quoted", "c": [_, inner]} | {"t": "Link", "c": [_, inner, _]}:
                return self.inline(inner)
            case {"t": "Superscript", "c": inner}:
                text = self.inline(inner).strip()
                return (
                    f"^{text}"
                    if _SHORT.fullmatch(text)
                    else f"^{{{text}}}"
                    if text.isalpha()
                    else f"^({text})"
                    if text
                    else ""
                )
            case {"t": "Subscript", "c": inner}:
                text = self.inline(inner).strip()
                return f"_{{{text}}}" if text else ""
            case {"t": "Code", "c": [_, text]}:
                return _plain(str(text))
            case {"t": "Math", "c": [kind, text]}:
                return self._formula(str(text), kind["t"] == "DisplayMath")
            case {"t": "Note", "c": inner}:
                return f"\n{self.text(inner)}\n"
            case {"t": "Strikeout"}:
                self.left_out["struck"] += 1
            case {"t": "Image"}:
                self.left_out["pictures"] += 1
            case {"t": "RawInline"}:
                self.left_out["objects"] += 1
        return ""

    def _formula(self, text: str, display: bool) -> str:
        self.formulas += 1
        text = " ".join(
            text.replace("\\text{\\!}", " ").split()
        )  # an empty word, as it stands before a sign without a left side
        if not text:
            return ""
        return f"\n$${text}$$\n" if display and "\\begin" in text else f"${text}$"


def _plain(text: str) -> str:
    """Text as it is typed: without spaces that do not break, and its * not those of Markdown, which takes two of them for emphasis."""
    return text.replace("\u00a0", " ").replace("*", "∗")


def _in_strokes(cells: Sequence[str]) -> str:
    """The cells of a row; one that begins with a relation goes on with the one before it."""
    row = f"| {' | '.join(cells)} |"
    related = _RELATED.match(row)
    return f"{row[: related.end()].rstrip(' |')} {row[related.end() :].lstrip(' |')}" if related else row


def _label(number: int, style: str, delimiter: str) -> str:
    letters = _STYLES.get(style, "")
    shown = letters[number - 1] if 0 < number <= len(letters) else str(number)
    return f"({shown})" if delimiter == "TwoParens" else f"{shown})" if delimiter == "OneParen" else f"{shown}."
