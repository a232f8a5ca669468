"""Marking as a whole: a network or the `exercises.json` of a class, and what was handed in, go in; feedback for everybody, the gradebook
and the report on the class come out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from math import isfinite
from pathlib import Path
from typing import Any
from uuid import uuid4

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.classroom.exercises_file import Class, Seat, is_exercises, read_exercises
from derivegen.classroom.gradebook import gradebook
from derivegen.classroom.marking import Marker
from derivegen.classroom.report import ClassReport
from derivegen.classroom.sheet import DIGITS, Exercises, Printed
from derivegen.classroom.tally import tally
from derivegen.document.blocks import Document, Listing
from derivegen.document.pen import Pen
from derivegen.document.verify import Judge
from derivegen.errors import InputError, MissingPart
from derivegen.exercise.roster import Student, csv_text
from derivegen.formula.tree import Formula
from derivegen.marking.bounded import TooLong, bounded
from derivegen.marking.findings import Finding, Marking
from derivegen.marking.pages.feedback import RULE, WHERE, Feedback, Reader
from derivegen.marking.read.submissions import Piece, pieces
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.network.file.load import load, with_options
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.network.restated import with_givens
from derivegen.render.environment import Templates
from derivegen.solution.solution import chain_of

ENDINGS = {"text": "txt", "md": "md", "html": "html", "pdf": "pdf", "json": "json", "csv": "csv"}
"""What feedback can be written as, and the endings of the files."""
DATA = ("json", "csv")
"""Those of which there is one file for all."""
_FOREIGN = re.compile(
    "[^\n -~\xa0-\u024f\u0370-\u03ff\u0400-\u045f\u2010-\u2044\u2070-\u209f\u2100-\u214f\u2190-\u22ff\u2320-\u23ff\u2500-\u25ff]"
)
TOGETHER = 8
"""Students that one process marks at a time."""
COLUMNS = (
    *("student", "variant", "file", "line", "column", "quantity", "equality", "given", "expected", "follows"),
    *("verdict", "mistake", "message", "marks", "of"),
)

Group = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """To whom, and how much: `reader` None is whoever usually reads the format, `hint` None the level that goes with the sheet."""

    reader: Reader | None = None
    hint: int | None = None

    def reads(self, form: str) -> Reader:
        """Who reads a format."""
        return self.reader or ("teacher" if form in DATA else "student")


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


@dataclass(frozen=True)
class Checking:
    """What work is held to, what is told, and in which formats; `key` is nobody else's, and what processes tell tasks apart by."""

    key: str
    network: Network = field(compare=False)
    own: Class | None = field(compare=False)
    variant: str = field(compare=False)
    told: Told = field(compare=False)
    formats: tuple[str, ...] = field(compare=False)
    templates: Templates = field(compare=False)

    @cached_property
    def marker(self) -> Marker:
        """What marks."""
        return Marker(self.network, self.own, self.variant)

    def groups(self, answers: Sequence[str]) -> tuple[Group, ...]:
        """The files handed in, by student. Raises InputError."""
        return self.marker.groups(pieces(answers))

    def checked(self, groups: Sequence[Group], jobs: int = 1) -> Iterator[Checked]:
        """Everything that was handed in, marked, in the order of the groups."""
        slices = [groups[start : start + TOGETHER] for start in range(0, len(groups), TOGETHER)]
        if min(jobs, len(slices)) < 2:
            yield from (checked for group in groups for checked in self._of_group(group))
            return
        from joblib import Parallel, delayed

        together = delayed(_of_slice)
        for some in Parallel(jobs, return_as="generator")(together(self, each) for each in slices):
            yield from some

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process: without what was computed from it here."""
        return Checking, tuple(getattr(self, each.name) for each in fields(self))

    def _of_group(self, group: Group) -> Iterator[Checked]:
        return (self._safely(marking, group) for marking in self.marker.markings(group))

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
        page = self._page(marking)
        data = tuple(page.of("json").data()) if "json" in self.formats else ()
        rows = tuple(page.of("csv").rows()) if "csv" in self.formats else ()
        pages = {form: page.of(form).content(form) for form in self.formats if form not in DATA}
        return Checked(marking, data, rows, pages)

    def _page(self, marking: Marking) -> Page:
        seat = self._seats.get(marking.variant)
        trace = self._trace if seat is None else self._trace_of(seat)
        return Page(self, marking, Pen(trace, chain_of(trace), self._exercises.words))

    @cached_property
    def _seats(self) -> Mapping[str, Seat]:
        return {seat.code: seat for seat in self.own.seats} if self.own is not None else {}

    @cached_property
    def _exercises(self) -> Exercises:
        """What prints: the network's notation, words and templates."""
        return Exercises(self.network, (), 0, None, self.templates)

    @property
    def rounding(self) -> Rounding:
        """How numbers are printed."""
        options = self.network.options
        if self.own is not None:
            return replace(self.own.rounding, carry="exact")
        return Rounding(DIGITS if options.digits is None else options.digits, options.significant)

    @cached_property
    def _trace(self) -> Trace:
        derivation = self._exercises.derivation
        return Trace(derivation.graph, derivation, self.rounding)

    def _trace_of(self, seat: Seat) -> Trace:
        derivation = derive(build(with_givens(self.network, seat.givens)))
        return Trace(derivation.graph, derivation, self.rounding)

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

    def report(self, found: Sequence[Checked]) -> Report:
        """The report on the class."""
        seats = self.own.seats if self.own is not None else ()
        counted = tally((each.marking for each in found), (seat.student.identity for seat in seats))
        pen = Pen(self._trace, chain_of(self._trace), self._exercises.words)
        talk = Feedback(Marking(()), pen, self._exercises.notation, "teacher")
        document = ClassReport(counted, talk, {seat.code: seat.difficulty for seat in seats}).document()
        printed = self.printed(self._trace)
        printed.judge.document(document)
        return Report(printed, document)

    def gradebook(self, found: Sequence[Checked]) -> str:
        """The gradebook as CSV."""
        return gradebook([each.marking for each in found], self.own.seats if self.own is not None else ())

    def printed(self, trace: Trace) -> Printed:
        """What prints documents on these numbers."""
        return Printed(self._exercises, trace, Judge(trace, self._exercises.notation))


