"""Attention as a picture: a pen goes in; tokens × tokens with the scores, the weights that a softmax along each row makes of them, and what
is added up with these weights come out.
"""

from __future__ import annotations

from derivegen.document.blocks import Picture
from derivegen.document.grids import lettered
from derivegen.document.pen import Pen
from derivegen.figures.grids import CellLook, Flow, Grid, GridCell, GridsFigure
from derivegen.formula.tree import Compare, Formula, Number, Quantity, Value
from derivegen.network.family import Axis, Family

MOST_TOKENS, MOST_COLUMNS = 6, 9
"""Tokens that are drawn; columns of all grids together, beyond which the weights stand alone."""


def tokens_picture(pen: Pen) -> Picture | None:
    """The picture; None where nothing is weighted by a softmax of tokens, or too much."""
    weights = next((f for f in pen.graph.families.values() if _is_attention(f)), None)
    if weights is None or not pen.trace.complete or max(int(axis.size) for axis in weights.axes[-2:]) > MOST_TOKENS:
        return None
    scores = pen.graph.families[next(leaf.base for leaf, _, when in weights.slopes if when == "own")]
    first = weights.axes[-2].letter
    sums = [pen.graph.families[link.child] for link in pen.chain.links[weights.name]]
    added = next((f for f in sums if len(f.axes) == len(weights.axes) and first in {a.letter for a in f.axes}), None)
    if added is None:
        return None
    wide = sum(int(f.axes[-1].size) for f in (scores, weights, added))
    shown = [weights] if wide > MOST_COLUMNS else [scores, weights, added]
    grids = tuple(_grid(pen, family, heads=family is not added) for family in shown)
    row, column = (Quantity(axis.letter) for axis in weights.axes[-2:])
    figure = GridsFigure(
        pen.words.plain("figure.tokens.title"),
        pen.words.plain("figure.tokens.description", rows=len(grids[0].rows), columns=len(grids[0].rows[0])),
        grids,
        flows=_flows(pen, len(grids)),
        across=True,
    )
    words = {"added": lettered(added) if len(shown) > 1 else None, "weights": lettered(weights)}
    masked = any(cell.look == "gone" for grid in grids for line in grid.rows for cell in line)
    return Picture("tokens", figure, pen.say("figure.tokens", row=row, column=column, masked=masked, **words))


def _is_attention(family: Family) -> bool:
    """Whether each token of a row has shares in those of the columns; in a softmax over classes, what columns count is another thing."""
    if not family.is_coupled or len(family.axes) not in (2, 3):
        return False
    row, column = family.axes[-2:]
    leaf = {when: leaf for leaf, _, when in family.slopes}
    return row.counts == column.counts and leaf["own"].places[-1] != leaf["cross"].places[-1]


def _flows(pen: Pen, count: int) -> tuple[Flow, ...]:
    if count < 3:
        return ()
    return (Flow(0, 1, pen.words.plain("figure.tokens.shares")), Flow(1, 2, pen.words.plain("figure.tokens.added")))


def _grid(pen: Pen, family: Family, heads: bool) -> Grid:
    """The members as rows; of several heads those of the first. What a mask leaves out is no cell with a number."""
    first = tuple(axis.low for axis in family.axes[:-2])
    down, along = family.axes[-2:]
    last = down.range()[-1]
    rows = tuple(
        tuple(_cell(pen, family, (*first, int(row), int(column)), row == last) for column in along.range())
        for row in down.range()
    )
    return Grid(lettered(family), rows, _heads(along) if heads else (), _heads(down))


def _heads(axis: Axis) -> tuple[Formula, ...]:
    return tuple(Compare(Quantity(axis.letter), "=", Number(str(index))) for index in axis.range())


def _cell(pen: Pen, family: Family, indices: tuple[int, ...], chosen: bool) -> GridCell:
    if not family.exists(indices):
        return GridCell(None, "gone")
    look: CellLook = "chosen" if chosen else "plain"
    return GridCell(Value(family.member(indices)), look)
