"""Numbers of quantities: named, with lines to write on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.document.blocks import Block, Paragraph
from derivegen.exercise.asking import Asking
from derivegen.exercise.exercise import Question
from derivegen.exercise.kinds.kind import Kind
from derivegen.exercise.pages.work import Fielded, Sheet, parts
from derivegen.network.network import Question as Asked


class Values(Kind):
    """The numbers of quantities."""

    name = "values"

    def usually(self, asking: Asking) -> int:
        return 2

    def default(self, asking: Asking) -> Iterator[str]:
        yield from map(asking.derivation.name_of, asking.wanted)

    def question(self, asking: Asking, number: int, of: Sequence[str], asked: Asked) -> Question:
        return Question(number, self.name, tuple(asking.answer(number, place, name) for place, name in enumerate(of)))

    def sheet(self, work: Sheet, question: Question) -> Iterator[Block]:
        yield Paragraph(work.pen.say("sheet.values"))
        yield parts(work, question)

    def screen(self, screen: Fielded, question: Question) -> Iterator[Block]:
        yield Paragraph(screen.work.pen.say("sheet.values"))
        yield screen.parts(question.answers)


KIND = Values()
