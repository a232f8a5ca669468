"""Exercises as functions: a network goes in; for each student the sheet, the key and the marking scheme come out, judged and printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.document.blocks import Document
from derivegen.document.pen import pen_over
from derivegen.document.press import Press, press, usual
from derivegen.errors import InputError, said_of
from derivegen.exercise.ask import ask, asked_quantities
from derivegen.exercise.exercise import Exercise, Question, Variant
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.make import make
from derivegen.exercise.making import Making
from derivegen.exercise.pages.key import key
from derivegen.exercise.pages.scheme import Accepted, accepted_range, scheme
from derivegen.exercise.pages.sheet import sheet
from derivegen.exercise.pages.work import Head, Sheet
from derivegen.exercise.plan import Plan, plan
from derivegen.exercise.record import answers_table
from derivegen.exercise.reveal import MOST_ACCEPTED
from derivegen.exercise.roster import Student
from derivegen.exercise.trace import ExerciseTrace
from derivegen.exercise.variants import planned
from derivegen.mistakes.mistaken import Right
from derivegen.network.file.load import opened
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.network.restated import with_givens
from derivegen.records import dataclass, replace
from derivegen.render.environment import Templates
from derivegen.render.format import SELFCHECK, Format, named
from derivegen.render.printer import Printer
from derivegen.rounding.reach import Reaching
from derivegen.rounding.reached import Reached

if TYPE_CHECKING:
    from derivegen.classroom.on_screen import OnScreen
    from derivegen.interop.quiz import Quiz, Said

Part = Literal["sheet", "key", "scheme"]
MOST_QUANTITIES = 2000
"""Of the network of an exercise; beyond, drawing numbers that suit a hand would not come to an end."""


@dataclass(frozen=True)
class Exercises:
    """The exercises of one network: what is asked of everybody, and each student's own numbers."""

    press: Press
    questions: tuple[Question, ...]
    seed: int
    vary: tuple[str, ...] | None

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process: what it is made of, without what was computed from it here."""
        return _made_again, (self.network, self.press.templates, self.questions, self.seed, self.vary)

    @property
    def network(self) -> Network:
        """The network everybody works on."""
        return self.press.graph.network

    @property
    def rounding(self) -> Rounding:
        """How numbers are printed and answers expected."""
        return self.press.rounding

    @cached_property
    def derivation(self) -> Derivation:
        """The derivation everybody's numbers are put into."""
        return derive(self.press.graph)

    @cached_property
    def right(self) -> Right:
        """Its steps, and what mistakes make of them, which everybody's numbers share."""
        return Right(self.derivation)

    @cached_property
    def said(self) -> Said:
        """What has been said of mistakes so far."""
        return {}

    @cached_property
    def figures(self) -> Mapping[str, bytes]:
        """The figures of a sheet by file name; no number of a student stands in them."""
        (first,) = self.variants([""])
        work = self.work(first)
        return work.printer.figures(work.document("sheet"))

    def variants(self, identities: Iterable[str]) -> Iterator[Variant]:
        """Everybody's numbers, in order; a student's depend on seed, id and network alone. Raises InputError."""
        with said_of(self.network.source):
            yield from planned(self.plan, identities, self.seed)

    def works(self, students: Sequence[Student]) -> Iterator[Work]:
        """Sheet, key and scheme of each student, in order. Raises InputError."""
        found = self.variants(student.identity for student in students)
        return (self.work(variant, student) for variant, student in zip(found, students, strict=True))

    @cached_property
    def plan(self) -> Plan:
        """What varies and what is demanded of the numbers. Raises InputError."""
        with said_of(self.network.source):
            asked = asked_quantities(self.questions)
            vary = self.vary if asked else ("nothing",)  # formulas and orders are the same for everybody
            return plan(self.network, asked, vary)

    def work(self, variant: Variant, student: Student | None = None) -> Work:
        """All that is written for one student."""
        return Work(self, variant, student or Student(variant.identity))


