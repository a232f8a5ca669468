"""What was handed in goes in: files, folders as learning platforms export them, `-` or lines as such; submissions come out, each with the
statements read in it and what says whose it is.

Nothing in a file stops the others: one that cannot be read becomes a place that could not be read.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import groupby
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import Literal, get_args

from derivegen.errors import InputError, printable
from derivegen.marking.read.answers import Answer, Submission, Table, read_answers
from derivegen.marking.read.markup import with_formulas
from derivegen.marking.read.regions import Kind
from derivegen.marking.read.statements import Statement, Unread
from derivegen.marking.read.texts import stated_in
from derivegen.network.file.separators import separator
from derivegen.notation.typed_names import Names

LARGEST = 5_000_000
MOST_FILES = 10_000
DEEPEST = 12
"""Folders in folders."""
KINDS: dict[str, Kind | Table | Literal["html"]] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".tex": "latex",
    ".txt": "text",
    "": "text",
    ".ipynb": "notebook",
    ".csv": "csv",
    ".tsv": "csv",
    ".toml": "toml",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
}
"""What a file is, by its ending."""
LITTER = ("__macosx", "thumbs.db", "desktop.ini")
_RELATION = re.compile(r"[=≈:→]")
_VARIANT = re.compile(r"\bvariante?\b\W{0,5}([\w.@~-]{1,80})", re.I)
_STUDENT = re.compile(r"^[^\w\n]*(?:student(?: id)?|id|id number|matrikelnummer)\b\W{0,5}([^\n|;,]{1,80})", re.I | re.M)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]{0,20}+)[^<>]{0,2000}+>|<!--")
_BLOCKS = ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "pre", "table")
_HIDDEN = ("script", "style", "head")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_TOLD = {"variant": "variant", "variante": "variant", "student": "student", "id": "student"}
_MARKED_UP = re.compile(r"\*\*|`|^\s*[#>|]")
HEAD = 3_000
"""Characters at the beginning and the end of a working in which its variant and student are looked for."""

Found = Statement | Unread | Answer


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: how it is called in messages, where it lies (None: `text` is what was typed), the names of its folders below the argument,
    innermost last, and of itself; why it is not read ("" if it is)."""

    label: str
    path: Path | None
    names: tuple[str, ...]
    kind: Kind | Table | Literal["html"]
    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What one student handed in: the statements in the order of the files, `files` with the line at which each begins in the numbering
    that goes on from file to file; what it says of variant and student; the names of its folders and files; the files that could not be
    read, each with the key of the reason; of a single file of working its text and what kind it is."""

    found: tuple[Found, ...]
    files: tuple[tuple[int, str], ...]
    variant: str = ""
    student: str = ""
    names: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    text: str = ""
    kind: Kind = "text"
    pages: tuple[tuple[int, str, Kind], ...] = ()
    """The files of working: at which line each begins, its text, and what kind it is."""

    def place(self, line: int) -> tuple[str, int]:
        """The file and the line in it of a line of the whole."""
        start, file = next(entry for entry in reversed(self.files) if entry[0] <= max(line, 0))
        return file, line - start


def pieces(arguments: Sequence[str]) -> tuple[Piece, ...]:
    """The files the arguments name, in order; lines given as such are one piece. Raises InputError."""
    typed = [argument for argument in arguments if _is_line(argument)]
    found = [piece for argument in arguments if argument not in typed for piece in _named(argument)]
    if typed:
        found.append(typed_in("\n".join(typed)))
    if len(found) > MOST_FILES:
        raise InputError(f"{len(found)} files are too many at once, at most {MOST_FILES}; check them in several parts")
    if not found:
        raise InputError(f"{', '.join(arguments)}: there is no file in it; name one, or a line such as 'dL/dw = 0.1'")
    return tuple(found)


def typed_in(text: str, label: str = "", problem: str = "") -> Piece:
    """A text that comes without a file, whose ending would say what it is: that is seen from the text."""
    return Piece(label, None, (), kind_of(text), text, problem)


def kind_of(text: str) -> Kind | Table:
    """A notebook or a table by how it begins, LaTeX by its environments; else Markdown, of which a single line of working is none, so that
    its signs − and * are those of a calculation."""
    first = text.lstrip("\ufeff \n").partition("\n")[0].lower()
    if first.startswith(("{", "[")) and _is_json(text):
        return "notebook" if '"nbformat"' in text else "json"
    header = {cell.strip(' "') for cell in first.split(separator(first) or ",")}
    if len(header) > 1 and header & {"quantity", "name", "canonical"}:
        return "csv"
    if "\\begin{" in text:
        return "latex"
    return "markdown" if "\n" in text.strip() or _MARKED_UP.search(text) else "text"


def _is_json(text: str) -> bool:
    """Whether it is JSON, and not a line that begins with a bracket."""
    try:
        return isinstance(json.loads(text.lstrip("\ufeff")), dict | list)
    except (ValueError, RecursionError):
        return False


def _is_line(argument: str) -> bool:
    return argument != "-" and not os.path.exists(argument) and _RELATION.search(argument) is not None


def _named(argument: str) -> Iterable[Piece]:
    if argument == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
        text, problem = _decoded(data)
        return (typed_in(text, "-", problem),)
    if not os.path.exists(argument):  # not a method of Path: that raises where a name is too long to be one
        raise InputError(
            f"{printable(argument)[:200]}: no such file or folder; a line of working has an = in it, as 'dL/dw2 = -0.131'"
        )
    path = Path(argument)
    if path.is_dir():
        return list(_inside(path, path, ()))
    return (_piece(path, printable(path.name), (printable(path.name),)),)


def _inside(top: Path, folder: Path, names: tuple[str, ...]) -> Iterator[Piece]:
    """The files of a folder and of those in it, in the order of their names; links lead elsewhere and are not followed."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: _in_order(path.name))
    except OSError:
        yield Piece(printable(str(folder.relative_to(top))), None, names, "text", problem="no-access")
        return
    for path in entries:
        if path.name.startswith(".") or path.name.casefold() in LITTER:
            continue
        own = (*names, printable(path.name))
        if path.is_dir() and not path.is_symlink() and len(own) <= DEEPEST:
            yield from _inside(top, path, own)
        else:
            piece = _piece(path, printable(str(path.relative_to(top))), own)
            # in a folder the name is to say whose it is; one that cannot be written down goes into no gradebook
            yield piece if own[-1] == path.name else replace(piece, problem=piece.problem or "name")


