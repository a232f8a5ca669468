"""A parameter goes in; its way to the loss comes out as a picture in which every factor of its derivative has its mark.

① is how much the loss minds the unit's output, ② how steep the unit is, ③ what the parameter is multiplied by. Where the unit feeds others,
what comes back along each of its links adds up to ①: these are 1a, 1b, … Of what a whole layer shares every unit has its δ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivegen.document.blocks import Picture
from derivegen.document.pen import Pen
from derivegen.figures.figure import Bias, Half, Link, Look, NetworkFigure, Unit, UnitNote
from derivegen.figures.plot import Mark, Piece
from derivegen.formula.tree import ONE, Formula, Negative, Quantity, Value
from derivegen.network.layer import Layer
from derivegen.network.names import derivative
from derivegen.records import dataclass
from derivegen.solution.columns import columns_of, own_units, row_of, stated, unit_in_words
from derivegen.solution.joint import is_joint
from derivegen.solution.links import delta_of
from derivegen.solution.naming import file_name, printed
from derivegen.solution.shown import Pair, Shown, pairs, placed, shown_of, weight_of

WAYS_APART = 3
"""Ways on from a unit that have each its letter, its dashes and its numbers; of more, all are marked alike."""
DASHES: tuple[tuple[float, ...], ...] = ((), (4.5, 2.5), (1.2, 2.2))
OWN, ON, PASSED, BESIDE = 2.0, 1.6, 1.0, 0.5
"""Widths: of the parameter's own link, of the ways on, of what lies behind them, of all else."""


@dataclass(frozen=True)
class _Roles:
    """A parameter of a unit, the layer and the unit it belongs to, what of the network is drawn, and the units that its unit feeds."""

    pen: Pen
    name: str
    layer: Layer
    unit: Unit
    source: Unit | None
    seen: Shown
    fed: tuple[Unit, ...]

    @property
    def apart(self) -> bool:
        """Whether the ways on are told apart."""
        return len(self.fed) <= WAYS_APART

    def of(self, letter: str, unit: Unit) -> str:
        """The name of a unit's z or a, or of an input."""
        column, row = unit
        return f"{letter}[{column}][{row + 1}]{row_of(self.pen)}" if column else f"x[{row + 1}]{row_of(self.pen)}"

    def number(self, name: str, otherwise: Formula | None = None) -> tuple[Piece, ...]:
        """The number of a quantity, where it has one."""
        if self.pen.trace.known(name):
            return (Value(name),)
        return () if otherwise is None else (otherwise,)


def roles_picture(pen: Pen, name: str) -> Picture:
    """The picture."""
    own = own_units(name)
    return _of_unit(pen, name, own) if own else _of_layer(pen, name)


def _of_unit(pen: Pen, name: str, own: tuple[Unit, ...]) -> Picture:
    """The way of a unit's own weight or bias."""
    unit, layer = own[0], pen.graph.layer(own[0][0])
    fed = tuple(_fed(pen, unit))
    needed: dict[int, set[int]] = {}
    for column, row in (*own, *(fed if len(fed) <= WAYS_APART else ())):
        needed.setdefault(column, set()).add(row)
    seen = shown_of(pen, needed)
    roles = _Roles(pen, name, layer, unit, own[1] if len(own) == 2 else None, seen, fed)
    words = {"ways": len(fed), "apart": roles.apart, "merged": _merged(roles)}
    used = _used(pen, seen, {unit}) | ({placed(seen, (own[1], unit))} if len(own) == 2 else set())
    figure = NetworkFigure(
        pen.words.plain("figure.roles.title"),
        pen.words.plain("figure.roles.description", **_told(roles), **words),
        columns_of(pen, seen),
        tuple(_links(pen, seen, lambda pair: (_look(roles, pair, used), _label(roles, pair)))),
        loss=Quantity(pen.chain.root),
        biases=() if roles.source is not None else (_bias(roles.pen, seen, (unit,), name),),
        notes=tuple(_notes(roles)),
        faded=tuple(_faded(seen, used, own)),
        root=pen.chain.root,
    )
    caption = pen.say(
        "figure.roles",
        target=Quantity(name),
        loss=Quantity(pen.chain.root),
        count=pen.chain.routes_total(pen.chain.name_of(name)),
        complete=seen.complete,
        behind=bool(fed) and unit[0] + 1 < pen.graph.depth,
        **words,
    )
    return Picture(f"route-{file_name(name)}", figure, caption)


