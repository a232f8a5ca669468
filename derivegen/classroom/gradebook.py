"""A class's markings go in; its gradebook comes out: the roster's own columns with score and marks added, safe for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derivegen.exercise.roster import csv_text
from derivegen.marking.findings import Marking

if TYPE_CHECKING:
    from derivegen.classroom.exercises_file import Seat

ADDED = ("score", "marks", "of", "open")
DIGITS = 4
"""Of a score."""


def gradebook(markings: Iterable[Marking], seats: Sequence[Seat] = ()) -> str:
    """The gradebook as CSV: a line for each student of the class in its order, who handed nothing in with empty cells; without a class a
    line for each submission. Of several submissions of one student the last that could be marked counts."""
    rows = _of_class(markings, seats) if seats else _of_all(markings)
    return csv_text(rows)


def _of_class(markings: Iterable[Marking], seats: Sequence[Seat]) -> Iterator[list[str]]:
    last = counting(markings)
    columns = list(dict.fromkeys(name for seat in seats for name in (seat.student.columns or ("id",))))
    yield [*columns, *_titles(columns)]
    for seat in seats:
        own: Mapping[str, str] = seat.student.columns or {"id": seat.student.identity}
        yield [*(own.get(name, "") for name in columns), *_cells(last.get(seat.student.identity))]


def _of_all(markings: Iterable[Marking]) -> Iterator[list[str]]:
    yield ["student", "file", *ADDED]
    for marking in markings:
        yield [marking.student, marking.file, *_cells(marking)]


def counting(markings: Iterable[Marking]) -> dict[str, Marking]:
    """The marking that counts for each student who is known."""
    found: dict[str, Marking] = {}
    for marking in markings:
        if marking.student and (marking.of or marking.student not in found):
            found[marking.student] = marking
    return found


def whole(markings: Iterable[Marking]) -> list[Marking]:
    """The parts of one attempt at a quiz as one marking, all others as they are."""
    found: dict[str, Marking] = {}
    for place, each in enumerate(markings):
        key = each.attempt or f"#{place}"
        before = found.get(key)
        if before is None:
            found[key] = each
        else:
            variant = before.variant if before.variant == each.variant else ""
            found[key] = replace(before, findings=(*before.findings, *each.findings), variant=variant)
    return list(found.values())


def _titles(columns: Sequence[str]) -> list[str]:
    """Titles for what is added; a roster that has a column of that name keeps its own."""
    taken = {name.casefold() for name in columns}
    return [f"derivegen {name}" if name in taken else name for name in ADDED]


def _cells(marking: Marking | None) -> list[str]:
    if marking is None or marking.score is None:
        return [""] * len(ADDED)
    numbers = (Fraction(marking.marks / marking.of), marking.marks, marking.of, marking.open)
    return [decimal(number) for number in numbers]


def decimal(number: Fraction) -> str:
    """A fraction with at most four decimals: 0.7143, 2.5, 3."""
    return f"{float(number):.{DIGITS}f}".rstrip("0").rstrip(".")
