"""Formulas for derivatives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.document.blocks import Block, Paragraph
from derivegen.exercise.asking import Asking
from derivegen.exercise.exercise import Question
from derivegen.exercise.kinds.kind import Kind
from derivegen.exercise.pages.solved import symbols
from derivegen.exercise.pages.work import Fielded, Sheet, parts
from derivegen.network.network import Question as Asked


class Symbolic(Kind):
    """The chain along every route."""

    name = "symbolic"
    without_numbers = True

    def usually(self, asking: Asking) -> int:
        return 0 if asking.numbered else 1

    def default(self, asking: Asking) -> Iterator[str]:
        """Where nothing else can be asked, about all that numbers would be asked for."""
        yield from super().default(asking) if asking.numbered else map(asking.derivation.name_of, asking.wanted)

    def question(self, asking: Asking, number: int, of: Sequence[str], asked: Asked) -> Question:
        own = (asking.answer(number, place, name, "formula") for place, name in enumerate(of))
        return Question(number, self.name, tuple(own))

    def sheet(self, work: Sheet, question: Question) -> Iterator[Block]:
        yield Paragraph(work.pen.say("sheet.symbolic"))
        yield parts(work, question)

    def screen(self, screen: Fielded, question: Question) -> Iterator[Block]:
        yield Paragraph(screen.work.pen.say("sheet.symbolic"))
        yield screen.parts(question.answers)

    def key(self, work: Sheet, question: Question, shown: set[str]) -> Iterator[Block]:
        for answer in question.answers:
            yield from symbols(work, answer)


KIND = Symbolic()
