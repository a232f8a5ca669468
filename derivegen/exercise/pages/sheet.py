"""The sheet a student gets: one exercise and a pen over its numbers go in; the document with room to write, and nothing that answers, comes
out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from derivegen.document.blocks import (
    Block,
    Derivation,
    Document,
    Fields,
    Heading,
    Item,
    Items,
    Paragraph,
    Prose,
    Row,
    Table,
)
from derivegen.document.pen import Pen
from derivegen.exercise.ask import letter
from derivegen.exercise.exercise import Answer, Exercise, Question
from derivegen.exercise.marks import in_words
from derivegen.exercise.pages.steps import in_a_line, step_derivation
from derivegen.exercise.working import Line, working
from derivegen.formula.tree import Compare, Formula, Hole, Quantity, Value
from derivegen.mistakes.mistaken import Right, mistaken_name, right_of
from derivegen.network.family import Family
from derivegen.network.names import parse_derivative
from derivegen.solution.given import given_numbers, introduction

LINES = {"number": 2, "formula": 2}
"""Ruled lines under a part; a derivative gets two more."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the top and the foot of a sheet."""

    student: str = ""
    name: str = ""
    seed: str = ""


@dataclass(frozen=True)
class Sheet:
    """Writes the documents of one exercise; `pen` is over an `ExerciseTrace`."""

    pen: Pen
    exercise: Exercise
    head: Head

    def document(self, kind: str, blocks: Iterable[Block]) -> Document:
        """A document of this exercise: sheet, key or scheme."""
        options, pen = self.pen.graph.network.options, self.pen
        return Document(
            pen.words.plain(f"{kind}.title", title=pen.graph.network.title),
            tuple(blocks),
            author=options.author or "",
            course=options.course or "",
            date=options.date or "",
            language=options.language or "en",
            paper=options.paper or "a4",
            style=options.style or "light",
            foot=pen.words.plain("sheet.foot", seed=self.head.seed, code=self.exercise.variant.code),
            numbered=False,
        )

    @property
    def right(self) -> Right:
        """What its working is taken from."""
        return right_of(self.pen.trace.floats)

    def lines(self, question: Question) -> tuple[Line, ...]:
        """The lines a question prints, in the order printed."""
        target = question.answers[-1].quantity if question.kind != "find-error" else question.lines[-1]
        found = {line.name: line for line in working(self.right, (target, *question.lines), question.mistake)}
        return tuple(found[name] for name in question.lines)


def sheet(work: Sheet) -> Document:
    """The sheet."""
    return work.document("sheet", _blocks(work))


def _blocks(work: Sheet) -> Iterator[Block]:
    pen = work.pen
    yield Fields(
        (
            (pen.words.plain("sheet.name"), work.head.name),
            (pen.words.plain("sheet.id"), work.head.student),
            (pen.words.plain("sheet.date"), ""),
        )
    )
    yield marks_table(work)
    yield from introduction(pen)
    yield Heading(1, pen.say("sheet.given"))
    yield from given_numbers(pen)
    yield from formulas(pen)
    yield Paragraph(_rounding(pen))
    for question in work.exercise.questions:
        yield Heading(1, heading(pen, question))
        yield from _MADE[question.kind](work, question)


def heading(pen: Pen, question: Question) -> Prose:
    """The title of a question: what it is and what it gives."""
    title = pen.words.plain(f"sheet.{question.kind}.title")
    marks = pen.words.plain("sheet.gives", marks=in_words(question.marks), one=question.marks <= 1)
    return pen.say("sheet.heading", number=question.number, title=title, marks=marks)


def marks_table(work: Sheet) -> Table:
    """A column a question: what it gives, and room for what was reached."""
    pen, questions = work.pen, work.exercise.questions
    header: list[Prose] = [pen.say("sheet.question"), *((str(q.number),) for q in questions), pen.say("sheet.total")]
    possible: list[Prose] = [pen.say("sheet.possible"), *((in_words(q.marks),) for q in questions)]
    reached: list[Prose] = [pen.say("sheet.reached"), *(() for _ in range(len(questions) + 1))]
    rows = ((*possible, (in_words(work.exercise.marks),)), tuple(reached))
    return Table(pen.say("sheet.marks"), tuple(header), rows, to_write=True)


def formulas(pen: Pen) -> Iterator[Block]:
    """The loss and the activations as formulas; of a `[graph]` its nodes."""
    if not pen.graph.layered:
        nodes = [pen.graph[name] for name in pen.graph.families if pen.graph[name].formula is not None]
        yield Derivation(tuple(Row(Quantity(n.name), "=", n.formula) for n in nodes if n.formula is not None))
        return
    loss = pen.graph[pen.chain.root].formula
    defined: dict[str, Formula] = {}
    for family in pen.graph.families.values():
        if (
            family.kind == "activation"
            and not family.is_identity
            and not family.is_unknown
            and family.rule not in defined
        ):
            defined[family.rule] = _definition(pen, family)
    yield Paragraph(pen.say("sheet.formulas"))
    rows = [Row(_left(tree), "=", _right(tree)) for tree in defined.values()]
    assert loss is not None
    yield Derivation((*rows, Row(Quantity(pen.chain.root), "=", loss)))


