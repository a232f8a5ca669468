"""A gradebook as a learning platform exported it and the marks of a class go in; the same file comes out with the marks in the column that
the platform imports, everything else byte for byte as it came.

Which platform it is is told by the header. What is nobody's line (points possible, a test student) and who is not of this class stay as
they are, and so does the cell of whoever handed nothing in: "-" comes back as "-".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from derivegen.classroom.gradebook import decimal
from derivegen.errors import InputError
from derivegen.exercise.roster import NOBODYS
from derivegen.network.file.separators import separators

if TYPE_CHECKING:
    from derivegen.classroom.exercises_file import Seat


class Gradebook(NamedTuple):
    """A platform: columns that only its exports have, columns of ids, and how a column of marks is called, of which one is filled in."""

    name: str
    known: tuple[str, ...]
    ids: tuple[str, ...]
    marks: str
    fixed: str = r"(?!)"
    """Columns that it does not import."""


_REAL = r".+\((?:Real|Punkte)\)|Grade"
"""Moodle writes what is meant behind the name: points, not letters or per cent."""
_PLAIN_IDS = (
    "id",
    "ID number",
    "Student ID",
    "Matrikelnummer",
    "ID-Nummer",
    "Número de ID",
    "Numéro d’identification",
    "Username",
)
PROFILES = (
    Gradebook(
        "canvas", ("SIS User ID", "SIS Login ID"), ("SIS User ID", "SIS Login ID", "ID"), r".+ \(\d+\)", r".*\(read only\).*|Section"
    ),
    Gradebook(
        "brightspace", ("End-of-Line Indicator",), ("OrgDefinedId", "Username"), r".+ Points Grade\b.*", "End-of-Line Indicator"
    ),
    Gradebook("blackboard", ("Availability", "Last Access"), ("Student ID", "Username"), r".+\|\s*\d+"),
    Gradebook("moodle", ("ID number", "Email address", "ID-Nummer"), ("ID number", "ID-Nummer", "Username", "Email address"), _REAL),
    Gradebook("plain", (), _PLAIN_IDS, r"(?i)marks?|grade|points?|punkte|note"),
)  # fmt: skip
"""In the order in which they are looked for; what none of the first knows is plain."""


class Celled(NamedTuple):
    """A cell: what it says, and where in the text it stands, quotes included."""

    text: str
    start: int
    end: int
    quoted: bool


class FilledGradebook(NamedTuple):
    """The file, and what a teacher should know of it."""

    content: bytes
    said: tuple[str, ...]


def into_gradebook(
    data: bytes, label: str, marks: Mapping[str, Fraction], seats: Sequence[Seat], profile: str = "", column: str = ""
) -> FilledGradebook:
    """The gradebook with the marks of each student, by id. Raises InputError, which names the columns there are."""
    text, encoding, mark = _decoded(data, label)
    rows = list(_rows(text, _separator(text)))
    if not rows:
        raise InputError(f"{label}: an empty file; export the gradebook of the platform as CSV")
    header = [cell.text.strip() for cell in rows[0]]
    own = _profile(header, profile)
    place, ids = _column(header, own, column, label), _ids(header, own, label)
    changes: list[tuple[Celled, str]] = []
    missing = {_plain(seat.student.identity) for seat in seats if seat.student.identity in marks}
    by_id = {_plain(identity): each for identity, each in marks.items()}
    for row in rows[1:]:
        found = next((key for n in ids if n < len(row) and (key := _plain(row[n].text)) in by_id), None)
        if found is None or _nobody(row) or place >= len(row):
            continue
        missing.discard(found)
        changes.append((row[place], decimal(by_id[found])))
    return FilledGradebook(
        mark + _with(text, changes, _separator(text)).encode(encoding), tuple(_said(label, len(changes), missing))
    )


def _said(label: str, count: int, missing: set[str]) -> Iterator[str]:
    yield f"{label}: {count} marks written; all else is as it was"
    if missing:
        yield f"{label}: no line for {', '.join(sorted(missing)[:5])}{' …' if len(missing) > 5 else ''}, who are in the class"


def _decoded(data: bytes, label: str) -> tuple[str, str, bytes]:
    """The text, its encoding, and the mark at its beginning."""
    for mark, encoding in (
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xef\xbb\xbf", "utf-8"),
        (b"", "utf-8"),
    ):
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding, mark
            except UnicodeDecodeError:
                break
    raise InputError(f"{label}: not UTF-8 or UTF-16 text; export the gradebook as CSV again", label)


def _separator(text: str) -> str:
    return separators(next((line for line in text.splitlines() if line.strip()), ""))[0]


_CELL = re.compile(r'"(?:[^"]|"")*"')


def _rows(text: str, separator: str) -> Iterator[list[Celled]]:
    """The lines as cells with their places; blank lines are left out."""
    row, place, end = list[Celled](), 0, len(text)
    while place <= end:
        quoted = _CELL.match(text, place)
        stop = quoted.end() if quoted else place
        while stop < end and text[stop] not in (separator, "\r", "\n"):
            stop += 1
        said = quoted[0][1:-1].replace('""', '"') if quoted else text[place:stop]
        row.append(Celled(said, place, stop, quoted is not None))
        if stop < end and text[stop] == separator:
            place = stop + 1
            continue
        if len(row) > 1 or row[0].text:
            yield row
        row, place = [], stop + (2 if text[stop : stop + 2] == "\r\n" else 1)


def _profile(header: Sequence[str], name: str) -> Gradebook:
    if name:
        return next(each for each in PROFILES if each.name == name)
    return next(each for each in PROFILES if not each.known or any(one in header for one in each.known))


def _column(header: Sequence[str], own: Gradebook, wanted: str, label: str) -> int:
    if wanted:
        places = [n for n, name in enumerate(header) if name == wanted.strip()]
        if len(places) == 1 and not re.fullmatch(own.fixed, header[places[0]]):
            return places[0]
    else:
        places = [
            n for n, name in enumerate(header) if re.fullmatch(own.marks, name) and not re.fullmatch(own.fixed, name)
        ]
        if len(places) == 1:
            return places[0]
    there = ", ".join(repr(name) for name in header if name) or "(none)"
    found = (
        f"no column {wanted!r} that can be imported" if wanted else f"{len(places)} columns that may be for the marks"
    )
    raise InputError(f"{label} ({own.name}): {found}; name one of its columns with --column: {there}", "--column")


def _ids(header: Sequence[str], own: Gradebook, label: str) -> list[int]:
    lowered = [name.casefold() for name in header]
    found = [lowered.index(name.casefold()) for name in own.ids if name.casefold() in lowered]
    if not found:
        raise InputError(
            f"{label} ({own.name}): no column {', '.join(own.ids)}; export the gradebook with the ids of the students"
        )
    return found


def _plain(identity: str) -> str:
    """An id without the sign that some exports put before it so that spreadsheets keep it as text."""
    return identity.strip().lstrip("#'")


def _nobody(row: Sequence[Celled]) -> bool:
    return any(cell.text.strip().casefold() in NOBODYS for cell in row)


def _with(text: str, changes: Sequence[tuple[Celled, str]], separator: str) -> str:
    """The text with some cells exchanged; one in quotes stays in quotes."""
    parts, place = [], 0
    for cell, said in changes:
        quoted = cell.quoted or separator in said
        parts += [text[place : cell.start], f'"{said}"' if quoted else said]
        place = cell.end
    return "".join([*parts, text[place:]])