@dataclass(frozen=True)
class Report:
    """A document that holds what people typed: judged as a whole without that, then printed with it, so that nothing anybody types can pass
    for a formula of ours."""

    printed: Printed
    document: Document

    def content(self, form: str, figures: str = "figures") -> bytes:
        """It in a format. Raises CheckFailed, MissingPart."""
        return self._pdf() if form == "pdf" else self._text(form, figures).encode()

    def _pdf(self) -> bytes:
        """The PDF; where no font of this machine has a letter that somebody typed, with a question mark for it."""
        from derivegen.render.typst_page import pdf

        try:
            return pdf(self._text("typst", "figures"))
        except MissingPart:
            plain = replace(self, document=_in_letters(self.document))
            return pdf(plain._text("typst", "figures"))

    def _text(self, form: str, figures: str) -> str:
        bare = replace(self.document, blocks=tuple(map(_bare, self.document.blocks)))
        self.printed.text(bare, form, figures)
        return self.printed.page(self.document, form, figures, self.printed.trace).text

    def figures(self) -> Mapping[str, bytes]:
        """Its figures by file name."""
        return self.printed.figures(self.document)


def _bare(block: Any) -> Any:
    return replace(block, code="") if isinstance(block, Listing) else block


def _in_letters(part: Any) -> Any:
    """Anything made of dataclasses and tuples with every text in it in letters and signs that our own fonts have."""
    if isinstance(part, str):
        return _FOREIGN.sub("?", part)
    if isinstance(part, tuple):
        return tuple(map(_in_letters, part))
    if is_dataclass(part) and not isinstance(part, type | Formula):
        return replace(part, **{each.name: _in_letters(getattr(part, each.name)) for each in fields(part)})
    return part