def _in_order(name: str) -> list[tuple[int, str]]:
    """What names are sorted by: s2 comes before s10."""
    parts = re.findall(r"\d{1,18}|\D+|\d+", name.casefold())
    return [(int(part), "") if part.isdecimal() and len(part) <= 18 else (-1, part) for part in parts] + [(-2, name)]


def _piece(path: Path, label: str, names: tuple[str, ...]) -> Piece:
    kind = KINDS.get(path.suffix.lower())
    if path.is_symlink() or not path.is_file():
        return Piece(label, None, names, "text", problem="no-file")
    return Piece(label, path, names, kind or "text", problem="" if kind else "unknown-kind")


def _content(piece: Piece) -> tuple[str, str]:
    """The text of a piece, and why there is none."""
    if piece.path is None or piece.problem:
        return piece.text, piece.problem
    try:
        with piece.path.open("rb") as file:
            return _decoded(file.read(LARGEST + 1))
    except OSError:
        return "", "no-access"


def _decoded(data: bytes) -> tuple[str, str]:
    """UTF-8 with or without a mark at its beginning, or UTF-16 with one."""
    if len(data) > LARGEST:
        return "", "large-file"
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        return "", "not-utf8"
    return (text, "") if text.strip() else ("", "empty-file")


def works(group: Sequence[Piece], names: Names) -> tuple[Work, ...]:
    """What is in the files of one student; of a table with a row for each student one work a row. Never raises."""
    if len(group) == 1 and group[0].kind in ("csv", "toml", "json"):
        (piece,) = group
        text, problem = _content(piece)
        tables = () if problem else read_answers(text, names, _table(piece))
        if len(tables) > 1:
            return tuple(_of_table(each, piece, 0) for each in tables)
    found, start = list[Work](), 0
    for piece in group:
        work, lines = _read(piece, names, start)
        found.append(work)
        start += lines + 1
    return (found[0] if len(found) == 1 else _joined(found),)


def _table(piece: Piece) -> Table:
    assert piece.kind in get_args(Table)
    return piece.kind  # type: ignore[return-value]


