"""What was handed in goes in: files, folders as learning platforms export them, `-` or lines as such; submissions come out, each with the
statements read in it and what says whose it is.

Nothing in a file stops the others: one that cannot be read becomes a place that could not be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, islice
from typing import get_args

from derivegen.marking.read.answers import TOLD_WORDS, Answer, Submission, Table, read_answers
from derivegen.marking.read.cells import in_columns
from derivegen.marking.read.content import Content, Problem, TextKind
from derivegen.marking.read.files import Piece, content
from derivegen.marking.read.markup import with_formulas
from derivegen.marking.read.regions import Kind, without_pictures
from derivegen.marking.read.statement import Statement, Unread
from derivegen.marking.read.tags import without_tags
from derivegen.marking.read.texts import stated_in
from derivegen.notation.typed_names import Names
from derivegen.notation.vocabulary import STUDENT_WORDS, VARIANT_WORDS, alternatives
from derivegen.records import dataclass, replace

_VARIANT = re.compile(rf"{alternatives(VARIANT_WORDS)}\W{{0,5}}([\w.@~-]{{1,80}})", re.I)
_STUDENT = re.compile(rf"^[^\w\n]*{alternatives(STUDENT_WORDS)}\W{{0,5}}([^\n|;,]{{1,80}})", re.I | re.M)
MOST_CODES = 1_000
HEAD = 3_000
"""Characters at the beginning and the end of a working in which its variant and student are looked for."""

Found = Statement | Unread | Answer


@dataclass(frozen=True, slots=True)
class Work:
    """What one student handed in: the statements in the order of the files, `files` with the line at which each begins in the numbering
    that goes on from file to file; what it says of variant and student; the names of its folders and files; what could not be read in
    which file, and why; of a single file of working its text and what kind it is."""

    found: tuple[Found, ...]
    files: tuple[tuple[int, str], ...]
    variant: str = ""
    student: str = ""
    names: tuple[str, ...] = ()
    problems: tuple[tuple[str, Problem], ...] = ()
    text: str = ""
    kind: Kind = "text"
    pages: tuple[tuple[int, str, Kind], ...] = ()
    """The files of working: at which line each begins, its text, and what kind it is."""
    tables: tuple[tuple[int, str, Table], ...] = ()
    """The same of tables of one student's answers."""
    codes: tuple[str, ...] = ()
    """All that may be codes of sheets in its texts: two of different students are two sheets."""

    def place(self, line: int) -> tuple[str, int]:
        """The file and the line in it of a line of the whole."""
        start, file = next(entry for entry in reversed(self.files) if entry[0] <= max(line, 0))
        return file, line - start


def works(group: Sequence[Piece], names: Names) -> tuple[Work, ...]:
    """What is in the files of one student; of a table with a row for each student one work a row. Never raises."""
    contents = [content(piece) for piece in group]
    if len(group) == 1 and contents[0].problem is None and contents[0].kind in TABLES:
        tables = read_answers(contents[0].text, names, _table(contents[0].kind))
        if len(tables) > 1:
            return tuple(_of_table(each, group[0], 0) for each in tables)
    found, start = list[Work](), 0
    for piece, own in zip(group, contents, strict=True):
        work, lines = _read(piece, own, names, start)
        found.append(work)
        start += lines + 1
    return (found[0] if len(found) == 1 else _joined(found),)


TABLES = get_args(Table)


def _table(kind: TextKind) -> Table:
    assert kind in TABLES
    return kind  # type: ignore[return-value]


def _read(piece: Piece, own: Content, names: Names, start: int) -> tuple[Work, int]:
    """One file, its lines counted from `start` on, and how many lines it has."""
    text = own.text if own.kind == "notebook" else without_pictures(own.text)
    text = without_tags(text) if own.kind == "html" else text
    lines = text.count("\n") + text.count("\r") + 1
    if own.problem is not None:
        return replace(_work((), piece, start), problems=((piece.label, own.problem),)), lines
    lost = tuple((piece.label, problem) for problem in (*own.lost, *_pictures(piece, own)))
    columns = in_columns(text) if own.kind == "csv" else ""
    text = columns or text
    if own.kind in TABLES and not columns:
        tables = read_answers(text, names, _table(own.kind))
        if len(tables) == 1 and tables[0].answers:
            work = _of_table(tables[0], piece, start)
            work = replace(work, tables=((start, text, _table(own.kind)),))
            return replace(work, variant=work.variant or _last(_VARIANT, text[:HEAD]), problems=lost), lines
        if own.kind != "csv":
            return replace(_work((), piece, start), problems=((piece.label, Problem("no-table")), *lost)), lines
    kind: Kind = {"html": "text", "csv": "text"}.get(own.kind, own.kind)  # type: ignore[assignment]
    work = _work(stated_in(text, names, kind), piece, start)
    if own.kind == "csv" and not work.found:
        return replace(work, problems=((piece.label, Problem("no-table")), *lost)), lines
    ends = text[:HEAD] + "\n" + text[-HEAD:]
    told = _last(_VARIANT, ends), _last(_STUDENT, ends)
    page = ((start, text, kind),)
    codes = tuple(dict.fromkeys(match[1] for match in islice(_VARIANT.finditer(text), MOST_CODES)))
    work = replace(work, variant=told[0], student=told[1], text=text, kind=kind, pages=page)
    return replace(work, problems=lost, codes=codes), lines


