"""A table of the forward pass to be filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from derivegen.document.blocks import Block, Paragraph, Prose, Table
from derivegen.exercise.asking import Asking, answers
from derivegen.exercise.exercise import Question
from derivegen.exercise.kinds.kind import Kind
from derivegen.exercise.pages.work import Fielded, Sheet
from derivegen.formula.tree import Quantity, Value
from derivegen.network.asked import Question as Asked

MANY_ROWS = 7


def _folded(
    header: tuple[Prose, ...], rows: list[tuple[Prose, ...]]
) -> tuple[tuple[Prose, ...], tuple[tuple[Prose, ...], ...]]:
    """A long narrow table as one twice as wide, read down the left half first."""
    if len(rows) <= MANY_ROWS:
        return header, tuple(rows)
    half = (len(rows) + 1) // 2
    right = [*rows[half:], *([tuple(() for _ in header)] * (2 * half - len(rows)))]
    return header * 2, tuple(one + other for one, other in zip(rows[:half], right, strict=True))


class FilledTable(Kind):
    """A table, of which as many cells are empty as `blanks` says, the last ones; all, if it says nothing."""

    posing = "text"

    def usually(self, asking: Asking) -> int:
        return 1

    def default(self, asking: Asking) -> Iterator[str]:
        yield from asking.table

    def question(self, asking: Asking, number: int, of: Sequence[str], asked: Asked) -> Question:
        empty = of if asked.blanks is None else of[max(0, len(of) - asked.blanks) :]
        own = answers(number, empty)
        return Question(number, self.name, own, tuple(of))

    def printed(self, asking: Asking, question: Question) -> AbstractSet[str]:
        return set(question.lines) - {answer.quantity for answer in question.answers}

    def sheet(self, work: Sheet, question: Question) -> Iterator[Block]:
        pen = work.pen
        asked = {answer.quantity: answer for answer in question.answers}
        header = (pen.say("sheet.quantity"), pen.say("sheet.value"))
        rows: list[tuple[Prose, ...]] = [
            ((Quantity(name),), () if name in asked else (Value(name),)) for name in question.lines
        ]
        yield Paragraph(pen.say("sheet.table", all=len(asked) == len(question.lines)))
        yield Table(pen.say("sheet.table.caption"), *_folded(header, rows), to_write=True)

    def screen(self, screen: Fielded, question: Question) -> Iterator[Block]:
        say, asked = screen.work.pen.say, {answer.quantity: answer for answer in question.answers}
        rows: list[tuple[Prose, ...]] = [
            ((Quantity(name),), (screen.field(asked[name]),) if name in asked else (Value(name),))
            for name in question.lines
        ]
        yield Paragraph(say("sheet.table", all=len(asked) == len(rows)))
        header = (say("sheet.quantity"), say("sheet.value"))
        yield Table(say("sheet.table.caption"), header, tuple(rows), to_write=True)


KIND = FilledTable()
