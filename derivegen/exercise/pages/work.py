"""What the pages of an exercise share: a sheet over one exercise, its parts and headings; on a screen, with a field where an answer goes.

A field is one private-use character in a run of text, by the place of its answer among all; writers put what takes the answer there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from derivegen.document.blocks import Block, Document, Item, Items, Paragraph, Prose
from derivegen.document.pen import Pen
from derivegen.document.words import FIRST
from derivegen.exercise.exercise import Answer, Exercise, Question
from derivegen.exercise.marks import in_words
from derivegen.exercise.pages.steps import in_a_line
from derivegen.exercise.working import Line, working
from derivegen.formula.tree import Quantity, Value
from derivegen.mistakes.also_mistaken import right_of
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import mistaken_name
from derivegen.network.names import parse_derivative
from derivegen.records import dataclass

LINES = {"number": 2, "formula": 2}
"""Ruled lines under a part; a derivative gets two more."""


class Head(NamedTuple):
    """What stands at the top and the foot of a sheet."""

    student: str = ""
    name: str = ""
    seed: str = ""


@dataclass(frozen=True)
class Sheet:
    """Writes the documents of one exercise; `pen` is over an `ExerciseTrace`."""

    pen: Pen
    exercise: Exercise
    head: Head

    def document(self, kind: str, blocks: Iterable[Block]) -> Document:
        """A document of this exercise: sheet, key or scheme."""
        title = self.pen.words.plain(f"{kind}.title", title=self.pen.graph.network.title)
        foot = self.pen.words.plain("sheet.foot", seed=self.head.seed, code=self.exercise.variant.code)
        return self.pen.press.document(title, blocks, foot, numbered=False)

    @property
    def right(self) -> Right:
        """What its working is taken from."""
        return right_of(self.pen.trace.floats)

    def lines(self, question: Question) -> tuple[Line, ...]:
        """The lines a question prints, in the order printed."""
        found = {line.name: line for line in working(self.right, (about(question), *question.lines), question.mistake)}
        return tuple(found[name] for name in question.lines)


def about(question: Question) -> str:
    """What the working that a question prints leads to."""
    return question.answers[-1].quantity if not question.mistake else question.lines[-1]


def heading(pen: Pen, question: Question) -> Prose:
    """The title of a question: what it is and what it gives."""
    title = pen.words.plain(f"sheet.{question.kind}.title")
    marks = pen.words.plain("sheet.gives", marks=in_words(question.marks), one=question.marks <= 1)
    return pen.say("sheet.heading", number=question.number, title=title, marks=marks)


def rounding(work: Sheet, key: str) -> Iterator[Block]:
    """How to round, as a sentence says it, if a number is asked for."""
    asked = work.pen.trace.rounding
    if work.exercise.asks_numbers:
        yield Paragraph(
            work.pen.say(
                key,
                digits=asked.significant or asked.digits,
                significant=asked.significant is not None,
                carried=asked.carry == "exact",
            )
        )


def parts(work: Sheet, question: Question) -> Items:
    """One part an answer, with lines to write on."""
    return Items(tuple(answer_part(work, answer) for answer in question.answers))


def answer_part(work: Sheet, answer: Answer) -> Item:
    """One part, with lines to write on."""
    lines = LINES.get(answer.form, 1) + (2 if _long(answer) else 0)
    return Item(f"{part(answer)})", (Quantity(answer.quantity), " ="), marks_of(work.pen, answer), lines)


def _long(answer: Answer) -> bool:
    return parse_derivative(answer.quantity) is not None and answer.form == "number"


def part(answer: Answer) -> str:
    """The letter of a part: b of 2b; of a question with one answer its number."""
    return answer.label.lstrip("0123456789") or answer.label


def marks_of(pen: Pen, answer: Answer) -> str:
    """What an answer gives, in words."""
    return pen.words.plain("sheet.gives", marks=in_words(answer.marks), one=answer.marks <= 1)


def option(quantity: str, mistake: str) -> Prose:
    """One answer to choose."""
    return (Value(mistaken_name(quantity, mistake) if mistake else quantity),)


@dataclass(frozen=True)
class Fielded:
    """A sheet on a screen."""

    work: Sheet

    def field(self, answer: Answer) -> str:
        """What stands where the answer goes."""
        return field([each.label for _, each in self.work.exercise.answers()].index(answer.label))

    def lines(self, question: Question) -> Iterator[Prose]:
        return (in_a_line(self.work.pen, line, question.bare) for line in self.work.lines(question))

    def parts(self, answers: Iterable[Answer]) -> Items:
        return Items(tuple(self._part(answer, (Quantity(answer.quantity), " =")) for answer in answers))

    def asking(self, answer: Answer, what: Prose) -> Items:
        return Items((self._part(answer, what),))

    def _part(self, answer: Answer, what: Prose) -> Item:
        label = part(answer)
        alone = label == answer.label  # the number of the question, which stands in its heading
        text = (*what, " ", self.field(answer))
        return Item("" if alone else f"{label})", text, marks_of(self.work.pen, answer))


def field(place: int) -> str:
    """The field of an answer, by its place among all answers of the exercise."""
    return chr(FIRST + place)
