"""A class's markings go in; its gradebook comes out: the roster's own columns with score and marks added, safe for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from derivegen.exercise.roster import csv_text
from derivegen.marking.findings import Marking
from derivegen.network.asked import Counting
from derivegen.records import astuple, dataclass, replace

if TYPE_CHECKING:
    from derivegen.classroom.exercises_file import Seat

ADDED = ("score", "marks", "of", "open")
DIGITS = 4
"""Of a score."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The marks that count of one student."""

    marks: Fraction
    of: Fraction
    open: Fraction


def gradebook(markings: Iterable[Marking], seats: Sequence[Seat] = (), which: Counting = "last") -> str:
    """The gradebook as CSV: a line for each student of the class in its order, who handed nothing in with empty cells; without a class a
    line for each submission. `which` of several submissions of one student counts."""
    rows = _of_class(markings, seats, which) if seats else _of_all(markings)
    return csv_text(rows)


def _of_class(markings: Iterable[Marking], seats: Sequence[Seat], which: Counting) -> Iterator[list[str]]:
    found = counting(markings, which)
    columns = list(dict.fromkeys(name for seat in seats for name in (seat.student.columns or ("id",))))
    yield [*columns, *_titles(columns)]
    for seat in seats:
        own: Mapping[str, str] = seat.student.columns or {"id": seat.student.identity}
        yield [*(own.get(name, "") for name in columns), *_cells(found.get(seat.student.identity))]


def _of_all(markings: Iterable[Marking]) -> Iterator[list[str]]:
    yield ["student", "file", *ADDED]
    for marking in markings:
        yield [marking.student, marking.file, *_cells(_counted(marking))]


def counting(markings: Iterable[Marking], which: Counting) -> dict[str, Counted]:
    """What counts for each student who is known: of several submissions, of those that could be marked."""
    found: dict[str, list[Counted]] = {}
    for marking in markings:
        if marking.student:
            found.setdefault(marking.student, []).append(_counted(marking))
    return {student: _chosen([each for each in own if each.of] or own[-1:], which) for student, own in found.items()}


def _counted(marking: Marking) -> Counted:
    return Counted(marking.marks, marking.of, marking.open)


def _chosen(own: Sequence[Counted], which: Counting) -> Counted:
    match which:
        case "first":
            return own[0]
        case "best":
            return max(reversed(own), key=lambda each: each.marks)
        case "mean":
            mean = (sum(part, Fraction(0)) / len(own) for part in zip(*map(astuple, own), strict=True))
            return Counted(*mean)
        case _:
            return own[-1]


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


def _cells(own: Counted | None) -> list[str]:
    if own is None or not own.of:
        return [""] * len(ADDED)
    numbers = (own.marks / own.of, own.marks, own.of, own.open)
    return [decimal(number) for number in numbers]


def decimal(number: Fraction) -> str:
    """A fraction with at most four decimals: 0.7143, 2.5, 3."""
    return f"{float(number):.{DIGITS}f}".rstrip("0").rstrip(".")
