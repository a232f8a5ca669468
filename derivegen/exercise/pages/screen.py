"""Questions to be answered on a screen: one exercise goes in; the blocks of its sheet, with a field where each answer goes, come out.

A field is one private-use character in a run of text, by the place of its answer among all; writers put what takes the answer there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from derivegen.document.blocks import Block, Document, Heading, Item, Items, Paragraph, Prose, Table
from derivegen.document.words import FIRST
from derivegen.exercise.ask import letter
from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.pages.sheet import Sheet, formulas, heading, marks_of, option, part
from derivegen.exercise.pages.steps import in_a_line, step_derivation
from derivegen.formula.tree import Quantity, Value
from derivegen.solution.given import given_numbers


@dataclass(frozen=True)
class Screen:
    """Composes for one exercise."""

    work: Sheet

    def document(self, kind: str) -> Document:
        """Everything: what is given, then question after question."""
        return self.work.document(kind, self._blocks())

    def _blocks(self) -> Iterator[Block]:
        yield Heading(1, self.work.pen.say("sheet.given"))
        yield from self.given()
        for question in self.work.exercise.questions:
            yield Heading(1, heading(self.work.pen, question))
            yield from self.question(question)

    def given(self) -> Iterator[Block]:
        """The network, its numbers, its formulas, and how to round."""
        yield from given_numbers(self.work.pen)
        yield from formulas(self.work.pen)
        rounding = self.work.pen.trace.rounding
        yield Paragraph(
            self.work.pen.say(
                "screen.rounding",
                digits=rounding.significant or rounding.digits,
                significant=rounding.significant is not None,
                carried=rounding.carry == "exact",
            )
        )

    def question(self, question: Question) -> Iterator[Block]:
        """What is asked, and the fields."""
        yield from _MADE[question.kind](self, question)

    def field(self, answer: Answer) -> str:
        """What stands where the answer goes."""
        return field([each.label for _, each in self.work.exercise.answers()].index(answer.label))

    # one method a kind

    def values(self, question: Question) -> Iterator[Block]:
        """Numbers or formulas of quantities."""
        say, kind = self.work.pen.say, question.kind
        rate = {"rate": Quantity("rate")} if kind == "update" else {}
        yield Paragraph(say(f"sheet.{kind}", **rate))
        yield self._parts(question.answers)

    def table(self, question: Question) -> Iterator[Block]:
        """A table with a field in each empty cell."""
        say, asked = self.work.pen.say, {answer.quantity: answer for answer in question.answers}
        rows: list[tuple[Prose, ...]] = [
            ((Quantity(name),), (self.field(asked[name]),) if name in asked else (Value(name),))
            for name in question.lines
        ]
        yield Paragraph(say("sheet.table", all=len(asked) == len(rows)))
        yield Table(say("sheet.table.caption"), (say("sheet.quantity"), say("sheet.value")), tuple(rows))

    def blanks(self, question: Question) -> Iterator[Block]:
        """Lines of working, of those left out the beginning and a field."""
        hidden = {answer.quantity: answer for answer in question.answers}
        yield Paragraph(self.work.pen.say("screen.blanks", name=Quantity(question.lines[-1]), count=len(hidden)))
        for line in self.work.lines(question):
            answer = hidden.get(line.name)
            yield step_derivation(self.work.pen, line, question.bare) if answer is None else self._parts((answer,))

    def order(self, question: Question) -> Iterator[Block]:
        """Lines with letters, and a field for their order."""
        (answer,) = question.answers
        yield Paragraph(self.work.pen.say("sheet.order", name=Quantity(answer.quantity)))
        yield Items(tuple(Item(letter(place).upper(), line) for place, line in enumerate(self._lines(question))))
        yield self._asking(answer, self.work.pen.say("sheet.order.answer"))

    def find_error(self, question: Question) -> Iterator[Block]:
        """Numbered lines; fields for the line and for its right value."""
        place, value = question.answers
        yield Paragraph(self.work.pen.say("sheet.find-error", name=Quantity(question.lines[-1])))
        yield Items(tuple(Item(f"({number})", line) for number, line in enumerate(self._lines(question), 1)))
        yield self._asking(place, self.work.pen.say("sheet.find-error.line"))
        yield self._asking(value, self.work.pen.say("screen.find-error.value"))

    def choice(self, question: Question) -> Iterator[Block]:
        """Options with letters, and a field for one of them."""
        (answer,) = question.answers
        yield Paragraph(self.work.pen.say("screen.choice", name=Quantity(answer.quantity)))
        yield Items(
            tuple(
                Item(letter(place).upper(), option(answer.quantity, mistake))
                for place, mistake in enumerate(question.options)
            )
        )
        yield self._asking(answer, self.work.pen.say("screen.choice.answer"))

    def _lines(self, question: Question) -> Iterator[Prose]:
        return (in_a_line(self.work.pen, line, question.bare) for line in self.work.lines(question))

    def _parts(self, answers: Iterable[Answer]) -> Items:
        return Items(tuple(self._part(answer, (Quantity(answer.quantity), " =")) for answer in answers))

    def _asking(self, answer: Answer, what: Prose) -> Items:
        return Items((self._part(answer, what),))

    def _part(self, answer: Answer, what: Prose) -> Item:
        label = part(answer)
        alone = label == answer.label  # the number of the question, which stands in its heading
        text = (*what, " ", self.field(answer))
        return Item("" if alone else f"{label})", text, marks_of(self.work.pen, answer))


def field(place: int) -> str:
    """The field of an answer, by its place among all answers of the exercise."""
    return chr(FIRST + place)


_MADE = {
    "values": Screen.values,
    "update": Screen.values,
    "symbolic": Screen.values,
    "table": Screen.table,
    "blanks": Screen.blanks,
    "order": Screen.order,
    "find-error": Screen.find_error,
    "choice": Screen.choice,
}
