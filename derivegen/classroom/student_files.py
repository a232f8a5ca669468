"""One student's work and the formats wanted go in; every file written for that student comes out, by its path in the folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivegen.classroom.folder import PROGRESS, STUDENTS, TEACHER
from derivegen.classroom.many import Ready
from derivegen.classroom.sheet import Exercises, Part, Work
from derivegen.exercise.roster import Student, csv_text
from derivegen.render.format import JSON, Format
from derivegen.render.letterhead import logo_file

NOT_READY = Ready({}, {})
FOLDERS: Mapping[Part, str] = {"sheet": STUDENTS, "key": TEACHER, "scheme": TEACHER}


def figures_of(own: Exercises) -> str:
    """The folder of the figures, which are the same for everybody."""
    return f"{own.network.stem}-figures"


def student_files(work: Work, formats: Sequence[Format], ready: Ready = NOT_READY) -> dict[str, bytes]:
    """Everything written for one student, by its path in the folder; what is ready is not made again. Under students/ no answer stands."""
    who = f"{work.exercises.network.stem}-{work.student.file}"
    files = {f"{STUDENTS}/{work.answers_file}": csv_text(work.answers).encode()}
    for part, folder in FOLDERS.items():
        for form in printed(formats):
            files[f"{folder}/{who}-{part}.{form.ending}"] = _content(work, part, form, ready)
    if any(form.figures for form in formats):
        figures = f"{STUDENTS}/{figures_of(work.exercises)}"
        files |= {f"{figures}/{key}": svg for key, svg in work.exercises.figures.items()}
    if any(form.logo for form in formats):
        logo = logo_file(work.document("sheet").theme)
        files |= {f"{folder}/{name}": content for folder in FOLDERS.values() for name, content in logo.items()}
    for form in formats:
        if form.screen:
            files[f"{STUDENTS}/{who}-{form.screen}.{form.ending}"] = work.on_screen(form, ready.text_or(work.printed))
        if form.platform:
            files[piece_of(work.student, form)] = work.platform(form, ready.text_or(work.printed)).encode()
    return files


def printed(formats: Sequence[Format]) -> tuple[Format, ...]:
    """Those in which sheet, key and scheme are printed; of the others there is one file, exercises.json always."""
    return tuple(form for form in formats if not form.platform and not form.screen and form != JSON)


def _content(work: Work, part: Part, form: Format, ready: Ready) -> bytes:
    page = ready.pages.get((part, form.source().key))
    if page is None:
        return work.content(part, form.key, figures_of(work.exercises))
    return work.printer.finished(work.document(part), form, page) if form.binary else page.encode()


def piece_of(student: Student, form: Format) -> str:
    """Where a student's questions wait for those of the others."""
    return f"{PROGRESS}/{student.file}.{form.key}"
