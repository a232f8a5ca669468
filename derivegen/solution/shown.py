"""What of a network is drawn: a network goes in; its columns, units and links come out, with places for those left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from derivegen.document.pen import Pen
from derivegen.figures.figure import Unit, shown, shown_columns
from derivegen.records import dataclass

Pair = tuple[Unit, Unit]


@dataclass(frozen=True)
class Shown:
    """Which columns and rows of a network are drawn: real numbers, counted from 0, None where dots stand. The loss is
    the column behind the last."""

    widths: tuple[int, ...]
    columns: tuple[int | None, ...]
    rows: Mapping[int, tuple[int | None, ...]]

    def at(self, unit: Unit) -> Unit | None:
        """Where a unit is drawn, or None."""
        column, row = unit
        if column == len(self.widths):
            return len(self.columns), 0
        if column not in self.columns:
            return self.columns.index(None), 0
        return (self.columns.index(column), self.rows[column].index(row)) if row in self.rows[column] else None

    def pairs(self) -> Iterator[Pair]:
        """All pairs of drawn units of neighbouring columns, the loss at the end."""
        for below, above in pairwise((*range(len(self.widths)), len(self.widths))):
            for j in self.units(above):
                for k in self.units(below):
                    yield (below, k), (above, j)

    def units(self, column: int) -> tuple[int, ...]:
        """The drawn units of a column; of a column among the dots none but its first."""
        if column == len(self.widths):
            return (0,)
        return tuple(row for row in self.rows[column] if row is not None) if column in self.columns else (0,)

    @property
    def complete(self) -> bool:
        """Whether nothing is left out."""
        return None not in self.columns and all(None not in rows for rows in self.rows.values())


def shown_of(pen: Pen, needed: Mapping[int, Collection[int]]) -> Shown:
    """What is drawn of the network, the needed units of each column in any case."""
    widths = pen.graph.widths
    columns = shown_columns(len(widths))
    rows = {c: shown(widths[c], needed.get(c, ())) for c in columns if c is not None}
    return Shown(widths, columns, rows)


def placed(seen: Shown, pair: Pair) -> Pair:
    """The ends of a link where they are drawn."""
    source, target = map(seen.at, pair)
    assert source is not None and target is not None
    return source, target


def weight_of(seen: Shown, pair: Pair) -> str:
    """The name of the weight on a link; "" on one to the loss, and on one that stands for many."""
    (below, k), (column, j) = pair
    own = column < len(seen.widths) and below in seen.columns and column in seen.columns
    return f"w[{column}][{j + 1}][{k + 1}]" if own else ""


def pairs(pen: Pen, seen: Shown) -> Iterator[Pair]:
    """The drawn pairs that have a connection; one link stands for all between two layers among the dots."""
    stack = pen.graph.stack
    for pair in seen.pairs():
        (below, k), (above, j) = pair
        exists = above > len(stack) or stack[above - 1].weights.exists((j + 1, k + 1))
        if exists and not (below not in seen.columns and above not in (*seen.columns, len(stack) + 1)):
            yield pair
