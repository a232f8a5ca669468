"""What is asked: a network goes in, with its `[exercise]` and the kinds wanted; the questions, as far as they are the same for everybody,
come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.evaluate import Symbolic
from derivegen.errors import InputError
from derivegen.exercise.exercise import KINDS, Answer, Form, Kind, Question
from derivegen.exercise.marks import shared
from derivegen.exercise.working import Line, working
from derivegen.mistakes.mistaken import Right
from derivegen.network.names import parse_derivative
from derivegen.network.network import Question as Asked
from derivegen.network.wanted import wanted

MOST_ROWS = 14
"""Rows of a table that is asked for if nothing else is said."""
MOST_LINES = 16
"""Lines of a working that is shuffled, has blanks or a mistake in it; of a longer one the last."""
WEIGHTS: dict[Form, Fraction] = {"number": Fraction(1), "formula": Fraction(2), "letter": Fraction(1)}


class Questions:
    """Makes the questions of one network."""

    def __init__(self, right: Right) -> None:
        self.right, self.graph, self.derivation = right, right.graph, right.derivation
        self.network = right.graph.network

    def questions(self, kinds: Sequence[str] | None = None) -> tuple[Question, ...]:
        """Those of `[exercise]`; those of the kinds, if any are named, about what is usual; else a forward table, gradients, an update.
        Raises InputError."""
        chosen = self.network.exercise
        if kinds:
            asked = tuple(Asked(kind) for kind in kinds)
        elif chosen is not None and chosen.ask:
            asked = chosen.ask
        else:
            asked = tuple(map(Asked, self._usual()))
        chosen_from = {self._for_choice} if any(each.kind == "choice" and not each.of for each in asked) else set()
        made = tuple(self._question(number, each, chosen_from) for number, each in enumerate(asked, 1))
        made = self._apart(tuple(map(self._known, made)))
        total = None if chosen is None else chosen.total_marks
        return made if total is None else _scaled(made, total)

    def _usual(self) -> Iterator[Kind]:
        yield "table"
        yield "values"
        if self.network.training.learning_rate is not None and self._wanted:
            yield "update"

    def _question(self, number: int, asked: Asked, chosen_from: AbstractSet[str]) -> Question:
        kind = self._kind(asked.kind, number)
        of = tuple(self._named(name, kind, number) for name in asked.of)
        if not of:
            usual = tuple(self._default(kind))
            of = tuple(name for name in usual if kind == "choice" or name not in chosen_from) or usual
        if not of:
            raise InputError(f"exercise.ask[{number}]: this network has nothing to ask by {kind}; choose another kind")
        question = _MADE[kind](self, number, of, asked)
        return question if asked.marks is None else _worth(question, asked.marks)

    def _apart(self, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        """The questions so that none prints a number another asks for: lines of working go without numbers, a choice is about a quantity of
        its own. Raises InputError where that cannot be."""
        return tuple(self._closed(question, _asked(questions, but=question)) for question in questions)

    def _closed(self, question: Question, elsewhere: AbstractSet[str]) -> Question:
        printed = self._printed(question) & elsewhere
        if not printed:
            return question
        if question.kind in ("blanks", "order", "find-error"):
            return replace(question, bare=True)
        names = ", ".join(sorted(printed)[:4])
        if question.kind == "choice":
            free = [name for name in map(self.derivation.name_of, self.graph.parameters) if name not in elsewhere]
            if free:
                return replace(question, answers=(replace(question.answers[0], quantity=free[0]),))
        raise InputError(
            f"exercise: question {question.number} ({question.kind}) would print {names}, which another question asks for; "
            "ask about other quantities, or leave one of the two out"
        )

    def _printed(self, question: Question) -> AbstractSet[str]:
        """The quantities whose numbers a question shows."""
        if question.kind == "choice":
            return {question.answers[0].quantity}
        hidden = {answer.quantity for answer in question.answers if answer.form == "number"}
        if question.kind == "table":
            return set(question.lines) - hidden
        if question.kind == "find-error":
            hidden = set()
        lines = {line.name: line for line in working(self.right, question.lines)} if question.lines else {}
        shown = [lines[name] for name in question.lines if name not in hidden]
        return {line.name for line in shown} | {name for line in shown for name in line.uses()}

    @staticmethod
    def _kind(kind: str | None, number: int) -> Kind:
        for known in KINDS:
            if kind == known:
                return known
        if kind is None:
            return "values"
        near = get_close_matches(kind, KINDS, 1)
        raise InputError(
            f"exercise.ask[{number}].kind: found {kind!r}; there are {', '.join(KINDS)}"
            + (f"; did you mean {near[0]!r}?" if near else "")
        )

    def _named(self, name: str, kind: Kind, number: int) -> str:
        """What is asked for by a name: of a parameter or an input its derivative, or its new value where an update is asked."""
        located = self.graph.locate(name)
        if kind == "update":
            plain = name.removesuffix("'")
            pair = parse_derivative(plain)
            plain = pair[1] if pair is not None else plain
            if plain not in self.graph.trained:
                raise InputError(f"exercise.ask[{number}].of: {name} is not changed by an update; name a parameter")
            return plain + "'"
        if located is not None and located[0].formula is None:
            return self.derivation.name_of(located[0].member(located[1]))
        return name

    @property
    def _wanted(self) -> tuple[str, ...]:
        if self.graph.layered:
            return wanted(self.graph)
        sought = self.graph.sought
        return tuple(name for name in sought if self.derivation.links[name]) or sought  # what is 0 is no question

    def _default(self, kind: Kind) -> Iterator[str]:
        """What a question of the kind is about if nothing is named."""
        if kind == "table":
            computed = [line.name for line in working(self.right, self._roots()) if line.stage == "forward"]
            yield from computed[:MOST_ROWS]
        elif kind == "update":
            yield from (f"{name}'" for name in self._wanted if name in self.graph.trained)
        elif kind == "values":
            yield from map(self.derivation.name_of, self._wanted)
        elif kind == "choice":
            yield from [self._for_choice] if self._wanted else []
        else:
            yield from map(self.derivation.name_of, self._wanted[:1])

    @property
    def _for_choice(self) -> str:
        """What a choice is about if nothing is named: the second weight, since the first is what other kinds work out."""
        weights = [name for name in self._wanted if name.startswith("w[")]
        return self.derivation.name_of(weights[1] if len(weights) > 1 else self._wanted[-1]) if self._wanted else ""

    def _roots(self) -> Iterator[str]:
        """What the forward pass leads to."""
        rows = self.network.rows
        if rows == 1 or not isinstance(rows, int):
            yield self.graph.root
        else:
            yield "loss@1"

    # one method a kind

    def values(self, number: int, of: Sequence[str], asked: Asked) -> Question:
        """The numbers of quantities."""
        return Question(number, "values", tuple(self._answer(number, place, name) for place, name in enumerate(of)))

    def update(self, number: int, of: Sequence[str], asked: Asked) -> Question:
        """Parameters after one step."""
        return Question(number, "update", tuple(self._answer(number, place, name) for place, name in enumerate(of)))

    def symbolic(self, number: int, of: Sequence[str], asked: Asked) -> Question:
        """Formulas for derivatives."""
        answers = tuple(self._answer(number, place, name, "formula") for place, name in enumerate(of))
        return Question(number, "symbolic", answers)

    def table(self, number: int, of: Sequence[str], asked: Asked) -> Question:
        """A table, of which as many cells are empty as `blanks` says, the last ones; all, if it says nothing."""
        empty = of if asked.blanks is None else of[max(0, len(of) - asked.blanks) :]
        answers = tuple(self._answer(number, place, name) for place, name in enumerate(empty))
        return Question(number, "table", answers, tuple(of))

    def blanks(self, number: int, of: Sequence[str], asked: Asked) -> Question:
        """A worked derivation with the last lines left to the student, half of them if nothing is said: of what one has seen worked, one
        does the end oneself, then more and more (backward fading; Renkl and Atkinson 2003)."""
        lines = self._lines(of)
        count = (len(lines) + 1) // 2 if asked.blanks is None else min(asked.blanks, len(lines))
        hidden = [line.name for line in lines[len(lines) - count :]]
        answers = tuple(self._answer(number, place, name) for place, name in enumerate(hidden))
        return Question(number, "blanks", answers, tuple(line.name for line in lines))

    def order(self, number: int, of: Sequence[str], asked: Asked) -> Question:
        """Lines to put in order. Raises InputError where a working would go over a symbolic number of examples."""
        if isinstance(self.network.rows, str):
            raise InputError(
                f"exercise.ask[{number}]: order needs a fixed number of examples; this network has N of them"
            )
        lines = self._lines(of)
        marks = Fraction(max(1, (len(lines) + 1) // 3))
        answer = Answer(f"{number}", of[-1], "order", marks)
        return Question(number, "order", (answer,), tuple(line.name for line in lines))

    def find_error(self, number: int, of: Sequence[str], asked: Asked) -> Question:
        """The first wrong line, and what it should say."""
        answers = (
            Answer(f"{number}a", of[-1], "line", Fraction(1)),
            Answer(f"{number}b", of[-1], "number", Fraction(1)),
        )
        return Question(number, "find-error", answers, tuple(line.name for line in self._lines(of)))

    def choice(self, number: int, of: Sequence[str], asked: Asked) -> Question:
        """One value among those mistakes give."""
        return Question(number, "choice", (self._answer(number, 0, of[0], "letter", alone=True),))

    def _lines(self, of: Sequence[str]) -> tuple[Line, ...]:
        return working(self.right, of)[-MOST_LINES:]

    def _answer(self, number: int, place: int, name: str, form: Form = "number", alone: bool = False) -> Answer:
        label = f"{number}" if alone else f"{number}{letter(place)}"
        weight = WEIGHTS[form]
        if form == "number" and self._is_derivative(name):
            weight *= 2
        return Answer(label, name, form, weight)

    def _is_derivative(self, name: str) -> bool:
        return name.startswith("delta[") or parse_derivative(name) is not None

    def _known(self, question: Question) -> Question:
        """The question, without numbers where it can do without and the network has none. Raises InputError where it cannot."""
        try:
            for name in (*question.lines, *(each.quantity for each in question.answers if each.form != "formula")):
                self.right.numbers[name]
        except Symbolic:
            if question.kind == "order":
                return replace(question, bare=True)
            raise InputError(
                f"exercise: question {question.number} ({question.kind}) needs numbers, and this network leaves some symbolic; "
                "give all numbers, or ask by symbolic or order"
            ) from None
        return question


_MADE = {
    "values": Questions.values,
    "update": Questions.update,
    "symbolic": Questions.symbolic,
    "table": Questions.table,
    "blanks": Questions.blanks,
    "order": Questions.order,
    "find-error": Questions.find_error,
    "choice": Questions.choice,
}


def letter(place: int) -> str:
    """a, b, …, z, aa, ab, … for places counted from 0."""
    return chr(ord("a") + place) if place < 26 else letter(place // 26 - 1) + letter(place % 26)


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