@dataclass(frozen=True)
class Work:
    """Sheet, key and scheme of one student."""

    exercises: Exercises
    variant: Variant
    student: Student
    alike: bool = False
    """Whether its documents are those of everybody, for the numbers of others to be put in."""

    @cached_property
    def trace(self) -> ExerciseTrace:
        """The student's own numbers."""
        own, givens = self.exercises, self.variant.givens
        derivation = own.derivation.on(with_givens(own.network, givens), givens)
        return ExerciseTrace(derivation.graph, derivation, own.rounding, right=own.right)

    @cached_property
    def exercise(self) -> Exercise:
        """What the student is asked. Raises InputError."""
        questions = self.exercises.questions
        if not any(KINDS[question.kind].varies for question in questions):
            return Exercise(self.variant, questions)
        with said_of(self.exercises.network.source):
            return make(Making(self.variant, self.trace), questions)

    def document(self, part: Part) -> Document:
        """One of the three, every line of it judged. Raises CheckFailed."""
        if part not in self._documents:
            self._documents[part] = self.printer.judged(self.composed(part, self._accepted_range))
        return self._documents[part]

    @cached_property
    def _documents(self) -> dict[Part, Document]:
        return {}

    def composed(self, part: Part, accepted: Accepted) -> Document:
        """One of the three, not yet judged."""
        if part == "sheet":
            return sheet(self._sheet)
        return key(self._sheet) if part == "key" else scheme(self._sheet, accepted)

    @cached_property
    def _sheet(self) -> Sheet:
        pen = pen_over(self.exercises.press, self.trace, digits=not self.alike)
        head = Head(self.student.identity, self.student.name, str(self.exercises.seed))
        return Sheet(pen, self.exercise, head)

    @cached_property
    def printer(self) -> Printer:
        """What prints its documents."""
        return Printer(self.exercises.press, self.trace)

    def number(self, name: str) -> float | None:
        """The number of a quantity in double precision; None if it has none."""
        if name in self.variant.answers:
            return self.variant.answers[name]
        return self.trace.number(name) if self.trace.known(name) else None

    def printed(self, name: str) -> str:
        """How the number of a quantity is printed."""
        return self.trace.text(name)

    def accepted(self, name: str) -> tuple[str, ...]:
        """The printed values an honest calculation may come to; of very many the right one alone."""
        if name not in self._accepted:
            self.accept(name, self._reaching[name])
        return self._accepted[name]

    def accept(self, name: str, reached: Reached) -> None:
        """Accept the printed values of what an honest calculation reaches."""
        self._accepted[name] = reached.texts(self.exercises.rounding, MOST_ACCEPTED) or (self.trace.text(name),)

    @cached_property
    def _accepted(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _accepted_range(self, name: str) -> str:
        return accepted_range(self.accepted(name), self.exercises.press.decimal)

    @cached_property
    def _reaching(self) -> Reaching:
        givens = {name: float(number) for name, number in self.variant.givens.items()}
        return Reaching(self.exercises.derivation, self.exercises.rounding, givens=givens)

    def questions(self, text: Callable[[str], str] | None = None) -> Quiz:
        """The exercise as questions for classroom software; `text` says how numbers are printed, if that is known already."""
        from derivegen.interop.quiz import Quiz

        return Quiz(self._sheet, self.accepted, text or self.printed, self.exercises.said)

    def platform(self, form: Format, text: Callable[[str], str] | None = None) -> str:
        """The exercise in a format of classroom software, a piece of the file of all, read back and judged. Raises CheckFailed."""
        from derivegen.interop.platform import piece

        return piece(form, self.questions(text), self.printer)

    def selfcheck(self, text: Callable[[str], str] | None = None) -> str:
        """The page that checks the answers, read back and judged; `text` as above. Raises CheckFailed."""
        return self._screened.selfcheck(self.accepted, text or self.printed)

    def on_screen(self, form: Format, text: Callable[[str], str] | None = None) -> bytes:
        """The exercise in a format that is worked on a screen; `text` as above. Raises CheckFailed, MissingPart."""
        if form == SELFCHECK:
            return self.selfcheck(text).encode()
        return self._screened.file(form) if form.binary else self._screened.html(self.answers, self.answers_file)

    @cached_property
    def _screened(self) -> OnScreen:
        from derivegen.classroom.on_screen import OnScreen

        return OnScreen(self._sheet, self.printer)

    @property
    def answers(self) -> list[list[str]]:
        """The table the student fills in."""
        return answers_table(self.exercise, self.exercises.press.notation)

    @property
    def answers_file(self) -> str:
        """What the file of that table is called."""
        return f"{self.exercises.network.stem}-{self.student.file}-answers.csv"

    def content(self, part: Part, form: str, figures: str = "figures") -> bytes:
        """One of the three in any format. Raises MissingPart."""
        return self.printer.content(self.document(part), named(form), figures)

    def text(self, part: Part, form: str, figures: str = "figures") -> str:
        """One of the three in a text format, read back and judged."""
        return self.printer.text(self.document(part), named(form).source(), figures)


def exercises(
    network: Network | str | Path | Mapping[str, Any],
    *,
    kinds: Sequence[str] | None = None,
    seed: int = 1,
    vary: Sequence[str] | None = None,
    templates: str | Path | None = None,
    **options: Any,
) -> Exercises:
    """The exercises of a network: `kinds` of questions instead of those in the file, what to `vary` ("nothing": the numbers as they stand).
    `options` are the keys of [document], and `notation`. Raises InputError."""
    own = opened(network, **options)
    with said_of(own.source):
        made = _press(own, Templates(Path(templates) if templates else None))
        questions = ask(derive(made.graph), kinds)
    chosen = own.exercise
    wanted = tuple(vary) if vary is not None else chosen.vary if chosen is not None else None
    return Exercises(made, questions, seed, wanted)


def _made_again(network: Network, templates: Templates, *rest: Any) -> Exercises:
    """The exercises in another process."""
    return Exercises(_press(network, templates), *rest)


def _press(network: Network, templates: Templates) -> Press:
    """What prints sheets on a network that suits a hand; answers may have other digits than solutions. Raises InputError."""
    graph = build(network)
    if graph.size > MOST_QUANTITIES:
        raise InputError(
            f"exercises: this network has {graph.size} quantities, and sheets are for what can be worked by hand, at most "
            f"{MOST_QUANTITIES}; take fewer units, inputs or examples"
        )
    own, options = network.exercise, network.options
    digits = own.digits if own is not None and own.digits is not None else options.digits
    return press(graph, templates, usual(replace(options, digits=digits, numbers=None)))
