"""Questions solved, as keys and schemes print them: the working, the answers, the chain along every route."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.steps import Factor
from derivegen.document.blocks import Block, Derivation, Item, Items, Paragraph, Prose
from derivegen.exercise.exercise import Answer, Question
from derivegen.exercise.pages.steps import step_derivation
from derivegen.exercise.pages.work import Sheet, marks_of, part
from derivegen.exercise.working import working
from derivegen.formula.tree import Formula, Quantity, Value, product, total
from derivegen.network.tables.activations import is_identity


def solved(work: Sheet, names: Sequence[str], shown: set[str]) -> Iterator[Block]:
    """The lines that lead to quantities, without those that stand in this key already."""
    lines = [line for line in working(work.right, names) if line.name not in shown]
    if not lines:
        yield Paragraph(work.pen.say("key.above"))
    for line in lines:
        shown.add(line.name)
        yield step_derivation(work.pen, line)


def results(work: Sheet, question: Question) -> Items:
    """Every right answer with what it gives."""
    return Items(tuple(_solved(work, answer) for answer in question.answers))


def _solved(work: Sheet, answer: Answer) -> Item:
    name = Quantity(answer.quantity)
    said = right(work, answer)
    if answer.form == "number":
        said = (name, f" {work.pen.relation(name, Value(answer.quantity))} ", *said)
    return Item(f"{part(answer)})", said, marks_of(work.pen, answer))


def right(work: Sheet, answer: Answer) -> Prose:
    """The right answer: a number, a formula, letters in order, or which line or option it is."""
    if answer.form == "number":
        return (Value(answer.quantity),)
    if answer.form == "formula":
        *_, last = symbols(work, answer)
        return (last.rows[-1].right,)
    return (" ".join(answer.right) if answer.form == "order" else answer.right,)


def symbols(work: Sheet, answer: Answer) -> Iterator[Derivation]:
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
