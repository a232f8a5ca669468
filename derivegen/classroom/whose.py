"""A class and what somebody handed in go in; whose sheet it is comes out: told by the code of the variant, the student's id, or the names
of files and folders.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from derivegen.exercise.roster import ID_COLUMNS, MORE_ID_COLUMNS
from derivegen.interop.handin.kinds import READERS
from derivegen.marking.read.files import KINDS, Piece
from derivegen.marking.read.submissions import Work
from derivegen.records import dataclass

if TYPE_CHECKING:
    from derivegen.classroom.exercises_file import Class, Seat

_EXPORTED = (
    re.compile(r".*_(\d+)_assignsubmission_"),  # Moodle: full name, number of the participant
    re.compile(r"[^_]+_(?:late_)?(\d+)_\d+_"),  # Canvas: name, number of the user, number of the file
)
LONGEST = 200


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()


_IDENTIFYING = frozenset(map(_plain, (*ID_COLUMNS, *MORE_ID_COLUMNS, "identifier", "login id", "user name")))
"""Columns of rosters and gradebooks whose cells name one student."""


@dataclass(frozen=True)
class Owners:
    """Finds the owner of a submission in one class."""

    own: Class

    def of(self, work: Work, otherwise: str = "") -> Seat | None:
        """Whose it is, by what it says itself, then by its names, then by what was said for all; None where none of it fits."""
        return (
            self.by_word(work.variant)
            or self.by_word(work.student)
            or self.by_names(work.names)
            or self.by_word(otherwise)
        )

    def of_piece(self, piece: Piece) -> str:
        """The student one file is of, by its names alone; "" where they do not say."""
        seat = self.by_names(piece.names)
        return "" if seat is None else seat.student.identity

    def by_word(self, word: str) -> Seat | None:
        """The seat of a code or an id, or of the four letters of a code; an id may have lost its leading noughts."""
        plain = _plain(word)
        return self._codes.get(plain) or self._ids.get(plain) or self._numbers.get(plain.lstrip("0"))

    def by_names(self, names: Iterable[str]) -> Seat | None:
        """The seat whose id, else number, else full name begins one of the names; a folder counts before what lies in it, since it is the
        platform that named it."""
        shown = [_without_ending(_plain(name)[:LONGEST]) for name in names]
        for table in (self._ids, self._numbers):
            for name in shown:
                for start in self._starts(name):
                    seat = table.get(start.lstrip("0") if table is self._numbers else start)
                    if seat is not None:
                        return seat
        return next(filter(None, map(self._exported, shown)), None) or self._within(shown)

    def several(self, words: Iterable[str]) -> tuple[Seat, ...]:
        """The students whose whole codes stand in a text: more than one where the sheets of several lie in it."""
        found = filter(None, (self._whole_codes.get(_plain(word)) for word in words))
        return tuple({seat.code: seat for seat in found}.values())

    def _within(self, names: Iterable[str]) -> Seat | None:
        """The one seat whose id, or all words of whose name, stand somewhere in a name; a short number may be that of the homework."""
        for name in names:
            words = re.split(r"[^\w@.+~-]+|_", name)
            parts = {*words, *re.split(r"[\W_]+", name)}
            found = {seat.code: seat for word, seat in self._ids.items() if word in parts and not _is_short(word)}
            if not found:
                found = {seat.code: seat for name_, seat in self._full_names.items() if _is_within(name_, parts)}
            if len(found) == 1:
                return next(iter(found.values()))
        return None

    def _exported(self, name: str) -> Seat | None:
        """By the number a platform puts into the name, else by the full name it begins with."""
        numbers = (match[1] for pattern in _EXPORTED if (match := pattern.match(name)))
        seats = filter(None, (self._cells.get(number) for number in numbers))
        return next(seats, None) or next(filter(None, map(self._full_names.get, self._starts(name))), None)

    def _starts(self, name: str) -> Iterator[str]:
        """Every beginning of a name that ends where a word ends, the longest first; also without the stem that our own files begin with."""
        stem = f"{_plain(self.own.stem)}-"
        for text in (name.removeprefix(stem), name) if name.startswith(stem) else (name,):
            yield text
            yield from (text[:at] for at in range(len(text) - 1, 0, -1) if not text[at].isalnum())

    @cached_property
    def _codes(self) -> Mapping[str, Seat]:
        whole = {_plain(seat.code): seat for seat in self.own.seats}
        return _unique((code.rpartition("-")[2], seat) for code, seat in whole.items()) | whole

    @cached_property
    def _whole_codes(self) -> Mapping[str, Seat]:
        return {_plain(seat.code): seat for seat in self.own.seats if "-" in seat.code}

    @cached_property
    def _ids(self) -> Mapping[str, Seat]:
        files = {_plain(seat.student.file): seat for seat in self.own.seats}
        return files | {_plain(seat.student.identity): seat for seat in self.own.seats}

    @cached_property
    def _numbers(self) -> Mapping[str, Seat]:
        return _unique((name.lstrip("0"), seat) for name, seat in self._ids.items() if name.isdigit())

    @cached_property
    def _cells(self) -> Mapping[str, Seat]:
        cells = (
            (_plain(cell).removeprefix("participant "), seat)
            for seat in self.own.seats
            for column, cell in seat.student.columns.items()
            if _plain(column) in _IDENTIFYING
        )
        return _unique(cells)

    @cached_property
    def _full_names(self) -> Mapping[str, Seat]:
        return _unique((_plain(seat.student.name), seat) for seat in self.own.seats)


def _is_short(word: str) -> bool:
    """A number of one or two digits is rather the number of something."""
    return word.isdigit() and len(word) < 3


def _is_within(name: str, parts: Iterable[str]) -> bool:
    """Whether a name of two words or more stands among the parts, in whichever order."""
    words = re.split(r"[\W_]+", name)
    return len(words) > 1 and set(words) <= set(parts)


def _without_ending(name: str) -> str:
    start, point, ending = name.rpartition(".")
    return start if point and (f".{ending}" in KINDS or f".{ending}" in READERS) else name


def _unique(pairs: Iterable[tuple[str, Seat]]) -> dict[str, Seat]:
    """What names one student alone."""
    known = {(word, seat.code): seat for word, seat in pairs}
    often = Counter(word for word, _ in known)
    return {word: seat for (word, _), seat in known.items() if word and often[word] == 1}
