"""What was handed in: paths, `-` or lines as such go in; the files come out, each with what it is, and the text of one when asked for."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePath

from derivegen.errors import InputError, printable
from derivegen.marking.read.answers import Table
from derivegen.marking.read.content import Content, Reader, TextKind, refused
from derivegen.marking.read.regions import Kind
from derivegen.network.file.separators import separator
from derivegen.records import dataclass, replace

LARGEST = 5_000_000
MOST_FILES = 10_000
DEEPEST = 12
"""Folders in folders."""
KINDS: dict[str, TextKind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".rmd": "markdown",
    ".qmd": "markdown",
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
"""What a file of text is, by its ending; what is no text comes with a reader of its own."""
LITTER = ("__macosx", "thumbs.db", "desktop.ini")
_RELATION = re.compile(r"[=≈:→]")
_MARKED_UP = re.compile(r"\*\*|`|^\s*[#>|]")


@dataclass(frozen=True, slots=True)
class Part:
    """What a piece is that was made of a report: whose, of which attempt, the labels of the questions it had, the line it stands in there,
    and the column of each of its own lines."""

    student: str
    attempt: str
    labels: tuple[str, ...]
    line: int
    columns: tuple[int, ...]
    ended: datetime | None = None
    """When the attempt ended."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: how it is called in messages, where it lies (None: `text` is what was typed), the names of its folders below the argument,
    innermost last, and of itself; why it is not read ("" if it is); what reads it where it is no text; what it holds, of one that lies
    nowhere; which part of a report it is."""

    label: str
    path: Path | None
    names: tuple[str, ...]
    kind: TextKind
    text: str = ""
    problem: str = ""
    reader: Reader | None = None
    held: Content | None = None
    part: Part | None = None


def pieces(arguments: Sequence[str], readers: Mapping[str, Reader]) -> tuple[Piece, ...]:
    """The files the arguments name, in order; lines given as such are one piece. `readers` read what is no text, by its ending. Raises
    InputError."""
    typed = [argument for argument in arguments if _is_line(argument)]
    found = [piece for argument in arguments if argument not in typed for piece in _named(argument, readers)]
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


def _named(argument: str, readers: Mapping[str, Reader]) -> Iterable[Piece]:
    if argument == "-":
        given = decoded(sys.stdin.buffer.read(LARGEST + 1))
        return (typed_in(given.text, "-", given.problem.reason if given.problem else ""),)
    if not os.path.exists(argument):  # not a method of Path: that raises where a name is too long to be one
        raise InputError(
            f"{printable(argument)[:200]}: no such file or folder; a line of working has an = in it, as 'dL/dw2 = -0.131'"
        )
    path = Path(argument)
    if path.is_dir():
        return list(_inside(path, path, (), readers))
    return (file_piece(path, printable(path.name), (printable(path.name),), readers),)


def _inside(top: Path, folder: Path, names: tuple[str, ...], readers: Mapping[str, Reader]) -> Iterator[Piece]:
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
            yield from _inside(top, path, own, readers)
        else:
            piece = file_piece(path, printable(str(path.relative_to(top))), own, readers)
            # in a folder the name is to say whose it is; one that cannot be written down goes into no gradebook
            yield piece if own[-1] == path.name else replace(piece, problem=piece.problem or "name")


def _in_order(name: str) -> list[tuple[int, str]]:
    """What names are sorted by: s2 comes before s10."""
    parts = re.findall(r"\d{1,18}|\D+|\d+", name.casefold())
    return [(int(part), "") if part.isdecimal() and len(part) <= 18 else (-1, part) for part in parts] + [(-2, name)]


def file_piece(path: Path, label: str, names: tuple[str, ...], readers: Mapping[str, Reader]) -> Piece:
    """A file by its ending."""
    ending = path.suffix.lower()
    kind, reader = KINDS.get(ending), readers.get(ending)
    if path.is_symlink() or not path.is_file():
        return Piece(label, None, names, "text", problem="no-file")
    return Piece(label, path, names, kind or "text", problem="" if kind or reader else "unknown-kind", reader=reader)


def held(name: str, data: bytes, of_bytes: Mapping[str, Callable[[bytes], Content]]) -> Piece:
    """A file that lies nowhere: its name and its bytes. `of_bytes` read what is no text, by its ending."""
    label = printable(PurePath(name).name)[:200]
    ending = PurePath(label).suffix.lower()
    kind, reader = KINDS.get(ending), of_bytes.get(ending)
    found = reader(data) if reader else replace(decoded(data), kind=kind or "text")
    return Piece(label, None, (label,), found.kind, problem="" if kind or reader else "unknown-kind", held=found)


def content(piece: Piece) -> Content:
    """The text of a piece, or why there is none."""
    if piece.held is not None and not piece.problem:
        return piece.held
    if piece.path is None or piece.problem:
        return refused(piece.problem) if piece.problem else Content(piece.text, piece.kind)
    try:
        if piece.reader is not None:
            return piece.reader(piece.path)
        with piece.path.open("rb") as file:
            return replace(decoded(file.read(LARGEST + 1)), kind=piece.kind)
    except OSError:
        return refused("no-access")


def decoded(data: bytes) -> Content:
    """UTF-8 with or without a mark at its beginning, or UTF-16 with one."""
    if len(data) > LARGEST:
        return refused("large-file", f"{LARGEST // 1_000_000} MB")
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        return refused("not-utf8")
    return Content(text) if text.strip() else refused("empty-file")
