"""An exercise as data: what one student is asked, how many marks each answer gives, and what is needed to print and to mark it.

Sheet, key, marking scheme, LMS question and `exercises.json` are all composed from one `Exercise`, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, NamedTuple

from derivegen.mistakes.outcomes import same
from derivegen.records import dataclass, field

Form = Literal["number", "formula", "letter", "line", "order"]
"""What an answer is: a number, a formula, the letter of an option, the number of a line, letters in an order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing a student writes down. `label` is its place on the sheet ("2b"), `quantity` the canonical name of what is asked for; of a
    letter, a line or an order the quantity whose working it is about."""

    label: str
    quantity: str
    form: Form
    marks: Fraction
    right: str = ""
    """The right letter, line or order; a number's or formula's is that of its quantity."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its number, the name of its kind, its answers, and what the kind needs.

    `lines` are the quantities whose lines of working are printed, in the order printed (blanks, order, find-error), or the rows of the
    table; `mistake` is what was done wrong in the working printed, first in the line of `slip`; `options` are mistakes, "" for the right
    value, in the order of their letters. A `bare` question prints its lines without numbers, because another asks for these.
    """

    number: int
    kind: str
    answers: tuple[Answer, ...]
    lines: tuple[str, ...] = ()
    mistake: str = ""
    slip: str = ""
    options: tuple[str, ...] = ()
    bare: bool = False

    @property
    def marks(self) -> Fraction:
        """What the whole question gives."""
        return sum((answer.marks for answer in self.answers), Fraction(0))


@dataclass(frozen=True, slots=True)
class Variant:
    """One student's numbers: `givens` by canonical name, every given of the network; the value of each asked quantity in double
    precision; what each mistake that can be made makes of it; which mistakes come to one number, or to the right one ("").

    `identity` is the student's id or running number, `code` what stands in the footer of the sheet. `draws` numbers were drawn until these
    were found fit, `rejected` says why not, by reason; `difficulty` is explained where it is computed.
    """

    identity: str
    code: str
    givens: dict[str, Fraction]
    answers: dict[str, float]
    wrong: dict[str, dict[str, float]]
    coinciding: tuple[Coincidence, ...] = ()
    draws: int = 1
    rejected: dict[str, int] = field(default_factory=dict)
    difficulty: float = 0.0

    def showing(self, quantity: str) -> tuple[str, ...]:
        """The mistakes that lead to another number than the right one."""
        made = self.wrong.get(quantity, {}).items()
        return tuple(mistake for mistake, number in made if not same(number, self.answers[quantity]))


class Coincidence(NamedTuple):
    """Two mistakes that lead to one number in an asked quantity, within what rounding can hide; `other` is "" for the right number."""

    quantity: str
    mistake: str
    other: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """What one student is asked."""

    variant: Variant
    questions: tuple[Question, ...]

    @property
    def marks(self) -> Fraction:
        """What the whole sheet gives."""
        return sum((question.marks for question in self.questions), Fraction(0))

    @property
    def asks_numbers(self) -> bool:
        """Whether a number is asked for."""
        return any(answer.form == "number" for _, answer in self.answers())

    def answers(self) -> Iterator[tuple[Question, Answer]]:
        """Every answer with its question, in the order of the sheet."""
        for question in self.questions:
            for answer in question.answers:
                yield question, answer
