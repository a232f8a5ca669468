"""The answer key: one exercise goes in; the full working of exactly what is asked, and every answer, comes out."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.calculus.chain import Factor
from derivegen.document.blocks import Block, Document, Heading, Item, Items, Note, Paragraph, Prose
from derivegen.document.pen import Pen
from derivegen.exercise.ask import letter
from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.pages.sheet import Sheet, heading, marks_of, option, part
from derivegen.exercise.pages.steps import step_derivation
from derivegen.exercise.working import working
from derivegen.formula.tree import Formula, Quantity, Value, product, total
from derivegen.network.tables.activations import is_identity


def key(work: Sheet) -> Document:
    """The key."""
    return work.document("key", _blocks(work))


def _blocks(work: Sheet) -> Iterator[Block]:
    if work.pen.trace.rounding.carry == "exact":
        yield Paragraph(work.pen.say("key.digits"))
    shown: set[str] = set()
    for question in work.exercise.questions:
        yield Heading(1, heading(work.pen, question))
        yield from _working(work, question, shown)
        yield from _answers(work, question)


def _working(work: Sheet, question: Question, shown: set[str]) -> Iterator[Block]:
    """The lines that lead to the answers, without those that stand in this key already."""
    names = question.lines if question.kind in ("blanks", "order", "table") else [a.quantity for a in question.answers]
    if question.kind == "find-error":
        return
    if question.kind == "symbolic":
        for answer in question.answers:
            yield from symbols(work, answer)
        return
    lines = [line for line in working(work.right, names) if line.name not in shown]
    if not lines:
        yield Paragraph(work.pen.say("key.above"))
    for line in lines:
        shown.add(line.name)
        yield step_derivation(work.pen, line)


def symbols(work: Sheet, answer: Answer) -> Iterator[Block]:
    """The chain along every route, with the links written out."""
    pen = work.pen
    if isinstance(pen.graph.network.rows, str):
        reading = pen.trace.derivation[answer.quantity].reading
        yield pen.derivation(Quantity(answer.quantity), [(reading, pen.say("working.chain"))])
        return
    routes = pen.trace.derivation.routes(answer.quantity, 5)
    if not 0 < len(routes) < 5:
        for line in working(work.right, (answer.quantity,)):
            if line.stage != "forward":
                yield pen.derivation(Quantity(line.name), [(line.reading, ())])
        return
    routes = tuple(tuple(factor for factor in route if not is_identity(factor.rule)) for route in routes)
    whole = answer.quantity if len(routes) > 1 else ""
    names = total(*(product(*(_link(factor, whole) for factor in route)) for route in routes))
    links = total(*(pen.together(route) for route in routes))
    yield pen.derivation(
        Quantity(answer.quantity), [(names, pen.say("key.routes", count=len(routes))), (links, pen.say("key.links"))]
    )


def _link(factor: Factor, whole: str) -> Formula:
    """A link by its name; a share, which has none, as the fraction it is. What the root holds of the quantity directly has the sign of the
    whole sum, so in that it is written out."""
    return factor.reading if factor.role == "share" or factor.name == whole else Quantity(factor.name)


def _answers(work: Sheet, question: Question) -> Iterator[Block]:
    pen = work.pen
    if question.kind == "find-error":
        yield from _error(work, question)
        return
    if question.kind == "symbolic":
        return
    yield Items(
        tuple(Item(f"{part(answer)})", answer_text(pen, answer), marks_of(pen, answer)) for answer in question.answers)
    )
    if question.kind == "order":
        yield Note(pen.say("key.order"))
    if question.kind == "choice":
        yield from _why_not(work, question)


def answer_text(pen: Pen, answer: Answer) -> Prose:
    """The right answer."""
    if answer.form == "number":
        name, number = Quantity(answer.quantity), Value(answer.quantity)
        return (name, f" {pen.relation(name, number)} ", number)
    if answer.form == "formula":
        return (Quantity(answer.quantity),)
    return (" ".join(answer.right) if answer.form == "order" else answer.right,)


def _why_not(work: Sheet, question: Question) -> Iterator[Block]:
    """What each wrong option comes from."""
    (answer,) = question.answers
    entries = [
        Item(
            letter(place).upper(),
            (*option(answer.quantity, mistake), ": ", work.pen.words.plain(f"mistake.{mistake}.name")),
        )
        for place, mistake in enumerate(question.options)
        if mistake
    ]
    yield Items(tuple(entries))


def _error(work: Sheet, question: Question) -> Iterator[Block]:
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