def _of_layer(pen: Pen, name: str) -> Picture:
    """The ways of what a whole layer shares: over each of its units, whose δ add up to the derivative."""
    located = pen.graph.locate(name)
    assert located is not None
    number = located[0].layer
    seen = shown_of(pen, {})
    units = [(number, row) for row in seen.units(number)]
    used = _used(pen, seen, set(units))
    slopes = [pen.chain.name_of(f"z[{number}][{row + 1}]{row_of(pen)}") for _, row in units]
    figure = NetworkFigure(
        pen.words.plain("figure.roles.title"),
        pen.words.plain(
            "figure.roles.shared.description",
            shape="–".join(map(str, pen.graph.widths)),
            units=[unit_in_words(pen, unit) for unit in units],
            deltas=[printed(pen, slope) if pen.trace.known(slope) else "" for slope in slopes],
        ),
        columns_of(pen, seen),
        tuple(_links(pen, seen, lambda pair: (_passed(placed(seen, pair), used), None))),
        loss=Quantity(pen.chain.root),
        biases=(_bias(pen, seen, tuple(units), name),),
        notes=tuple(note for unit in units for note in _delta_note(pen, seen, unit, unit == units[0])),
        faded=tuple(_faded(seen, used, tuple(units))),
        root=pen.chain.root,
    )
    words = {"complete": seen.complete, "threshold": located[0].kind == "threshold"}
    return Picture(f"route-{file_name(name)}", figure, pen.say("figure.roles.shared", target=Quantity(name), **words))


def _passed(pair: Pair, used: set[Pair]) -> Look:
    return Look(PASSED, role="line") if pair in used else Look(BESIDE, role="pale", head=False)


def _fed(pen: Pen, unit: Unit) -> Iterator[Unit]:
    """The units that a unit's output enters."""
    column, row = unit
    if column < pen.graph.depth:
        above = pen.graph.layer(column + 1)
        for i in range(above.units):
            if above.weights.exists((i + 1, row + 1)):
                yield column + 1, i


def _merged(roles: _Roles) -> bool:
    """Whether ① and ② have one short form together: a − t."""
    return roles.layer.a.is_coupled or is_joint(roles.pen, roles.pen.chain.name_of(roles.of("z", roles.unit)))


def _used(pen: Pen, seen: Shown, start: set[Unit]) -> set[Pair]:
    """Where the links from some units on to the loss are drawn."""
    reached, used = {seen.at(unit) for unit in start}, set()
    for pair in pairs(pen, seen):
        place = placed(seen, pair)
        if place[0] in reached:
            reached.add(place[1])
            used.add(place)
    return used


def _faded(seen: Shown, used: set[Pair], own: tuple[Unit, ...]) -> Iterator[Unit]:
    """The drawn units that no way passes."""
    passed = {place for pair in used for place in pair} | {seen.at(unit) for unit in own}
    for column in range(len(seen.widths)):
        for row in seen.units(column) if column in seen.columns else ():
            if (place := seen.at((column, row))) is not None and place not in passed:
                yield place


# -- links ---------------------------------------------------------------------------------------------------

Drawn = tuple[Look, Formula | tuple[Piece, ...] | None]


def _links(pen: Pen, seen: Shown, drawn: Callable[[Pair], Drawn]) -> Iterator[Link]:
    """Every link; where one stands for many, as the one of them that stands out most."""
    links: dict[Pair, Link] = {}
    for pair in pairs(pen, seen):
        place = placed(seen, pair)
        if place[0] != place[1]:
            look, label = drawn(pair)
            before = links[place].look if place in links else None
            if before is None or look.width > before.width:
                links[place] = Link(*place, label, look=look, of=weight_of(seen, pair))
    yield from links.values()


def _look(roles: _Roles, pair: Pair, used: set[Pair]) -> Look:
    source, target = pair
    if placed(roles.seen, pair) not in used:
        return Look(BESIDE, role="pale", head=False)
    if pair == (roles.source, roles.unit):
        return Look(OWN)
    if source == roles.unit:
        if not roles.fed:
            return Look(OWN, role="upstream")
        return Look(ON, _dash(roles, target), "upstream")
    if source in roles.fed and source[0] == roles.pen.graph.depth:
        return Look(ON, _dash(roles, source), "upstream")
    return Look(PASSED, role="line", head=False)


def _dash(roles: _Roles, unit: Unit) -> tuple[float, ...]:
    return DASHES[roles.fed.index(unit)] if roles.apart else ()


