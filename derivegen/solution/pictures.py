"""The pictures of a network: a parameter's name or none goes in; the architecture, or that parameter's way to the loss, comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from derivegen.document.blocks import Picture
from derivegen.document.pen import Pen
from derivegen.figures.drawing import Label, lay_out
from derivegen.figures.figure import Bias, Halves, Link, Look, NetworkFigure, Unit, UnitNote
from derivegen.formula.tree import Compare, Formula, Quantity, Value, map_formulas
from derivegen.records import replace
from derivegen.solution.columns import columns_of, row_of, stated
from derivegen.solution.roles_picture import roles_picture
from derivegen.solution.shown import Pair, Shown, pairs, placed, shown_of, weight_of

WEIGHTS_NAMED, SOURCES_NAMED = 6, 4
"""Weights between two columns that are all named; of more, only those into the first unit, or of those the first and
the last."""
TARGETS_NAMED = 3


def network_picture(pen: Pen, name: str | None = None, numbers: bool = True) -> Picture:
    """The network, with the `numbers` it has if that is wanted; with a parameter's name, its way to the loss with the marks of the
    factors."""
    if name is None:
        return _architecture(pen, numbers)
    return roles_picture(pen, name)


def worked_picture(pen: Pen) -> Picture:
    """The network with what is worked out in it, where there are numbers: below each unit its sum and its output, above it its δ."""
    picture = _architecture(pen, True)
    if not pen.trace.complete or not isinstance(picture.figure, NetworkFigure):
        return picture
    notes = (*picture.figure.notes, *_worked(pen, shown_of(pen, {})))
    caption = (*picture.caption, " ", *pen.say("figure.worked"))
    return replace(picture, figure=replace(picture.figure, notes=notes), caption=caption)


def _worked(pen: Pen, seen: Shown) -> Iterator[UnitNote]:
    """The numbers of the units."""
    for layer in pen.graph.stack:
        for row in seen.units(layer.number):
            place = seen.at((layer.number, row))
            indices = (row + 1, *pen.rows_in_hand)
            z, a = layer.z.member(indices), layer.a.member(indices)
            if place is None:
                continue
            if layer.linear:
                yield UnitNote(place, below=(Value(a),), role="forward")
            else:
                yield UnitNote(place, below=(Value(z),), half="z", role="forward")
                yield UnitNote(place, below=(Value(a),), half="a", role="forward")
            yield UnitNote(place, above=(Value(pen.chain.name_of(z)),), role="upstream")


# -- the architecture ----------------------------------------------------------------------------------------


def _architecture(pen: Pen, numbers: bool) -> Picture:
    seen = shown_of(pen, {})
    numbers = numbers and pen.trace.complete
    named = partial(stated, pen) if numbers else Quantity
    own = numbers and pen.chain.row is None
    links = tuple(
        Link(source, target, _called(seen, pair, named) if _named(seen, pair) else None, of=weight_of(seen, pair))
        for pair in pairs(pen, seen)
        for source, target in [placed(seen, pair)]
    )
    columns = columns_of(pen, seen)
    halves = any(isinstance(label, Halves) for column in columns for label in column.labels)
    targets = [f"t[{j}]{row_of(pen)}" for j in range(1, seen.widths[-1] + 1)]
    figure = NetworkFigure(
        pen.words.plain("figure.network.title"),
        pen.words.plain(
            "figure.network.description", shape=_shape(seen), complete=seen.complete, halves=halves, numbers=own
        ),
        columns,
        links,
        loss=Quantity(pen.chain.root),
        biases=tuple(
            Bias(places, named(name), look=Look(0.6, role="quiet"), of=name) for name, places in _biases(pen, seen)
        ),
        targets=tuple(map(named if own else Quantity, targets)) if len(targets) <= TARGETS_NAMED else (),
        notes=tuple(_inputs(seen)) if own else (),
        root=pen.chain.root,
    )
    if numbers and not _has_room(pen, figure):
        return _architecture(pen, numbers=False)
    partly = any(_crowded(seen, column) for column in range(1, len(seen.widths)))
    told = {"halves": halves, "numbers": own, "joint": any(column.joint for column in columns)}
    caption = pen.say("figure.network", widths=_widths(seen), partly=partly, complete=seen.complete, **told)
    return Picture("network", figure, caption)


def _has_room(pen: Pen, figure: NetworkFigure) -> bool:
    """Whether every number beside a weight or bias is drawn; what is told of the figure would not hold of it otherwise."""
    as_printed = map_formulas(figure, lambda tree: pen.press.written(tree, pen.trace))
    labels = (*(link.label for link in figure.links), *(bias.label for bias in figure.biases))
    wanted = sum(isinstance(label, Compare) for label in labels)
    shapes = lay_out(as_printed).shapes
    return wanted <= sum(isinstance(each, Label) and isinstance(each.content, Compare) for each in shapes)


def _inputs(seen: Shown) -> Iterator[UnitNote]:
    """The numbers of the inputs, below them."""
    for row in seen.units(0):
        if (place := seen.at((0, row))) is not None:
            yield UnitNote(place, below=(Value(f"x[{row + 1}]"),))


def _called(seen: Shown, pair: Pair, named: Callable[[str], Formula]) -> Formula:
    """What stands on a weight's link: where there are many in a column, the weight alone."""
    name = weight_of(seen, pair)
    return Quantity(name) if _crowded(seen, pair[1][0]) else named(name)


def _crowded(seen: Shown, column: int) -> bool:
    """Whether too many weights lead into a column for all to be named."""
    return len(seen.units(column - 1)) * len(seen.units(column)) > WEIGHTS_NAMED


def _named(seen: Shown, pair: Pair) -> bool:
    """Whether a weight stands on its link: where few lead into its column; of more, some of those into the column's
    first unit."""
    (below, k), (column, j) = pair
    if not weight_of(seen, pair):
        return False
    sources = seen.units(below)
    few = sources if len(sources) <= SOURCES_NAMED else (sources[0], sources[-1])
    return not _crowded(seen, column) or (j == 0 and k in few)


def _shape(seen: Shown) -> str:
    return "–".join(_widths(seen))


def _widths(seen: Shown) -> list[str]:
    """The widths of the layers; dots stand for those that are not drawn."""
    return ["…" if column is None else str(seen.widths[column]) for column in seen.columns]


def _biases(pen: Pen, seen: Shown) -> Iterator[tuple[str, tuple[Unit, ...]]]:
    """The biases with the places of their units: where few weights lead into a layer all, else the first unit's."""
    for family in pen.graph.families.values():
        if family.kind not in ("bias", "threshold") or family.layer not in seen.columns:
            continue
        places = {row: at for row in seen.units(family.layer) if (at := seen.at((family.layer, row))) is not None}
        if not family.axes:
            yield family.name, tuple(places.values())
            continue
        for row, place in places.items():
            if row == 0 or not _crowded(seen, family.layer):
                yield family.member((row + 1,)), (place,)
