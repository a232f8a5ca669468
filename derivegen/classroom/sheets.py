"""Sheets for a class: a network and who the students are go in; a folder with everybody's sheet, key and scheme comes out, with what
`check` reads and a page that sets the variants side by side.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.classroom.combined import combined
from derivegen.classroom.folder import ABOUT, EXERCISES, LOCK, PROGRESS, STUDENTS, TEACHER, ClassFolder
from derivegen.classroom.many import FILLED, Pages, Ready
from derivegen.classroom.run import Made, Run, Step, Workers
from derivegen.classroom.sheet import Exercises, Part, Work, exercises
from derivegen.errors import InputError, said_of
from derivegen.exercise.pages.variants_report import VariantsReport
from derivegen.exercise.record import answer_names, beginning, common, entry, exercises_json, hides_quantity, json_text
from derivegen.exercise.roster import Student, csv_text, numbered, read_roster
from derivegen.exercise.tally import Tally, rows
from derivegen.formula.print.plain import plain
from derivegen.interop.moodle import about, moodle_xml
from derivegen.network.file.examples import templates_folder
from derivegen.network.network import Network
from derivegen.render.formats import FORMATS, OF_SHEETS, OF_SOLUTIONS, WITH_FIGURES, unknown_format
from derivegen.render.printer import Printer
from derivegen.rounding.reach import reached_by_all

FEW, MANY, MOST = 4, 32, 128
"""Students a slice: as few as keeps the cost of handing one out small, and no more than are lost if the run is stopped. Of pages that are
only filled in more are made in that time, and the more together the faster."""
SLICES, LARGE = 32, 8
"""So many slices, if that leaves neither too few nor too many students in each; fewer large ones."""
NOT_READY = Ready({}, {})
FOLDERS: Mapping[Part, str] = {"sheet": STUDENTS, "key": TEACHER, "scheme": TEACHER}
COMBINED: Mapping[Part, str] = {"sheet": "sheets", "key": "keys"}


@dataclass(frozen=True, slots=True)
class ClassSlice:
    """Some of the students, and what nothing shares that gives them other files."""

    key: str
    students: Sequence[Student]

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.students)


@dataclass(frozen=True, slots=True)
class Job:
    """What is made for every slice; two with one fingerprint make the same bytes."""

    fingerprint: str
    exercises: Exercises = field(compare=False)
    formats: tuple[str, ...] = field(compare=False)


@dataclass(frozen=True)
class Sheets:
    """The sheets of a class."""

    exercises: Exercises
    students: Sequence[Student]

    def __len__(self) -> int:
        return len(self.students)

    def works(self) -> Iterator[Work]:
        """Sheet, key and scheme of each student, in order. Raises InputError."""
        found = self.exercises.variants(student.identity for student in self.students)
        return (self.exercises.work(variant, student) for variant, student in zip(found, self.students, strict=True))

    def write(
        self,
        directory: str | Path = "output",
        to: Sequence[str] | str = "pdf",
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
        formats = checked_formats(to.split(",") if isinstance(to, str) else to, together)
        own = self.exercises
        begun = beginning(common(own.network, own.questions, own.seed, own.vary, own.rounding))
        folder = ClassFolder(Path(directory), own.network.stem, begun, self.students)
        folder.check()
        job = Job(_fingerprint(own, formats), own, formats)
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
            yield from run.steps(slices, partial(made, job), workers, before)
            _Finish(self, run, slices, formats, begun).write(together, right_hand)
            run.finish()


def sheet(
    network: Network | str | Path | Mapping[str, Any],
    *,
    count: int | None = None,
    roster: str | Path | None = None,
    id_column: str | None = None,
    kinds: Sequence[str] | str | None = None,
    seed: int = 1,
    vary: Sequence[str] | str | None = None,
    templates: str | Path | None = None,
    **options: Any,
) -> Sheets:
    """Exercise sheets on a network: `count` of them, or one for each student of a CSV file; one, if nothing is said. `kinds` of questions
    instead of those in the file; what to `vary` ("nothing": the numbers as they stand). `options` are the keys of [document], and
    `notation`. Raises InputError."""
    if count is not None and roster is not None:
        raise InputError("--count and --roster: the roster says how many there are; leave one of them out")
    if id_column is not None and roster is None:
        raise InputError("--id: it names a column of the roster; write --roster FILE.csv too")
    students = numbered(1 if count is None else count) if roster is None else _students(Path(roster), id_column)
    made = exercises(network, kinds=_listed(kinds), seed=seed, vary=_listed(vary), templates=templates, **options)
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


def checked_formats(to: Sequence[str], together: bool = False) -> tuple[str, ...]:
    """The formats, each once. Raises InputError."""
    formats = tuple(dict.fromkeys(form.strip() for form in to if form.strip()))
    known = [*(form for form in FORMATS if form not in OF_SOLUTIONS), *OF_SHEETS]
    for form in formats:
        if form not in known:
            raise InputError(unknown_format(form, known), "--to")
    if not formats:
        raise InputError(f"--to: no format named; there are {', '.join(known)}", "--to")
    if together and "pdf" not in formats:
        raise InputError(
            f"--combined: it puts PDFs together, and --to {','.join(formats)} asks for none; add pdf", "--combined"
        )
    return formats


# slices


def sliced(fingerprint: str, students: Sequence[Student], formats: Sequence[str]) -> tuple[ClassSlice, ...]:
    """The class in slices, the same for any number of processes."""
    quick = all(form in FILLED or form == "json" for form in formats)
    size = max(FEW, min(MOST, len(students) // LARGE) if quick else min(MANY, len(students) // SLICES))
    parts = (students[start : start + size] for start in range(0, len(students), size))
    return tuple(ClassSlice(_digest(fingerprint, repr(part)), part) for part in parts)


def _digest(*texts: str) -> str:
    return sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _fingerprint(own: Exercises, formats: Sequence[str]) -> str:
    """What everybody's files depend on: the exercises, the formats, the templates and this program."""
    folders = (
        Path(__file__).parents[1],
        templates_folder(),
        *([own.press.templates.override] if own.press.templates.override else []),
    )
    files = (
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".py", ".toml", ".jinja", ".css", ".js")
    )
    digests = (f"{path.name} {sha256(path.read_bytes()).hexdigest()}" for path in files)
    return _digest(repr((own.network, own.questions, own.seed, own.vary, tuple(formats))), *digests)


