"""Moodle XML: exercises go in one after the other; the text of one file comes out piece by piece: a category, and in it one for every
variant with its questions. An answer is marked as the scheme has it; each mistake of the catalogue is a wrong answer of its own, with what
is said of it.

A question's name, idnumber and tags say which variant and which question it is, so that a quiz can draw a random variant by tag. A Cloze
question is worth the sum of its fields, each of a whole number of marks, whatever the file says of it: where fields give halves, all marks
of the file are multiplied by one number, and the category says so.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from derivegen.document.blocks import Block, Document, Items, Paragraph, Picture, Prose
from derivegen.document.press import AnyTemplates, Press
from derivegen.document.verify.text import Found
from derivegen.document.words import Words
from derivegen.exercise.exercise import Answer, Exercise, Question
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.marks import in_words
from derivegen.exercise.orders import needs, orders
from derivegen.exercise.pages.screen import Screen
from derivegen.exercise.pages.solved import symbols
from derivegen.exercise.pages.work import Sheet, option
from derivegen.formula.tree import Formula, Quantity
from derivegen.interop.moodle_answers import Graded, Wrong, cloze, numbers
from derivegen.interop.moodle_text import Writer, cdata, escape, formulas_in
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import mistaken_name
from derivegen.render.figures import small_svg
from derivegen.solution.optimizing import called_unless_plain

MOST_ORDERS = 120
"""Right orders of lines that are listed; where there are more, a person marks the answer."""
Said = dict[tuple[str, str], Prose]
"""What is said of a mistake in a quantity: it speaks of formulas, not of numbers, and so is the same for everybody."""


@dataclass(frozen=True, slots=True)
class Posed:
    """One question as Moodle has it: its type, the answers of ours in it, what it shows, and what helps whoever marks it."""

    label: str
    type: str
    question: Question
    answers: tuple[Answer, ...]
    blocks: tuple[Block, ...]
    help: tuple[Block, ...] = ()

    @property
    def marks(self) -> Fraction:
        """What it gives."""
        return sum((answer.marks for answer in self.answers), Fraction(0))


@dataclass(frozen=True)
class Quiz:
    """One student's exercise as questions of Moodle; `accepted` are the printed values that are right, `text` says how numbers look."""

    work: Sheet
    accepted: Callable[[str], tuple[str, ...]]
    text: Callable[[str], str]
    said: Said = field(default_factory=dict)

    @cached_property
    def document(self) -> Document:
        """Everything that is printed, to be judged."""
        blocks = [block for part in self._parts for block in part]
        return self.work.document("screen", blocks)

    @property
    def formulas(self) -> list[Found]:
        """The formulas read back from what is printed."""
        return formulas_in(self._bodies)

    def xml(self) -> str:
        """The questions."""
        before, picture, after, *bodies = self._bodies
        count = len(self._posed)
        views = []
        for place, (posed, body, help) in enumerate(zip(self._posed, bodies[:count], bodies[count:], strict=True)):
            shown = "" if place else picture
            views.append(
                self._view(posed, before + shown + after + body, help) | {"files": self._files if shown else ()}
            )
        category = f"{_category(self._title)}/{_step(self._tag)}"
        filters = {"cdata": cdata}
        return self._press.templates.page(
            "moodle/questions.xml.jinja", escape, filters, questions=views, category=category
        )

    @cached_property
    def _posed(self) -> tuple[Posed, ...]:
        return tuple(posed for question in self.work.exercise.questions for posed in self._pose(question))

    @cached_property
    def _given(self) -> tuple[Block, ...]:
        return tuple(self._screen.given())

    @property
    def _parts(self) -> list[tuple[Block, ...]]:
        """What is given, in three parts, then what each question shows, then what helps whoever marks it. The picture is the same for
        every student and question, so it stands in the first alone."""
        place = next((n for n, block in enumerate(self._given) if isinstance(block, Picture)), 0)
        behind = place + 1 if self._given and isinstance(self._given[place], Picture) else place
        given = self._given[:place], self._given[place:behind], self._given[behind:]
        return [*given, *(posed.blocks for posed in self._posed), *(posed.help for posed in self._posed)]

    @cached_property
    def _bodies(self) -> list[str]:
        inscribed = [self._inscribed(part) for part in self._parts]
        return self._writer.bodies(self.work.document("screen", ()), inscribed)

    def _inscribed(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return self._press.inscribed(self.work.document("screen", blocks), self.work.pen.trace).blocks

    @cached_property
    def _files(self) -> list[tuple[str, str]]:
        pictures = [block for block in self._inscribed(self._given) if isinstance(block, Picture)]
        return [(f"{block.key}.svg", b64encode(small_svg(block).encode()).decode()) for block in pictures]

    @property
    def _press(self) -> Press:
        return self.work.pen.press

    @property
    def _title(self) -> str:
        return self.work.pen.graph.network.title

    @property
    def _tag(self) -> str:
        return self.work.pen.words.plain("moodle.tag.variant", code=self.work.exercise.variant.code)

    @cached_property
    def _times(self) -> int:
        return times(self.work.exercise.questions)

    @cached_property
    def _screen(self) -> Screen:
        """What is shown, with the marks that Moodle counts."""
        return Screen(replace(self.work, exercise=_multiplied(self.work.exercise, self._times)))

    @cached_property
    def _writer(self) -> Writer:
        return Writer(self._press.templates, self.work.pen.words.plain("word.otherwise"))

    @cached_property
    def _right(self) -> Right:
        return self.work.right

    # which questions of Moodle a question becomes

    def _pose(self, question: Question) -> Iterator[Posed]:
        posing = KINDS[question.kind].posing
        if posing == "alone":
            yield from (self._alone(question, answer) for answer in question.answers)
            return
        blocks, kind = tuple(self._screen.question(_worth_more(question, self._times))), "cloze"
        help: tuple[Block, ...] = ()
        if posing != "text":
            # Moodle has a place of its own for the answer, and for the options
            blocks = tuple(block for block in blocks if not _takes_answer(block))
            options = posing == "options"
            kind = "multichoice" if options else "shortanswer" if self._orders(question) else "essay"
        if posing == "options":
            blocks = blocks[:1]
        if posing == "order":
            blocks += (Paragraph(self.work.pen.say("moodle.order")),)
            said = tuple(KINDS[question.kind].marked(self.work.pen))
            help = (Paragraph((" ".join(question.answers[0].right),)), *said)
        yield Posed(f"{question.number}", kind, question, question.answers, blocks, help)

    def _alone(self, question: Question, answer: Answer) -> Posed:
        pen, name = self.work.pen, Quantity(answer.quantity)
        said = {"rate": Quantity("rate"), "optimizer": called_unless_plain(pen)}
        asking = Paragraph(pen.say(f"moodle.{question.kind}", name=name, **said))
        if answer.form == "formula":
            return Posed(answer.label, "essay", question, (answer,), (asking,), tuple(symbols(self.work, answer)))
        return Posed(answer.label, "numerical", question, (answer,), (asking,))

    def _orders(self, question: Question) -> tuple[str, ...]:
        return orders(needs(self._right, question.lines), MOST_ORDERS)

    # what stands in the file

    def _view(self, posed: Posed, body: str, help: str) -> dict[str, Any]:
        say, code = self.work.pen.words.plain, self.work.exercise.variant.code
        return {
            "type": posed.type,
            "name": say("moodle.name", title=self._title, label=posed.label, code=code),
            "text": self._with_fields(posed, body) if posed.type == "cloze" else body,
            "marks": f"{float(posed.marks * self._times):.7g}",
            "idnumber": f"{code}-{posed.label}",
            "tags": [self._tag, say("moodle.tag.question", label=posed.label)],
            "answers": [self._answer(each) for each in self._answers(posed)],
            "help": help,
        }

    def _answer(self, each: Graded) -> dict[str, str]:
        feedback = self._writer.html(each.feedback)
        return {"text": each.text, "percent": each.percent, "tolerance": each.tolerance, "feedback": feedback}

    def _answers(self, posed: Posed) -> Iterator[Graded]:
        match posed.type:
            case "numerical":
                yield from self._numbers(posed.answers[0])
            case "multichoice":
                yield from self._options(posed)
            case "shortanswer":
                yield from (Graded(order, "100", self._say("moodle.right")) for order in self._orders(posed.question))
                yield Graded("*", "0", self._say("moodle.other-order"))

    def _numbers(self, answer: Answer, slip: str = "") -> Iterator[Graded]:
        """What a number may be; `slip` is a mistake that is printed on the sheet."""
        known = dict.fromkeys([*self.work.exercise.variant.wrong.get(answer.quantity, {}), *([slip] if slip else [])])
        values = [(mistake, self.text(mistaken_name(answer.quantity, mistake))) for mistake in known]
        told = Wrong(values, lambda mistake: self._says(answer.quantity, mistake))
        right, other, rounding = self._say("moodle.right"), self._say("moodle.other"), self.work.pen.trace.rounding
        yield from numbers(answer, self._accepted(answer.quantity), told, rounding, right, other)

    def _accepted(self, quantity: str) -> tuple[str, ...]:
        """The key first."""
        return tuple(dict.fromkeys((self.text(quantity), *self.accepted(quantity))))

    def _options(self, posed: Posed) -> Iterator[Graded]:
        (answer,) = posed.answers
        for mistake in posed.question.options:
            text = self._writer.html(self._written(option(answer.quantity, mistake)))
            said = self._says(answer.quantity, mistake) if mistake else self._say("moodle.right")
            yield Graded(text, "0" if mistake else "100", said)

    def _with_fields(self, posed: Posed, body: str) -> str:
        for answer in posed.answers:
            graded = list(self._field(posed.question, answer))
            made = cloze(int(answer.marks * self._times), graded, self._writer.plain)
            body = body.replace(self._screen.field(answer), made)
        return body

    def _field(self, question: Question, answer: Answer) -> Iterator[Graded]:
        if answer.form == "line":
            yield Graded(answer.right, "100", self._say("moodle.right"), "0")
            yield Graded("*", "0", self._say("moodle.other-line"))
        else:
            yield from self._numbers(answer, question.mistake)

    # what is said

    def _say(self, key: str) -> Prose:
        return self.work.pen.say(key)

    def _says(self, quantity: str, mistake: str) -> Prose:
        if (quantity, mistake) not in self.said:
            self.said[quantity, mistake] = self._written(self._sentence(quantity, mistake))
        return self.said[quantity, mistake]

    def _sentence(self, quantity: str, mistake: str) -> Prose:
        """What is wrong, at the first line that the mistake changes."""
        if CATALOGUE[mistake].rewrite is None:
            return self._say(f"mistake.{mistake}.says")
        first = self._right.with_mistakes((CATALOGUE[mistake],)).first(quantity)
        if first is None:
            return self._say(f"mistake.{mistake}.name")
        right, wrong = first
        at = {"at": Quantity(right.target), "right": right.reading, "wrong": wrong.reading}
        return self.work.pen.say(f"mistake.{mistake}.says", **at)

    def _written(self, prose: Prose) -> Prose:
        trace = self.work.pen.trace
        return tuple(self._press.written(run, trace) if isinstance(run, Formula) else run for run in prose)


def _takes_answer(block: Block) -> bool:
    return isinstance(block, Items) and any(
        "\ue000" <= str(run)[-1:] <= "\uf8ff" for i in block.entries for run in i.text
    )


def times(questions: Sequence[Question]) -> int:
    """By what all marks of a file are multiplied, so that every field of a Cloze question gives whole ones."""
    fields = (answer for question in questions if KINDS[question.kind].posing == "text" for answer in question.answers)
    return lcm(*(answer.marks.denominator for answer in fields))


def _multiplied(exercise: Exercise, by: int) -> Exercise:
    return replace(exercise, questions=tuple(_worth_more(question, by) for question in exercise.questions))


def _worth_more(question: Question, by: int) -> Question:
    return replace(question, answers=tuple(replace(answer, marks=answer.marks * by) for answer in question.answers))


def moodle_xml(questions: Iterable[str], title: str, about: str, templates: AnyTemplates) -> Iterator[str]:
    """The file, piece by piece: a category with what is said `about` it, then the questions of one exercise after the other, as `Quiz.xml`
    has them."""
    yield templates.page("moodle/head.xml.jinja", escape, {"cdata": cdata}, category=_category(title), about=about)
    yield from questions
    yield "</quiz>\n"


def about(questions: Sequence[Question], words: Words) -> str:
    """What a teacher has to know of a file: how a quiz is made of it, and by what its marks are multiplied."""
    total = sum((question.marks for question in questions), Fraction(0))
    return words.plain("moodle.about", times=times(questions), total=in_words(total))


def _category(title: str) -> str:
    return f"$course$/top/{_step(title)}"


def _step(name: str) -> str:
    """A name as one step of a path: a single slash would open a category inside."""
    return name.replace("/", "//")
