"""A run that has made every student's files goes in; the files about all students are written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.classroom.folder import EXERCISES, TEACHER
from derivegen.classroom.run import Run
from derivegen.classroom.sheet import Exercises, Part
from derivegen.classroom.slices import ClassSlice
from derivegen.classroom.student_files import FOLDERS, piece_of, printed
from derivegen.exercise.pages.variants_report import VariantsReport
from derivegen.exercise.record import exercises_json
from derivegen.exercise.roster import Student, csv_text
from derivegen.exercise.tally import Tally, rows
from derivegen.interop.platform import About, files
from derivegen.records import dataclass
from derivegen.render.format import PDF, Format
from derivegen.render.printer import Printer

MOST_REASONS = 3
"""Reasons for drawing again that are told on a terminal; the page of the variants has all."""
COMBINED: Mapping[Part, str] = {"sheet": "sheets", "key": "keys"}


@dataclass(frozen=True)
class Finish:
    """Writes what is about all students."""

    exercises: Exercises
    students: Sequence[Student]
    run: Run
    slices: Sequence[ClassSlice]
    formats: Sequence[Format]
    begun: str

    def write(self, together: bool, right_hand: bool) -> None:
        """exercises.json, the table and the page of the variants, and everything in one PDF if that is wanted."""
        lines = self.run.lines(self.slices)
        self.run.write(EXERCISES, (piece.encode() for piece in exercises_json(self.begun, lines)))
        self.run.write(f"{TEACHER}/variants.csv", (csv_text([row]).encode() for row in rows(self._entries())))
        self._report()
        for form in self.formats:
            if form.platform:
                self._platform(form)
        for part, name in COMBINED.items() if together else ():
            self._combine(part, name, right_hand)

    def hard(self) -> str:
        """What was hard to satisfy, in a sentence; "" where the first numbers drawn were taken throughout."""
        tally, words = self._tally, self.exercises.press.templates.words("en")
        if not tally.rejected:
            return ""
        reasons = (
            f"{words.plain(f'variants.rejected.{why}')} ({many})"
            for why, many in tally.rejected.most_common(MOST_REASONS)
        )
        return f"{tally.draws} sets of numbers were drawn for {tally.count}; thrown away: {'; '.join(reasons)}"

    def _entries(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self.run.lines(self.slices))

    @cached_property
    def _tally(self) -> Tally:
        tally = Tally(self.exercises.press.graph)
        for each in self._entries():
            tally.add(each)
        return tally

    def _report(self) -> None:
        own = self.exercises
        page = VariantsReport(self._tally, own.press, own.seed, bool(own.plan.columns))
        printer = Printer(own.press, Trace(own.press.graph, own.derivation, own.rounding))
        document = printer.judged(page.document())
        for form in printed(self.formats):
            if not form.projected:
                self.run.write(f"{TEACHER}/variants.{form.ending}", (printer.content(document, form),))

    def _platform(self, form: Format) -> None:
        own, folder = self.exercises, self.run.directory
        pieces = ((folder / piece_of(student, form)).read_text(encoding="utf-8") for student in self.students)
        press = own.press
        about = About(own.network.title, own.network.stem, own.questions, press.words, press.templates)
        for name, content in files(form, pieces, about):
            self.run.write(f"{TEACHER}/{name}", content)

    def _combine(self, part: Part, name: str, right_hand: bool) -> None:
        stem = self.exercises.network.stem
        paths = [
            self.run.directory / FOLDERS[part] / f"{stem}-{student.file}-{part}.{PDF.ending}"
            for student in self.students
        ]
        for portion, content in combined(paths, right_hand):
            self.run.write(f"{TEACHER}/{stem}-{name}{portion}.{PDF.ending}", (content,))


# one file with all pages, for the printer

MOST = 250
"""Documents in one file: of a large class several files are made, so that memory and printer hold them."""


def combined(paths: Sequence[Path], right_hand: bool) -> Iterator[tuple[str, bytes]]:
    """The files, and what tells their names apart ("" if one is enough). Each document begins on a right-hand page if that is wanted."""
    starts = range(0, len(paths), MOST)
    for number, start in enumerate(starts, 1):
        yield f"-{number}" if len(starts) > 1 else "", _one(paths[start : start + MOST], right_hand)


def _one(paths: Sequence[Path], right_hand: bool) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for path in paths:
        writer.append(path, import_outline=False)
        if right_hand and len(writer.pages) % 2:
            writer.add_blank_page()
    # every document brings the same fonts
    writer.compress_identical_objects()
    content = BytesIO()
    writer.write(content)
    return content.getvalue()
