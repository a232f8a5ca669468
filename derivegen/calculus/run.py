"""The numbers of a training run as they are printed: a trace goes in; any number of its run, or the run of somebody who carries each number
on as printed, comes out.

Doubles do for most. Near a half they may fall on the wrong side of it, and of a small difference (how far a parameter has moved, the
gradient at the end of a run) they keep noise. There the run is made anew with fifty digits, as far as it is short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.batches import chains
from derivegen.calculus.numbers.evaluate import Numbers, Trace, Update, in_run
from derivegen.calculus.numbers.later import AFTER, comes_of_update, fill_in, left
from derivegen.calculus.numbers.layer_numbers import numbers_after
from derivegen.formula.arithmetic.value import CALCULATOR, precise
from derivegen.formula.functions import SQRT
from derivegen.network.graph import Graph
from derivegen.network.names import Moment
from derivegen.records import dataclass, field

MOST = 8_000
"""Updates times quantities that are made anew with fifty digits; of a longer run the doubles are what is known."""
NEAR, SMALL = 1e-6, 1e-9
"""So near to half way between two printed numbers, in units of the last digit, and so small, a double is not asked."""
UNSURE = 1e-12
"""How far off a double may be, beside numbers of the size of 1."""
EPSILON = 2.0**-52
NOTHING = 1e-40
"""Below this fifty digits have left nothing of a difference."""


@dataclass(frozen=True)
class Run:
    """The training run of one trace."""

    trace: Trace
    _states: list[dict[str, Any]] = field(default_factory=list, compare=False)
    _numbers: dict[int, Numbers] = field(default_factory=dict, compare=False)

    def double(self, name: str, read: Callable[[float], Any] = float) -> Any:
        """A number of the run as the training has come to it, or has to have come to it."""
        base, _, after = name.partition("#")
        own = "/" in base or comes_of_update(self.trace.graph, base)
        if own and base not in self.trace.updates[int(after)].values:
            return read(float(self._in_doubles(base, int(after))))
        return in_run(self.trace.updates, name, read)

    def _in_doubles(self, base: str, step: int) -> Any:
        """A derivative after some updates, or what belongs to an update itself, from the doubles of the run."""
        own = comes_of_update(self.trace.graph, base)
        chain = self._batch(step - 1).numbered(step) if own else self.trace.derivation
        numbers = numbers_after(chain, self.trace.updates[step - own])
        return numbers[base + AFTER * (own and not base.startswith("D"))]

    def known_number(self, name: str, double: float) -> Any:
        """A number of the run; `double` is what the training has come to."""
        base, _, after = name.partition("#")
        step = int(after)
        if step and not self._in_doubt(double):
            return double
        if step and (self.trace.in_arrays or step * self.trace.graph.size > MOST):
            return 0.0 if self._is_noise(base, step, double) else double
        found = self._precisely(base, step)
        return found if abs(found) > NOTHING else 0.0

    def _in_doubt(self, number: float) -> bool:
        unit = self.trace.rounding.unit(number)
        off = abs(number) / unit % 1 - 0.5
        return abs(number) < SMALL or abs(off) < NEAR + UNSURE * (1 + abs(number)) / unit

    def _is_noise(self, base: str, step: int, number: float) -> bool:
        """Whether a difference is no more than what doubles lose on its two sides."""
        first, now = self.trace.updates[0], self.trace.updates[step]
        size = abs(first.values[base.removeprefix("moved ")]) if base.startswith("moved ") else abs(now.loss)
        return (base == "fall" or base.startswith("moved ")) and abs(number) <= step * EPSILON * size

    def _precisely(self, base: str, step: int) -> Any:
        if base == "fall":
            return self._precisely("loss", step - 1) - self._precisely("loss", step)
        if base == "foretold":
            return self._number("rate", step - 1) * self._precisely("norm", step - 1) ** 2
        if base.startswith("moved "):
            parameter = base.removeprefix("moved ")
            return self._number(parameter, step) - self._number(parameter, 0)
        if base == "norm":
            graph = self.trace.graph
            slopes = (self._number(self.trace.derivation.name_of(name), step) for name in graph.trained)
            return self.trace.precise.arithmetic.functions[SQRT.name](sum(slope * slope for slope in slopes))
        return self._number(self.trace.graph.root if base == "loss" else base, step)

    def _number(self, name: str, step: int) -> Any:
        """A quantity or a derivative after some updates; at the start that of the trace."""
        if not step:
            return self.trace.precise.arithmetic.number(self.trace.known_number(name))
        if comes_of_update(self.trace.graph, name):
            return self._updating(step - 1)[name + AFTER * (not name.startswith("D"))]
        if step not in self._numbers:
            self._numbers[step] = Numbers(self.trace.derivation, precise(), self._state(step))
        return self._numbers[step][name]

    def _updating(self, step: int) -> Numbers:
        """The numbers of the batch and the update that come after so many."""
        found = Numbers(self._batch(step).numbered(step + 1), precise(), self._state(step))
        fill_in(found)
        return found

    def _state(self, step: int) -> dict[str, Any]:
        """The parameters after so many updates, and what the optimizer keeps of them."""
        graph = self.trace.graph
        if not self._states:
            self._states.append({name: self._number(name, 0) for name in graph.parameters})
        while len(self._states) <= step:
            numbers = self._updating(len(self._states) - 1)
            self._states.append({**self._states[-1], **left(numbers)})
        return self._states[step]

    def _batch(self, step: int) -> Derivation:
        """What is differentiated in an update."""
        return self._batches[step % len(self._batches)]

    @cached_property
    def _batches(self) -> list[Derivation]:
        return chains(self.trace.derivation)


def run_as_printed(trace: Trace) -> tuple[Update, ...]:
    """The training run of somebody who writes down each number and goes on with that, as long as the run of the trace; that one itself
    where it is too long to be made by hand."""
    if not trace.updates or (len(trace.updates) - 1) * trace.graph.size > MOST:
        return trace.updates
    return tuple(_as_printed(trace))


def _as_printed(trace: Trace) -> Iterator[Update]:
    graph, keep = trace.graph, trace.rounding.fraction
    parts = chains(trace.derivation)
    parameters = {name: trace.as_given[name] for name in graph.parameters}
    come: dict[str, Fraction] = {}
    graphs = (graph, *(part.graph for part in parts))
    given = {id(each): {name: trace.printed_given(name, own) for name, own in each.givens.items()} for each in graphs}

    def at(chain: Derivation, lines: bool) -> Numbers:
        return Numbers(
            chain, CALCULATOR, given[id(chain.graph)] | parameters, keep, lines=trace.lines if lines else None
        )

    for step, update in enumerate(trace.updates):
        numbers = at(trace.derivation, True)
        fill_in(numbers)
        slopes = [numbers[trace.derivation.name_of(name)] for name in graph.trained]
        norm = keep(CALCULATOR.functions[SQRT.name](sum((slope * slope for slope in slopes), Fraction(0))))
        outputs = tuple(tuple(float(numbers[name]) for name in row) for row in graph.outputs_by_row)
        named = {name: float(numbers[name]) for row in graph.outputs_by_row for name in row}
        come |= {name: numbers[name] for name in map(trace.derivation.name_of, graph.trained) if step < FOLLOWED}
        values = {name: float(number) for name, number in (parameters | come).items()} | named
        yield Update(step, float(numbers[graph.root]), outputs, float(norm), float(numbers["rate"]), values)
        chain = parts[step % len(parts)].numbered(step + 1)
        own = numbers if chain is trace.derivation else at(chain, len(parts) == 1)
        if update is not trace.updates[-1]:
            parameters |= left(own)
            come = _come(graph, own) if step < FOLLOWED else {}


FOLLOWED = 2
"""Updates that a page may work out line by line."""


def _come(graph: Graph, numbers: Numbers) -> dict[str, Fraction]:
    """What belongs to one update: what it adds, and what it works out and does not keep."""
    rule = graph.network.training.rule
    bases = [base for base in rule.worked_out if base not in rule.kept]
    found = {
        str(Moment(base, name)): numbers[str(Moment(base, name)) + AFTER] for base in bases for name in graph.trained
    }
    return found | {f"D{name}": numbers[f"D{name}"] for name in graph.trained}
