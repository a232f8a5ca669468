"""One student's exercise: the questions for everybody and a student's numbers go in; the questions with the choices made for this student
come out: the order of lines and options, the mistake that is hidden.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from derivegen.exercise.exercise import Exercise, Question
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.making import Making


def make(making: Making, questions: Sequence[Question]) -> Exercise:
    """The exercise; its choices depend on the code of the variant alone. Raises InputError where a question cannot be made of these
    numbers."""

    def chosen(question: Question) -> Question:
        chance = random.Random(f"{making.variant.code} {question.number}")
        return KINDS[question.kind].chosen(making, question, chance)

    return Exercise(making.variant, tuple(map(chosen, questions)))
