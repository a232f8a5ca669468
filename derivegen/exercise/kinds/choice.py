"""One value among those that mistakes lead to."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Any

from derivegen.document.blocks import Block, Item, Items, Paragraph
from derivegen.errors import InputError
from derivegen.exercise.asking import Asking, letter
from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.kinds.kind import Kind
from derivegen.exercise.making import Making
from derivegen.exercise.pages.work import Fielded, Sheet, option
from derivegen.formula.tree import Quantity
from derivegen.mistakes.outcomes import mistaken_name
from derivegen.network.asked import Question as Asked
from derivegen.records import replace

OPTIONS = 4
"""Answers to choose from."""


class Choice(Kind):
    """Options with letters, chosen for each student."""

    posing = "options"
    varies = True
    keeps = True

    def default(self, asking: Asking) -> Iterator[str]:
        yield from [asking.for_choice] if asking.wanted else []

    def question(self, asking: Asking, number: int, of: Sequence[str], asked: Asked) -> Question:
        return Question(number, self.name, (Answer(f"{number}", of[0], "letter", Fraction(1)),))

    def printed(self, asking: Asking, question: Question) -> AbstractSet[str]:
        return {question.answers[0].quantity}

    def about_another(self, asking: Asking, question: Question, taken: AbstractSet[str]) -> Question | None:
        free = [name for name in map(asking.derivation.name_of, asking.graph.parameters) if name not in taken]
        return replace(question, answers=(replace(question.answers[0], quantity=free[0]),)) if free else None

    def chosen(self, making: Making, question: Question, chance: random.Random) -> Question:
        (answer,) = question.answers
        shown = {making.trace.text(answer.quantity)}
        chosen: list[str] = []
        candidates = making.wrong(answer.quantity)
        chance.shuffle(candidates)
        for mistake in candidates:
            text = making.trace.text(mistaken_name(answer.quantity, mistake))
            if text not in shown and len(chosen) < OPTIONS - 1:
                shown.add(text)
                chosen.append(mistake)
        if not chosen:
            raise InputError(
                f"exercise.ask[{question.number}]: no mistake leads to another value of {answer.quantity}; "
                f"ask about {making.longer}, or ask by values"
            )
        options = ["", *chosen]
        chance.shuffle(options)
        return replace(
            question, options=tuple(options), answers=(replace(answer, right=letter(options.index("")).upper()),)
        )

    def record(self, question: Question) -> dict[str, Any]:
        return {"options": list(question.options)}

    def sheet(self, work: Sheet, question: Question) -> Iterator[Block]:
        (answer,) = question.answers
        yield Paragraph(work.pen.say("sheet.choice", name=Quantity(answer.quantity)))
        yield _options(question)

    def screen(self, screen: Fielded, question: Question) -> Iterator[Block]:
        (answer,) = question.answers
        yield Paragraph(screen.work.pen.say("screen.choice", name=Quantity(answer.quantity)))
        yield _options(question)
        yield screen.asking(answer, screen.work.pen.say("screen.choice.answer"))

    def key(self, work: Sheet, question: Question, shown: set[str]) -> Iterator[Block]:
        """The working, and what each wrong option comes from."""
        yield from super().key(work, question, shown)
        (answer,) = question.answers
        entries = [
            Item(
                letter(place).upper(),
                (
                    *option(answer.quantity, mistake),
                    work.pen.press.colon,
                    work.pen.words.plain(f"mistake.{mistake}.name"),
                ),
            )
            for place, mistake in enumerate(question.options)
            if mistake
        ]
        yield Items(tuple(entries))


def _options(question: Question) -> Items:
    (answer,) = question.answers
    lettered = enumerate(question.options)
    return Items(tuple(Item(letter(at).upper(), option(answer.quantity, mistake)) for at, mistake in lettered))


KIND = Choice()
