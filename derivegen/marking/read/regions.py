"""The text of a file in; the same text with its markup blanked, each character in its place, and where statements can stand out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from derivegen.marking.read.copied import without_copies
from derivegen.marking.read.printed import with_what_is_printed
from derivegen.marking.read.tidied import tidied, without_items
from derivegen.marking.read.typed_tokens import RELATIONS, plain_letters
from derivegen.notation.vocabulary import MARK_WORDS, alternatives
from derivegen.records import dataclass

Kind = Literal["markdown", "latex", "text", "notebook"]
_ROWS = r"(?:align|equation|eqnarray|gather|multline|flalign|alignat|displaymath|math|(?:dg)?derivation|dmath)\*?"
_OPENING = re.compile(rf"(?<!`)```++ *+math\b|\$\$|\$`|\\\[|\\\(|\$|\\begin\{{(?P<rows>{_ROWS})\}}|\\\\\[|\\\$")
_CLOSING = {"$$": "$$", "$`": "`$", "\\[": "\\]", "\\(": "\\)", "$": "$"}
_INLINE = ("$`", "\\(", "$")
_MARKUP = {
    "markdown": re.compile(
        r"!\[(?:[^\[\]\\\n]|\\.){0,3000}\]\([^)(\n]{0,500}\)|(?<=\])\((?!\d{1,4}\))[^)(\]\s]{0,500}\)"  # pictures, where links lead
        r"|^[ \t]*(?:[-*+•‣]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?|^[ \t]*#{1,6} |^[ \t]*>[ >]*"
        r"|</?[a-z]+(?:[ /][^<>\n]{0,200})?>",
        re.M,
    ),
    "latex": re.compile(
        r"(?<!\\)%.*$|\\item\b(?:\[[^\[\]\n]{0,200}\])?|\\(?:sub)*(?:section|paragraph)\*?(?=\{)|\\label\{[^{}\n]*\}"
        r"|\\(?:begin|end)\{(?:document|center|minipage|proof|enumerate|itemize|figure|table|solution|tikzpicture|framedrule|dgbox|dgremark)\*?\}",
        re.M,
    ),
    "text": re.compile(r"^[ \t]*(?:[•‣]|\d{1,3}[.)](?=[ \t]))", re.M),
}
_TO_BE_HAD = re.compile(
    rf"(?:\*|[ \t]{{2}}|^ ?)[ \d½¼¾⅓⅔/]{{1,8}}[ \u00a0](?i:{alternatives(MARK_WORDS)})\*?[ \t]*$", re.M
)
"""The marks that a sheet has behind its questions."""
_STRUCK = re.compile(r"(?<!~)~~(?=[^\s~])[^~\n]{1,300}(?<=\S)~~(?!~)|<(?P<tag>del|s|strike)>[^<\n]{1,300}</(?P=tag)>")
"""What somebody has crossed out."""
_EMPHASIS = re.compile(r"(?<![\w*)\]])(\*{1,2})(?=[^\s*])([^*\n]{0,300})(?<=[^\s*])\1(?![\w*(])")
_TABLE_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.M)
_SPACED_ROW = re.compile(r"^[ \t]*\|[ \t].*[ \t]\|[ \t]*$", re.M)
"""A row in a text that is no Markdown, where a stroke may be that of an absolute value."""
_CELL = re.compile(r"(?<!\\)\|")
_QUANTITY = re.compile(r"\s*(?:\$`[^`=]{1,200}`\$|\$[^$=]{1,200}\$)\s*")
_STATED = re.compile(r"=[^=≈|]*[A-Za-zα-ωσ(]")
"""h = σ(z), whose number may stand in the next cell."""
_VALUE = re.compile(r"\s*[-+−]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][-+−]?\d+)?\s*")
LONGEST_INLINE = 5000
MOST_JOINED = 8
_LINE = re.compile(r"[^\n]+")
_LONE = re.compile(r"[^=≈\n\[\]]{0,60}(?:∂|\bd\w+/d)[^=≈\n\[\]]{1,60}")
"""A left side in a line of its own."""
_RELATION = re.compile("[=≈]")
_STATES = re.compile("|".join(map(re.escape, sorted([":", *RELATIONS], key=len, reverse=True))))
_BREAKS_OFF = re.compile(r"[=≈]\s*\Z")
_NUMBER_ALONE = re.compile(r"\s*[-−+]?\d*[.,]?\d+\s*[.;]?\s*")
_RELATION_FIRST = re.compile(r"\s*[=≈]")
_OWN_RELATION = re.compile(r"[^)\]}=≈\n]*+[=≈]")
"""A line that states something itself, before it closes any bracket."""
_OPERATOR_FIRST = re.compile(r"\s*[+·×⊙]\s")
_PICTURE_DATA = re.compile(r"data:image/[\w.+-]{1,20}(?:;[\w=-]{1,20}){0,3},[^\s)\"'>]*+")
_URL = re.compile(r"https?://\S+|www\.\S+")
_PICTURE = re.compile(r"\\begin\{(tikzpicture|tabular|thebibliography)\}")


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of the text: a display of formulas or a line of text."""

    start: int
    end: int
    display: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A text whose markup is blanked, the places that are inside formulas, and its regions in order."""

    text: str
    formulas: bytearray
    regions: tuple[Region, ...]


def states(text: str, region: Region) -> bool:
    """Whether there is a sign of relation in a region: most lines of a text have none and need no reading."""
    return _STATES.search(text, region.start, region.end) is not None


def page(text: str, kind: Kind) -> Page:
    """The regions of a file's text."""
    shown = plain_letters(text)
    if kind != "latex":
        shown = with_what_is_printed(_STRUCK.sub(_blank, shown))
    shown = tidied(shown, kind == "latex")
    shown = _blanked(shown, "latex" if kind == "latex" else "text" if kind == "text" else "markdown")
    if kind != "latex":
        shown = without_copies(shown)
    if kind == "notebook":
        shown = re.sub(r"(?m)^[ \t]*[%!].*$", _blank, shown)
    formulas = bytearray(len(shown))
    displays: list[Region] = []
    letters = list(shown)
    for start, opened, closed, end, inline in _spans(shown):
        formulas[opened:closed] = b"\1" * (closed - opened)
        letters[start:opened] = " " * (opened - start)
        letters[closed:end] = " " * (end - closed)
        if inline:
            letters[start], letters[end - 1] = "$", "$"
        else:
            displays.append(Region(opened, closed, True))
    shown = "".join(letters).replace("`", " ")
    return Page(shown, formulas, tuple(_in_order(shown, displays)))


