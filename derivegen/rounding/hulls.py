"""The hull of every quantity of a network: a derivation, a kind of paper and numbers go in, what each quantity may come to
comes out when asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain as chained
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.batches import chains, of_rows, portions
from derivegen.calculus.numbers.evaluate import Symbolic
from derivegen.calculus.numbers.later import AFTER, comes_of_update
from derivegen.calculus.numbers.recompute import split
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import compared
from derivegen.formula.tree import ONE, Formula, Number, Quantity, Ratio, product, total
from derivegen.network.names import derivative, parse_derivative, parse_kept
from derivegen.on_use import numpy
from derivegen.records import replace
from derivegen.rounding.calculator import Calculator
from derivegen.rounding.chains import Chain, Chains, Part
from derivegen.rounding.ends import Ends, Where, around, chosen, is_many, somewhere
from derivegen.rounding.paper import Paper

TRAINED_BY_HAND = 5000
"""Updates times parameters that are followed."""

NESTED = 25
"""From this many quantities within one another on they are found in order: each takes some ten calls."""

SAME = 1e-9
"""Two ways that lead to one number agree to this, relative to its size."""


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
        self._chains = Chains(derivation, self._fixed)
        self._calculator = Calculator(paper, self.__getitem__, self._holds)
        self._updating = self._calculator
        if self.graph.network.training.rule.lines and paper.rounding is not None:
            self._updating = Calculator(replace(paper, careful=True), self._not_lost, self._holds)
        self._depth = 0

    def __getitem__(self, name: str) -> Ends:
        """The hull. Raises Symbolic, InputError and what `Calculator.value` raises."""
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
        if step and comes_of_update(self.graph, base):
            return self._put_in[name] if name in self._put_in else self._later(step - 1)._of_update(base)
        if step:
            return self._later(step)[base]
        found, kept = self.graph.locate(name), parse_kept(name) is not None
        before = kept and not name.endswith(AFTER)
        if (before or (found is not None and found[0].is_parameter)) and self._parameters is not None:
            return self._parameters(name)
        if kept:
            return self._worked_out(name)
        given = self._given(name)
        if given is not None:
            return given, given
        if found is not None:
            return self._forward(name)
        if "*" in name:  # what flows back over one edge: upstream times local
            upstream, local = name.split("*")
            return self.paper.product((self[upstream], *self._factors(Part(local, self._chains.local(local)))))
        if parse_derivative(name) is not None:
            return self._derived(name)
        if name.startswith("D"):
            return self._worked_out(name)
        raise Symbolic(name)

    def _given(self, name: str) -> float | None:
        own: Any = self._givens.get(name, self.graph.givens.get(name))
        return own if own is None or is_many(own) else float(own)

    def _value(self, formula: Formula) -> Ends:
        return self._calculator.value(formula)

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
        if network.loss is None:
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
        each = [Ratio(ONE, Number(str(self.graph.n_outputs)))] if network.loss.outputs == "mean" else []
        return product(*each, terms)

    # ----------------------------------------------------------------------------------------------------------- backward

    def _derived(self, name: str) -> Ends:
        """Step by step, and by every chain written out."""
        found = self._folded(self._chains.of(name))
        if self.paper.rounding is None:
            return found
        return self._united(name, around(found, *map(self._folded, self._chains.written_out(name))))

    def _folded(self, chains: Sequence[Chain]) -> Ends:
        """The sum of the products."""
        paper = self.paper
        return paper.total(paper.product(chained.from_iterable(map(self._factors, chain))) for chain in chains)

    def _factors(self, part: Part) -> Iterable[Ends]:
        if part.opens or part.name in self._fixed:
            return (self[part.name],)
        return self._calculator.factors(part.reading)

    # ------------------------------------------------------------------------------------------------------------ updates

    def _later(self, step: int) -> Hulls:
        """The hulls after so many updates."""
        if step * len(self.graph.parameters) > TRAINED_BY_HAND:
            raise InputError(
                f"after {step} updates: nobody works that out by hand, so there is no telling what is reached"
            )
        if not step:
            return self
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
            return batch._updated(name) if name in trained or parse_kept(name) is not None else self[name]

        put_in = {_sooner(name): value for name, value in self._put_in.items() if split(name)[1]}
        chain = self.derivation.numbered(self.derivation.turn + 1)
        return Hulls(chain, self.paper, self._givens, put_in, points, updated, self._updates + 1)

    def _of_update(self, base: str) -> Ends:
        """What the next update works out and does not keep."""
        return self._batch._worked_out(base + AFTER * (not base.startswith("D")))

    def _worked_out(self, name: str) -> Ends:
        """What an update makes, from its own step."""
        return self._updating.value(self.derivation[name].reading)

    def _not_lost(self, name: str) -> Ends:
        """What somebody who follows an optimizer takes: nobody rounds a derivative to nothing whose size the step is divided by."""
        found = self[name]
        if self.paper.careful or parse_derivative(name) is None:
            return found
        lost = (found[0] <= 0) & (found[1] >= 0) & (self.points[name][0] != 0)
        return chosen([(found, True), (self._careful[name], lost)]) if somewhere(lost) else found

    @cached_property
    def _careful(self) -> Hulls:
        """The hulls of the same numbers for somebody who keeps two digits of everything."""
        paper = replace(self.paper, careful=True)
        return Hulls(self.derivation, paper, self._givens, self._put_in, self.points, self._parameters, self._updates)

    def _updated(self, name: str) -> Ends:
        """A parameter after the update; from what is added, if that was put in."""
        added = "D" + name
        own = total(Quantity(name), Quantity(added)) if added in self._fixed else None
        return self._worked_out(name + AFTER) if own is None else self._updating.value(own)

    @cached_property
    def _parts(self) -> list[Derivation]:
        return chains(self.derivation.numbered(1))

    @cached_property
    def _batch(self) -> Hulls:
        """The same parameters with the rows of the next update alone."""
        cuts = portions(self.graph.network)
        if not cuts:
            return self
        if type(self.derivation) is not Derivation:
            raise InputError("updates batch by batch are followed for right derivations only")
        points = None if self.points is self else self.points._batch
        turn = self._updates % len(cuts)
        chain, givens = self._parts[turn].numbered(self.derivation.turn), dict(of_rows(self._givens, cuts[turn]))
        return Hulls(chain, self.paper, givens, {}, points, self.__getitem__)


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