def _pictures(piece: Piece, own: Content) -> tuple[Problem, ...]:
    """The pictures of a text; a reader of documents has counted those of a document itself."""
    shown = 0 if piece.reader is not None else pictures_in(own.text, own.kind)
    return (Problem("pictures", str(shown)),) if shown else ()


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
    told = {
        TOLD_WORDS[name]: each.text.strip()
        for each in table.answers
        if (name := each.name.strip().lower()) in TOLD_WORDS
    }
    work = _work(_answers(table), piece, start)
    return replace(
        work, variant=table.variant or told.get("variant", ""), student=table.student or told.get("student", "")
    )


def _answers(table: Submission) -> tuple[Answer, ...]:
    return tuple(each for each in table.answers if each.name.strip().lower() not in TOLD_WORDS)


def read_again(text: str, names: Names, kind: Kind | Table) -> tuple[Found, ...]:
    """A file of working, or a table of one student's answers, with other names."""
    if kind == "csv" or kind == "toml" or kind == "json":
        return tuple(each for table in read_answers(text, names, kind) for each in _answers(table))
    return stated_in(text, names, kind)


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
        tables=tuple(table for work in parts for table in work.tables),
        codes=tuple(dict.fromkeys(code for work in parts for code in (*work.codes, work.variant) if code)),
    )


def grouped(
    found: Iterable[Piece], whose: Mapping[Piece, str], attempts: Mapping[Piece, tuple[int, ...]]
) -> tuple[tuple[Piece, ...], ...]:
    """The files by student: those whose names say the same, and those of one folder within the folder named; of several attempts each by
    itself, one after the other."""
    pieces_ = list(found)
    keys = {piece: whose.get(piece) or (f"/{piece.names[0]}" if len(piece.names) > 1 else "") for piece in pieces_}
    numbered = [(keys[piece] or f"#{place}", attempts[piece], piece) for place, piece in enumerate(pieces_)]
    first = {key: place for place, (key, *_) in reversed(list(enumerate(numbered)))}
    numbered.sort(key=lambda entry: (first[entry[0]], entry[1]))
    return tuple(tuple(piece for *_, piece in group) for _, group in groupby(numbered, key=lambda entry: entry[:2]))


# pictures that may hold working out: no drawing in SVG is somebody's paper, and one of a formula that keeps its LaTeX is read

_TAG = re.compile(r"<img\b[^<>]{0,2000}?\bsrc\s{0,3}=\s{0,3}\\?[\"']?([^\"'\s>]{0,200})", re.I)
_LINKED = re.compile(r"!\[(?:[^\[\]\\\n]|\\.){0,3000}\]\(\s{0,3}<?([^)>\s]{0,200})")
_INCLUDED = re.compile(r"\\includegraphics\b\*?(?:\[[^\[\]\n]{0,300}\])?\{([^{}\n]{1,300})\}")
_WAYS: dict[TextKind, tuple[re.Pattern[str], ...]] = {
    "html": (_TAG,),
    "markdown": (_LINKED, _TAG),
    "notebook": (_LINKED, _TAG),
    "latex": (_INCLUDED,),
}
_DRAWING = re.compile(r"data:image/svg|.*\.svg\b", re.I)


def pictures_in(text: str, kind: TextKind) -> int:
    """Every picture once where it is shown."""
    ways = _WAYS.get(kind, ())
    if "<img" in text and kind == "html":
        text = with_formulas(text)
    return sum(not _DRAWING.match(match[1]) for way in ways for match in way.finditer(text))
