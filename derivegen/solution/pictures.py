"""The pictures of a network: a parameter's name or none goes in; the architecture, or the routes from the loss back to
that parameter, comes out."""

from __future__ import annotations

from derivegen.document.blocks import Picture
from derivegen.document.pen import Pen
from derivegen.figures.figure import Bias, Column, Link, NetworkFigure, Remark, Unit
from derivegen.formula.tree import Quantity
from derivegen.network.names import parse_derivative
from derivegen.network.tables.notations import NOTATIONS
from derivegen.solution.routes import (
    ROUTES_APART,
    Routes,
    by_name,
    layer_of,
    needed_units,
    own_link,
    own_units,
    routes_to,
    unit_of,
    units_passed,
)
from derivegen.solution.shown import Pair, Shown, pairs, placed, shown_of

WEIGHTS_NAMED, SOURCES_NAMED = 6, 4
"""Weights between two columns that are all named; of more, only those into the first unit, or of those the first and
the last."""
TARGETS_NAMED = 3


def network_picture(pen: Pen, name: str | None = None) -> Picture:
    """The network; with a parameter's name, the routes from the loss back to it are drawn in."""
    if name is None:
        return _architecture(pen)
    count = pen.chain.routes_total(pen.chain.name_of(name))
    seen = shown_of(pen, needed_units(pen, name, count))
    routes = routes_to(pen, name, count, seen)
    figure = NetworkFigure(
        pen.words.plain("figure.route.title", count=count),
        _told(pen, routes),
        _columns(pen, seen),
        _route_links(pen, seen, routes),
        loss=Quantity(pen.chain.root),
        biases=_biases(pen, seen, routes),
        remarks=_remarks(seen, routes),
    )
    caption = pen.say(
        "figure.route",
        target=Quantity(name),
        loss=Quantity(pen.chain.root),
        count=count,
        apart=count <= ROUTES_APART,
        complete=seen.complete,
    )
    return Picture(f"route-{_file_name(name)}", figure, caption)


def _file_name(name: str) -> str:
    return name.replace("][", "-").replace("[", "-").replace("]", "").replace("@", "-row-")


# -- the architecture ----------------------------------------------------------------------------------------


def _architecture(pen: Pen) -> Picture:
    seen = shown_of(pen, {})
    links = tuple(
        Link(source, target, Quantity(_weight(pair)) if _named(seen, pair) else None)
        for pair in pairs(pen, seen)
        for source, target in [placed(seen, pair)]
    )
    targets = [f"t[{j}]{_row(pen)}" for j in range(1, seen.widths[-1] + 1)]
    figure = NetworkFigure(
        pen.words.plain("figure.network.title"),
        pen.words.plain("figure.network.description", shape=_shape(seen), complete=seen.complete),
        _columns(pen, seen),
        links,
        loss=Quantity(pen.chain.root),
        biases=_biases(pen, seen, None),
        targets=tuple(map(Quantity, targets)) if len(targets) <= TARGETS_NAMED else (),
    )
    partly = any(_crowded(seen, column) for column in range(1, len(seen.widths)))
    caption = pen.say("figure.network", widths=_widths(seen), partly=partly, complete=seen.complete)
    return Picture("network", figure, caption)


def _crowded(seen: Shown, column: int) -> bool:
    """Whether too many weights lead into a column for all to be named."""
    return len(seen.units(column - 1)) * len(seen.units(column)) > WEIGHTS_NAMED


def _named(seen: Shown, pair: Pair) -> bool:
    """Whether a weight stands on its link: where few lead into its column; of more, some of those into the column's
    first unit."""
    (below, k), (column, j) = pair
    if column == len(seen.widths) or below not in seen.columns or column not in seen.columns:
        return False
    sources = seen.units(below)
    few = sources if len(sources) <= SOURCES_NAMED else (sources[0], sources[-1])
    return not _crowded(seen, column) or (j == 0 and k in few)


def _weight(pair: Pair) -> str:
    (_, k), (column, j) = pair
    return f"w[{column}][{j + 1}][{k + 1}]"


def _shape(seen: Shown) -> str:
    return "–".join(_widths(seen))


def _widths(seen: Shown) -> list[str]:
    """The widths of the layers; dots stand for those that are not drawn."""
    return ["…" if column is None else str(seen.widths[column]) for column in seen.columns]


# -- what is drawn -------------------------------------------------------------------------------------------


def _row(pen: Pen) -> str:
    return f"@{pen.chain.row}" if pen.chain.row is not None else ""


def _columns(pen: Pen, seen: Shown) -> tuple[Column, ...]:
    columns = []
    for column in seen.columns:
        if column is None:
            columns.append(
                Column((None,), pen.words.plain("figure.column.more", count=len(seen.widths) - len(seen.rows)))
            )
            continue
        stem = f"a[{column}]" if column else "x"
        labels = tuple(
            Quantity(f"{stem}[{row + 1}]{_row(pen)}") if row is not None else None for row in seen.rows[column]
        )
        columns.append(Column(labels, _caption(pen, seen, column)))
    return tuple(columns)


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


