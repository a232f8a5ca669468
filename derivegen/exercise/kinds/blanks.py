"""A worked derivation whose last lines are left to the student."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.document.blocks import Block, Item, Items, Paragraph
from derivegen.exercise.asking import Asking, answers
from derivegen.exercise.exercise import Question
from derivegen.exercise.kinds.kind import Kind
from derivegen.exercise.pages.steps import step_derivation
from derivegen.exercise.pages.work import Fielded, Sheet, marks_of, part
from derivegen.formula.tree import Hole, Quantity
from derivegen.network.asked import Question as Asked


class Blanks(Kind):
    """The end of a working is left open, half of its lines if nothing is said: of what one has seen worked, one does the end oneself, then
    more and more (backward fading; Renkl and Atkinson 2003)."""

    posing = "text"
    can_be_bare = True

    def question(self, asking: Asking, number: int, of: Sequence[str], asked: Asked) -> Question:
        lines = asking.lines(of)
        count = (len(lines) + 1) // 2 if asked.blanks is None else min(asked.blanks, len(lines))
        hidden = [line.name for line in lines[len(lines) - count :]]
        own = answers(number, hidden)
        return Question(number, self.name, own, tuple(line.name for line in lines))

    def sheet(self, work: Sheet, question: Question) -> Iterator[Block]:
        """The lines that are shown, then for each line left open a line to write on and a box for the result."""
        hidden = {answer.quantity: answer for answer in question.answers}
        lines = work.lines(question)
        yield Paragraph(work.pen.say("sheet.blanks", name=Quantity(question.lines[-1]), begun=len(hidden) < len(lines)))
        yield from (step_derivation(work.pen, line, question.bare) for line in lines if line.name not in hidden)
        open_ = (hidden[line.name] for line in lines if line.name in hidden)
        yield Items(
            tuple(
                Item(f"{part(each)})", (Quantity(each.quantity), " = ", Hole()), marks_of(work.pen, each), 1)
                for each in open_
            )
        )

    def screen(self, screen: Fielded, question: Question) -> Iterator[Block]:
        hidden = {answer.quantity: answer for answer in question.answers}
        pen = screen.work.pen
        yield Paragraph(pen.say("screen.blanks", name=Quantity(question.lines[-1]), count=len(hidden)))
        for line in screen.work.lines(question):
            answer = hidden.get(line.name)
            yield step_derivation(pen, line, question.bare) if answer is None else screen.parts((answer,))


KIND = Blanks()
