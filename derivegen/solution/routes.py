"""Which links the routes to a parameter run over: its name goes in; numbered links, ends and factors come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivegen.calculus.steps import Factor
from derivegen.document.pen import Pen, is_identity
from derivegen.figures.figure import Unit
from derivegen.network.names import parse, parse_derivative
from derivegen.solution.shown import Pair, Shown, pairs, placed

ROUTES_APART = 3
"""Routes drawn each for itself; of more, all their links are marked alike."""


@dataclass(frozen=True)
class Routes:
    """The links that the routes to a parameter run over, by the numbers of the routes; how many there are; the factors
    of a single one."""

    name: str
    count: int
    links: Mapping[Pair, tuple[int, ...]]
    ends: Mapping[Unit, tuple[int, ...]]
    factors: tuple[Factor, ...] = ()


def needed_units(pen: Pen, name: str, count: int) -> dict[int, set[int]]:
    """The units that must be drawn: those of the parameter, and of a few routes all that they pass."""
    units = set(own_units(name))
    if count <= ROUTES_APART:
        for route in pen.chain.routes(pen.chain.name_of(name), count):
            units |= {unit for factor in route if (unit := unit_of(by_name(factor))) is not None}
    needed: dict[int, set[int]] = {}
    for column, row in units:
        needed.setdefault(column, set()).add(row)
    return needed


def own_units(name: str) -> tuple[Unit, ...]:
    """The units at the ends of a weight, the unit of a bias; of a shared one none."""
    parts = parse(name)
    if parts is None or len(parts.indices) < 2:
        return ()
    layer, j, *rest = parts.indices
    return ((layer, j - 1), *((layer - 1, k - 1) for k in rest))


def routes_to(pen: Pen, name: str, count: int, seen: Shown) -> Routes:
    """The routes to a parameter, a few each by itself."""
    if count > ROUTES_APART:
        return _marked(pen, name, count, seen)
    links: dict[Pair, tuple[int, ...]] = {}
    ends: dict[Unit, tuple[int, ...]] = {}
    ways = pen.chain.routes(pen.chain.name_of(name), count)
    for number, route in enumerate(ways, 1):
        above: Unit = (len(seen.widths), 0)
        for unit in units_passed(route):
            links[unit, above] = (*links.get((unit, above), ()), number)
            above = unit
        ends[above] = (*ends.get(above, ()), number)
    for pair in own_link(name):
        links[pair] = tuple(range(1, count + 1))
    factors = tuple(f for f in ways[0] if not is_identity(f) and f.role != "share") if count == 1 else ()
    return Routes(name, count, links, ends, factors)


def units_passed(route: tuple[Factor, ...]) -> list[Unit]:
    """The units that a route passes, from the loss on."""
    units = (unit_of(by_name(factor)) for factor in route if factor.role != "share")
    return list(dict.fromkeys(unit for unit in units if unit is not None))


def layer_of(name: str) -> int:
    """The layer of a parameter."""
    parts = parse(name)
    return parts.indices[0] if parts is not None else 0


def own_link(name: str) -> tuple[Pair, ...]:
    """The link that a weight stands on; of any other parameter none."""
    units = own_units(name)
    return ((units[1], units[0]),) if len(units) == 2 else ()


def _marked(pen: Pen, name: str, count: int, seen: Shown) -> Routes:
    """All links on some way from the parameter's unit to the loss, found once forward and once backward in what is
    drawn."""
    drawn = {pair: placed(seen, pair) for pair in pairs(pen, seen)}
    own, layer = own_units(name), layer_of(name)
    start = {own[0]} if own else {(layer, row) for row in seen.units(layer)}
    reached = {seen.at(unit) for unit in start}
    for source, target in drawn.values():
        if source in reached:
            reached.add(target)
    leading = {(len(seen.columns), 0)}
    for source, target in reversed(drawn.values()):
        if target in leading:
            leading.add(source)
    links = {pair: (1,) for pair, place in drawn.items() if place[0] in reached and place[1] in leading}
    return Routes(name, count, links | dict.fromkeys(own_link(name), (1,)), dict.fromkeys(start, (1,)))


def by_name(factor: Factor) -> str:
    """What a factor differentiates by."""
    pair = parse_derivative(factor.name)
    return pair[1] if pair is not None else ""


def unit_of(name: str) -> Unit | None:
    """The unit that a quantity belongs to, if it is an activation or a pre-activation."""
    by = parse(name) if name else None
    if by is None or by.base not in ("a", "z"):
        return None
    return (by.indices[0], by.indices[1] - 1)
