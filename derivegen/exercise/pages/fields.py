"""The fields of a sheet on a screen: a sheet goes in; for each answer, in order, what its field is called by those who cannot see it comes
out, with how much room it needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from derivegen.document.inscribe import written
from derivegen.exercise.asking import letter
from derivegen.exercise.exercise import Answer, Form, Question
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.pages.work import Sheet, field
from derivegen.formula.print.spoken import spoken
from derivegen.formula.tree import Quantity

WIDTH: dict[Form, int] = {"number": 12, "formula": 30, "letter": 2, "line": 4, "order": 16}
"""Room for an answer, in digits."""
VARIANT = "variant"
"""The field of a PDF, or the property of a Word document, that holds the code of the variant."""
BLANK = "_"
"""What the field of a Word document is filled with until somebody types."""


class FormField(NamedTuple):
    """The sign that stands where an answer goes, its label and form, what it is called, and the letters to choose from."""

    sign: str
    label: str
    form: Form
    name: str
    letters: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Room for the answer, in digits."""
        return WIDTH[self.form]

    @property
    def high(self) -> bool:
        """Whether the answer may need more than one line."""
        return self.form == "formula"


def fields(work: Sheet, checked: bool = False) -> Iterator[FormField]:
    """The fields; `checked`: of a page that says of an answer whether it is right."""
    for place, (question, answer) in enumerate(work.exercise.answers()):
        letters = tuple(letter(n).upper() for n in range(len(question.options))) if answer.form == "letter" else ()
        yield FormField(field(place), answer.label, answer.form, _name(work, question, answer, checked), letters)


def _name(work: Sheet, question: Question, answer: Answer, checked: bool) -> str:
    press = work.pen.press
    what = spoken(written(Quantity(answer.quantity), press.notation, work.pen.trace), press.spoken)
    hidden = KINDS[question.kind].tells and answer.form == "number"  # its name would say which line is wrong
    key = "value" if hidden else answer.form
    unchecked = answer.form == "formula" and not checked
    words = "form.formula" if unchecked else f"selfcheck.label.{key}"
    return work.pen.words.plain(words, label=answer.label, name=what)
