"""Curves with a tangent: a unit's name, or a parameter's, goes in; its activation at this z, or the loss over this one parameter, comes out
as a picture."""

from __future__ import annotations

from collections.abc import Callable

from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.numbers.layer_arrays import given_arrays
from derivegen.calculus.numbers.layer_numbers import numbers_at
from derivegen.document.blocks import Picture
from derivegen.document.pen import Pen
from derivegen.figures.plot import CurveFigure, Mark
from derivegen.formula.arithmetic.value import FLOAT, Irrational, value
from derivegen.formula.tree import LEAVES, ZERO, Compare, Formula, Number, Quantity, Value, walk
from derivegen.network.family import Family
from derivegen.network.layer import Layer
from derivegen.network.names import derivative
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.solution.naming import file_name, printed
from derivegen.solution.sampled import Function, reach, sampled

AROUND = 4.0
"""An activation is drawn at least so far to both sides of 0."""
BEYOND = 1.3
"""And so many times as far as the z in hand."""
SHORT = 3
"""Symbols and numbers of a formula that is written beside its curve."""


def slope_picture(pen: Pen, z: str) -> Picture | None:
    """The curve of a unit's activation with the tangent at the unit's z; None without numbers, and where there is no curve to show: of a
    linear unit, of an unknown function, of one that takes the whole layer."""
    z = _in_hand(pen, z)
    layer = _layer(pen, z)
    if layer is None or layer.linear or layer.a.is_unknown or layer.a.is_coupled or not pen.trace.known(z):
        return None
    a = pen.graph.beside(z, layer.a)
    slope, formula = derivative(a, z), pen.graph[a].formula
    if formula is None or not pen.trace.known(slope):
        return None
    at = float(pen.trace.number(z))
    half = max(AROUND, BEYOND * abs(at))
    samples = sampled(_of(formula, z), -half, half, at)
    if len(samples) < 2:
        return None
    short = sum(type(part) in LEAVES for part in walk(formula)) <= SHORT
    figure = CurveFigure(
        pen.words.plain("figure.slope.title"),
        pen.words.plain("figure.slope.description", **{key: printed(pen, name) for key, name in _parts(z, a, slope)}),
        samples,
        (at, float(pen.trace.number(a))),
        float(pen.trace.number(slope)),
        2,
        pen.stated(z),
        (pen.words.plain("figure.slope.word"), Value(slope), Mark(2)),
        name=Compare(Quantity(a), "=", formula) if short else None,
        up=None if short else Quantity(a),
        levels=_levels(layer.a),
        zero=ZERO,
    )
    caption = pen.say("figure.slope", a=Quantity(a), z=Quantity(z))
    return Picture(f"slope-{file_name(z)}", figure, caption)


def _parts(z: str, a: str, slope: str) -> tuple[tuple[str, str], ...]:
    return ("z", z), ("a", a), ("slope", slope)


def _in_hand(pen: Pen, z: str) -> str:
    """The name with the row in hand, where there are several and it has none."""
    return z if pen.chain.row is None or "@" in z else f"{z}@{pen.chain.row}"


def _layer(pen: Pen, z: str) -> Layer | None:
    located = pen.graph.locate(z)
    return next((layer for layer in pen.graph.stack if located is not None and layer.z == located[0]), None)


def _of(formula: Formula, z: str) -> Function:
    """The formula as a function of one of its quantities."""

    def at(x: float) -> float:
        def number(name: str) -> float:
            if name != z:
                raise Irrational(name)
            return x

        return float(value(formula, number, FLOAT))

    return at


def _levels(family: Family) -> tuple[tuple[float, Formula], ...]:
    """The numbers between which a function stays, as its table says."""
    entry = ACTIVATIONS.get(family.rule)
    limits = () if entry is None else entry.limits
    return tuple((float(limit), Number(str(limit))) for limit in limits if limit is not None)


# -- the loss over one parameter -----------------------------------------------------------------------------


def loss_picture(pen: Pen, name: str) -> Picture | None:
    """The loss over one parameter while everything else stays as it is, with the tangent at the parameter's number and the direction in
    which the loss falls; None without numbers."""
    root = pen.chain.root
    if not (pen.trace.known(root) and pen.trace.known(name)):
        return None
    slope = pen.chain.name_of(name)
    at, loss, steep = (float(pen.trace.number(each)) for each in (name, root, slope))
    function = _loss_over(pen, name)
    half = reach(function, at, steep)
    samples = sampled(function, at - half, at + half, at)
    if len(samples) < 2:
        return None
    numbers = {"at": printed(pen, name), "height": printed(pen, root), "slope": printed(pen, slope)}
    words = {"rises": steep > 0, "falls": steep < 0}
    figure = CurveFigure(
        pen.words.plain("figure.loss.title"),
        pen.words.plain("figure.loss.description", **numbers, **words),
        samples,
        (at, loss),
        steep,
        1,
        pen.stated(name),
        (pen.words.plain("figure.slope.word"), Value(slope)),
        height=Value(root),
        up=Quantity(root),
        downhill=pen.words.plain("figure.loss.downhill") if steep else "",
    )
    caption = pen.say("figure.loss", loss=Quantity(root), parameter=Quantity(name), slope=Quantity(slope), **words)
    return Picture(f"loss-{file_name(name)}", figure, caption)


def _loss_over(pen: Pen, name: str) -> Function:
    """The loss in hand as a function of one parameter."""
    trace, root = pen.trace.exactly, pen.chain.root
    numbers: Callable[[float], Numbers]
    if trace.in_arrays:
        numbers = _in_arrays(pen, name)
    else:
        floats, above = trace.floats, frozenset(trace.graph.above(name))

        def numbers(x: float) -> Numbers:
            return floats.moved({name: x}, above)

    return lambda x: float(numbers(x)[root])


def _in_arrays(pen: Pen, name: str) -> Callable[[float], Numbers]:
    found = pen.graph.locate(name)
    assert found is not None
    family, indices = found
    given = given_arrays(pen.graph)
    whole = given[family.name]
    place = tuple(int(index) - 1 for index in indices)

    def at(x: float) -> Numbers:
        moved = whole.copy()
        moved[place] = x
        return numbers_at(pen.trace.derivation, {**given, family.name: moved})

    return at