@lru_cache(maxsize=1)
def _kept(job: Job) -> Pages:
    """The exercises of a job, which come anew with every slice, once for all slices of a process, with the patterns of their pages: to make
    these takes longer than a slice."""
    return Pages(job.exercises, figures_of(job.exercises))


def made(job: Job, own: ClassSlice) -> Made:
    """The files of some students."""
    pages = _kept(job)
    works = list(Sheets(pages.exercises, own.students).works())
    _accept(pages.exercises, works)
    files: dict[str, bytes] = {}
    lines: list[str] = []
    for work, ready in zip(works, _ready(pages, works, job.formats), strict=True):
        files |= student_files(work, job.formats, ready)
        lines.append(
            json_text(entry(work.student, work.exercise, work.number, work.accepted, ready.text_or(work.printed)))
        )
    return Made(files, tuple(lines))


def _ready(pages: Pages, works: Sequence[Work], formats: Sequence[str]) -> Sequence[Ready]:
    """What can be filled in for these students together; nothing where there is only one."""
    forms = ["typst" if form == "pdf" else form for form in formats]
    wanted = [(part, form) for part in FOLDERS for form in forms]
    variants = [work.variant for work in works]
    accepted = [{name: work.accepted(name) for name in work.variant.answers} for work in works]
    students, mistaken = [work.student for work in works], not {"selfcheck", "moodle"}.isdisjoint(formats)
    found = pages.filled(variants, students, accepted, wanted, mistaken) if len(works) > 1 else None
    return [NOT_READY] * len(works) if found is None else found


def _accept(own: Exercises, works: Sequence[Work]) -> None:
    """What honest work may come to, for all of these students together."""
    if len(works) < 2 or not works[0].variant.givens:
        return
    givens = {name: [float(work.variant.givens[name]) for work in works] for name in works[0].variant.givens}
    for name, reached in reached_by_all(own.derivation, own.rounding, givens, works[0].variant.answers):
        for work, each in zip(works, reached, strict=True):
            work.accept(name, each)


# one student


def figures_of(own: Exercises) -> str:
    """The folder of the figures, which are the same for everybody."""
    return f"{own.network.stem}-figures"


