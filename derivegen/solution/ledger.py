"""All of a layer at once: what is worked out of every unit from the output back, and every derivative as δ times input, in tables.

A pen goes in; tables come out, each cell with digits enough for a calculator to follow it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.steps import Factor
from derivegen.document.blocks import Beside, Block, Derivation, Heading, Paragraph, Prose, Row, Table, in_lines
from derivegen.document.pen import Line, Pen
from derivegen.document.tables import MOST_CELLS, MOST_COLUMNS, in_twos, layer_name, parameter_tables
from derivegen.formula.print.line_width import DIGIT, line_width
from derivegen.formula.tree import (
    Cases,
    Compare,
    Formula,
    Negative,
    Quantity,
    Sum,
    Value,
    product,
    total,
    values_in,
    walk,
)
from derivegen.network.layer import Layer
from derivegen.solution.blame import blame_picture
from derivegen.solution.joint import is_joint
from derivegen.solution.links import delta_of, visible
from derivegen.solution.others import Others
from derivegen.solution.readings import MINDS, STEEP, TAKES

MOST_UNITS = 40
"""Units of a layer that have lines in the ledger."""
MOST_WRITTEN = 2
"""Terms of a sum that are written out in a cell."""
NARROW_HEADS = 3
"""Columns of a table that has another one beside it, where the heads hold numbers."""
MOST_MAPPED = 12
"""Parameters whose derivatives are drawn as a map beside their tables."""
BESIDE, PADDING = 108.0, 5.0
"""Millimetres that tables may take beside the map, and the room on both sides of a cell."""
MOST_ADDED = 6
"""Units whose δ are added up one by one."""
MOST_MORE = 4
"""Further digits a table of products may show."""


def ledger(pen: Pen, worked: Sequence[str], named: set[str]) -> Iterator[Block]:
    """The section; without numbers the formulas of what was not worked."""
    yield Heading(1, pen.say("ledger.title"))
    if not pen.trace.complete:
        yield from Others(pen, named).blocks(worked, in_short=True)
        return
    layers = [layer for layer in reversed(pen.worked) if layer.units <= MOST_UNITS]
    if layers and not _all_worked(pen, layers, worked):
        yield Paragraph(pen.say("ledger.opening", row=pen.row_in_hand))
        yield _units(pen, layers)
    several = pen.graph.network.rows != 1
    yield Paragraph(pen.say("ledger.weights", several=several, takes=TAKES))
    if several:
        derivation = pen.trace.derivation
        tables = parameter_tables(pen, "table.gradients", lambda name: (Value(derivation.name_of(name)),))
        yield from _with_map(pen, [*tables])
        return
    small = [layer for layer in reversed(pen.worked) if layer.units * (layer.fan_in + 1) <= MOST_CELLS]
    tabled = [layer for layer in small if layer.fan_in <= MOST_COLUMNS]
    yield from _with_map(pen, [_products(pen, layer) for layer in tabled])
    if not all(_followed(pen, layer, _more(pen, layer)) for layer in tabled):
        yield Paragraph(pen.say("ledger.rounded"))
    for layer in reversed(pen.worked):
        if layer.offset is not None and not layer.offset.axes and layer.offset.name not in worked:
            yield _shared(pen, layer, layer.offset.name)


def _all_worked(pen: Pen, layers: Sequence[Layer], worked: Sequence[str]) -> bool:
    """Whether every unit has been worked line by line: of layers of one unit, of each of which a parameter was."""
    followed = {pen.graph[name].family.layer for name in worked}
    return all(layer.units == 1 and layer.number in followed for layer in layers)


def _with_map(pen: Pen, tables: Sequence[Block]) -> Iterator[Block]:
    """The tables of the parameters, beside them, where there is room, the blame map, which shows the same numbers."""
    picture = blame_picture(pen) if max(pen.graph.widths) > 1 and len(pen.graph.parameters) <= MOST_MAPPED else None
    if picture is None:
        yield from in_twos(pen, tables, NARROW_HEADS)
    elif all(isinstance(table, Table) and _width(pen, table) <= BESIDE for table in tables):
        yield Beside((picture, *tables))
    else:
        yield from (*in_twos(pen, tables, NARROW_HEADS), picture)


def _width(pen: Pen, table: Table) -> float:
    """Millimetres that a table takes, with the room on either side of its cells."""
    lines = (table.header, *table.rows)
    return sum(max(_cell_width(pen, line[place]) for line in lines) + PADDING for place in range(len(table.header)))


def _cell_width(pen: Pen, cell: Prose) -> float:
    runs = (DIGIT * len(run) if isinstance(run, str) else line_width(pen.press.written(run, pen.trace)) for run in cell)
    return sum(runs)


# the units


def _units(pen: Pen, layers: Sequence[Layer]) -> Table:
    """unit, z, a, slope, ∂L/∂a, δ, the output layer above."""
    linear = all(layer.linear for layer in layers)
    row = "" if pen.chain.row is None else "@r"
    header: list[Prose] = [pen.say("table.unit")]
    a: Prose = (Quantity(f"a[l][j]{row}"),)
    if not linear:
        header += [(Quantity(f"z[l][j]{row}"),), a, (*pen.say("ledger.slope"), f" {STEEP}")]
    else:
        header.append(a)
    header.append((f"{MINDS} ", Quantity(f"d{pen.chain.root}/da[l][j]")))
    if not linear:
        header.append((f"{MINDS} · {STEEP} ", Quantity(f"delta[l][j]{row}")))
    rows = [tuple(_unit(pen, layer, unit, linear)) for layer in layers for unit in range(1, layer.units + 1)]
    return Table(pen.say("ledger.units"), tuple(header), tuple(rows))


def _unit(pen: Pen, layer: Layer, unit: int, linear: bool) -> Iterator[Prose]:
    indices = (unit, *pen.rows_in_hand)
    z, a = layer.z.member(indices), layer.a.member(indices)
    by_z, by_a = pen.chain.name_of(z), pen.chain.name_of(a)
    yield (Quantity(a),)
    joint, both = is_joint(pen, by_z), len(pen.chain[by_z].terms) > 1
    if not linear:
        yield () if layer.linear else (Value(z),)
    yield (Value(a),)
    together = joint or both
    if not linear:
        slope = visible(pen.chain[by_z].terms[0].factors)[1:] if pen.chain[by_z].terms else []
        yield () if layer.linear or together or not slope else (Value(slope[0].name),)
    yield () if together else _worked(pen, by_a)
    if not linear:
        yield _together(pen, by_z) if together else () if layer.linear else (Value(by_z),)


def _worked(pen: Pen, name: str) -> Prose:
    """∂L/∂a with what it is made of, where that is short."""
    step = pen.chain[name]
    if not pen.trace.known(name):
        return (Quantity(name),)
    if not step.terms or len(step.terms) > MOST_WRITTEN:
        return (Value(name),)
    at_loss = all(factor.role != "upstream" for term in step.terms for factor in term.factors)
    if any(isinstance(part, Cases) for part in walk(step.reading)):
        return (Value(name),)  # which branch holds is seen only where the branches stand
    if at_loss:
        return in_a_cell(pen, name, pen.numbers(step.reading))
    return in_a_cell(
        pen, name, total(*(product(*(_number(pen, f) for f in visible(term.factors))) for term in step.terms))
    )


def _number(pen: Pen, factor: Factor) -> Formula:
    return Value(factor.name) if factor.role == "upstream" else pen.values([factor])


def _together(pen: Pen, name: str) -> Prose:
    """δ = a − t of an output whose loss and activation belong together; else the value alone."""
    if not is_joint(pen, name) or not pen.trace.known(name):
        return (Value(name),)
    z = pen.chain.by_of(name)
    assert z is not None
    graph, member = pen.graph, z[0].member(z[1])
    a, t = (Value(graph.beside(member, family)) for family in (graph.output, graph.target))
    return in_a_cell(pen, name, Sum((a, Negative(t))))


def in_a_cell(pen: Pen, name: str, side: Formula) -> Prose:
    """side = its value, with digits enough."""
    if not any(values_in(side)) or isinstance(side, Value):  # a branch that holds here says nothing by itself
        return (Value(name),)
    rows = pen.followed((Row(Quantity(name), "=", side), Row(None, pen.relation(side, Value(name)), Value(name))))
    return (Compare(rows[0].right, rows[1].relation, rows[1].right), *rows[1].reason)


# the parameters


def _products(pen: Pen, layer: Layer) -> Table:
    """Each derivative as the δ at its left times the input above it."""
    more = _more(pen, layer)
    sources = [layer.below.member((k, *pen.rows_in_hand)) for k in range(1, layer.fan_in + 1)]
    header: list[Prose] = [(f"{MINDS} · {STEEP}",)]
    header += [(f"{TAKES} ", _equal(pen, source, more)) for source in sources]
    offset = layer.offset
    if offset is not None and offset.axes:
        header.append(pen.say("table.threshold" if offset.kind == "threshold" else "table.bias"))
    rows = []
    for j in range(1, layer.units + 1):
        cells: list[Prose] = [(_delta(pen, layer, j, more),)]
        for k in range(1, layer.fan_in + 1):
            exists = layer.weights.exists((j, k))
            cells.append((Value(pen.chain.name_of(layer.weights.member((j, k)))),) if exists else ("–",))
        if offset is not None and offset.axes:
            cells.append((Value(pen.chain.name_of(offset.member((j,)))),))
        rows.append(tuple(cells))
    return Table(
        pen.say("ledger.products", loss=Quantity(pen.chain.root), layer=layer_name(pen, layer.number)),
        tuple(header),
        tuple(rows),
    )


def _equal(pen: Pen, name: str, more: int) -> Formula:
    """A quantity = its number."""
    number = _value(pen, name, more)
    return Compare(Quantity(name), pen.relation(Quantity(name), number), number)


def _delta(pen: Pen, layer: Layer, unit: int, more: int) -> Formula:
    name = _by_unit(pen, layer, unit)
    shown = Quantity(name) if layer.linear else Quantity(delta_of(pen.graph, name))
    number = _value(pen, name, more)
    return Compare(shown, pen.relation(Quantity(name), number), number)


def _by_unit(pen: Pen, layer: Layer, unit: int) -> str:
    """∂L/∂z of a unit; of a linear one ∂L/∂a, which is the same."""
    return pen.chain.name_of((layer.a if layer.linear else layer.z).member((unit, *pen.rows_in_hand)))


def _more(pen: Pen, layer: Layer) -> int:
    """How many further digits of δ and inputs lead to every product of the table."""
    if pen.trace.carried:
        return 0
    return next((more for more in range(MOST_MORE) if _followed(pen, layer, more)), MOST_MORE)


def _followed(pen: Pen, layer: Layer, more: int) -> bool:
    """Whether a calculator comes from the heads of the table, with so many further digits, to each of its cells."""
    for j, k in layer.weights.members():
        heads = _by_unit(pen, layer, int(j)), layer.below.member((k, *pen.rows_in_hand))
        end = Value(pen.chain.name_of(layer.weights.member((j, k))))
        if not pen.paper.follows(product(*(_value(pen, name, more) for name in heads)), end):
            return False
    return True


def _value(pen: Pen, name: str, more: int) -> Value:
    return Value(name, 0 if pen.trace.shown_exactly(name) else more)


def _shared(pen: Pen, layer: Layer, name: str) -> Derivation:
    """The derivative by a bias of the whole layer: the sum of the δ."""
    target, step = pen.chain.name_of(name), pen.chain[pen.chain.name_of(name)]
    names = [_by_unit(pen, layer, j) for j in range(1, layer.units + 1)]
    shown = [Quantity(each) if layer.linear else Quantity(delta_of(pen.graph, each)) for each in names]
    lines: list[Line] = []
    if len(step.terms) == len(names) <= MOST_ADDED:
        lines = [(total(*shown), ()), (total(*map(Value, names)), ())]
    return in_lines(
        pen.derivation(Quantity(target), [*lines, (Value(target), pen.say("ledger.shared", count=len(names)))])
    )
