"""What a number says: a factor of a chain, a derivative, an output go in; the sentence that reads its sign and size comes out.

Nothing is said where there are no numbers.
"""

from __future__ import annotations

from derivegen.calculus.steps import Factor
from derivegen.document.blocks import Prose
from derivegen.document.pen import Pen
from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.tree import Quantity
from derivegen.network.tables.activations import ACTIVATIONS, decimal
from derivegen.solution.links import by_of, visible

MINDS, STEEP, TAKES = "①", "②", "③"
"""The marks of the factors of a chain: ∂L/∂a, the slope, what the parameter is multiplied by."""
FULL, FAINT = 0.9, 0.1
"""Shares of the steepest slope from which on a unit passes on nearly all, and below which hardly anything."""
SMALL = 0.2
"""An input smaller than this part of the largest one of its layer leaves its weight hardly any say."""


def told_of_factor(pen: Pen, mark: str, factor: Factor) -> Prose:
    """What the number of a marked factor says."""
    if not pen.trace.known(factor.name):
        return ()
    found = {MINDS: _minds, STEEP: _steep, TAKES: _takes}
    said = found[mark](pen, factor) if mark in found else ()
    return (pen.press.semicolon, *said) if said else ()


def _minds(pen: Pen, factor: Factor) -> Prose:
    """Which way the loss goes with an output; of a unit with several ways to the loss, whether these pull together."""
    terms = pen.chain[factor.name].terms
    signs = [pen.trace.number(factor.name)]
    if len(terms) > 1:
        signs = [value(pen.together(visible(term.factors)), pen.trace.number, FLOAT) for term in terms]
        against = min(signs) < 0 < max(signs)
        return pen.say("lesson.pull", against=against, count=len(terms))
    by, loss = Quantity(by_of(pen.graph, factor.name)), Quantity(pen.chain.root)
    return pen.say("lesson.grows", by=by, loss=loss, sign=_sign(signs[0]))


def _steep(pen: Pen, factor: Factor) -> Prose:
    """How much of what it could a unit passes on."""
    found = pen.graph.locate(by_of(pen.graph, factor.name))
    entry = None if found is None else ACTIVATIONS.get(pen.graph.layer(found[0].layer).a.rule)
    if entry is None or entry.steepest is None:
        return ()
    share = float(pen.trace.number(factor.name)) / float(entry.steepest)
    most = decimal(entry.steepest)
    return pen.say("lesson.steep", most=most, full=share > FULL, faint=share < FAINT)


def _takes(pen: Pen, factor: Factor) -> Prose:
    """Whether what a weight is multiplied by gives it a say."""
    if factor.role != "input":
        return ()
    name = factor.reading
    if not isinstance(name, Quantity):
        return ()
    size = abs(pen.trace.number(name.name))
    found = pen.graph.locate(name.name)
    assert found is not None
    family, (_, *row) = found
    others = [abs(pen.trace.number(family.member((unit, *row)))) for unit in family.axes[0].range()]
    if size == 0:
        return pen.say("lesson.no-say")
    return pen.say("lesson.hardly") if size < SMALL * max(others) else ()


def sign_of_product(pen: Pen, target: str) -> Prose:
    """What the sign of a derivative says about the step."""
    if not pen.trace.known(target):
        return ()
    name = by_of(pen.graph, target)
    sign = _sign(pen.trace.number(target))
    trained = pen.graph.network.training.learning_rate is not None and name in pen.graph.trained
    trained = trained and _goes_against(pen, name, sign)
    return pen.say("lesson.sign", by=Quantity(name), loss=Quantity(pen.chain.root), sign=sign, trained=trained)


def _goes_against(pen: Pen, name: str, sign: int) -> bool:
    """Whether the step changes a parameter against its derivative: decay may outweigh that, and so may what an optimizer makes of it."""
    if pen.graph.network.training.rule.is_plain:
        return True
    added = f"D{name}"
    return pen.trace.known(added) and _sign(pen.trace.number(added)) == -sign


def verdicts(pen: Pen) -> list[tuple[Quantity, str]]:
    """Of each output in hand whether it is too high ("high"), too low ("low") or right ("right")."""
    row = pen.chain.row
    found = []
    for a, t in _ends(pen, row):
        difference = pen.trace.number(a) - pen.trace.number(t)
        found.append((Quantity(a), "high" if difference > 0 else "low" if difference < 0 else "right"))
    return found


def _ends(pen: Pen, row: int | str | None) -> list[tuple[str, str]]:
    rows = pen.rows_in_hand
    units = range(1, pen.graph.n_outputs + 1)
    return [(pen.graph.output.member((j, *rows)), pen.graph.target.member((j, *rows))) for j in units]


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