def _in_order(text: str, displays: list[Region]) -> Iterator[Region]:
    at = 0
    for display in displays:
        yield from _lines(text, at, display.start)
        yield display
        at = display.end
    yield from _lines(text, at, len(text))


def _lines(text: str, start: int, end: int) -> Iterator[Region]:
    """The lines of a stretch; one that breaks off inside a bracket or before an operator with its continuation."""
    lines = [(match.start(), match.end()) for match in _LINE.finditer(text, start, end)]
    at = 0
    while at < len(lines):
        lone = at + 1 < len(lines) and _LONE.fullmatch(text, *lines[at]) and _RELATION_FIRST.match(text, *lines[at + 1])
        if (
            at + 1 < len(lines)
            and _BREAKS_OFF.search(text, *lines[at])
            and _NUMBER_ALONE.fullmatch(text, *lines[at + 1])
        ):
            yield Region(lines[at][0], lines[at + 1][1], False)
            at += 2
            continue
        last = _last_of(text, lines, at + bool(lone)) if lone or _RELATION.search(text, *lines[at]) else at
        yield Region(lines[at][0], lines[last][1], False)
        at = last + 1


def _last_of(text: str, lines: list[tuple[int, int]], at: int) -> int:
    """The line in which a statement that begins in this one ends."""
    best, depth = at, _open_brackets(text, *lines[at])
    for later in range(at + 1, min(at + 1 + MOST_JOINED, len(lines))):
        start, end = lines[later]
        if lines[later - 1][1] + 1 != start or _OWN_RELATION.match(text, start, end) or depth < 0:
            break
        operator = depth == 0 and _OPERATOR_FIRST.match(text, start, end)
        if depth == 0 and not (operator and _indent(text, start, end) > _indent(text, *lines[at])):
            break
        depth += _open_brackets(text, start, end)
        best = later if depth == 0 else best
    return best


def _open_brackets(text: str, start: int, end: int) -> int:
    return sum(text.count(sign, start, end) for sign in "([{") - sum(text.count(sign, start, end) for sign in ")]}")


def _indent(text: str, start: int, end: int) -> int:
    return end - start - len(text[start:end].lstrip())