def student_files(work: Work, formats: Sequence[str], ready: Ready = NOT_READY) -> dict[str, bytes]:
    """Everything written for one student, by its path in the folder; what is ready is not made again. Under students/ no answer stands."""
    who = f"{work.exercises.network.stem}-{work.student.file}"
    files = {f"{STUDENTS}/{who}-answers.csv": answers_csv(work).encode()}
    for part, folder in FOLDERS.items():
        for form in _printed(formats):
            files[f"{folder}/{who}-{part}.{FORMATS[form]}"] = _content(work, part, form, ready)
    if any(form in WITH_FIGURES for form in formats):
        figures = f"{STUDENTS}/{figures_of(work.exercises)}"
        files |= {f"{figures}/{key}": svg for key, svg in work.exercises.figures.items()}
    if "selfcheck" in formats:
        files[f"{STUDENTS}/{who}-selfcheck.html"] = work.selfcheck(ready.text_or(work.printed)).encode()
    if "moodle" in formats:
        files[_moodle_piece(work.student)] = work.moodle(ready.text_or(work.printed)).encode()
    return files


def _printed(formats: Sequence[str]) -> tuple[str, ...]:
    """Those in which sheet, key and scheme are printed; of the others there is one file, exercises.json always."""
    return tuple(form for form in formats if form in FORMATS and form != "json")


def _content(work: Work, part: Part, form: str, ready: Ready) -> bytes:
    page = ready.pages.get((part, "typst" if form == "pdf" else form))
    if page is None:
        return work.content(part, form, figures_of(work.exercises))
    if form != "pdf":
        return page.encode()
    from derivegen.render.typst_page import pdf

    return pdf(page)


def _moodle_piece(student: Student) -> str:
    """Where a student's questions wait for those of the others."""
    return f"{PROGRESS}/{student.file}.xml"


def answers_csv(work: Work) -> str:
    """The table a student fills in: a line with the variant, then one for each answer."""
    names, notation = answer_names(work.exercise.questions), work.exercises.press.notation
    table = [["quantity", "symbol", "answer"], ["variant", "", work.variant.code]]
    for question, answer in work.exercise.answers():
        symbol = "" if hides_quantity(question, answer) else plain(notation.symbol(answer.quantity))
        table.append([names[answer.label], symbol, ""])
    return csv_text(table)


# the class


@dataclass(frozen=True)
class _Finish:
    """Writes what is about all students."""

    sheets: Sheets
    run: Run
    slices: Sequence[ClassSlice]
    formats: Sequence[str]
    begun: str

    def write(self, together: bool, right_hand: bool) -> None:
        """exercises.json, the table and the page of the variants, and everything in one PDF if that is wanted."""
        lines = self.run.lines(self.slices)
        self.run.write(EXERCISES, (piece.encode() for piece in exercises_json(self.begun, lines)))
        self.run.write(f"{TEACHER}/variants.csv", (csv_text([row]).encode() for row in rows(self._entries())))
        self._report()
        if "moodle" in self.formats:
            self._moodle()
        for part, name in COMBINED.items() if together else ():
            self._combine(part, name, right_hand)

    def _entries(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self.run.lines(self.slices))

    @cached_property
    def _tally(self) -> Tally:
        tally = Tally()
        for each in self._entries():
            tally.add(each)
        return tally

    def _report(self) -> None:
        own = self.sheets.exercises
        page = VariantsReport(self._tally, own.press, own.seed, bool(own.plan.columns))
        printer = Printer(own.press, Trace(own.press.graph, own.derivation, own.rounding))
        document = printer.judged(page.document())
        for form in _printed(self.formats):
            if form != "slides":
                self.run.write(f"{TEACHER}/variants.{FORMATS[form]}", (printer.content(document, form),))

    def _moodle(self) -> None:
        own, folder = self.sheets.exercises, self.run.directory
        questions = ((folder / _moodle_piece(student)).read_text(encoding="utf-8") for student in self.sheets.students)
        pieces = moodle_xml(questions, own.network.title, about(own.questions, own.press.words), own.press.templates)
        self.run.write(f"{TEACHER}/{own.network.stem}-moodle.xml", (piece.encode() for piece in pieces))

    def _combine(self, part: Part, name: str, right_hand: bool) -> None:
        stem = self.sheets.exercises.network.stem
        paths = [
            self.run.directory / FOLDERS[part] / f"{stem}-{student.file}-{part}.pdf" for student in self.sheets.students
        ]
        for portion, content in combined(paths, right_hand):
            self.run.write(f"{TEACHER}/{stem}-{name}{portion}.pdf", (content,))
