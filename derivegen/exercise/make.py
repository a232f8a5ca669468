"""One student's exercise: the questions for everybody and a student's numbers go in; the questions with the choices made for this student
come out: the order of lines and options, the mistake that is hidden.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from derivegen.errors import InputError
from derivegen.exercise.ask import letter
from derivegen.exercise.exercise import Answer, Exercise, Question, Variant
from derivegen.exercise.trace import ExerciseTrace
from derivegen.exercise.working import working
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import mistaken_name, right_of

OPTIONS = 4
"""Answers to choose from."""
OWN_CHOICES = ("order", "find-error", "choice")
"""Kinds whose pages differ between students by more than numbers."""
UNPRINTABLE = frozenset(("last-digit",))
"""Mistakes that show in a number only, not in a line."""


class Making:
    """Makes the choices for one student; they depend on the code of the variant alone."""

    def __init__(self, variant: Variant, trace: ExerciseTrace) -> None:
        self.variant, self.trace = variant, trace
        self.right = right_of(trace.floats)

    def exercise(self, questions: Sequence[Question]) -> Exercise:
        """The exercise. Raises InputError where a question cannot be made of these numbers."""
        return Exercise(self.variant, tuple(map(self._chosen, questions)))

    def _chosen(self, question: Question) -> Question:
        chance = random.Random(f"{self.variant.code} {question.number}")
        if question.kind == "order":
            return self._shuffled(question, chance)
        if question.kind == "find-error":
            return self._with_error(question, chance)
        return self._with_options(question, chance) if question.kind == "choice" else question

    @staticmethod
    def _shuffled(question: Question, chance: random.Random) -> Question:
        lines = list(question.lines)
        if len(lines) > 1:
            while lines == list(question.lines):
                chance.shuffle(lines)
        right = "".join(letter(lines.index(name)).upper() for name in question.lines)
        (answer,) = question.answers
        return replace(question, lines=tuple(lines), answers=(replace(answer, right=right),))

    def _with_error(self, question: Question, chance: random.Random) -> Question:
        target = question.answers[0].quantity
        found = [mistake for mistake in self._wrong(target) if self._slip(question, mistake)]
        if not found:
            raise InputError(
                f"exercise.ask[{question.number}]: no mistake of the catalogue shows in the working of {target}; "
                f"ask about {self._longer}, or draw other numbers"
            )
        mistake = chance.choice(found)
        slip = self._slip(question, mistake)
        lines = tuple(line.name for line in working(self.right, (target,), mistake))[-len(question.lines) :]
        place, value = question.answers
        return replace(
            question,
            lines=lines,
            mistake=mistake,
            slip=slip,
            answers=(replace(place, right=str(lines.index(slip) + 1)), replace(value, quantity=slip)),
        )

    @property
    def _longer(self) -> str:
        """What more mistakes can be made with."""
        own = not self.trace.graph.layered
        return "a derivative over several nodes" if own else "a derivative by a weight of an earlier layer"

    def _slip(self, question: Question, mistake: str) -> str:
        """The quantity of the first wrong line, if it is one of the lines printed and its number is wrong."""
        own, target = CATALOGUE[mistake], question.answers[0].quantity
        if own.rewrite is None or own.strays:
            return ""
        lines = working(self.right, (target,), mistake)[-len(question.lines) :]
        wrong = (line.name for line in lines if self.right.rewritten(own, line.name) is not None)
        first = next(wrong, "")
        return first if first and self._differs(first, mistake) else ""

    def _differs(self, name: str, mistake: str) -> bool:
        return self.trace.text(mistaken_name(name, mistake)) != self.trace.text(name)

    def _wrong(self, target: str) -> list[str]:
        """Mistakes that lead to a number of their own, in the order of the catalogue."""
        hidden = {each.mistake for each in self.variant.coinciding if each.quantity == target and not each.other}
        known = self.variant.wrong.get(target, {})
        return [mistake for mistake in known if mistake not in hidden | UNPRINTABLE]

    def _with_options(self, question: Question, chance: random.Random) -> Question:
        (answer,) = question.answers
        shown = {self.trace.text(answer.quantity)}
        chosen: list[str] = []
        candidates = self._wrong(answer.quantity)
        chance.shuffle(candidates)
        for mistake in candidates:
            text = self.trace.text(mistaken_name(answer.quantity, mistake))
            if text not in shown and len(chosen) < OPTIONS - 1:
                shown.add(text)
                chosen.append(mistake)
        if not chosen:
            raise InputError(
                f"exercise.ask[{question.number}]: no mistake leads to another value of {answer.quantity}; "
                f"ask about {self._longer}, or ask by values"
            )
        options = ["", *chosen]
        chance.shuffle(options)
        return replace(question, options=tuple(options), answers=(_letter(answer, options.index("")),))


def _letter(answer: Answer, place: int) -> Answer:
    return replace(answer, right=letter(place).upper())
