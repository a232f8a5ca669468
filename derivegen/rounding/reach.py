"""What a hand calculator can reach: a derivation, a quantity and a rounding go in, the hull of what honest work may come to comes out.

Honest is: every result in full or rounded, in any order, step by step from each upstream derivative or all at once from the chain, by
the function's key or by its formula, example by example or all together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.evaluate import Numbers, Symbolic, delta_name
from derivegen.calculus.numbers.later import AFTER
from derivegen.calculus.numbers.recompute import split
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.errors import InputError
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import FLOAT
from derivegen.formula.tree import Formula
from derivegen.network.names import Moment, derivative, is_delta, parse_derivative
from derivegen.network.rule import RATE, SCHEDULED
from derivegen.on_use import numpy
from derivegen.rounding.ends import Ends, around, is_many
from derivegen.rounding.hulls import Hulls
from derivegen.rounding.interval import Interval
from derivegen.rounding.paper import Paper
from derivegen.rounding.reached import Reached


def both_ways(digits: int) -> tuple[Rounding, Rounding]:
    """The two things "so many digits" can mean."""
    return Rounding(digits), Rounding(significant=digits)


def reach(
    derivation: Derivation,
    name: str,
    rounding: Rounding | tuple[Rounding, ...],
    put_in: Mapping[str, float | str] | None = None,
) -> Reached:
    """The hull of one quantity, as `Reaching` has it."""
    return Reaching(derivation, rounding, put_in)[name]


class Reaching:
    """The hulls of the quantities of one network, found when asked for and kept: with several roundings of what any of them reaches.

    `put_in` are values somebody has for some quantities, local derivatives among them, as exact as they are written, or anywhere in an
    interval. What follows from them is reached from them: a way that goes round them is left out. `givens` are numbers to take in place
    of the network's own.
    """

    def __init__(
        self,
        derivation: Derivation,
        rounding: Rounding | tuple[Rounding, ...],
        put_in: Mapping[str, float | str | Interval] | None = None,
        givens: Mapping[str, float] | None = None,
    ) -> None:
        self._derivation = derivation
        own = {own_name(derivation, name): _ends(number) for name, number in (put_in or {}).items()}
        points = {name: (low + high) / 2 for name, (low, high) in own.items()}
        given = dict(givens or {})
        arithmetic = ARRAYS if any(map(is_many, given.values())) else FLOAT
        now = {name: point for name, point in points.items() if not split(name)[1]}
        self._right = Numbers(derivation, arithmetic, {**given, **now})
        self._points = Hulls(derivation, Paper(), given, {name: (point, point) for name, point in points.items()})
        if own:
            self._points.plain = Hulls(derivation, Paper(), given)
        many = (rounding,) if isinstance(rounding, Rounding) else rounding
        self._hulls = [Hulls(derivation, Paper(one), given, own, self._points) for one in many]

    def __getitem__(self, name: str) -> Reached:
        """The hull. Raises Symbolic where the quantity has no number, InputError where there is none, or none that can be computed."""
        own = own_name(self._derivation, name)
        if not split(own)[1]:
            self._right[own]  # says what is wrong, if anything is
        self._points[own]
        return Reached(*around(*(hulls[own] for hulls in self._hulls)))

    def point(self, name: str) -> float:
        """The number itself, nothing rounded. Raises what the hull raises."""
        return self._points[own_name(self._derivation, name)][0]

    def exactly(self, formula: Formula) -> float:
        """What a formula of these quantities comes to, nothing rounded. Raises what the hull raises."""
        return self._points._value(formula)[0]

    def of(self, formula: Formula) -> Reached:
        """The hull of a formula of these quantities. Raises what the hull raises."""
        self._points._value(formula)
        return Reached(*around(*(hulls._value(formula) for hulls in self._hulls)))


def reached_by_all(
    derivation: Derivation, rounding: Rounding, givens: Mapping[str, Sequence[float]], names: Iterable[str]
) -> Iterator[tuple[str, list[Reached]]]:
    """The hulls of these quantities for many networks that differ in numbers alone: `givens` has those of each. They are worked out
    together, but where somebody's cannot be, one by one. Raises what the hull raises."""
    arrays: dict[str, Any] = {name: numpy.array(many) for name, many in givens.items()}
    together = Reaching(derivation, rounding, givens=arrays)
    count = len(next(iter(givens.values())))
    for name in names:
        try:
            with numpy.errstate(all="ignore"):
                found = together[name]
            low, high = (numpy.broadcast_to(end, count).tolist() for end in (found.low, found.high))
            yield name, list(map(Reached, low, high))
        except (Symbolic, InputError, ArithmeticError, ValueError):
            alone = ({given: many[place] for given, many in givens.items()} for place in range(count))
            yield name, [Reaching(derivation, rounding, givens=own)[name] for own in alone]


def _ends(number: float | str | Interval) -> Ends:
    return (number.low, number.high) if isinstance(number, Interval) else (float(number), float(number))


def own_name(derivation: Derivation, name: str) -> str:
    """The one name under which a value is kept: δ is a derivative, the loss of a `[graph]` its output, @1 is not written of one row."""
    graph = derivation.graph
    base, step = split(name)
    scheduled = graph.network.training.schedule is not None and len(graph.trained)
    if scheduled and (
        base == RATE.name + AFTER or (step and base == RATE.name)
    ):  # of a schedule every parameter has the same
        return f"{Moment(SCHEDULED, graph.trained[0], primed=not step)}" + (f"#{step}" if step else "")
    if step:
        return f"{own_name(derivation, base)}#{step}"
    if is_delta(base):
        return own_name(derivation, delta_name(graph, base))
    if graph.network.single:
        base = base.replace("@1", "")
    pair = parse_derivative(base)
    if pair is None:
        return graph.root if base == "loss" else base
    of, by = pair
    if of.startswith("loss@"):
        by = by.partition("@")[0]
    return derivative("loss" if of == graph.root else of, by)
