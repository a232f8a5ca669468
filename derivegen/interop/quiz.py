"""One student's exercise as classroom software has it: a sheet and what is accepted of its numbers go in; questions come out, each with
what it shows, the fields of its answers, what is right in each and what is said of which mistake, hints and the working.

Every format of classroom software is written from these records, so that none can disagree with another, or with the sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from math import lcm

from derivegen.document.blocks import Block, Document, Items, Paragraph, Picture, Prose
from derivegen.document.press import Press
from derivegen.exercise.exercise import Answer, Exercise, Question
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.orders import needs, orders
from derivegen.exercise.pages.screen import Screen
from derivegen.exercise.pages.solved import solved, symbols
from derivegen.exercise.pages.work import Sheet, option
from derivegen.exercise.reveal import ranges
from derivegen.formula.tree import Formula, Quantity, names_in
from derivegen.interop.items import Field, Item, Option, Wrong, wrong_numbers
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import mistaken_name
from derivegen.records import dataclass, field, replace
from derivegen.solution.optimizing import called_unless_plain

MOST_ORDERS = 120
"""Right orders of lines that are listed; where there are more, a person marks the answer."""
Said = dict[tuple[str, str], Prose]
"""What is said of a mistake in a quantity: it speaks of formulas, not of numbers, and so is the same for everybody."""


@dataclass(frozen=True)
class Quiz:
    """One student's exercise; `accepted` are the printed values that are right, `text` says how numbers look. By `times` all marks are
    multiplied, for software that counts in whole ones."""

    work: Sheet
    accepted: Callable[[str], tuple[str, ...]]
    text: Callable[[str], str]
    said: Said = field(default_factory=dict)
    times: int = 1

    # who and what

    @property
    def press(self) -> Press:
        """What its pages are made with."""
        return self.work.pen.press

    @property
    def title(self) -> str:
        """The network's."""
        return self.work.pen.graph.network.title

    @property
    def stem(self) -> str:
        """The network's name in names of files."""
        return self.work.pen.graph.network.stem

    @property
    def code(self) -> str:
        """The variant's."""
        return self.work.exercise.variant.code

    def tag(self) -> str:
        """The variant in words."""
        return self.plain("moodle.tag.variant", code=self.code)

    def name(self, item: Item) -> str:
        """What a question is called in lists."""
        return self.plain("moodle.name", title=self.title, label=item.label, code=self.code)

    def plain(self, key: str, **values: object) -> str:
        """A sentence without formulas."""
        return self.work.pen.words.plain(key, **values)

    def say(self, key: str, **values: object) -> Prose:
        """A sentence, its formulas as they are printed."""
        return self._written(self.work.pen.say(key, **values))

    # what is printed

    @cached_property
    def given(self) -> tuple[Block, ...]:
        """What every question needs: the network, its numbers, how to round."""
        return tuple(self._screen.given())

    @cached_property
    def picture(self) -> int:
        """Its place in what is given; that of nothing where there is none."""
        return next((n for n, block in enumerate(self.given) if isinstance(block, Picture)), len(self.given))

    @property
    def parts(self) -> list[tuple[Block, ...]]:
        """Everything that is printed, part by part: what is given before the picture, the picture, and behind it; the working of all; then
        what each question shows, what helps whoever marks it, and its working."""
        place = self.picture
        given = [self.given[:place], self.given[place : place + 1], self.given[place + 1 :], self.working]
        of_items = [part for each in self.items for part in (each.blocks, each.help, each.working)]
        return [*given, *of_items]

    @cached_property
    def document(self) -> Document:
        """The same in one, to be judged."""
        return self.work.document("screen", [block for part in self.parts for block in part])

    def inscribed(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        """Blocks with their numbers in them."""
        return self.press.inscribed(self.work.document("screen", blocks), self.work.pen.trace).blocks

    @cached_property
    def _screen(self) -> Screen:
        """What is shown, with the marks that count."""
        return Screen(replace(self.work, exercise=_multiplied(self.work.exercise, self.times)))

    @cached_property
    def right(self) -> Right:
        """What its working is taken from."""
        return self.work.right

    # the questions

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every question, in the order of the sheet."""
        return tuple(item for question in self.work.exercise.questions for item in self._pose(question))

    @cached_property
    def working(self) -> tuple[Block, ...]:
        """How everything that a program marks is solved, each line once."""
        own = (field.answer for item in self.items if not item.by_person for field in item.fields)
        return tuple(solved(self.work, [answer.quantity for answer in own if answer.form != "line"], set()))

    def _pose(self, question: Question) -> Iterator[Item]:
        posing = KINDS[question.kind].posing
        if posing == "alone":
            yield from (self._alone(question, answer) for answer in question.answers)
            return
        blocks = tuple(self._screen.question(_worth_more(question, self.times)))
        fields, label = tuple(self._field(question, answer) for answer in question.answers), f"{question.number}"
        if posing == "text":
            other = (self.say("moodle.other-line" if question.mistake else "moodle.other"),)
            yield Item(label, "fields", question, fields, blocks, (), self._working(question), other)
            return
        # the platform has a place of its own for the answer, and for the options
        blocks = tuple(block for block in blocks if not _takes_answer(block))
        if posing == "options":
            options = tuple(self._options(question))
            yield Item(label, "options", question, fields, blocks[:1], (), self._working(question), (), options)
            return
        blocks += (Paragraph(self.work.pen.say("moodle.order")),)
        help = (Paragraph((" ".join(question.answers[0].right),)), *KINDS[question.kind].marked(self.work.pen))
        found = orders(needs(self.right, question.lines), MOST_ORDERS)
        yield Item(label, "sequence", question, fields, blocks, help, (), (self.say("moodle.other-order"),), (), found)

    def _alone(self, question: Question, answer: Answer) -> Item:
        pen, name = self.work.pen, Quantity(answer.quantity)
        said = {"rate": Quantity("rate"), "optimizer": called_unless_plain(pen)}
        asking = (Paragraph(pen.say(f"moodle.{question.kind}", name=name, **said)),)
        own = (self._field(question, answer),)
        if answer.form == "formula":
            return Item(answer.label, "formula", question, own, asking, tuple(symbols(self.work, answer)))
        working = tuple(solved(self.work, [answer.quantity], set()))
        return Item(answer.label, "number", question, own, asking, (), working, tuple(self._ladder(answer)))

    def _working(self, question: Question) -> tuple[Block, ...]:
        """How the question is solved: the lines of its answers, without those that it shows."""
        names = [answer.quantity for answer in question.answers if answer.form != "line"]
        shown = set(question.lines) - set(names) if not question.mistake else set()
        return tuple(solved(self.work, names, shown))

    def _ladder(self, answer: Answer) -> Iterator[Prose]:
        """Hints, each telling more than the one before: what the last line is worked out from, then its formula."""
        _, step = self.right.step(answer.quantity)
        if step is not None:
            uses = dict.fromkeys(names_in(step.reading))
            yield self.say("moodle.hint.uses", name=Quantity(answer.quantity), uses=list(map(Quantity, uses)))
            yield self.say("moodle.hint.formula", name=Quantity(answer.quantity), formula=step.reading)

    # what is right and wrong

    def _field(self, question: Question, answer: Answer) -> Field:
        sign = self._screen.field(answer)
        if answer.form == "line":
            return Field(answer, sign, self.say("moodle.other-line"))
        if answer.form != "number":
            return Field(answer, sign, self.say("moodle.other-order"))
        accepted = tuple(dict.fromkeys((self.text(answer.quantity), *self.accepted(answer.quantity))))
        rounding = self.work.pen.trace.rounding
        wrong = tuple(self._wrong(answer, accepted, question.mistake))
        return Field(answer, sign, self.say("moodle.other"), accepted, ranges(accepted, rounding), wrong)

    def _wrong(self, answer: Answer, accepted: Sequence[str], slip: str) -> Iterator[Wrong]:
        """What mistakes lead to; `slip` is one that is printed on the sheet."""
        known = dict.fromkeys([*self.work.exercise.variant.wrong.get(answer.quantity, {}), *([slip] if slip else [])])
        values = [(mistake, self.text(mistaken_name(answer.quantity, mistake))) for mistake in known]
        yield from wrong_numbers(
            answer.marks, accepted, values, lambda each: self.says(answer.quantity, each), self.work.pen.trace.rounding
        )

    def _options(self, question: Question) -> Iterator[Option]:
        (answer,) = question.answers
        for mistake in question.options:
            said = self.says(answer.quantity, mistake) if mistake else self.say("moodle.right")
            yield Option(self._written(option(answer.quantity, mistake)), not mistake, said)

    def says(self, quantity: str, mistake: str) -> Prose:
        """What is said of a mistake."""
        if (quantity, mistake) not in self.said:
            self.said[quantity, mistake] = self._written(self._sentence(quantity, mistake))
        return self.said[quantity, mistake]

    def _sentence(self, quantity: str, mistake: str) -> Prose:
        """What is wrong, at the first line that the mistake changes."""
        if CATALOGUE[mistake].rewrite is None:
            return self.work.pen.say(f"mistake.{mistake}.says")
        first = self.right.with_mistakes((CATALOGUE[mistake],)).first(quantity)
        if first is None:
            return self.work.pen.say(f"mistake.{mistake}.name")
        right, wrong = first
        at = {"at": Quantity(right.target), "right": right.reading, "wrong": wrong.reading}
        return self.work.pen.say(f"mistake.{mistake}.says", **at)

    def _written(self, prose: Prose) -> Prose:
        trace = self.work.pen.trace
        return tuple(self.press.written(run, trace) if isinstance(run, Formula) else run for run in prose)


def times(questions: Sequence[Question]) -> int:
    """By what all marks are multiplied, so that every field of a text with fields gives whole ones."""
    fields = (answer for question in questions if KINDS[question.kind].posing == "text" for answer in question.answers)
    return lcm(*(answer.marks.denominator for answer in fields))


def _takes_answer(block: Block) -> bool:
    return isinstance(block, Items) and any(
        "\ue000" <= str(run)[-1:] <= "\uf8ff" for i in block.entries for run in i.text
    )


def _multiplied(exercise: Exercise, by: int) -> Exercise:
    return replace(exercise, questions=tuple(_worth_more(question, by) for question in exercise.questions))


def _worth_more(question: Question, by: int) -> Question:
    return replace(question, answers=tuple(replace(answer, marks=answer.marks * by) for answer in question.answers))
