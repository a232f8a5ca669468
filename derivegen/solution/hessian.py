"""The second derivatives of the loss by every two parameters: a pen goes in; the matrix, in tables that fit a page, comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derivegen.calculus.twice import hessian
from derivegen.document.blocks import Block, Heading, Paragraph, Table
from derivegen.document.pen import Pen
from derivegen.document.tables import MOST_COLUMNS
from derivegen.formula.tree import Formula, Quantity, printed_number
from derivegen.network.network import Figure


def hessian_section(pen: Pen) -> Iterator[Block]:
    """The section. Raises InputError of a network that has none: with symbols, a kink, or too many parameters."""
    matrix = hessian(pen.trace.derivation)
    names = [*matrix]
    yield Heading(1, pen.say("hessian.title"))
    yield Paragraph(pen.say("hessian.says"))
    for first in range(0, len(names), MOST_COLUMNS - 1):
        yield _table(pen, matrix, names[first : first + MOST_COLUMNS - 1])


def _table(pen: Pen, matrix: Mapping[str, Mapping[str, Figure]], columns: list[str]) -> Table:
    """A row for each parameter that is differentiated by first, and these columns."""

    def cell(number: Figure) -> tuple[Formula]:
        return (printed_number(pen.trace.rounding.text(number)),)

    header = ((), *((Quantity(name),) for name in columns))
    rows = tuple(((Quantity(name),), *(cell(row[by]) for by in columns)) for name, row in matrix.items())
    return Table(pen.say("hessian.caption", root=Quantity(pen.graph.root)), header, rows)
