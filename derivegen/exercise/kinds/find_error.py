"""A working with a mistake in it: which line is the first wrong one, and what it should say."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Any

from derivegen.document.blocks import Block, Item, Items, Paragraph
from derivegen.errors import InputError
from derivegen.exercise.asking import Asking
from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.kinds.kind import Kind, shown_in_lines
from derivegen.exercise.making import Making
from derivegen.exercise.pages.steps import in_a_line, step_derivation
from derivegen.exercise.pages.work import Fielded, Sheet, marks_of, part
from derivegen.exercise.working import working
from derivegen.formula.tree import Formula, Quantity
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.outcomes import mistaken_name
from derivegen.network.asked import Question as Asked
from derivegen.records import replace


class FindError(Kind):
    """Numbered lines, worked by somebody who makes a mistake of the catalogue; which one is chosen for each student."""

    posing = "text"
    can_be_bare = True
    varies = True
    tells = True

    def question(self, asking: Asking, number: int, of: Sequence[str], asked: Asked) -> Question:
        own = (Answer(f"{number}a", of[-1], "line", Fraction(1)), Answer(f"{number}b", of[-1], "number", Fraction(1)))
        return Question(number, self.name, own, tuple(line.name for line in asking.lines(of)))

    def printed(self, asking: Asking, question: Question) -> AbstractSet[str]:
        return shown_in_lines(asking, question, frozenset())

    def chosen(self, making: Making, question: Question, chance: random.Random) -> Question:
        target = question.answers[0].quantity
        found = [mistake for mistake in making.wrong(target) if self._slip(making, question, mistake)]
        if not found:
            raise InputError(
                f"exercise.ask[{question.number}]: no mistake of the catalogue shows in the working of {target}; "
                f"ask about {making.longer}, or draw other numbers"
            )
        mistake = chance.choice(found)
        slip = self._slip(making, question, mistake)
        lines = tuple(line.name for line in working(making.right, (target,), mistake))[-len(question.lines) :]
        place, value = question.answers
        return replace(
            question,
            lines=lines,
            mistake=mistake,
            slip=slip,
            answers=(replace(place, right=str(lines.index(slip) + 1)), replace(value, quantity=slip)),
        )

    @staticmethod
    def _slip(making: Making, question: Question, mistake: str) -> str:
        """The quantity of the first wrong line, if it is one of the lines printed and its number is wrong."""
        own, target = CATALOGUE[mistake], question.answers[0].quantity
        if own.rewrite is None or own.strays:
            return ""
        lines = working(making.right, (target,), mistake)[-len(question.lines) :]
        wrong = (line.name for line in lines if making.right.rewritten(own, line.name) is not None)
        first = next(wrong, "")
        differs = first and making.trace.text(mistaken_name(first, mistake)) != making.trace.text(first)
        return first if differs else ""

    def record(self, question: Question) -> dict[str, Any]:
        return {"lines": list(question.lines), "mistake": question.mistake, "slip": question.slip}

    def sheet(self, work: Sheet, question: Question) -> Iterator[Block]:
        place, value = question.answers
        yield Paragraph(work.pen.say("sheet.find-error", name=Quantity(question.lines[-1])))
        yield Items(
            tuple(
                Item(f"({number})", in_a_line(work.pen, line, question.bare))
                for number, line in enumerate(work.lines(question), 1)
            )
        )
        yield Items(
            (
                Item(f"{part(place)})", work.pen.say("sheet.find-error.line"), marks_of(work.pen, place), 1),
                Item(f"{part(value)})", work.pen.say("sheet.find-error.value"), marks_of(work.pen, value), 2),
            )
        )

    def screen(self, screen: Fielded, question: Question) -> Iterator[Block]:
        place, value = question.answers
        say = screen.work.pen.say
        yield Paragraph(say("sheet.find-error", name=Quantity(question.lines[-1])))
        yield Items(tuple(Item(f"({number})", line) for number, line in enumerate(screen.lines(question), 1)))
        yield screen.asking(place, say("sheet.find-error.line"))
        yield screen.asking(value, say("screen.find-error.value"))

    def key(self, work: Sheet, question: Question, shown: set[str]) -> Iterator[Block]:
        """Which line, what was done wrong, and the line done right."""
        pen, (place, value) = work.pen, question.answers
        yield Items((Item(f"{part(place)})", pen.say("key.line", line=place.right), marks_of(pen, place)),))
        wrong = next(line for line in work.lines(question) if line.name == question.slip)
        (right,) = (line for line in working(work.right, (question.slip,)) if line.name == question.slip)
        at: Formula = Quantity(question.slip)
        yield Paragraph(
            (
                *pen.say(f"mistake.{question.mistake}.name"),
                ". ",
                *pen.say(f"mistake.{question.mistake}.says", at=at, wrong=wrong.reading, right=right.reading),
            )
        )
        yield Items((Item(f"{part(value)})", pen.say("key.right-line"), marks_of(pen, value)),))
        yield step_derivation(pen, right)


KIND = FindError()
