"""Sheets for a class: a network and who the students are go in; a folder with everybody's sheet, key and scheme comes out, with what
`check` reads and a page that sets the variants side by side.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from derivegen.classroom.crew import Workers
from derivegen.classroom.finish import Finish
from derivegen.classroom.folder import ABOUT, LOCK, PROGRESS, ClassFolder
from derivegen.classroom.run import Run, Step
from derivegen.classroom.sheet import Exercises, Work, exercises
from derivegen.classroom.slices import Job, fingerprint, made, shared, sliced
from derivegen.classroom.student_files import printed
from derivegen.errors import InputError, said_of
from derivegen.exercise.marks import in_words
from derivegen.exercise.record import beginning, common
from derivegen.exercise.roster import Student, numbered, read_roster
from derivegen.network.network import Network
from derivegen.records import dataclass
from derivegen.render.format import PDF, Format, chosen


@dataclass(frozen=True, repr=False)
class Sheets:
    """The sheets of a class."""

    exercises: Exercises
    students: Sequence[Student]

    def __len__(self) -> int:
        return len(self.students)

    def __repr__(self) -> str:
        """Of what they are, and what stands on them."""
        return f"<Sheets of {self.exercises.press.graph.network!r}: {self.announced([])}>"

    def announced(self, formats: Sequence[Format]) -> str:
        """What will be made, in a sentence."""
        questions, count = self.exercises.questions, len(self)
        answers = [answer for question in questions for answer in question.answers]
        papers = [form.key for form in printed(formats)]
        others = [form.key for form in formats if form.platform or form.screen]
        each = f"sheet, key and scheme each as {', '.join(papers)}" if papers else ""
        parts = "; ".join(filter(None, (each, ", ".join(others))))
        marks = in_words(sum((answer.marks for answer in answers), Fraction(0)))
        return (
            f"{_counted(count, 'student')}: {_counted(len(questions), 'question')}, {_counted(len(answers), 'answer')}, {marks} marks"
            + (f"; {parts}" if parts else "")
        )

    def works(self) -> Iterator[Work]:
        """Sheet, key and scheme of each student, in order. Raises InputError."""
        return self.exercises.works(self.students)

    def write(
        self,
        directory: str | Path = "output",
        to: Sequence[str] | str = PDF.key,
        *,
        jobs: int = 1,
        together: bool = False,
        right_hand: bool = False,
    ) -> Path:
        """Write everything, by so many processes; a run that was stopped goes on where it was, and what lies there of other exercises or
        students is moved away, with a warning. Raises InputError, MissingPart."""
        for step in self.steps(directory, to, workers=Workers(jobs), together=together, right_hand=right_hand):
            if step.said:
                warnings.warn(step.said, stacklevel=2)
        return Path(directory)

    def steps(
        self,
        directory: str | Path,
        to: Sequence[str] | str,
        *,
        workers: Workers | None = None,
        together: bool = False,
        right_hand: bool = False,
    ) -> Iterator[Step]:
        """The same by any workers, saying after every slice how far it is. `together`: also one PDF of all sheets and one of all keys, each
        student's beginning on a right-hand page if that is wanted."""
        with said_of(self.exercises.network.source):
            yield from self._steps(directory, to, workers or Workers(), together, right_hand)

    def _steps(
        self, directory: str | Path, to: Sequence[str] | str, workers: Workers, together: bool, right_hand: bool
    ) -> Iterator[Step]:
        formats = checked_formats(to, together)
        own = self.exercises
        begun = beginning(common(own.network, own.questions, own.seed, own.vary, own.rounding))
        folder = ClassFolder(Path(directory), own.network.stem, begun, self.students)
        folder.check()
        job = Job(fingerprint(own, formats), own, formats)
        slices = sliced(job.fingerprint, self.students, formats)
        run = Run(Path(directory), PROGRESS)

        def before() -> str:
            if not folder.is_same:
                run.forget(Path(LOCK).name)
            said = folder.tidy()
            run.write(ABOUT, (begun.encode(),))
            return said

        with folder.alone():
            folder.check()  # whoever was there until now may have left others
            yield from run.steps(slices, partial(made, job), workers, before, partial(shared, job))
            finish = Finish(own, self.students, run, slices, formats, begun)
            finish.write(together, right_hand)
            hard = finish.hard()
            run.finish()
        if hard:
            yield Step(len(self), 0, 0, hard=hard)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def sheet(
    network: Network | str | Path | Mapping[str, Any],
    *,
    count: int | None = None,
    roster: str | Path | None = None,
    id_column: str | None = None,
    kinds: Sequence[str] | str | None = None,
    vary: Sequence[str] | str | None = None,
    **options: Any,
) -> Sheets:
    """Exercise sheets on a network: `count` of them, or one for each student of a CSV file; one, if nothing is said. `kinds` of questions
    instead of those in the file; what to `vary` ("nothing": the numbers as they stand). `options` are `seed`, `templates`, the keys of
    [document], and `notation`. Raises InputError."""
    if count is not None and roster is not None:
        raise InputError("--count and --roster: the roster says how many there are; leave one of them out")
    if id_column is not None and roster is None:
        raise InputError("--id: it names a column of the roster; write --roster FILE.csv too")
    students = numbered(1 if count is None else count) if roster is None else _students(Path(roster), id_column)
    made = exercises(network, kinds=_listed(kinds), vary=_listed(vary), **options)
    return Sheets(made, students)


def _listed(words: Sequence[str] | str | None) -> Sequence[str] | None:
    if isinstance(words, str):
        return tuple(word.strip() for word in words.split(",") if word.strip())
    return words


def _students(path: Path, id_column: str | None) -> tuple[Student, ...]:
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"--roster {path}: cannot be read ({reason}); name a CSV file with a column id") from None
    return read_roster(data, str(path), id_column)


def checked_formats(to: Sequence[str] | str, together: bool = False) -> tuple[Format, ...]:
    """The formats, each once. Raises InputError."""
    formats = chosen(to, "sheet")
    if together and PDF not in formats:
        keys = ",".join(form.key for form in formats)
        raise InputError(f"--combined: it puts PDFs together, and --to {keys} asks for none; add pdf", "--combined")
    return formats
