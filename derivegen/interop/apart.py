"""Questions for software that asks for one answer at a time: a student's questions go in; the same come out, a text with fields once for
each field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from derivegen.interop.items import Field
from derivegen.interop.written import ItemPage, QuizPage

GAP, OTHER_GAP = "______", "…"


class Single(NamedTuple):
    """A question with one answer: its label, what it shows, and its field."""

    label: str
    body: str
    field: Field
    page: ItemPage


def singles(made: QuizPage) -> Iterator[Single]:
    """Every answer as a question of its own; a gap shows which field is meant, dots the others."""
    for page in made.items:
        for field in page.item.fields:
            yield Single(field.answer.label, _with_gap(page, field), field, page)


def _with_gap(page: ItemPage, own: Field) -> str:
    body = page.body
    for field in page.item.fields:
        body = body.replace(field.sign, GAP if field is own else OTHER_GAP)
    return body
