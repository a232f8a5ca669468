"""The columns of a drawn network: what is shown of it goes in; its units with what stands in them, and the words below them, come out."""

from __future__ import annotations

from derivegen.document.pen import Pen
from derivegen.figures.figure import Column, Halves, Unit
from derivegen.formula.tree import Formula, Quantity
from derivegen.network.names import parse
from derivegen.network.tables.notations import NOTATIONS
from derivegen.solution.shown import Shown

CAPSULES_UP_TO = 5
"""Columns of a network whose units are drawn as z and a; in a deeper one there is no room for both."""


def stated(pen: Pen, name: str) -> Formula:
    """The quantity and its number, or, without one, the quantity."""
    if not pen.trace.known(name):
        return Quantity(name)
    return pen.stated(name)


def row_of(pen: Pen) -> str:
    """What the names of the row in hand end in."""
    return f"@{pen.chain.row}" if pen.chain.row is not None else ""


def own_units(name: str) -> tuple[Unit, ...]:
    """The units at the ends of a weight, the unit of a bias; of a shared one none."""
    parts = parse(name)
    if parts is None or len(parts.indices) < 2:
        return ()
    layer, j, *rest = parts.indices
    return ((layer, j - 1), *((layer - 1, k - 1) for k in rest))


def unit_in_words(pen: Pen, unit: Unit) -> str:
    """Which unit it is, for a listener; in languages that have one, in the case that stands after from and to."""
    column, row = unit
    return pen.words.plain("figure.unit", unit=row + 1, column=column, last=pen.graph.depth)


def columns_of(pen: Pen, seen: Shown, halves: bool = True) -> tuple[Column, ...]:
    """The drawn columns; units whose z and a are two quantities in two halves, if that is wanted and there is room."""
    columns = []
    for column in seen.columns:
        if column is None:
            more = len(seen.widths) - len(seen.rows)
            columns.append(Column((None,), pen.words.plain("figure.column.more", count=more)))
            continue
        labels = tuple(
            _unit(pen, column, row + 1, halves and len(seen.columns) <= CAPSULES_UP_TO) if row is not None else None
            for row in seen.rows[column]
        )
        joint = column > 0 and pen.graph.layer(column).a.is_coupled and len(labels) > 1
        of = tuple("" if row is None else _quantity(pen, column, row + 1) for row in seen.rows[column])
        joint = joint and any(isinstance(each, Halves) for each in labels)
        columns.append(Column(labels, _caption(pen, seen, column), joint, of))
    return tuple(columns)


def _quantity(pen: Pen, column: int, number: int) -> str:
    """What a unit stands for: an input, or its sum."""
    return f"{f'z[{column}]' if column else 'x'}[{number}]{row_of(pen)}"


def _unit(pen: Pen, column: int, number: int, halves: bool) -> Halves | Formula:
    """What stands in a unit."""
    own = row_of(pen)
    if not column:
        return Quantity(f"x[{number}]{own}")
    a = Quantity(f"a[{column}][{number}]{own}")
    split = halves and not pen.graph.layer(column).linear
    return Halves(Quantity(f"z[{column}][{number}]{own}"), a) if split else a


def _caption(pen: Pen, seen: Shown, column: int) -> str:
    """What stands below a column: its place, its number of units if some are left out, its index in the symbols."""
    last = len(seen.widths) - 1
    key = (
        "figure.column.inputs" if column == 0 else "figure.column.outputs" if column == last else "figure.column.hidden"
    )
    return pen.words.plain(
        key,
        number=column if last > 2 else 0,
        count=seen.widths[column],
        thinned=None in seen.rows[column],
        index=column + 1 if _counts_inputs(pen) else 0,
    )


def _counts_inputs(pen: Pen) -> bool:
    """Whether the notation counts the inputs as layer 1, so that the first hidden units carry a 2."""
    chosen = pen.graph.network.notation
    own = {"base": chosen} if isinstance(chosen, str) else chosen
    pattern = own.get("a") or NOTATIONS[str(own.get("base") or "indexed")].patterns["a"]
    return "<l+1>" in str(pattern)
