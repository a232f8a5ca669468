"""A question as classroom software has it, as data: what it shows, the fields of its answers, what is right in each, what is said of which
mistake, hints and the working."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.document.blocks import Block, Prose
from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.marks import method_marks
from derivegen.exercise.reveal import LAST_DIGIT, Range, printed_as, revealed

Shape = Literal["number", "fields", "options", "sequence", "formula"]
"""How a question is answered: by one number, in the fields of its text, by an option, by letters in an order, by a formula that a person
marks."""


class Wrong(NamedTuple):
    """Numbers that mistakes lead to: which mistakes, which numbers, the share of the marks they keep, and what is said."""

    mistakes: tuple[str, ...]
    text: str
    range: Range
    share: Fraction
    says: Prose


class Field(NamedTuple):
    """Where an answer goes. Of a number: its printed values that are accepted, the key first, the ranges they stand for, and what mistakes
    lead to; of a line its number; of an option its letter. `sign` stands in the text where the field is."""

    answer: Answer
    sign: str
    other: Prose
    accepted: tuple[str, ...] = ()
    right: tuple[Range, ...] = ()
    wrong: tuple[Wrong, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether a number is asked for, not the number of a line."""
        return self.answer.form == "number"

    def share(self, number: Decimal) -> Fraction:
        """The share of the marks that a number gets, as every format has it: what is right is tried first, then what mistakes lead to."""
        if any(one.holds(number) for one in self.right):
            return Fraction(1)
        return next((one.share for one in self.wrong if one.range.holds(number)), Fraction(0))


class Option(NamedTuple):
    """One answer to choose from, and what is said of it."""

    text: Prose
    right: bool
    says: Prose


class Item(NamedTuple):
    """One question: its label, how it is answered, what it shows, and what belongs to its answers. `help` is for whoever marks it, `orders`
    are the right ones, none where a person has to look."""

    label: str
    shape: Shape
    question: Question
    fields: tuple[Field, ...]
    blocks: tuple[Block, ...]
    help: tuple[Block, ...] = ()
    working: tuple[Block, ...] = ()
    hints: tuple[Prose, ...] = ()
    options: tuple[Option, ...] = ()
    orders: tuple[str, ...] = ()

    @property
    def marks(self) -> Fraction:
        """What it gives."""
        return sum((each.answer.marks for each in self.fields), Fraction(0))

    @property
    def by_person(self) -> bool:
        """Whether only a person can mark it."""
        return self.shape == "formula" or (self.shape == "sequence" and not self.orders)


def wrong_numbers(
    marks: Fraction,
    accepted: Sequence[str],
    values: Iterable[tuple[str, str]],
    says: Callable[[str], Prose],
    rounding: Rounding,
) -> Iterator[Wrong]:
    """What the printed `values` that mistakes lead to stand for, and the numbers one unit of the last digit beside what is accepted. The
    narrower ranges come first: where a number is very small, they lie within that of 0."""
    found = revealed(accepted, values, rounding)
    for each in sorted(found, key=lambda one: printed_as(one.text, rounding).tolerance):
        share = method_marks(marks) / marks if LAST_DIGIT in each.mistakes else Fraction(0)
        said = _together([says(mistake) for mistake in each.mistakes])
        yield Wrong(each.mistakes, each.text, printed_as(each.text, rounding), share, said)


def _together(said: Sequence[Prose]) -> Prose:
    return tuple(run for place, prose in enumerate(said) for run in ((" ", *prose) if place else prose))
