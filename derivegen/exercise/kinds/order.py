"""Lines of working to be put in order."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from derivegen.document.blocks import Block, Item, Items, Note, Paragraph
from derivegen.document.pen import Pen
from derivegen.errors import InputError
from derivegen.exercise.asking import Asking, letter
from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.kinds.kind import Kind
from derivegen.exercise.making import Making
from derivegen.exercise.pages.steps import in_a_line
from derivegen.exercise.pages.work import Fielded, Sheet, marks_of, part
from derivegen.formula.tree import Quantity
from derivegen.network.asked import Question as Asked
from derivegen.records import replace


class Order(Kind):
    """Lines with letters, shuffled for each student."""

    posing = "order"
    can_be_bare = True
    without_numbers = True
    varies = True

    def question(self, asking: Asking, number: int, of: Sequence[str], asked: Asked) -> Question:
        if isinstance(asking.network.rows, str):
            raise InputError(
                f"exercise.ask[{number}]: order needs a fixed number of examples; this network has N of them"
            )
        lines = asking.lines(of)
        marks = Fraction(max(1, (len(lines) + 1) // 3))
        answer = Answer(f"{number}", of[-1], "order", marks)
        return Question(number, self.name, (answer,), tuple(line.name for line in lines))

    def chosen(self, making: Making, question: Question, chance: random.Random) -> Question:
        lines = list(question.lines)
        if len(lines) > 1:
            while lines == list(question.lines):
                chance.shuffle(lines)
        right = "".join(letter(lines.index(name)).upper() for name in question.lines)
        (answer,) = question.answers
        return replace(question, lines=tuple(lines), answers=(replace(answer, right=right),))

    def record(self, question: Question) -> dict[str, Any]:
        return {"lines": list(question.lines)}

    def sheet(self, work: Sheet, question: Question) -> Iterator[Block]:
        (answer,) = question.answers
        yield Paragraph(work.pen.say("sheet.order", name=Quantity(answer.quantity)))
        lines = enumerate(work.lines(question))
        yield Items(
            tuple(Item(letter(place).upper(), in_a_line(work.pen, line, question.bare)) for place, line in lines)
        )
        yield Items((Item(f"{part(answer)})", work.pen.say("sheet.order.answer"), marks_of(work.pen, answer), 1),))

    def screen(self, screen: Fielded, question: Question) -> Iterator[Block]:
        (answer,) = question.answers
        yield Paragraph(screen.work.pen.say("sheet.order", name=Quantity(answer.quantity)))
        yield Items(tuple(Item(letter(place).upper(), line) for place, line in enumerate(screen.lines(question))))
        yield screen.asking(answer, screen.work.pen.say("sheet.order.answer"))

    def key(self, work: Sheet, question: Question, shown: set[str]) -> Iterator[Block]:
        yield from super().key(work, question, shown)
        yield from self.marked(work.pen)

    def marked(self, pen: Pen) -> Iterator[Block]:
        yield Note(pen.say("key.order"))


KIND = Order()
