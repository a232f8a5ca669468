"""Several rows: what one row gave goes in; the sum or mean over all rows, with numbers and a table of the rows, comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.document.blocks import Block, Heading, Paragraph, Prose, Table
from derivegen.document.compose.pen import Line, Pen
from derivegen.formula.tree import BigSum, Bracket, Formula, Number, Product, Quantity, Ratio, Sum, Value, product

WRITTEN_OUT = 4
"""Rows whose numbers are written out as a sum; of more, the table holds them."""


def rows_section(pen: Pen, wanted: Sequence[str]) -> Iterator[Block]:
    """The loss and the wanted derivatives over all rows."""
    network = pen.graph.network
    rows = network.rows
    assert network.loss is not None
    mean = network.loss.reduction == "mean"
    yield Heading(1, pen.say("rows.title"))
    yield Paragraph(
        pen.say("rows.opening", mean=mean, count=str(rows), row=Quantity(pen.chain.root), loss=Quantity("loss"))
    )
    yield pen.derivation(Quantity("loss"), _combined(pen, "loss", "loss@{}", mean, "loss"))
    for name in wanted:
        yield pen.derivation(
            Quantity(f"dloss/d{name}"), _combined(pen, f"dloss/d{name}", "dloss@{}/d" + name, mean, name)
        )
    if isinstance(rows, int) and pen.trace.complete and rows <= 40:
        yield _table(pen, wanted, rows)


def _combined(pen: Pen, name: str, pattern: str, mean: bool, of: str) -> list[Line]:
    """name = share · Σ rows = the numbers = value; `of` is what the reasons speak of."""
    rows = pen.graph.network.rows
    share: tuple[Formula, ...] = (
        (Ratio(Number("1"), Number(str(rows)) if isinstance(rows, int) else Quantity(rows)),) if mean else ()
    )
    index = Quantity("r")
    high = Number(str(rows)) if isinstance(rows, int) else Quantity(rows)
    lines: list[Line] = []
    if not isinstance(rows, int) or rows > WRITTEN_OUT:
        general = BigSum(Quantity(pattern.format("r")), index, Number("1"), high)
        lines.append(
            (product(*share, general), pen.say("reason.rows.mean" if mean else "reason.rows.sum", target=Quantity(of)))
        )
    if isinstance(rows, int) and rows <= WRITTEN_OUT:
        terms = Sum(tuple(Quantity(pattern.format(r)) for r in range(1, rows + 1)))
        tree = Product((*share, Bracket(terms)), dotted=True) if share else terms
        lines.append((tree, pen.say("reason.rows.mean" if mean else "reason.rows.sum", target=Quantity(of))))
        if pen.trace.known(name):
            lines.append((pen.numbers(tree), pen.say("reason.numbers.rows", target=Quantity(of))))
    if pen.trace.known(name):
        lines.append((Value(name), ()))
    return lines


def _table(pen: Pen, wanted: Sequence[str], rows: int) -> Table:
    header: list[Prose] = [pen.say("table.row"), (Quantity("loss@r"),)]
    shown = list(wanted)[:5]
    header += [(Quantity(f"dloss@r/d{name}"),) for name in shown]
    body: list[tuple[Prose, ...]] = [
        ((str(r),), (Value(f"loss@{r}"),), *((Value(f"dloss@{r}/d{name}"),) for name in shown))
        for r in range(1, rows + 1)
    ]
    last = (pen.say("table.all-rows"), (Value("loss"),), *((Value(f"dloss/d{name}"),) for name in shown))
    return Table(pen.say("table.rows"), tuple(header), (*body, last))
