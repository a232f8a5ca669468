"""What a kind of question is: how it asks, what is chosen for each student, and its part of the sheet, the screen, the key, the scheme and
the record; and all kinds by name, read when asked for.

A kind says here all that pages, records and other programs have to know of it: nobody else tests which kind a question is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar, Literal

from derivegen.document.blocks import Block, Paragraph, Prose
from derivegen.document.pen import Pen
from derivegen.exercise.asking import Asking, answers
from derivegen.exercise.exercise import Form, Question
from derivegen.exercise.making import Making
from derivegen.exercise.pages.solved import results, solved
from derivegen.exercise.pages.work import Fielded, Sheet, parts
from derivegen.exercise.working import working
from derivegen.network.asked import Question as Asked
from derivegen.on_use import Files

Posing = Literal["alone", "text", "options", "order"]
"""How a learning platform asks it: each answer as a question of its own; as a text with fields; as options to choose from; as an order."""


class Kind:
    """One kind. `name`, that of its file, is what network files call it; `posing` says how learning platforms ask it; of `form` are its
    answers."""

    name: ClassVar[str]
    form: ClassVar[Form] = "number"
    posing: ClassVar[Posing] = "alone"
    can_be_bare: ClassVar[bool] = False
    """Whether it can print its lines without numbers."""
    without_numbers: ClassVar[bool] = False
    """Whether it can be asked of a network without numbers for what it prints."""
    varies: ClassVar[bool] = False
    """Whether its pages differ between students by more than numbers."""
    keeps: ClassVar[bool] = False
    """Whether what it is about if nothing is named is left to it by the other questions."""
    tells: ClassVar[bool] = False
    """Whether the name of what is asked for would tell something: which line is wrong."""

    def __init_subclass__(cls) -> None:
        cls.name = cls.__module__.rpartition(".")[2].replace("_", "-")

    # what is asked

    def usually(self, asking: Asking) -> int:
        """Its place among the questions of a sheet of which nothing is said; 0 if it is not asked there."""
        return 0

    def named(self, asking: Asking, name: str, number: int) -> str:
        """What is asked for by a name: of a parameter or an input its derivative. Raises InputError."""
        located = asking.graph.locate(name)
        if located is not None and located[0].formula is None:
            return asking.derivation.name_of(located[0].member(located[1]))
        return name

    def default(self, asking: Asking) -> Iterator[str]:
        """What it is about if nothing is named."""
        yield from map(asking.derivation.name_of, asking.wanted[:1])

    def question(self, asking: Asking, number: int, of: Sequence[str], asked: Asked) -> Question:
        """The question for everybody: an answer for each that is asked about. Raises InputError."""
        return Question(number, self.name, answers(number, of, self.form))

    def printed(self, asking: Asking, question: Question) -> AbstractSet[str]:
        """The quantities whose numbers it shows."""
        return shown_in_lines(asking, question, {a.quantity for a in question.answers if a.form == "number"})

    def about_another(self, asking: Asking, question: Question, taken: AbstractSet[str]) -> Question | None:
        """The question about something else, none of what is taken; None where it cannot be."""
        return None

    # what is chosen for a student

    def chosen(self, making: Making, question: Question, chance: random.Random) -> Question:
        """The question with the choices for one student. Raises InputError where it cannot be made of these numbers."""
        return question

    def record(self, question: Question) -> dict[str, Any]:
        """What was chosen, for `exercises.json`."""
        return {}

    # its pages

    def opening(self, pen: Pen) -> Prose:
        """The sentence that asks."""
        return pen.say(f"sheet.{self.name}")

    def sheet(self, work: Sheet, question: Question) -> Iterator[Block]:
        """What stands on the sheet, with room to write."""
        yield Paragraph(self.opening(work.pen))
        yield parts(work, question)

    def screen(self, screen: Fielded, question: Question) -> Iterator[Block]:
        """What stands on a screen, with fields."""
        yield Paragraph(self.opening(screen.work.pen))
        yield screen.parts(question.answers)

    def key(self, work: Sheet, question: Question, shown: set[str]) -> Iterator[Block]:
        """The working, without the lines `shown` before, and the answers."""
        yield from solved(work, question.lines or [answer.quantity for answer in question.answers], shown)
        yield results(work, question)

    def marked(self, pen: Pen) -> Iterator[Block]:
        """What a scheme says about marking it, beside the marks."""
        yield from ()


def shown_in_lines(asking: Asking, question: Question, hidden: AbstractSet[str]) -> AbstractSet[str]:
    """The quantities whose numbers the lines of a question show: those of the lines that are not hidden, and what is put into them."""
    lines = {line.name: line for line in working(asking.right, question.lines)} if question.lines else {}
    shown = [lines[name] for name in question.lines if name not in hidden]
    return {line.name for line in shown} | {name for line in shown for name in line.uses()}


KINDS: Files[Kind] = Files("derivegen.exercise.kinds", "KIND", besides="kind")
"""Every kind by its name."""
OF_NAMES = "values"
"""The kind of a question of which only quantities are said."""
