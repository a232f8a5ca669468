"""Questions to be answered on a screen: one exercise goes in; the blocks of its sheet, with a field where each answer goes, come out.

A field is one private-use character in a run of text, by the place of its answer among all; writers put what takes the answer there.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block, Document, Fields, Heading, Paragraph
from derivegen.exercise.exercise import Question
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.pages.sheet import formulas, given_of
from derivegen.exercise.pages.work import Fielded, heading, rounding
from derivegen.records import dataclass


@dataclass(frozen=True)
class Screen(Fielded):
    """Composes for one exercise."""

    def document(self, kind: str) -> Document:
        """Everything: what is given, then question after question."""
        return self.work.document(kind, self._blocks())

    def form(self, opening: str) -> Document:
        """The sheet to be filled in: whose it is, what to do with it, which is a sentence of the prose, and everything."""
        head = ((f"sheet.{key}", text) for key, text in (("name", self.work.head.name), ("id", self.work.head.student)))
        known = tuple((self.work.pen.words.plain(key), text) for key, text in head if text)
        return self.work.document(
            "sheet", (*([Fields(known)] if known else ()), Paragraph(self.work.pen.say(opening)), *self._blocks())
        )

    def _blocks(self) -> Iterator[Block]:
        yield Heading(1, self.work.pen.say("sheet.given"))
        yield from self.given()
        for question in self.work.exercise.questions:
            yield Heading(1, heading(self.work.pen, question))
            yield from self.question(question)

    def given(self) -> Iterator[Block]:
        """The network, its numbers, its formulas, and how to round."""
        yield from given_of(self.work.pen)
        yield from formulas(self.work.pen)
        yield from rounding(self.work, "screen.rounding")

    def question(self, question: Question) -> Iterator[Block]:
        """What is asked, and the fields."""
        yield from KINDS[question.kind].screen(self, question)
