"""What is asked: a network goes in, with its `[exercise]` and the kinds wanted; the questions, as far as they are the same for everybody,
come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from fractions import Fraction

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.evaluate import Symbolic
from derivegen.errors import InputError
from derivegen.exercise.asking import Asking
from derivegen.exercise.exercise import Question
from derivegen.exercise.kinds.kind import KINDS, OF_NAMES, Kind
from derivegen.exercise.marks import shared
from derivegen.mistakes.mistaken import Right
from derivegen.network.asked import Question as Asked
from derivegen.records import replace


class Questions(Asking):
    """Makes the questions of one network."""

    def questions(self, kinds: Sequence[str] | None = None) -> tuple[Question, ...]:
        """Those of `[exercise]`; those of the kinds, if any are named, about what is usual; else a forward table, gradients, an update,
        or formulas where there are no numbers. Raises InputError."""
        chosen = self.network.exercise
        if kinds:
            asked = tuple(Asked(kind) for kind in kinds)
        elif chosen is not None and chosen.ask:
            asked = chosen.ask
        else:
            asked = tuple(map(Asked, self._usual()))
        where = "--kind" if kinds else "exercise.ask[{}].kind"
        named = [(number, each, self._kind(each.kind, where.format(number))) for number, each in enumerate(asked, 1)]
        kept = {name for _, each, kind in named if kind.keeps and not each.of for name in kind.default(self)}
        made = tuple(self._question(number, each, kind, kept) for number, each, kind in named)
        made = self._apart(tuple(map(self._known, made)))
        total = None if chosen is None else chosen.total_marks
        return made if total is None else _scaled(made, total)

    def _usual(self) -> list[str]:
        """The kinds of a sheet of which nothing is said."""
        places = {name: kind.usually(self) for name, kind in KINDS.items() if self.numbered or kind.without_numbers}
        return sorted((name for name, place in places.items() if place), key=lambda name: places[name])

    def _question(self, number: int, asked: Asked, kind: Kind, kept: AbstractSet[str]) -> Question:
        of = tuple(kind.named(self, name, number) for name in asked.of)
        if not of:
            usual = tuple(kind.default(self))
            of = tuple(name for name in usual if kind.keeps or name not in kept) or usual
        if not of:
            raise InputError(
                f"exercise.ask[{number}]: this network has nothing to ask by {kind.name}; choose another kind"
            )
        question = kind.question(self, number, of, asked)
        return question if asked.marks is None else _worth(question, asked.marks)

    def _apart(self, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        """The questions so that none prints a number another asks for: lines of working go without numbers, a choice is about a quantity of
        its own. Raises InputError where that cannot be."""
        return tuple(self._closed(question, _asked(questions, but=question)) for question in questions)

    def _closed(self, question: Question, elsewhere: AbstractSet[str]) -> Question:
        kind = KINDS[question.kind]
        printed = kind.printed(self, question) & elsewhere
        if not printed:
            return question
        if kind.can_be_bare:
            return replace(question, bare=True)
        names = ", ".join(sorted(printed)[:4])
        another = kind.about_another(self, question, elsewhere)
        if another is not None:
            return another
        raise InputError(
            f"exercise: question {question.number} ({question.kind}) would print {names}, which another question asks for; "
            "ask about other quantities, or leave one of the two out"
        )

    @staticmethod
    def _kind(kind: str | None, where: str) -> Kind:
        if kind is None:
            return KINDS[OF_NAMES]
        if kind in KINDS:
            return KINDS[kind]
        near = get_close_matches(kind, KINDS, 1)
        raise InputError(
            f"{where}: found {kind!r}; there are {', '.join(KINDS)}" + (f"; did you mean {near[0]!r}?" if near else "")
        )

    def _known(self, question: Question) -> Question:
        """The question, without numbers where it can do without and the network has none. Raises InputError where it cannot."""
        try:
            for name in (*question.lines, *(each.quantity for each in question.answers if each.form != "formula")):
                self.right.numbers[name]
        except Symbolic:
            if KINDS[question.kind].without_numbers:
                return replace(question, bare=True)
            others = " or ".join(name for name, kind in KINDS.items() if kind.without_numbers)
            raise InputError(
                f"exercise: question {question.number} ({question.kind}) needs numbers, and this network leaves some symbolic; "
                f"give all numbers, or ask by {others}"
            ) from None
        return question


def _asked(questions: Sequence[Question], but: Question) -> AbstractSet[str]:
    """The quantities whose numbers the other questions ask for."""
    others = (question for question in questions if question is not but)
    return {
        answer.quantity for question in others for answer in question.answers if answer.form in ("number", "letter")
    }


def ask(derivation: Derivation, kinds: Sequence[str] | None = None) -> tuple[Question, ...]:
    """The questions of a derivation's network. Raises InputError."""
    return Questions(Right(derivation)).questions(kinds)


def asked_quantities(questions: Sequence[Question]) -> tuple[str, ...]:
    """The quantities whose numbers the questions ask for, or print."""
    found: dict[str, None] = {}
    for question in questions:
        found |= dict.fromkeys(
            answer.quantity for answer in question.answers if answer.form not in ("formula", "order")
        )
    return tuple(found)


def _worth(question: Question, marks: Fraction) -> Question:
    """The question with its marks shared out anew."""
    each = shared(marks, [answer.marks for answer in question.answers])
    answers = tuple(replace(answer, marks=own) for answer, own in zip(question.answers, each, strict=True))
    return replace(question, answers=answers)


def _scaled(questions: Sequence[Question], total: Fraction) -> tuple[Question, ...]:
    """The questions with marks that add up to the total."""
    each = shared(total, [question.marks for question in questions])
    return tuple(_worth(question, marks) for question, marks in zip(questions, each, strict=True))