def _label(roles: _Roles, pair: Pair) -> Formula | tuple[Piece, ...] | None:
    """What stands beside a link: what the parameter is; ① of an output; of the ways on the weight, with its letter."""
    source, target = pair
    if pair == (roles.source, roles.unit):
        return stated(roles.pen, roles.name)
    if source != roles.unit:
        return None
    if not roles.fed:
        name = roles.pen.chain.name_of(roles.of("a", roles.unit))
        return None if _merged(roles) else (Mark(1), *roles.number(name))
    if not roles.apart:
        return None
    weight = f"w[{target[0]}][{target[1] + 1}][{source[1] + 1}]"
    return (_mark(roles, target), *roles.number(weight, Quantity(weight)))


def _mark(roles: _Roles, unit: Unit) -> Mark:
    """The mark of the way over a unit; a single one needs no letter."""
    return Mark(1, "abc"[roles.fed.index(unit)] if len(roles.fed) > 1 else "")


# -- notes at units ------------------------------------------------------------------------------------------


def _notes(roles: _Roles) -> Iterator[UnitNote]:
    seen = roles.seen
    if roles.source is not None and (place := seen.at(roles.source)) is not None:
        name = roles.of("a", roles.source)
        yield UnitNote(place, (Mark(3),), roles.number(name), "a", "entering")
    place = seen.at(roles.unit)
    assert place is not None
    z, a = roles.of("z", roles.unit), roles.of("a", roles.unit)
    minds = bool(roles.fed) and not roles.apart
    if _merged(roles):
        yield UnitNote(
            place, (Mark(1), Mark(2)), roles.number(roles.pen.chain.name_of(z)), "a" if roles.source is None else ""
        )
    elif not roles.layer.linear:
        half: Half = "z" if minds else "a" if roles.source is None else ""
        yield UnitNote(place, (Mark(2),), roles.number(derivative(a, z)), half, "slope")
    if minds:
        yield UnitNote(place, (Mark(1),), roles.number(roles.pen.chain.name_of(a)), "a", "upstream")
    for unit in roles.fed if roles.apart else ():
        yield from _delta_note(roles.pen, seen, unit, unit == roles.fed[0])


def _delta_note(pen: Pen, seen: Shown, unit: Unit, above: bool) -> Iterator[UnitNote]:
    """δ of a unit, above or below it."""
    place = seen.at(unit)
    if place is None:
        return
    slope = pen.chain.name_of(f"z[{unit[0]}][{unit[1] + 1}]{row_of(pen)}")
    delta: Formula = Quantity(delta_of(pen.graph, slope))
    if pen.trace.known(slope):
        delta = pen.stated(slope, delta)
    yield UnitNote(place, (delta,) if above else (), () if above else (delta,), role="upstream")


def _bias(pen: Pen, seen: Shown, units: tuple[Unit, ...], name: str) -> Bias:
    """The bias in hand, which is multiplied by 1; a threshold by −1."""
    places = tuple(place for unit in units if (place := seen.at(unit)) is not None)
    times = Negative(ONE) if pen.graph.kind_of(name) == "threshold" else ONE
    return Bias(places, stated(pen, name), look=Look(OWN), factor=(Mark(3), times), of=name)


# -- in words ------------------------------------------------------------------------------------------------


def _told(roles: _Roles) -> dict[str, object]:
    """What a listener is told: where the arrows run, and the numbers at them."""
    pen = roles.pen
    z, a = roles.of("z", roles.unit), roles.of("a", roles.unit)
    entering = roles.of("a", roles.source) if roles.source is not None else ""
    one = "−1" if pen.graph.kind_of(roles.name) == "threshold" else "1"
    weights = [f"w[{column}][{row + 1}][{roles.unit[1] + 1}]" for column, row in roles.fed]
    deltas = [roles.pen.chain.name_of(roles.of("z", unit)) for unit in roles.fed]
    return {
        "shape": "–".join(map(str, pen.graph.widths)),
        "start": unit_in_words(pen, roles.source) if roles.source is not None else "",
        "unit": unit_in_words(pen, roles.unit),
        "fed": [unit_in_words(pen, unit) for unit in roles.fed] if roles.apart else [],
        "weights": [_heard(roles, name) for name in weights] if roles.apart else [],
        "deltas": [_heard(roles, name) for name in deltas] if roles.apart else [],
        "minds": _heard(roles, roles.pen.chain.name_of(a)),
        "steep": _heard(roles, derivative(a, z)) if not (_merged(roles) or roles.layer.linear) else "",
        "both": _heard(roles, roles.pen.chain.name_of(z)),
        "enters": _heard(roles, entering) if entering else one,
    }


def _heard(roles: _Roles, name: str) -> str:
    """The number of a quantity in words; nothing where it has none."""
    return printed(roles.pen, name) if roles.pen.trace.known(name) else ""