def _biases(pen: Pen, seen: Shown, routes: Routes | None) -> tuple[Bias, ...]:
    """The biases: where few weights lead into a layer all, else the first unit's; on a route only the one in hand."""
    found = []
    for family in pen.graph.families.values():
        if family.kind not in ("bias", "threshold") or family.layer not in seen.columns:
            continue
        if not family.axes:
            if routes is None or routes.name == family.name:
                found.append(_shared_bias(seen, family.layer, family.name, routes))
            continue
        for row in seen.units(family.layer):
            member = family.member((row + 1,))
            if member == routes.name if routes else row == 0 or not _crowded(seen, family.layer):
                found.append(_bias(seen, (family.layer, row), member, routes))
    return tuple(found)


def _bias(seen: Shown, unit: Unit, name: str, routes: Routes | None) -> Bias:
    at = seen.at(unit)
    assert at is not None
    numbers = routes.ends.get(unit, ()) if routes else ()
    factor = next((Quantity(f.name) for f in routes.factors if by_name(f) == name), None) if routes else None
    return Bias((at,), Quantity(name), numbers, factor)


def _shared_bias(seen: Shown, layer: int, name: str, routes: Routes | None) -> Bias:
    units = [(layer, row) for row in seen.units(layer)]
    if routes:
        units.sort(key=lambda unit: routes.ends.get(unit, (0,)))
    numbers = [number for unit in units for number in routes.ends.get(unit, ())] if routes else []
    places = tuple(at for unit in units if (at := seen.at(unit)) is not None)
    return Bias(places, Quantity(name), tuple(numbers))


# -- routes --------------------------------------------------------------------------------------------------


def _route_links(pen: Pen, seen: Shown, routes: Routes) -> tuple[Link, ...]:
    """All links, those of the routes with their numbers and with what stands beside them."""
    found = {place: Link(*place) for pair in pairs(pen, seen) for place in [placed(seen, pair)]}
    beside = _beside(seen, routes)
    for pair, numbers in routes.links.items():
        place = placed(seen, pair)
        if place[0] != place[1]:
            found[place] = Link(*place, beside.get(pair), numbers)
    return tuple(found.values())


def _beside(seen: Shown, routes: Routes) -> dict[Pair, Quantity]:
    """What stands beside the links: the factors of a single route, the weights of a few, else the parameter alone."""
    if not routes.factors:
        named = routes.links if routes.count <= ROUTES_APART else own_link(routes.name)
        return {pair: Quantity(_weight(pair)) for pair in named if pair[0][0] < pair[1][0] < len(seen.widths)}
    found: dict[Pair, Quantity] = {}
    above: Unit = (len(seen.widths), 0)
    for factor in routes.factors:
        unit = unit_of(by_name(factor))
        if unit is None:
            found |= dict.fromkeys(own_link(routes.name), Quantity(factor.name))
        elif unit != above:
            found[unit, above] = Quantity(factor.name)
            above = unit
    return found


def _remarks(seen: Shown, routes: Routes) -> tuple[Remark, ...]:
    """The slopes of the units that a single route passes."""
    found = []
    for factor in routes.factors:
        unit = unit_of(by_name(factor))
        pair = parse_derivative(factor.name)
        inside = pair is not None and unit is not None and unit == unit_of(pair[0])
        if inside and unit is not None and unit[0] in seen.columns and (place := seen.at(unit)) is not None:
            found.append(Remark(place, Quantity(factor.name)))
    return tuple(found)


# -- the routes in words -------------------------------------------------------------------------------------


def _told(pen: Pen, routes: Routes) -> str:
    """The alternative text: the units on the way, for a listener."""
    target = pen.chain.name_of(routes.name)
    ways = pen.chain.routes(target, routes.count) if routes.count <= ROUTES_APART else ()
    stops = [[_unit_in_words(pen, unit) for unit in units_passed(route)] for route in ways]
    shape = "–".join(map(str, pen.graph.widths))
    return pen.words.plain(
        "figure.route.description",
        shape=shape,
        ways=[pen.words.plain("figure.route.way", stops=way) for way in stops],
        count=routes.count,
        end=_end_in_words(pen, routes.name),
        at=_unit_in_words(pen, own[0]) if (own := own_units(routes.name)) else "",
    )


def _unit_in_words(pen: Pen, unit: Unit) -> str:
    column, row = unit
    return pen.words.plain("figure.unit", unit=row + 1, column=column, last=pen.graph.depth)


def _end_in_words(pen: Pen, name: str) -> str:
    own = own_units(name)
    if len(own) == 2:
        return pen.words.plain("figure.end.weight", source=_unit_in_words(pen, own[1]))
    if pen.graph.kind_of(name) == "threshold":
        return pen.words.plain("figure.end.threshold")
    return pen.words.plain("figure.end.bias", shared=not own, layer=layer_of(name))
