"""A network or the `exercises.json` of a class, and what was handed in, go in; what was found in it comes out, with its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.classroom.crew import Workers, cores
from derivegen.classroom.feedback_page import FeedbackPage
from derivegen.classroom.marking import Marker
from derivegen.classroom.responses import responses
from derivegen.classroom.when import late_of
from derivegen.document.pen import pen_over
from derivegen.document.press import Press, press, usual
from derivegen.errors import InputError, MissingPart, said_of
from derivegen.interop.handin.kinds import INSTALLED_BY, READERS, Handin
from derivegen.marking.bounded import TooLong, bounded
from derivegen.marking.findings import Marking
from derivegen.marking.pages.feedback import Feedback
from derivegen.marking.pages.talk import RULE, WHERE, Reader, Talk
from derivegen.marking.read.files import Piece, pieces
from derivegen.network.asked import Counting
from derivegen.network.file.load import opened
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.network.restated import with_givens
from derivegen.records import dataclass, fields, replace
from derivegen.render.environment import Templates
from derivegen.render.format import CSV, JSON, TEXT, Format, chosen
from derivegen.render.printer import Printer

if TYPE_CHECKING:
    from derivegen.classroom.exercises_file import Class, Seat
    from derivegen.classroom.into_gradebook import FilledGradebook
    from derivegen.classroom.typed_page import TypedPage


TOGETHER = 8
"""Students that one process marks at a time."""

Group = tuple[Piece, ...]


class Told(NamedTuple):
    """To whom, and how much: `reader` None is whoever usually reads the format, `hint` None the level that goes with the sheet."""

    reader: Reader | None = None
    hint: int | None = None

    def reads(self, form: Format) -> Reader:
        """Who reads a format."""
        return self.reader or ("teacher" if form.data else "student")


@dataclass(frozen=True, slots=True)
class Checked:
    """One submission: its marking, each of its findings as data, and its pages by format."""

    marking: Marking
    data: tuple[Mapping[str, Any], ...]
    rows: tuple[tuple[str, ...], ...]
    pages: Mapping[str, bytes]

    @property
    def fails(self) -> bool:
        """Whether something is wrong or missing."""
        return any(finding.verdict in ("wrong", "missing") for finding in self.marking.findings)

    @property
    def read(self) -> bool:
        """Whether anything of it could be read."""
        return any(finding.verdict != "unread" for finding in self.marking.findings)


@dataclass(frozen=True, eq=False)
class Checking:
    """What work is held to, what is told, and in which formats."""

    network: Network
    own: Class | None
    variant: str
    told: Told
    formats: tuple[Format, ...]
    templates: Templates
    accept_open: bool = False

    @cached_property
    def marker(self) -> Marker:
        """What marks."""
        return Marker(self.press, self.own, self.variant)

    def groups(self, answers: Sequence[str]) -> tuple[Group, ...]:
        """The files handed in, by student. Raises InputError, MissingPart where none of them can be read."""
        found = self._pieces(answers)
        lacking = [piece.label for piece in found if isinstance(piece.reader, Handin) and piece.reader.lacking]
        if len(lacking) == len(found):
            raise MissingPart(f"{lacking[0]}: what reads it is not installed; install it with {INSTALLED_BY}")
        return self.marker.groups(found)

    def _pieces(self, answers: Sequence[str]) -> tuple[Piece, ...]:
        """The files; of the report of a quiz each attempt. Raises InputError."""
        found, own = pieces(answers, READERS), self.own
        if own is None:
            return found
        return tuple(part for piece in found for part in (responses(piece, own) or (piece,)))

    def checked(self, groups: Sequence[Group], jobs: int | None = 1) -> Iterator[Checked]:
        """Everything that was handed in, marked, in the order of the groups; `jobs` None are as many processes as
        there is room for."""
        slices = [groups[start : start + TOGETHER] for start in range(0, len(groups), TOGETHER)]
        workers = Workers(1 if len(slices) < 2 else jobs or cores())
        for _, some in workers.results(self._of_slice, slices, lambda first: self.marker, in_order=True):
            yield from some

    def _of_slice(self, groups: Sequence[Group]) -> list[Checked]:
        return [checked for group in groups for checked in self._of_group(group)]

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process: without what was computed from it here."""
        return Checking, tuple(getattr(self, each.name) for each in fields(self))

    def _of_group(self, group: Group) -> Iterator[Checked]:
        late, unknown = late_of(group, None if self.network.exercise is None else self.network.exercise.late)
        for marking in self.marker.markings(group):
            remarks = (*marking.remarks, "late-unknown") if unknown else marking.remarks
            yield self._safely(replace(marking, accepts_open=self.accept_open, late=late, remarks=remarks), group)

    def _safely(self, marking: Marking, group: Group) -> Checked:
        """One submission with its pages; where these cannot be made, that it is to be looked at by hand. Raises what is no fault of the
        submission: a part of the machine that is missing, templates of the user's own."""
        try:
            with bounded():
                return self._one(marking)
        except MissingPart:
            raise
        except (Exception, TooLong) as error:
            if isinstance(error, InputError) and self.templates.override is not None:
                raise
            failed = self.marker.failed(group, error)
            return self._one(replace(failed, student=marking.student, variant="", file=marking.file))

    def _one(self, marking: Marking) -> Checked:
        seat = self._seats.get(marking.variant)
        printer = self.printer if seat is None else self._printer_of(seat)
        data = tuple(self.page(marking, printer, JSON).data()) if JSON in self.formats else ()
        rows = tuple(self.page(marking, printer, CSV).rows()) if CSV in self.formats else ()
        forms = [form for form in self.formats if not form.data]
        pages = {form.key: self.page(marking, printer, form).content(form) for form in forms}
        return Checked(marking, data, rows, pages)

    def page(self, marking: Marking, printer: Printer, form: Format) -> FeedbackPage:
        """What is said of one submission to whoever reads a format; the printer has the numbers of its sheet."""
        seat = self._seats.get(marking.variant)
        asked = () if seat is None else seat.asked
        pen = pen_over(self.press, printer.trace)
        return FeedbackPage(Feedback(marking, Talk(pen, self.told.reads(form), self.hint, asked)), printer)

    @cached_property
    def _seats(self) -> Mapping[str, Seat]:
        return {seat.code: seat for seat in self.own.seats} if self.own is not None else {}

    @cached_property
    def press(self) -> Press:
        """What prints; of a class with the digits of its sheets. Raises InputError."""
        rounding = usual(self.network.options) if self.own is None else self.own.rounding
        with said_of(self.network.source):
            return press(build(self.network), self.templates, replace(rounding, carry="exact", fractions=False))

    @cached_property
    def printer(self) -> Printer:
        """What prints with the numbers of the network itself."""
        return self._printer(self.marker.task.derivation)

    def _printer_of(self, seat: Seat) -> Printer:
        return self._printer(derive(build(with_givens(self.network, seat.givens))))

    def _printer(self, derivation: Derivation) -> Printer:
        return Printer(self.press, Trace(derivation.graph, derivation, self.press.rounding))

    @property
    def hint(self) -> int:
        """How much a student is told: what was asked for, else what the sheet says, else where it goes wrong; without a sheet, whoever
        checks their own work, the rule."""
        if self.told.hint is not None:
            return self.told.hint
        exercise = self.network.exercise
        hints = None if exercise is None else exercise.hints
        if hints is None:
            return RULE if self.own is None else WHERE
        return int(hints) if not isinstance(hints, bool) else RULE if hints else 0

    # the class

    @property
    def attempts(self) -> Counting:
        """Which of several attempts of a student counts."""
        exercise = self.network.exercise
        return (None if exercise is None else exercise.attempts) or "last"

    def report(self, found: Sequence[Checked]) -> TypedPage:
        """The report on the class."""
        from derivegen.classroom.gradebook import whole
        from derivegen.classroom.report import ClassReport
        from derivegen.classroom.tally import tally
        from derivegen.classroom.typed_page import TypedPage

        seats = self.own.seats if self.own is not None else ()
        counted = tally(
            whole([each.marking for each in found]), (seat.student.identity for seat in self._expected(found))
        )
        talk = Talk(pen_over(self.press, self.printer.trace), "teacher")
        document = ClassReport(counted, talk, {seat.code: seat.difficulty for seat in seats}, self.attempts).document()
        return TypedPage(self.printer, self.printer.judged(document))

    def gradebook(self, found: Sequence[Checked]) -> str:
        """The gradebook as CSV."""
        from derivegen.classroom.gradebook import gradebook, whole

        return gradebook(whole([each.marking for each in found]), self._expected(found), self.attempts)

    def _expected(self, found: Sequence[Checked]) -> tuple[Seat, ...]:
        """The seats of everybody who was to hand something in: of a quiz whoever attempted it, unless a roster says who is in the class."""
        seats = self.own.seats if self.own is not None else ()
        drawn = any(each.marking.attempt for each in found)
        return () if drawn and not any(seat.student.columns for seat in seats) else seats

    def filled(
        self, found: Sequence[Checked], data: bytes, label: str, profile: str = "", column: str = ""
    ) -> FilledGradebook:
        """A gradebook of a platform with the marks of the class in it. Raises InputError."""
        from derivegen.classroom.gradebook import counting, whole
        from derivegen.classroom.into_gradebook import into_gradebook

        if self.own is None:
            raise InputError(
                f"--into {label}: marks of a class go there; name its exercises.json in place of a network"
            )
        counted = counting(whole([each.marking for each in found]), self.attempts)
        marks = {who: each.marks for who, each in counted.items() if each.of}
        return into_gradebook(data, label, marks, self.own.seats, profile, column)


