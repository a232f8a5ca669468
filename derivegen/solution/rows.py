"""Several examples: first the loss as a sum or mean of theirs, with any number of them; at the end what one example gave, put together.

What one example gave goes in; the sum or mean over all, with numbers and a table of the examples, comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derivegen.document.blocks import Block, Heading, Paragraph, Prose, Table, in_lines
from derivegen.document.pen import Line, Pen
from derivegen.formula.tree import (
    BigSum,
    Bracket,
    Formula,
    Negative,
    Number,
    Product,
    Quantity,
    Ratio,
    Sum,
    Value,
    product,
)

WRITTEN_OUT = 4
"""Rows whose numbers are written out as a sum; of more, the table holds them."""


def general_loss(pen: Pen, wanted: Sequence[str]) -> Iterator[Block]:
    """The loss over all examples and its derivative, before one example is taken in hand; with one example, a word on the mean."""
    if pen.graph.network.loss is None:
        return
    mean = _is_mean(pen)
    if pen.graph.network.rows == 1:
        if mean:
            m = Quantity("m")
            formula = Product((Ratio(Number("1"), m), BigSum(Quantity("loss@r"), Quantity("r"), Number("1"), m)), False)
            yield Paragraph(pen.say("examples.mean-of-one", m=m, formula=formula))
        return
    yield Heading(1, pen.say("examples.title"))
    whole, row = Quantity("loss"), Quantity(pen.chain.root)
    yield Paragraph(pen.say("examples.opening", loss=whole, row=row, mean=mean))
    lines: list[Line] = [(_summed(pen, Quantity("loss@r")), pen.say("reason.examples.loss", mean=mean))]
    one = pen.graph["loss@r"].formula
    if one is not None and pen.graph.n_outputs == 1:
        lines.append((_summed(pen, one), pen.say("reason.examples.one", row=Quantity("loss@r"))))
    yield pen.derivation(whole, lines)
    for name in wanted[:1]:
        line = (_summed(pen, Quantity(f"dloss@r/d{name}")), pen.say("reason.examples.derivative", mean=mean))
        yield pen.derivation(Quantity(f"dloss/d{name}"), [line])


def rows_section(pen: Pen, wanted: Sequence[str], readings: Mapping[str, Formula]) -> Iterator[Block]:
    """The loss and the wanted derivatives over all rows; `readings` are the derivatives for one example, in letters."""
    rows = pen.graph.network.rows
    yield Heading(1, pen.say("rows.title"))
    yield Paragraph(
        pen.say(
            "rows.opening", mean=_is_mean(pen), count=str(rows), row=Quantity(pen.chain.root), loss=Quantity("loss")
        )
    )
    if pen.trace.complete:
        yield pen.derivation(Quantity("loss"), _combined(pen, "loss", "loss@{}", "loss"))
    for name in wanted:
        lines = _combined(pen, f"dloss/d{name}", "dloss@{}/d" + name, name)
        if not isinstance(rows, int) and name in readings:
            lines = [(lines[0][0], ()), (_summed(pen, readings[name]), pen.say("reason.rows.put-in"))]
        found = pen.derivation(Quantity(f"dloss/d{name}"), lines)
        yield found if isinstance(rows, int) else in_lines(found)
    if isinstance(rows, int) and pen.trace.complete and rows <= 40:
        yield _table(pen, wanted, rows)


def _is_mean(pen: Pen) -> bool:
    loss = pen.graph.network.loss
    assert loss is not None
    return loss.reduction == "mean"


def _share(pen: Pen) -> tuple[Formula, ...]:
    """1/m in front of a mean, nothing in front of a sum."""
    return (Ratio(Number("1"), _count(pen)),) if _is_mean(pen) else ()


def _count(pen: Pen) -> Formula:
    rows = pen.graph.network.rows
    return Number(str(rows)) if isinstance(rows, int) else Quantity(rows)


def _summed(pen: Pen, one: Formula) -> Formula:
    """The sum or mean of one example's formula over all of them, under a sum sign."""
    if isinstance(one, Negative):
        return Negative(_summed(pen, one.body))
    body = Bracket(one) if isinstance(one, Sum) else one
    return product(*_share(pen), BigSum(body, Quantity("r"), Number("1"), _count(pen)))


def _combined(pen: Pen, name: str, pattern: str, of: str) -> list[Line]:
    """name = share · Σ rows = the numbers = value; `of` is what the reasons speak of."""
    rows = pen.graph.network.rows
    reason = pen.say("reason.rows.mean" if _is_mean(pen) else "reason.rows.sum", target=Quantity(of))
    if not isinstance(rows, int) or rows > WRITTEN_OUT:
        lines: list[Line] = [(_summed(pen, Quantity(pattern.format("r"))), reason)]
    else:
        terms = Sum(tuple(Quantity(pattern.format(r)) for r in range(1, rows + 1)))
        share = _share(pen)
        tree = Product((*share, Bracket(terms)), dotted=True) if share else terms
        lines = [(tree, reason)]
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
        ((Quantity(f"@{r}"),), (Value(f"loss@{r}"),), *((Value(f"dloss@{r}/d{name}"),) for name in shown))
        for r in range(1, rows + 1)
    ]
    last = (pen.say("table.all-rows"), (Value("loss"),), *((Value(f"dloss/d{name}"),) for name in shown))
    return Table(pen.say("table.rows"), tuple(header), (*body, last))
