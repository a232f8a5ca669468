"""Who the sheets are for: the bytes of a CSV file, or how many students there are, go in; the students come out, in order.

A student's file name depends on the id alone, so that nobody else's changes when somebody is added to the class.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import StringIO
from typing import NamedTuple, overload

from derivegen.errors import InputError
from derivegen.network.file.separators import separators
from derivegen.records import dataclass, field

ID_COLUMNS = ("id", "ID number", "SIS User ID")
"""Named by messages; the others are those of further systems, and of the same in German, Spanish and French."""
MORE_ID_COLUMNS = (
    *("Student ID", "OrgDefinedId", "ID-Nummer", "Matrikelnummer", "Student Number"),
    *("Número de ID", "Número ID", "Identificador", "Matrícula"),
    *("Numéro d'identification", "Numéro d’identification", "Numéro d'étudiant", "Numéro d’étudiant", "Identifiant"),
    *("SIS Login ID", "Username", "Anmeldename", "Nombre de usuario", "Nom d'utilisateur", "Nom d’utilisateur"),
)
WIDTH = 3
"""Running numbers have at least so many digits. They do not get more because the class is large, or everybody's would change."""
LONGEST = 60
"""Characters of an id that go into the name of a file."""
POINTS_ROW = "points possible"
"""A gradebook's second line, which is about nobody."""
NOBODYS = (POINTS_ROW, "manual posting", "student, test", "test student")
"""What stands in lines that are about nobody."""
_SEPARATOR = re.compile(r"sep=.\r?\n", re.IGNORECASE)
"""A first line for one spreadsheet program alone."""
_ODD = re.compile(r"[^\w.-]+|^[.-]+|\.+$")
_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Student:
    """Who a sheet is for: id (or running number), the name if it is known, and the columns of the roster as they were read."""

    identity: str
    name: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The id as a part of a file name. One that had to be changed for that is told from all others by a hash."""
        plain = unicodedata.normalize("NFC", self.identity)
        safe = _ODD.sub("_", plain)[:LONGEST]
        return safe if safe == plain else f"{safe}~{sha256(self.identity.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Numbered(Sequence[Student]):
    """Students without a roster: 001, 002, …; each made when asked for, so that a million of them take no room."""

    numbers: range

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, place: int) -> Student: ...
    @overload
    def __getitem__(self, place: slice) -> Numbered: ...
    def __getitem__(self, place: int | slice) -> Student | Numbered:
        if isinstance(place, slice):
            return Numbered(self.numbers[place])
        return Student(f"{self.numbers[place]:0{WIDTH}d}")


MOST = 1_000_000
"""Students of one class."""


def numbered(count: int) -> Numbered:
    """So many students by their numbers. Raises InputError."""
    if not 1 <= count <= MOST:
        limits = f"from 1 to {MOST}" if count > MOST else "at least 1"
        raise InputError(f"--count: found {count}, expected {limits}; say how many sheets you want", "--count")
    return Numbered(range(1, count + 1))


def read_roster(data: bytes, label: str, id_column: str | None = None) -> tuple[Student, ...]:
    """The students of a CSV file (comma, semicolon or tab; UTF-8, or UTF-16 as spreadsheets save it). Raises InputError, which names the
    file, the line and how to mend it."""
    return Roster(label, _decoded(data, label), id_column).students()


def _decoded(data: bytes, label: str) -> str:
    """UTF-8 with or without a mark at its beginning, or UTF-16 with one."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError(
                f"{label}: not UTF-16 text, though it begins as if; save it as “CSV UTF-8”", label
            ) from None
    if data.startswith(b"PK\x03\x04"):
        raise InputError(f"{label}: a spreadsheet, expected a CSV file; export it as “CSV UTF-8”", label)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"{label}, line {line}: not UTF-8 text; save the file as “CSV UTF-8”", label) from None


