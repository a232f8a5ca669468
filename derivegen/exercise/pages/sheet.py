"""The sheet a student gets: one exercise and a pen over its numbers go in; the document with room to write, and nothing that answers, comes
out.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block, Derivation, Document, Fields, Heading, Paragraph, Prose, Row, Table
from derivegen.document.pen import Pen
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.marks import in_words
from derivegen.exercise.pages.work import Sheet, heading, rounding
from derivegen.formula.tree import Compare, Formula, Quantity, Value
from derivegen.network.family import Family
from derivegen.solution.given import given_numbers
from derivegen.solution.indexed_forward import equations
from derivegen.solution.indexed_given import numbers_of
from derivegen.solution.told import introduction


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
    yield from given_of(pen)
    yield from formulas(pen)
    yield from rounding(work, "sheet.rounding")
    for question in work.exercise.questions:
        yield Heading(1, heading(pen, question))
        yield from KINDS[question.kind].sheet(work, question)


def given_of(pen: Pen) -> Iterator[Block]:
    """The network and its numbers; of a graph with index letters what these count as well."""
    if not pen.graph.lettered:
        yield from given_numbers(pen)
        return
    yield Paragraph(pen.say("sheet.letters"))
    yield from numbers_of(pen)
    if "rate" in pen.graph.givens:
        yield Paragraph(pen.say("given.rate", equation=Compare(Quantity("rate"), "=", Value("rate"))))


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
    if pen.graph.lettered:
        yield Paragraph(pen.say("sheet.formulas"))
        yield from equations(pen)
        return
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