def _spans(text: str) -> Iterator[tuple[int, int, int, int, bool]]:
    """Every formula between delimiters: where it begins, opens, closes and ends, and whether it stands in a line."""
    at, missing = 0, set[str]()
    while opening := _OPENING.search(text, at):
        at = opening.end()
        sign = opening[0]
        if sign in ("\\\\[", "\\$"):
            continue
        closing = rf"\end{{{opening['rows']}}}" if opening["rows"] else _CLOSING.get(sign, "```")
        inline = sign in _INLINE
        found = -1 if closing in missing else text.find(closing, at, at + LONGEST_INLINE if inline else len(text))
        if found < 0:
            missing |= set() if inline else {closing}
            continue
        if inline and "\n" in text[at:found] and (sign == "$" or "\n\n" in text[at:found]):
            continue
        if sign == "$" and (text[at].isspace() or not text[at:found].strip()):
            continue
        yield opening.start(), at, found, found + len(closing), inline
        at = found + len(closing)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _blanked(text: str, kind: str) -> str:
    """The text without markup, links and, in LaTeX, comments, pictures and what stands before the document."""
    text = _URL.sub(_blank, text)
    if kind == "latex":
        text = _body(text)
    text = _MARKUP[kind].sub(_blank, text)
    if kind == "text":
        text = without_items(text)
    if kind != "latex":
        text = _TO_BE_HAD.sub(_blank, text)
    if kind == "text":
        text = _SPACED_ROW.sub(_row_of_cells, text)
    if kind == "markdown":
        text = _EMPHASIS.sub(lambda word: " " * len(word[1]) + word[2] + " " * len(word[1]), text)
        text = _TABLE_ROW.sub(_row_of_cells, text)
    return text


def _row_of_cells(row: re.Match[str]) -> str:
    """A row of a table, its cells set apart; one of quantities, each with a place for its value, as those values."""
    cells = _CELL.split(row[0].strip().removeprefix("|").removesuffix("|"))
    pairs = list(zip(cells[::2], cells[1::2], strict=False))
    filled = len(cells) % 2 == 0 and all(
        (_QUANTITY.fullmatch(left) and (_VALUE.fullmatch(right) or not right.strip())) or not (left + right).strip()
        for left, right in pairs
    )
    if not filled:
        goes_on = [
            bool(_STATED.search(left)) and _VALUE.fullmatch(right) is not None for left, right in pairwise(cells)
        ]
        between = iter([";", *("=" if on else ";" for on in goes_on), ";"])
        return _CELL.sub(lambda _: next(between, ";"), row[0])
    signs = iter([";", *(sign for _, right in pairs for sign in ("=" if right.strip() else ";", ";"))])
    return _CELL.sub(lambda _: next(signs, ";"), row[0])


def _body(text: str) -> str:
    """Of a LaTeX document what stands between its begin and end, pictures and tables blanked."""
    start, end = text.find("\\begin{document}"), text.find("\\end{document}")
    if start >= 0:
        text = _spaces(text, 0, start)
    if end >= 0:
        text = _spaces(text, end, len(text))
    return "".join(_without_pictures(text))


def _without_pictures(text: str) -> Iterator[str]:
    at = 0
    while picture := _PICTURE.search(text, at):
        end = text.find(f"\\end{{{picture[1]}}}", picture.end())
        if end < 0:
            break
        yield text[at : picture.start()]
        yield re.sub(r"[^\n]", " ", text[picture.start() : end])
        at = end
    yield text[at:]


def _spaces(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def typed_cells(text: str, kind: Kind) -> tuple[str, Kind]:
    """A notebook as Markdown; any other text as it is."""
    if kind != "notebook":
        return text, kind
    try:
        return re.sub(r"(?m)^[ \t]*[%!].*$", _blank, notebook_text(text)), "markdown"
    except ValueError:
        return text, kind


def without_pictures(text: str) -> str:
    """The text without the pictures that stand in it as data."""
    return _PICTURE_DATA.sub("", text) if "data:image/" in text else text


def notebook_text(text: str) -> str:
    """The cells of a notebook one after the other: sources and outputs. Nothing is run. Raises ValueError."""
    try:
        cells = json.loads(text)["cells"]
        return without_pictures("\n\n".join(filter(None, (part for cell in cells for part in _of_cell(cell)))))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _of_cell(cell: dict[str, object]) -> Iterator[str]:
    if cell.get("cell_type") in ("markdown", "code", "raw"):
        yield _joined(cell.get("source"))
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        data = output.get("data")
        yield _joined(output.get("text"))
        yield _joined(data.get("text/plain") if isinstance(data, dict) else "")


def _joined(lines: object) -> str:
    if isinstance(lines, list):
        return "".join(line for line in lines if isinstance(line, str))
    return lines if isinstance(lines, str) else ""
