"""Formulas for derivatives."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block
from derivegen.exercise.asking import Asking
from derivegen.exercise.exercise import Question
from derivegen.exercise.kinds.kind import Kind
from derivegen.exercise.pages.solved import symbols
from derivegen.exercise.pages.work import Sheet


class Symbolic(Kind):
    """The chain along every route."""

    form = "formula"
    without_numbers = True

    def usually(self, asking: Asking) -> int:
        return 0 if asking.numbered else 1

    def default(self, asking: Asking) -> Iterator[str]:
        """Where nothing else can be asked, about all that numbers would be asked for."""
        yield from super().default(asking) if asking.numbered else map(asking.derivation.name_of, asking.wanted)

    def key(self, work: Sheet, question: Question, shown: set[str]) -> Iterator[Block]:
        for answer in question.answers:
            yield from symbols(work, answer)


KIND = Symbolic()
