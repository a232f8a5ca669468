"""Classroom software: a format and a student's questions go in, a piece of the file of all comes out, read back and judged; the pieces of a
class go in, the files come out.

Each format is a module of this room, named by its record: `WRITER` and `PICTURE` say how its text is written, `WHOLE` whether its marks are
whole, `piece` writes what there is of one student, `files` what is made of all pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import NamedTuple, Protocol, cast

from derivegen.document.press import AnyTemplates
from derivegen.document.words import Words
from derivegen.exercise.exercise import Question
from derivegen.interop.quiz import Quiz, times
from derivegen.interop.written import QuizPage, Writer, written
from derivegen.records import replace
from derivegen.render.format import Format
from derivegen.render.printer import Printer


class About(NamedTuple):
    """What is the same for a class: the title, its name in names of files, what is asked, and with what pages are made."""

    title: str
    stem: str
    questions: Sequence[Question]
    words: Words
    templates: AnyTemplates


File = tuple[str, Iterable[bytes]]
"""What stands in the name of a file behind that of the format, and its bytes."""


class Platform(Protocol):
    """A module that writes for one kind of classroom software."""

    WRITER: type[Writer]
    PICTURE: str
    WHOLE: bool

    def piece(self, made: QuizPage) -> str:
        """What there is of one student."""

    def files(self, pieces: Iterable[str], about: About) -> Iterator[File]:
        """The files of a class."""


def of_format(form: Format) -> Platform:
    """The module of a format."""
    return cast(Platform, import_module(f"derivegen.interop.{form.platform}"))


def piece(form: Format, questions: Quiz, printer: Printer) -> str:
    """A student's piece of a file, every line judged and its text read back. Raises CheckFailed."""
    own = of_format(form)
    asked = replace(questions, times=times(questions.work.exercise.questions) if own.WHOLE else 1)
    document = printer.judged(asked.document)
    made = written(asked, own.WRITER, own.PICTURE)
    printer.judge.text(document, made.formulas, made.writer.reads)
    return own.piece(made)


def files(form: Format, pieces: Iterable[str], about: About) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The files of a class by their names."""
    for more, content in of_format(form).files(pieces, about):
        yield f"{about.stem}-{form.key}{more}.{form.ending}", content