class Roster(NamedTuple):
    """Reads one file."""

    label: str
    text: str
    id_column: str | None = None

    def students(self) -> tuple[Student, ...]:
        """The students in the order of the file. Raises InputError."""
        header, delimiter = self._header()
        records = tuple(self._records(header, delimiter))
        place = self._filled(header, records)
        found: dict[str, tuple[int, Student]] = {}
        for line, cells in records:
            identity = cells[place].removeprefix("#")  # Brightspace's, so that spreadsheets keep it as text
            if identity:
                _add(
                    found,
                    line,
                    Student(identity, _name(dict(zip(header, cells, strict=True))), _kept(header, cells)),
                    self.label,
                )
            elif not any(cell.casefold() in NOBODYS for cell in cells):
                raise InputError(
                    f"{self.label}, line {line}: no {header[place]}; fill it in, or take the line out ({'; '.join(filter(None, cells))})"
                )
        if not found:
            raise InputError(f"{self.label}: no students; write a line for each under the column {header[place]}")
        return tuple(student for _, student in found.values())

    def _header(self) -> tuple[list[str], str]:
        """The names of the columns, and what separates them: that which gives a column of ids."""
        start = next(
            (line for line in self.text.splitlines() if line.strip() and not _SEPARATOR.match(f"{line}\n")), ""
        )
        tried = [(self._first(delimiter), delimiter) for delimiter in separators(start)]
        for header, delimiter in tried:
            if self._id_places(header):
                self._check_header(header)
                return header, delimiter
        header = max((header for header, _ in tried), key=len)
        if not header:
            next(self._lines(separators(start)[0]), None)  # says what is wrong with the quotes
        wanted = (
            f"the column {self.id_column!r}"
            if self.id_column
            else f"a column {', '.join(ID_COLUMNS[:-1])} or {ID_COLUMNS[-1]}"
        )
        fix = "write another name with --id" if self.id_column else "name the one that holds the ids with --id"
        raise InputError(
            f"{self.label}, line 1: found the columns {', '.join(header) or '(none)'}, expected {wanted}; {fix}"
        )

    def _check_header(self, header: list[str]) -> None:
        twice = next((name for name in header if name and header.count(name) > 1), None)
        if twice is not None:
            raise InputError(f"{self.label}, line 1: the column {twice!r} stands there twice; rename one of them")

    def _first(self, delimiter: str) -> list[str]:
        """The first line cut there; nothing if its quotes say that it is cut elsewhere."""
        try:
            return next((cells for _, cells in self._lines(delimiter)), [])
        except InputError:
            return []

    def _id_places(self, header: list[str]) -> list[int]:
        """Which columns can hold the ids: the one named, or the known ones; capitals matter only where two differ by them alone."""
        wanted = (self.id_column.strip(),) if self.id_column else (*ID_COLUMNS, *MORE_ID_COLUMNS)
        lowered = [name.casefold() for name in header]
        places = [header.index(name) for name in wanted if name in header]
        places += [lowered.index(name.casefold()) for name in wanted if name.casefold() in lowered]
        return list(dict.fromkeys(places))

    def _filled(self, header: list[str], records: Sequence[tuple[int, list[str]]]) -> int:
        """The first column of ids in which anything stands: gradebooks have columns that nobody uses."""
        places = self._id_places(header)
        filled = [place for place in places if any(cells[place] for _, cells in records)]
        if not filled and any(any(cells) for _, cells in records):
            others = [
                name
                for place, name in enumerate(header)
                if name and records and all(cells[place] for _, cells in records)
            ]
            hint = f", as --id {others[0]!r}" if others else ""
            raise InputError(
                f"{self.label}: the column {header[places[0]]!r} is empty; name the one that holds the ids with --id{hint}"
            )
        return (filled or places)[0]

    def _records(self, header: list[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """The lines under the header that are not blank, each with a cell for every column."""
        lines = self._lines(delimiter)
        next(lines)
        for line, cells in lines:
            while len(cells) > len(header) and not cells[-1]:
                cells.pop()
            if len(cells) > len(header):
                raise InputError(
                    f"{self.label}, line {line}: {len(cells)} cells, expected {len(header)} as in line 1; "
                    f"put quotes around a cell that holds “{delimiter}”"
                )
            yield line, cells + [""] * (len(header) - len(cells))

    def _lines(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        start = _SEPARATOR.match(self.text)
        text = self.text[start.end() :] if start else self.text
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        before = 1 if start else 0
        try:
            for cells in reader:
                stripped = [cell.strip() for cell in cells]
                if any(stripped):
                    yield reader.line_num + before, stripped
        except csv.Error as error:
            raise InputError(
                f"{self.label}, line {reader.line_num + before}: not readable as CSV ({error}); mend the quotes there"
            ) from None


def _add(found: dict[str, tuple[int, Student]], line: int, student: Student, label: str) -> None:
    """One more student; ids that a folder of files could not tell apart are refused."""
    before = found.setdefault(unicodedata.normalize("NFKC", student.identity).casefold(), (line, student))
    if before[1] is student:
        return
    if before[1].identity == student.identity:
        raise InputError(
            f"{label}, line {line}: the id {student.identity!r} stands in line {before[0]} too; every student needs an id"
        )
    raise InputError(
        f"{label}, line {line}: the id {student.identity!r} is {before[1].identity!r} of line {before[0]} in other letters; "
        "file names could not be told apart, so give one of them another id"
    )


def _kept(header: Iterable[str], cells: Iterable[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(header, cells, strict=True) if name}


_WHOLE_NAMES = (
    "name",
    "full name",
    "student",
    "vollständiger name",
    "nombre completo",
    "estudiante",
    "nom complet",
    "étudiant",
)


def _name(cells: Mapping[str, str]) -> str:
    """The name to print: one column, or two put together."""
    lowered = {name.casefold(): cell for name, cell in cells.items()}

    def under(titles: Sequence[str]) -> str:
        return next((lowered[title] for title in titles if lowered.get(title)), "")

    last = under(("surname", "last name", "nachname", "apellido(s)", "apellidos", "apellido", "nom de famille", "nom"))
    first = under(("first name", "vorname", "nombre", "nombre(s)", "prénom"))
    return under(_WHOLE_NAMES) or f"{first} {last}".strip()


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it; numbers stay numbers."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _NUMBER.fullmatch(text) else text


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV, every cell safe."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue()
