"""What a hand calculator can reach: a derivation, a quantity and a rounding go in, the hull of what honest work may come to comes out.

Honest is: every result in full or rounded, in any order, step by step from each upstream derivative or all at once from the chain, by
the function's key or by its formula, example by example or all together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import chain as chained
from typing import Any

import numpy

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.evaluate import Numbers, Symbolic, delta_name
from derivegen.calculus.numbers.recompute import split
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.calculus.numbers.training import batches
from derivegen.errors import InputError
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import FLOAT, compared
from derivegen.formula.tree import (
    ONE,
    Formula,
    Number,
    Quantity,
    Ratio,
    product,
    total,
    walk,
)
from derivegen.network.family import PARAMETERS
from derivegen.network.graph import build
from derivegen.network.names import derivative, is_delta, parse_derivative
from derivegen.network.tables.losses import LOSSES
from derivegen.rounding.ends import Ends, Where, around, chosen, is_many, somewhere
from derivegen.rounding.hull import EVERY_ORDER, Paper
from derivegen.rounding.interval import Interval, printed

LONGEST = 16
"""Factors up to which a chain is written out; of longer ones the rest stays the upstream derivative it is."""

TRAINED_BY_HAND = 5000
"""Updates times parameters that are followed."""

NESTED = 25
"""From this many quantities within one another on they are found in order: each takes some ten calls."""

LARGE = 1e9
"""Units of the last digit; of more a double has too few digits left."""

NEAR = 1e-6
"""So near to half a unit the decimal itself is asked, not the double."""

SAME = 1e-9
"""Two ways that lead to one number agree to this, relative to its size."""


@dataclass(frozen=True, slots=True)
class Reached:
    """All from `low` to `high`: what a result may be, in full or rounded like the intermediate ones. An answer with fewer digits than
    these was rounded once more."""

    low: float
    high: float

    def accepts(self, text: str) -> bool:
        """Whether a decimal as typed is among the printed values of the hull, at the digits it shows; with a tie both neighbours are.
        Raises ValueError where it is no decimal."""
        return printed(text.lower()).meets(Interval(self.low, self.high))

    def texts(self, rounding: Rounding, most: int = 8) -> tuple[str, ...]:
        """The printed values of the hull in order; none if there are more than `most`."""
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            return ()
        units = self._units(rounding)
        if units is not None:
            digits, unit = rounding.digits, 10**rounding.digits
            return tuple(f"{each / unit:.{digits}f}" for each in units) if len(units) <= most else ()
        texts = [_text(rounding, self.low, exact=math.isclose(self.low, self.high, rel_tol=1e-12))]
        if self.low == self.high:
            return tuple(texts)
        last = Decimal(_text(rounding, self.high))
        while (here := Decimal(texts[-1])) < last and len(texts) <= most:
            texts.append(_text(rounding, here + _finest(rounding, here)))
        return tuple(texts) if len(texts) <= most else ()

    def _units(self, rounding: Rounding) -> range | None:
        """The printed values in units of the last digit, where that is the same for all of them and doubles settle them."""
        if rounding.significant is not None or self.low * self.high <= 0:
            return None
        low, high = (end * 10**rounding.digits for end in (self.low, self.high))
        settled = min(abs(low), abs(high)) >= 10 and max(abs(low), abs(high)) < LARGE
        cut = high - low > 1e-9 * abs(low)  # a number that is known is printed without the zeros that only a cut leaves
        if not (settled and cut) or any(abs(end % 1 - 0.5) < NEAR for end in (low, high)):
            return None
        return range(round(low), round(high) + 1)

    def wide(self, truth: float) -> bool:
        """Whether the hull is wider than a quarter of the value, so that nothing can be told from an answer in it."""
        return not self.high - self.low <= abs(truth) / 4

    def __or__(self, other: Reached) -> Reached:
        return Reached(min(self.low, other.low), max(self.high, other.high))


def _text(rounding: Rounding, number: float | Decimal, exact: bool = False) -> str:
    """As it is printed; a number that is known `exactly` without the zeros that only a cut leaves."""
    clean = Fraction(f"{number:.12g}")
    text = rounding.text(clean)
    return text if exact else rounding.text(float(clean)) if clean else text


def _finest(rounding: Rounding, number: Decimal) -> Decimal:
    """From a printed number to the next: towards 0 a shorter number may have a smaller unit."""
    towards = float(number) * (1 - 1e-9) if number < 0 else float(number)
    return Decimal(f"{rounding.unit(towards):.0e}")


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
    if step:
        return f"{own_name(derivation, base)}#{step}"
    if is_delta(base):
        return own_name(derivation, delta_name(graph, base))
    if graph.network.rows == 1:
        base = base.replace("@1", "")
    pair = parse_derivative(base)
    if pair is None:
        return graph.root if base == "loss" else base
    of, by = pair
    if of.startswith("loss@"):
        by = by.partition("@")[0]
    return derivative("loss" if of == graph.root else of, by)


@dataclass(frozen=True, slots=True)
class _Part:
    """A factor of a chain: how it reads, and whether it is a derivative that can be written out in its turn."""

    name: str
    reading: Formula
    opens: bool = False


_Chain = tuple[_Part, ...]


class Hulls:
    """The hull of every quantity, by its own name, on one kind of paper.

    `givens` stand in for the network's own numbers; they may be arrays, an entry for each of many networks. `points` are the numbers
    themselves: they decide between cases, and which ways lead to one number. `plain` are those without what was put in. `parameters`
    stand in for those before the updates.
    """

    def __init__(
        self,
        derivation: Derivation,
        paper: Paper,
        givens: Mapping[str, float],
        put_in: Mapping[str, Ends] | None = None,
        points: Hulls | None = None,
        parameters: Callable[[str], Ends] | None = None,
        updates: int = 0,
    ) -> None:
        self.derivation, self.graph, self.paper = derivation, derivation.graph, paper
        self.points, self.plain = points or self, self
        self._givens = givens
        self._put_in, self._parameters, self._updates = put_in or {}, parameters, updates
        self._fixed = {name: ends for name, ends in self._put_in.items() if not split(name)[1]}
        self._found: dict[str, Ends] = {}
        self._steps: dict[str, tuple[_Chain, ...]] = {}
        self._depth = 0

    def __getitem__(self, name: str) -> Ends:
        """The hull. Raises Symbolic, InputError and what `Paper.value` raises."""
        if name in self._fixed:
            return self._fixed[name]
        if name not in self._found:
            self._depth += 1
            if self._depth == NESTED:
                self._in_order(name)
            try:
                self._found[name] = self._compute(name)
            finally:
                self._depth -= 1
        return self._found[name]

    def _in_order(self, name: str) -> None:
        """Find everything from the inputs on, so that the recursion of a long graph never gets deep."""
        derived = self.graph.locate(name) is None
        for each in chained(self.graph.names(), self.derivation.targets() if derived else ()):
            with suppress(Symbolic, InputError, ArithmeticError, ValueError):
                self[each]

    def _compute(self, name: str) -> Ends:
        base, step = split(name)
        if step:
            return self._later(step)[base]
        found = self.graph.locate(name)
        if found is not None and found[0].kind in PARAMETERS and self._parameters is not None:
            return self._parameters(name)
        given = self._given(name)
        if given is not None:
            return given, given
        if found is not None:
            return self._forward(name)
        if "*" in name:  # what flows back over one edge: upstream times local
            upstream, local = name.split("*")
            return self.paper.product((self[upstream], *self._factors(_Part(local, self._local(local)))))
        if parse_derivative(name) is not None:
            return self._derived(name)
        if name.startswith("D"):
            return self._value(self.derivation[name].reading)
        raise Symbolic(name)

    def _given(self, name: str) -> float | None:
        own: Any = self._givens.get(name, self.graph.givens.get(name))
        return own if own is None or is_many(own) else float(own)

    def _value(self, formula: Formula) -> Ends:
        return self.paper.value(formula, self.__getitem__, self._holds)

    def _holds(self, condition: Formula) -> Where:
        """Whether the numbers themselves satisfy a condition: a rounding does not open a gate."""
        return compared(condition, lambda part: self.points._value(part)[0])

    # ------------------------------------------------------------------------------------------------------------ forward

    def _forward(self, name: str) -> Ends:
        formula = self.graph[name].formula
        if formula is None:
            raise Symbolic(name)
        return self._united(name, self._value(formula))

    def _united(self, name: str, found: Ends) -> Ends:
        """With the shortcuts that lead to the same number; where one feels what was put in and the way of the steps does not, it alone."""
        if self.paper.rounding is None:
            return found
        (here, _), plain = self.points[name], self.points.plain
        for formula in self._shortcuts(name):
            there, _ = self.points._value(formula)
            close = _agree(there, here)
            if somewhere(close):
                found = chosen([(found, True), (around(found, self._value(formula)), close)])
            elif plain is not self.points and plain[name][0] == here and plain._value(formula)[0] != there:
                found = self._value(formula)
        return found

    def _shortcuts(self, name: str) -> Iterator[Formula]:
        """Other formulas for the quantity: what the examples or outputs by themselves add up to. (The shortcut a − t needs no mention:
        the long way holds it, unrounded, for every a, and rounded at its end.)"""
        pair, network = parse_derivative(name), self.graph.network
        if not self.graph.layered or network.loss is None:
            return
        rows = range(1, network.rows + 1) if isinstance(network.rows, int) and network.rows > 1 else ()
        shares = (Ratio(ONE, Number(str(len(rows)))),) if network.loss.reduction == "mean" else ()
        if name == "loss" and rows:
            yield product(*shares, total(*(Quantity(f"loss@{row}") for row in rows)))
        elif pair is not None and pair[0] == "loss" and rows:
            by, _, row = pair[1].partition("@")
            alone = [Quantity(derivative(f"loss@{each}", by)) for each in ((row,) if row else rows)]
            yield product(*shares, total(*alone))
        elif pair is None and name.startswith("loss") and "[" not in name and self.graph.n_outputs > 1:
            yield self._by_outputs(name.removeprefix("loss"))

    def _by_outputs(self, row: str) -> Formula:
        """A row's loss from the terms of the outputs."""
        network = self.graph.network
        terms = total(*(Quantity(f"loss[{j}]{row}") for j in range(1, self.graph.n_outputs + 1)))
        assert network.loss is not None
        each = network.loss.formula is None and LOSSES[network.loss.name].per_output
        return product(*([Ratio(ONE, Number(str(self.graph.n_outputs)))] if each else []), terms)

    # ----------------------------------------------------------------------------------------------------------- backward

    def _derived(self, name: str) -> Ends:
        """Step by step, and by every chain written out."""
        found = self._folded(self._chains(name))
        if self.paper.rounding is None:
            return found
        return self._united(name, around(found, *map(self._folded, self._written_out(name))))

    def _folded(self, chains: Sequence[_Chain]) -> Ends:
        """The sum of the products."""
        paper = self.paper
        return paper.total(paper.product(chained.from_iterable(map(self._factors, chain))) for chain in chains)

    def _factors(self, part: _Part) -> Iterable[Ends]:
        if part.opens or part.name in self._fixed:
            return (self[part.name],)
        return self.paper.factors(part.reading, self.__getitem__, self._holds)

    def _written_out(self, name: str) -> Iterator[Sequence[_Chain]]:
        """The chain with upstream derivatives written out: those of one term all, those that are sums so many deep, as long as there
        are no more terms than anybody writes."""
        before = _names(self._chains(name))
        for sums in range(EVERY_ORDER):
            chains = [out for each in self._chains(name) for out in self._opened(each, sums)]
            now = _names(chains)
            if len(chains) > EVERY_ORDER or (sums and now == before):
                return
            if now != before:
                yield chains
            before = now

    def _opened(self, chain: _Chain, sums: int, left: int = LONGEST) -> list[_Chain]:
        """One term with what can be written out in place of it, and again."""
        place = next((n for n, part in enumerate(chain) if part.opens and part.name not in self._fixed), None)
        if place is None or left == 0:
            return [chain]
        inner = self._chains(chain[place].name)
        fewer = sums - (len(inner) > 1)
        if fewer < 0:
            return [chain]
        longer = ((*chain[:place], *each, *chain[place + 1 :]) for each in inner)
        return [out for each in longer for out in self._opened(each, fewer, left - 1)]

    def _chains(self, name: str) -> tuple[_Chain, ...]:
        """The terms of the step of a derivative; factors 1 are left out."""
        if name not in self._steps:
            self._steps[name] = tuple(
                tuple(part for part in chain if part.reading != ONE) for chain in self._stepped(name)
            )
        return self._steps[name]

    def _stepped(self, name: str) -> Iterator[_Chain]:
        pair = parse_derivative(name)
        assert pair is not None
        if pair[0] == "loss" or pair[0].startswith("loss@"):
            for term in self._of_root(pair[0])[name].terms:
                yield tuple(_Part(part.name, part.reading, part.role == "upstream") for part in term.factors)
        elif self.derivation.local(*pair) is not None:
            yield (_Part("", self._local(name)),)
        else:
            yield from self._through(*pair)

    def _of_root(self, root: str) -> Derivation:
        row = root.partition("@")[2]
        if not row or self.derivation.row is not None:
            return self.derivation
        return self.derivation.of_row(int(row) if row.isdigit() else row)

    def _through(self, of: str, by: str) -> Iterator[_Chain]:
        """A derivative over several links: by everything `of` is computed from directly, times what that feels of `by`."""
        formula = self.graph[of].formula
        parents = dict.fromkeys(part.name for part in walk(formula) if isinstance(part, Quantity)) if formula else {}
        for parent in parents:
            local = self.derivation.local(of, parent)
            if local is not None:
                rest = derivative(parent, by)
                yield _Part(local.name, local.reading), _Part(rest, Quantity(rest), opens=True)

    def _local(self, name: str) -> Formula:
        """How a derivative over one edge reads."""
        pair = parse_derivative(name)
        factor = self.derivation.local(*pair) if pair is not None else None
        if factor is None:
            raise Symbolic(name)
        return factor.reading

    # ------------------------------------------------------------------------------------------------------------ updates

    def _later(self, step: int) -> Hulls:
        """The hulls after so many updates."""
        if step * len(self.graph.parameters) > TRAINED_BY_HAND:
            raise InputError(
                f"after {step} updates: nobody works that out by hand, so there is no telling what is reached"
            )
        found = self._next
        for _ in range(step - 1):
            for name in self.graph.parameters:
                found[name]  # in order: each update would be one level deeper
            found = found._next
        return found

    @cached_property
    def _next(self) -> Hulls:
        """The hulls after one more update, by the batch whose turn it is."""
        points = None if self.points is self else self.points._next
        batch, trained = self._batch, frozenset(self.graph.trained)

        def updated(name: str) -> Ends:
            return batch._updated(name) if name in trained else self[name]

        put_in = {_sooner(name): value for name, value in self._put_in.items() if split(name)[1]}
        return Hulls(self.derivation, self.paper, self._givens, put_in, points, updated, self._updates + 1)

    def _updated(self, name: str) -> Ends:
        """A parameter after the update; from what is added, if that was put in."""
        added = "D" + name
        own = total(Quantity(name), Quantity(added)) if added in self._fixed else None
        return self._value(own or self.derivation[name + "'"].reading)

    @cached_property
    def _batch(self) -> Hulls:
        """The same parameters with the rows of the next update alone."""
        cuts = batches(self.graph)
        if len(cuts) == 1:
            return self
        if type(self.derivation) is not Derivation:
            raise InputError("updates batch by batch are followed for right derivations only")
        points = None if self.points is self else self.points._batch
        turn = self._updates % len(cuts)
        chain, before = derive(build(cuts[turn])), sum(cut.rows for cut in cuts[:turn])
        givens = dict(_of_rows(self._givens, before, cuts[turn].rows))
        return Hulls(chain, self.paper, givens, {}, points, self.__getitem__)


def _of_rows(givens: Mapping[str, float], before: int, rows: int) -> Iterator[tuple[str, float]]:
    """The numbers of so many rows behind others, by their names where there are no other rows, and those of no row."""
    for name, number in givens.items():
        base, _, row = name.partition("@")
        if not row:
            yield name, number
        elif before < int(row) <= before + rows:
            yield (base if rows == 1 else f"{base}@{int(row) - before}"), number


def _agree(one: float, other: float) -> Where:
    """Where two numbers are one, up to what double precision loses."""
    if is_many(one) or is_many(other):
        larger = numpy.maximum(numpy.abs(one), numpy.abs(other))
        return (one == other) | (numpy.abs(one - other) <= numpy.maximum(SAME * larger, SAME**2))
    return math.isclose(one, other, rel_tol=SAME, abs_tol=SAME**2)


def _sooner(name: str) -> str:
    """The name seen from one update later."""
    base, step = split(name)
    return base if step == 1 else f"{base}#{step - 1}"


def _names(chains: Sequence[_Chain]) -> tuple[tuple[tuple[str, bool], ...], ...]:
    """What tells chains apart; the slope of the loss has one name as it stands and written out."""
    return tuple(tuple((part.name, part.opens) for part in chain) for chain in chains)
