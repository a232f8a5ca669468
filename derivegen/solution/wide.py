"""What a wide network's matrix reading has beside the formulas: a pen for arrays goes in; the table of shapes, and one weight followed with
its numbers through the matrix formulas, come out."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block, Heading, Paragraph, Prose, Table
from derivegen.document.pen import Line
from derivegen.formula.tree import Array, BigSum, Formula, Number, Quantity, Ratio, Value, product, total
from derivegen.network.names import derivative
from derivegen.solution.array_pen import MOST_WRITTEN, ArrayPen


def shapes(pen: ArrayPen) -> Iterator[Block]:
    """A table of all arrays with their shapes, in the order of the forward pass."""
    say = pen.pen.say
    header = (say("wide.array"), say("wide.shape"), say("wide.entries"))
    yield Table(say("wide.shapes"), header, tuple(_line(pen, name) for name in _arrays(pen)))


def _arrays(pen: ArrayPen) -> Iterator[str]:
    yield pen.below(1)
    for number in pen.numbers_of_layers:
        offset = pen.offset(number)
        yield f"w[{number}]"
        if offset is not None and not pen.is_shared(offset):
            yield offset
        yield from (f"{base}[{number}]{pen.at}" for base in ("z", "a"))
    yield f"t{pen.at}"


def _line(pen: ArrayPen, name: str) -> tuple[Prose, ...]:
    rows, columns = pen.arrays.size(name)
    return (Array(name),), pen.pen.say("wide.times", rows=rows, columns=columns), (Number(str(rows * columns)),)


def followed(pen: ArrayPen) -> Iterator[Block]:
    """The first weight of the first layer: what comes back to its unit, that unit's slope, the weight's derivative, with numbers."""
    own, at = pen.pen, pen.at
    weight, x = "w[1][1][1]", f"x[1]{at}"
    z, a = f"z[1][1]{at}", f"a[1][1]{at}"
    if own.graph.locate(weight) is None or not own.trace.complete:
        return
    back, unit, slope = (own.chain.name_of(each) for each in (a, z, weight))
    yield Heading(1, own.say("wide.weight.title"))
    yield Paragraph(own.say("wide.weight.opening", weight=Quantity(weight), row=own.row_in_hand))
    if pen.last > 1:
        yield own.derivation(Quantity(back), _back(pen, back))
        yield own.derivation(Quantity(unit), _unit(pen, back, a, z))
    else:
        yield own.derivation(Quantity(unit), [(Value(unit), own.say("wide.reason.above-value"))])
    entry = product(Quantity(unit), Quantity(x))
    yield own.derivation(
        Quantity(slope),
        [
            (entry, own.say("wide.reason.outer")),
            (own.numbers(entry), own.say("wide.reason.numbers")),
            (Value(slope), ()),
        ],
    )
    yield from _mean(pen, weight)


def _back(pen: ArrayPen, back: str) -> Iterator[Line]:
    """What comes back to the unit from all units above, written out while there are few."""
    own = pen.pen
    units = pen.layer(2).units
    above = [
        product(Quantity(f"w[2][{i}][1]"), Quantity(own.chain.name_of(f"z[2][{i}]{pen.at}")))
        for i in range(1, units + 1)
    ]
    if units <= MOST_WRITTEN and not pen.masked(2):
        yield total(*above), own.say("wide.reason.above", count=units)
        yield own.numbers(total(*above)), own.say("wide.reason.numbers")
    yield Value(back), own.say("wide.reason.collected", count=units) if units > MOST_WRITTEN else ()


def _unit(pen: ArrayPen, back: str, a: str, z: str) -> Iterator[Line]:
    """That times the slope of the unit."""
    own = pen.pen
    local = own.chain.local(a, z)
    name = Quantity(derivative(a, z))
    if local is not None and not pen.linear(1) and not pen.coupled(1):
        yield product(Quantity(back), name), own.say("wide.reason.slope")
        read = product(Quantity(back), local.reading)
        yield read, own.say("wide.reason.slope-reads")
        yield own.numbers(read), own.say("wide.reason.numbers")
    yield Value(own.chain.name_of(z)), ()


def _mean(pen: ArrayPen, weight: str) -> Iterator[Block]:
    """The derivative of the whole loss from those of the examples."""
    own, rows, loss = pen.pen, pen.network.rows, pen.network.loss
    if own.chain.row is None or not isinstance(rows, int) or loss is None:
        return
    mean = loss.reduction == "mean"
    each: Formula = BigSum(Quantity(derivative("loss@r", weight)), Quantity("r"), Number("1"), Number(str(rows)))
    whole = Quantity(derivative("loss", weight))
    formula = product(*((Ratio(Number("1"), Number(str(rows))),) if mean else ()), each)
    yield own.derivation(whole, [(formula, own.say("layers.reason.rows", mean=mean)), (Value(whole.name), ())])