def checking(
    net: str | Path,
    *,
    to: Sequence[str] | str = TEXT.key,
    reader: Reader | None = None,
    hint: int | None = None,
    variant: str = "",
    templates: str | Path | None = None,
    accept_open: bool = False,
    **options: Any,
) -> Checking:
    """What is checked against: a network, or the `exercises.json` of a class. Raises InputError."""
    formats = chosen(to, "check")
    own = None
    if is_exercises(Path(net)):
        from derivegen.classroom.exercises_file import read_exercises

        own = read_exercises(Path(net))
    network = opened(net if own is None else own.network, **options)
    own = None if own is None else replace(own, network=network)
    if variant and own is None:
        raise InputError(f"--variant {variant}: {net} is a network and has no variants; name the exercises.json")
    made = Checking(
        network,
        own,
        variant,
        Told(reader, hint),
        formats,
        Templates(Path(templates) if templates else None),
        accept_open,
    )
    if variant and made.marker.seat(variant) is None:
        raise InputError(
            f"--variant {variant}: {net} has no such sheet; it is the code at the foot, or the student's id"
        )
    return made


def is_exercises(path: Path) -> bool:
    """Whether a file is the `exercises.json` of a class and not a network."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(1_000_000)
    return b'"derivegen"' in start and b'"questions"' in start
