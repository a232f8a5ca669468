"""One student's work and the formats wanted go in; every file written for that student comes out, by its path in the folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivegen.classroom.folder import PROGRESS, STUDENTS, TEACHER
from derivegen.classroom.many import Ready
from derivegen.classroom.sheet import Exercises, Part, Work
from derivegen.exercise.record import answer_names, hides_quantity
from derivegen.exercise.roster import Student, csv_text
from derivegen.formula.print.plain import plain
from derivegen.render.format import JSON, SELFCHECK, Format

NOT_READY = Ready({}, {})
FOLDERS: Mapping[Part, str] = {"sheet": STUDENTS, "key": TEACHER, "scheme": TEACHER}


def figures_of(own: Exercises) -> str:
    """The folder of the figures, which are the same for everybody."""
    return f"{own.network.stem}-figures"


def student_files(work: Work, formats: Sequence[Format], ready: Ready = NOT_READY) -> dict[str, bytes]:
    """Everything written for one student, by its path in the folder; what is ready is not made again. Under students/ no answer stands."""
    who = f"{work.exercises.network.stem}-{work.student.file}"
    files = {f"{STUDENTS}/{who}-answers.csv": answers_csv(work).encode()}
    for part, folder in FOLDERS.items():
        for form in printed(formats):
            files[f"{folder}/{who}-{part}.{form.ending}"] = _content(work, part, form, ready)
    if any(form.figures for form in formats):
        figures = f"{STUDENTS}/{figures_of(work.exercises)}"
        files |= {f"{figures}/{key}": svg for key, svg in work.exercises.figures.items()}
    if SELFCHECK in formats:
        files[f"{STUDENTS}/{who}-{SELFCHECK.key}.{SELFCHECK.ending}"] = work.selfcheck(
            ready.text_or(work.printed)
        ).encode()
    for form in formats:
        if form.platform:
            files[piece_of(work.student, form)] = work.platform(form, ready.text_or(work.printed)).encode()
    return files


def printed(formats: Sequence[Format]) -> tuple[Format, ...]:
    """Those in which sheet, key and scheme are printed; of the others there is one file, exercises.json always."""
    return tuple(form for form in formats if not form.platform and form not in (JSON, SELFCHECK))


def _content(work: Work, part: Part, form: Format, ready: Ready) -> bytes:
    page = ready.pages.get((part, form.source().key))
    if page is None:
        return work.content(part, form.key, figures_of(work.exercises))
    return work.printer.finished(work.document(part), form, page) if form.binary else page.encode()


def piece_of(student: Student, form: Format) -> str:
    """Where a student's questions wait for those of the others."""
    return f"{PROGRESS}/{student.file}.{form.key}"


def answers_csv(work: Work) -> str:
    """The table a student fills in: a line with the variant, then one for each answer."""
    names, notation = answer_names(work.exercise.questions), work.exercises.press.notation
    table = [["quantity", "symbol", "answer"], ["variant", "", work.variant.code]]
    for question, answer in work.exercise.answers():
        symbol = "" if hides_quantity(question, answer) else plain(notation.symbol(answer.quantity))
        table.append([names[answer.label], symbol, ""])
    return csv_text(table)