@dataclass(frozen=True)
class Page:
    """What is said of one marking, and its pages."""

    checking: Checking
    marking: Marking
    pen: Pen
    reader: Reader = "student"

    def of(self, form: str) -> Page:
        """The same for whoever reads a format."""
        return replace(self, reader=self.checking.told.reads(form))

    @cached_property
    def feedback(self) -> Feedback:
        """What is said."""
        notation = self.checking._exercises.notation
        seat = self.checking._seats.get(self.marking.variant)
        asked = seat.asked if seat is not None else ()
        return Feedback(self.marking, self.pen, notation, self.reader, self.checking.hint, asked)

    def content(self, form: str) -> bytes:
        """The page in a format."""
        printed = self.checking.printed(self.pen.trace)
        document = self.feedback.document()
        printed.judge.document(document)
        return Report(printed, document).content(form)

    def data(self) -> Iterator[Mapping[str, Any]]:
        """The findings as the interface has them."""
        teacher, hint = self.reader == "teacher", self.checking.hint
        for finding in self.marking.findings:
            if not teacher and hint < WHERE and finding.equality is not None:
                continue
            hidden = not teacher and hint < WHERE and finding.verdict not in ("undecided", "unread")
            place = finding.place
            yield {
                "quantity": self.feedback.name(finding),
                "file": place.file,
                "line": None if hidden else place.line,
                "column": None if hidden else place.column,
                "equality": finding.equality,
                "given": finding.given,
                **(_numbers(finding) if teacher else {}),
                "verdict": finding.verdict,
                "mistake": _mistake(finding) if teacher or hint >= RULE else None,
                "message": self.feedback.message(finding),
                "marks": _number(finding.marks),
                "of": _number(finding.of),
                **({"coarse": True} if finding.coarse and teacher else {}),
            }

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The findings as lines of a table."""
        for entry in self.data():
            known = {"student": self.marking.student, "variant": self.marking.variant, **entry}
            yield tuple(_cell(known.get(name)) for name in COLUMNS)


def _numbers(finding: Finding) -> Mapping[str, float | None]:
    """The true number and, where something else comes of values before, that too."""
    follows = _finite(finding.follows)
    return {"expected": _finite(finding.expected), **({} if follows is None else {"follows": follows})}


def _finite(number: float | None) -> float | None:
    return number if number is not None and isfinite(number) else None


def _mistake(finding: Finding) -> str | None:
    if finding.explanations:
        return "+".join(finding.explanations[0].mistakes)
    return finding.reason if finding.reason in CATALOGUE else None


def _number(marks: Fraction) -> int | float:
    return marks.numerator if marks.denominator == 1 else float(marks)


def _cell(value: object) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


@lru_cache(maxsize=1)
def _kept(checking: Checking) -> Checking:
    """The task of a process, which comes anew with every slice, once for all slices: what is computed from it takes longer than a slice."""
    return checking


def _of_slice(checking: Checking, groups: Sequence[Group]) -> list[Checked]:
    own = _kept(checking)
    return [checked for group in groups for checked in own._of_group(group)]


# files


def as_json(found: Sequence[Checked], several: bool) -> str:
    """The findings as JSON: of one submission, or of several."""
    if not several:
        (one,) = found
        whole: dict[str, Any] = {"derivegen": 1, "score": one.marking.score, "findings": one.data}
    else:
        whole = {"derivegen": 1, "submissions": [_submission(each) for each in found]}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _submission(each: Checked) -> dict[str, Any]:
    own = each.marking
    return {
        "student": own.student,
        "variant": own.variant,
        "file": own.file,
        "score": own.score,
        "findings": each.data,
    }


def as_csv(found: Sequence[Checked]) -> str:
    """The findings as a table, safe for spreadsheets."""
    return csv_text([COLUMNS, *(row for each in found for row in each.rows)])


def one_text(checking: Checking, found: Sequence[Checked], several: bool) -> bytes:
    """All in the one format asked for: findings, the page of one submission, or the report on several."""
    (form,) = checking.formats
    if form == "json":
        return as_json(found, several).encode()
    if form == "csv":
        return as_csv(found).encode()
    return checking.report(found).content(form) if several else found[0].pages[form]


def files(checking: Checking, found: Sequence[Checked], several: bool) -> Iterator[tuple[str, bytes]]:
    """Everything that is written, by its path in the folder: the feedback; of several submissions gradebook and report too."""
    for each, name in zip(found, _names(found), strict=True):
        start = f"feedback/{name}" if several else Path(each.marking.file or "answers").stem
        yield from ((f"{start}-feedback.{ENDINGS[form]}", page) for form, page in each.pages.items())
    if "json" in checking.formats:
        yield "findings.json", as_json(found, several).encode()
    if "csv" in checking.formats:
        yield "findings.csv", as_csv(found).encode()
    if several:
        yield "gradebook.csv", checking.gradebook(found).encode()
        yield from _report(checking, found)


def _report(checking: Checking, found: Sequence[Checked]) -> Iterator[tuple[str, bytes]]:
    forms = [form for form in checking.formats if form not in DATA]
    if not forms:
        return
    report = checking.report(found)
    for form in forms:
        yield f"report.{ENDINGS[form]}", report.content(form, "report-figures")
    if "md" in forms:
        yield from ((f"report-figures/{name}", picture) for name, picture in report.figures().items())


def _names(found: Sequence[Checked]) -> list[str]:
    """A file name for each submission: the student's, else the file's; of one that stands there twice numbered."""
    seen: dict[str, int] = {}
    names = []
    for each in found:
        name = Student(each.marking.student or each.marking.file or "answers").file
        seen[name.casefold()] = count = seen.get(name.casefold(), 0) + 1
        names.append(name if count == 1 else f"{name}~{count}")
    return names


def checking(
    net: str | Path,
    *,
    to: Sequence[str] = ("text",),
    reader: Reader | None = None,
    hint: int | None = None,
    variant: str = "",
    templates: str | Path | None = None,
    **options: Any,
) -> Checking:
    """What is checked against: a network, or the `exercises.json` of a class. Raises InputError."""
    formats = tuple(dict.fromkeys(form.strip() for form in to if form.strip()))
    unknown = next((form for form in formats if form not in ENDINGS), None)
    if unknown is not None or not formats:
        raise InputError(f"--to {unknown or ''}: there is no such format of check; there are {', '.join(ENDINGS)}")
    own = read_exercises(Path(net)) if is_exercises(Path(net)) else None
    network = own.network if own is not None else load(net)
    if options:
        network = with_options(network, **options)
        own = None if own is None else replace(own, network=network)
    if variant and own is None:
        raise InputError(f"--variant {variant}: {net} is a network and has no variants; name the exercises.json")
    made = Checking(
        uuid4().hex,
        network,
        own,
        variant,
        Told(reader, hint),
        formats,
        Templates(Path(templates) if templates else None),
    )
    if variant and made.marker.seat(variant) is None:
        raise InputError(
            f"--variant {variant}: {net} has no such sheet; it is the code at the foot, or the student's id"
        )
    return made
