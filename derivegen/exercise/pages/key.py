"""The answer key: one exercise goes in; the full working of exactly what is asked, and every answer, comes out."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block, Document, Heading, Paragraph
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.pages.work import Sheet, heading


def key(work: Sheet) -> Document:
    """The key."""
    return work.document("key", _blocks(work))


def _blocks(work: Sheet) -> Iterator[Block]:
    shows = work.exercise.asks_numbers or any(each.lines and not each.bare for each in work.exercise.questions)
    if shows and work.pen.trace.rounding.carry == "exact":
        yield Paragraph(work.pen.say("key.digits"))
    shown: set[str] = set()
    for question in work.exercise.questions:
        yield Heading(1, heading(work.pen, question))
        yield from KINDS[question.kind].key(work, question, shown)