def _read(piece: Piece, names: Names, start: int) -> tuple[Work, int]:
    """One file, its lines counted from `start` on, and how many lines it has."""
    text, problem = _content(piece)
    if piece.kind == "html":
        text = without_tags(text)
    lines = text.count("\n") + text.count("\r") + 1
    if problem:
        return replace(_work((), piece, start), problems=((piece.label, problem),)), lines
    if piece.kind in ("csv", "toml", "json"):
        tables = read_answers(text, names, _table(piece))
        if len(tables) != 1 or not tables[0].answers:
            return replace(_work((), piece, start), problems=((piece.label, "no-table"),)), lines
        return _of_table(tables[0], piece, start), lines
    kind: Kind = "text" if piece.kind == "html" else piece.kind  # type: ignore[assignment]
    work = _work(stated_in(text, names, kind), piece, start)
    ends = text[:HEAD] + "\n" + text[-HEAD:]
    told = _last(_VARIANT, ends), _last(_STUDENT, ends)
    own = ((start, text, kind),)
    return replace(work, variant=told[0], student=told[1], text=text, kind=kind, pages=own), lines


def _last(pattern: re.Pattern[str], text: str) -> str:
    words = [match[1].strip() for match in pattern.finditer(text)]
    return words[-1] if words else ""


def _work(found: Iterable[Found], piece: Piece, start: int) -> Work:
    counted = tuple(moved(each, start) for each in found)
    return Work(counted, ((start, piece.label),), names=piece.names)


def moved(found: Found, start: int) -> Found:
    """The same, its lines counted on from another file's."""
    if not start:
        return found
    if isinstance(found, Statement):
        sides = tuple(replace(side, line=side.line + start) for side in found.sides)
        return replace(found, line=found.line + start, sides=sides)
    return replace(found, line=found.line + start)


def _of_table(table: Submission, piece: Piece, start: int) -> Work:
    """The answers of a table; the lines that say whose it is are no answers."""
    told = {_TOLD[name]: each.text.strip() for each in table.answers if (name := each.name.strip().lower()) in _TOLD}
    answers = tuple(each for each in table.answers if each.name.strip().lower() not in _TOLD)
    work = _work(answers, piece, start)
    return replace(
        work, variant=table.variant or told.get("variant", ""), student=table.student or told.get("student", "")
    )


def _joined(parts: Sequence[Work]) -> Work:
    """All files of a student as one work; where two say whose it is, the later counts."""
    return Work(
        tuple(found for work in parts for found in work.found),
        tuple(file for work in parts for file in work.files),
        next((work.variant for work in reversed(parts) if work.variant), ""),
        next((work.student for work in reversed(parts) if work.student), ""),
        tuple(dict.fromkeys(name for work in parts for name in work.names)),
        tuple(problem for work in parts for problem in work.problems),
        pages=tuple(page for work in parts for page in work.pages),
    )


def grouped(found: Iterable[Piece], whose: dict[Piece, str]) -> tuple[tuple[Piece, ...], ...]:
    """The files by student: those whose names say the same, and those of one folder within the folder named."""
    pieces_ = list(found)
    keys = {piece: whose.get(piece) or (f"/{piece.names[0]}" if len(piece.names) > 1 else "") for piece in pieces_}
    numbered = [(keys[piece] or f"#{place}", piece) for place, piece in enumerate(pieces_)]
    first = {key: place for place, (key, _) in reversed(list(enumerate(numbered)))}
    numbered.sort(key=lambda entry: first[entry[0]])
    return tuple(tuple(piece for _, piece in group) for _, group in groupby(numbered, key=lambda entry: entry[0]))


def without_tags(text: str) -> str:
    """What an HTML page shows, as a platform exports an answer typed on line. Nothing of it is run, and no page takes long."""
    return unescape("".join(_shown(with_formulas(text))))


def _shown(text: str) -> Iterator[str]:
    """The text between the tags, a new line where a block begins or ends; what stands in a script, a style or a remark is left out."""
    at, lowered = 0, text.translate(_LOWER)  # not lower(), which makes two letters of some
    while tag := _TAG.search(lowered, at):
        yield text[at : tag.start()]
        name = tag["name"]
        if name in _BLOCKS:
            yield "\n"
        at = tag.end()
        if name is None or (name in _HIDDEN and not tag["end"]):
            at = lowered.find("-->" if name is None else f"</{name}", at)
            if at < 0:
                return
    yield text[at:]