def _definition(pen: Pen, family: Family) -> Formula:
    from derivegen.solution.forward import closed_form, definition

    indices = next(iter(family.members()))
    a = family.member(indices)
    z = a.replace("a", "z", 1)
    closed = closed_form(pen, family, a, z)
    opened = definition(closed)
    formula = pen.graph[a].formula
    assert formula is not None
    if opened is not None:
        return Compare(closed, "=", opened)
    return Compare(closed if closed != formula else Quantity(a), "=", formula)


def _left(tree: Formula) -> Formula:
    assert isinstance(tree, Compare)
    return tree.left


def _right(tree: Formula) -> Formula:
    assert isinstance(tree, Compare)
    return tree.right


def _rounding(pen: Pen) -> Prose:
    rounding = pen.trace.rounding
    return pen.say(
        "sheet.rounding",
        digits=rounding.significant or rounding.digits,
        significant=rounding.significant is not None,
        carried=rounding.carry == "exact",
    )


# one function a kind


def _parts(work: Sheet, question: Question) -> Items:
    """One part an answer, with lines to write on."""
    return Items(tuple(_part(work, answer) for answer in question.answers))


def _part(work: Sheet, answer: Answer) -> Item:
    lines = LINES.get(answer.form, 1) + (2 if _long(answer) else 0)
    return Item(f"{part(answer)})", (Quantity(answer.quantity), " ="), marks_of(work.pen, answer), lines)


def _long(answer: Answer) -> bool:
    return parse_derivative(answer.quantity) is not None and answer.form == "number"


def part(answer: Answer) -> str:
    """The letter of a part: b of 2b; of a question with one answer its number."""
    return answer.label.lstrip("0123456789") or answer.label


def marks_of(pen: Pen, answer: Answer) -> str:
    """What an answer gives, in words."""
    return pen.words.plain("sheet.gives", marks=in_words(answer.marks), one=answer.marks <= 1)


def _values(work: Sheet, question: Question) -> Iterator[Block]:
    yield Paragraph(work.pen.say("sheet.values"))
    yield _parts(work, question)


def _update(work: Sheet, question: Question) -> Iterator[Block]:
    yield Paragraph(work.pen.say("sheet.update", rate=Quantity("rate")))
    yield _parts(work, question)


def _symbolic(work: Sheet, question: Question) -> Iterator[Block]:
    yield Paragraph(work.pen.say("sheet.symbolic"))
    yield _parts(work, question)


def _table(work: Sheet, question: Question) -> Iterator[Block]:
    pen = work.pen
    asked = {answer.quantity: answer for answer in question.answers}
    header = (pen.say("sheet.quantity"), pen.say("sheet.value"))
    rows: list[tuple[Prose, ...]] = [
        ((Quantity(name),), () if name in asked else (Value(name),)) for name in question.lines
    ]
    yield Paragraph(pen.say("sheet.table", all=len(asked) == len(question.lines)))
    yield Table(pen.say("sheet.table.caption"), *_folded(header, rows), to_write=True)


MANY_ROWS = 7


def _folded(
    header: tuple[Prose, ...], rows: list[tuple[Prose, ...]]
) -> tuple[tuple[Prose, ...], tuple[tuple[Prose, ...], ...]]:
    """A long narrow table as one twice as wide, read down the left half first."""
    if len(rows) <= MANY_ROWS:
        return header, tuple(rows)
    half = (len(rows) + 1) // 2
    right = [*rows[half:], *([tuple(() for _ in header)] * (2 * half - len(rows)))]
    return header * 2, tuple(one + other for one, other in zip(rows[:half], right, strict=True))


def _blanks(work: Sheet, question: Question) -> Iterator[Block]:
    """The lines that are shown, then for each line left open a line to write on and a box for the result."""
    hidden = {answer.quantity: answer for answer in question.answers}
    lines = work.lines(question)
    yield Paragraph(work.pen.say("sheet.blanks", name=Quantity(question.lines[-1]), begun=len(hidden) < len(lines)))
    yield from (step_derivation(work.pen, line, question.bare) for line in lines if line.name not in hidden)
    open_ = (hidden[line.name] for line in lines if line.name in hidden)
    yield Items(
        tuple(
            Item(f"{part(each)})", (Quantity(each.quantity), " = ", Hole()), marks_of(work.pen, each), 1)
            for each in open_
        )
    )


def _order(work: Sheet, question: Question) -> Iterator[Block]:
    (answer,) = question.answers
    yield Paragraph(work.pen.say("sheet.order", name=Quantity(answer.quantity)))
    lines = enumerate(work.lines(question))
    yield Items(tuple(Item(letter(place).upper(), in_a_line(work.pen, line, question.bare)) for place, line in lines))
    yield Items((Item(f"{part(answer)})", work.pen.say("sheet.order.answer"), marks_of(work.pen, answer), 1),))


def _find_error(work: Sheet, question: Question) -> Iterator[Block]:
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


def _choice(work: Sheet, question: Question) -> Iterator[Block]:
    (answer,) = question.answers
    yield Paragraph(work.pen.say("sheet.choice", name=Quantity(answer.quantity)))
    yield Items(
        tuple(
            Item(letter(place).upper(), option(answer.quantity, mistake))
            for place, mistake in enumerate(question.options)
        )
    )


def option(quantity: str, mistake: str) -> Prose:
    """One answer to choose."""
    return (Value(mistaken_name(quantity, mistake) if mistake else quantity),)


_MADE = {
    "values": _values,
    "blanks": _blanks,
    "symbolic": _symbolic,
    "order": _order,
    "find-error": _find_error,
    "choice": _choice,
    "table": _table,
    "update": _update,
}
