"""A file that was handed in goes in; if it is the report of responses of a quiz, one piece for each attempt and variant comes out, its
answers as the table a student hands in, and marked like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from derivegen.classroom.when import completed
from derivegen.classroom.whose import Owners
from derivegen.exercise.roster import ID_COLUMNS, MORE_ID_COLUMNS, csv_text
from derivegen.marking.judge.asked import Asked
from derivegen.marking.read.content import Content
from derivegen.marking.read.files import Part, Piece, content
from derivegen.marking.read.responses import HEAD, MOST_BYTES, Attempt, Response, attempts, looks_so, rows_of
from derivegen.records import replace

if TYPE_CHECKING:
    from derivegen.classroom.exercises_file import Class, Seat

_TABLES = ("csv", "json")
_IDS = tuple(re.sub(r"\W", "", each).casefold() for each in (*ID_COLUMNS, *MORE_ID_COLUMNS))


def responses(piece: Piece, own: Class) -> tuple[Piece, ...] | None:
    """The pieces of a report; None where a file is none."""
    rows = _rows(piece)
    if rows is None:
        return None
    found = attempts(rows)
    if found is None or not any(each.responses for each in found):
        return (replace(piece, problem="report-without-text"),) if _only_here(rows) else None
    return tuple(made for each in found for made in _Report(piece, own).pieces(each))


def _rows(piece: Piece) -> list[list[str]] | None:
    """The table of a file, read whole only if it begins like a report."""
    if piece.problem:
        return None
    if piece.reader is None and piece.path is not None:
        if piece.kind not in _TABLES:
            return None
        try:
            with piece.path.open("rb") as file:
                data = file.read(HEAD)
                if not looks_so(_text(data)):
                    return None
                return rows_of(_text(data + file.read(MOST_BYTES)))
        except OSError:
            return None
    held = content(piece)
    return rows_of(held.text) if held.kind in _TABLES and looks_so(held.text[:HEAD]) else None


def _text(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return data.decode(encoding, "replace")


def _only_here(rows: Sequence[Sequence[str]]) -> bool:
    """Whether these are the titles of a report in which nothing says what was asked."""
    return bool(rows) and looks_so(",".join(rows[0])) and len(rows) > 1


def _ended(attempt: Attempt) -> datetime | None:
    return completed(attempt.student.values())


class _Report(NamedTuple):
    """Makes pieces of the attempts in one report."""

    piece: Piece
    own: Class

    def pieces(self, attempt: Attempt) -> Iterator[Piece]:
        """One for each variant whose questions the attempt has; one for those that are of another quiz."""
        seats = {seat.code: seat for seat in self.own.seats}
        student, foreign = self._student(attempt.student), list[Response]()
        by_code: dict[str, list[tuple[Asked, str, int]]] = {}
        for each in attempt.responses:
            seat = seats.get(each.code)
            answers = None if seat is None else _answers(each, seat)
            if answers is None:
                foreign.append(each)
            else:
                by_code.setdefault(each.code, []).extend((asked, text, each.column) for asked, text in answers)
        for code, found in by_code.items():
            counting = {asked.label for asked in seats[code].asked}
            yield self._piece(attempt, student, code, [each for each in found if each[0].label in counting])
        if foreign:
            part = Part(student, self._named(attempt), (), attempt.line, (foreign[0].column,), _ended(attempt))
            yield replace(self.piece, path=None, names=(), problem="other-quiz", reader=None, part=part)

    def _piece(self, attempt: Attempt, student: str, code: str, answers: Sequence[tuple[Asked, str, int]]) -> Piece:
        filled = [(asked.name, text, column) for asked, text, column in answers if text]
        # a third column keeps a semicolon that was typed from being taken for the end of a cell
        table = [("quantity", "answer", ""), ("variant", code, ""), *((name, text, "") for name, text, _ in filled)]
        labels = tuple(asked.label for asked, _, _ in answers)
        part = Part(
            student,
            self._named(attempt),
            labels,
            attempt.line,
            (1, 1, *(column for *_, column in filled)),
            _ended(attempt),
        )
        held = Content(csv_text([list(row) for row in table]), "csv")
        return Piece(self.piece.label, None, (), "csv", held=held, part=part)

    def _named(self, attempt: Attempt) -> str:
        """What tells one attempt from all others."""
        return f"{self.piece.label}:{attempt.line}"

    def _student(self, known: Mapping[str, str]) -> str:
        """Whose attempt it is: of a class with a roster as that has it, else the number, the address or the name that the report has."""
        words = list(known.values())
        number = next((cell for title, cell in known.items() if re.sub(r"\W", "", title).casefold() in _IDS), "")
        address = next((word for word in words if "@" in word), "")
        name = " ".join(reversed(words[:2]))
        if any(seat.student.columns for seat in self.own.seats):
            owners = Owners(self.own)
            seat = next(filter(None, (*map(owners.by_word, (number, address)), owners.by_names((name,)))), None)
            if seat is not None:
                return seat.student.identity
        return number or address or name


def _answers(response: Response, seat: Seat) -> list[tuple[Asked, str]] | None:
    """What was answered to each part of a question; None where the sheet has no such question, or other fields."""
    if not response.label:
        asked = [each for each in seat.printed if each.form in ("number", "line")]
    else:
        own = re.compile(
            rf"{re.escape(response.label)}[a-z]*" if response.label.isdigit() else re.escape(response.label)
        )
        asked = [each for each in seat.printed if own.fullmatch(each.label)]
    if not asked:
        return None
    if len(asked) == 1 and not (parts := response.parts()):
        return [(asked[0], response.letter if asked[0].form == "letter" else response.text)]
    parts = response.parts() if response.text else [""] * len(asked)
    if len(parts) != len(asked):
        return None
    return [(one, "" if text == "-" else text) for one, text in zip(asked, parts, strict=True)]
