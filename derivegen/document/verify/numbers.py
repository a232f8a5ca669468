"""The numbers of a document: a trace goes in, each number it may print is folded anew; CheckFailed at the first that is not true.

No constant says how near is near enough: what is known with fifty digits or as a fraction must be printed exactly so, and of what is
known in doubles the bound follows from its calculation (`bounded`).
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from derivegen.calculus.bounded import DOUBLE, DOUBLES, Bounded, bounded
from derivegen.calculus.chain import Derivation as Chain
from derivegen.calculus.numbers.batches import chains
from derivegen.calculus.numbers.evaluate import Numbers, Trace, in_run
from derivegen.calculus.numbers.later import AFTER, comes_of_update, fill_in, handed_on, kept_of, left
from derivegen.calculus.numbers.layer_numbers import SAMPLED, LayerNumbers, numbers_after
from derivegen.calculus.numbers.sides import put_in
from derivegen.calculus.numbers.training import LONG, length
from derivegen.calculus.run import run_as_printed
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.arithmetic.value import precise
from derivegen.formula.functions import SQRT
from derivegen.network.members import Members, largest
from derivegen.records import dataclass, replace
from derivegen.rounding.interval import printed

MOST_FOLDED = 20_000
"""Updates times quantities; of a longer training run only the printed lines are folded anew."""
CLOSE = 1e-9
WAYS = 8
"""Times the bound of one calculation that another one may be off: its operations stand in another order."""
ARRAYS_OFF = 1e-13
"""How far numbers may be off that are computed in arrays of doubles, beside numbers of the size of 1."""


@dataclass(frozen=True)
class PrintedNumbers:
    """Judges the numbers of one trace."""

    trace: Trace

    @cached_property
    def own(self) -> Trace:
        """The same trace folded anew: what has crept into the numbers of the one in hand is not in it."""
        return replace(self.trace)

    def numbers(self) -> None:
        """Every value and every update of the trace, printed or not, is what the steps come to; of a large network SAMPLED of each family,
        and each update as a whole."""
        if isinstance(self.trace.floats, LayerNumbers):
            self._sampled(self.trace.floats)
            return
        for name, number in self.trace.floats.forward():
            if number != (true := self.own.floats[name]):
                self._agree(name, float(number), float(true))
        for name, number in self.trace.looked_up():
            true = self.own.known_number(name)
            if number != true:  # they may be larger than any double
                self._agree(name, float(number), float(true))
        updates = self.trace.updates
        if self.trace.carried:
            self._carried()
            return
        weight = len(self.trace.graph.parameters) + len(self.trace.graph.families)
        for step in range(len(updates)) if len(updates) * weight <= MOST_FOLDED else ():
            for name in ("loss", "norm", *(n for row in self.trace.graph.outputs_by_row for n in row)):
                self._near(f"{name}#{step}", in_run(updates, f"{name}#{step}"), self._trained(f"{name}#{step}"))
            if step:
                self._updated(step)

    def _carried(self) -> None:
        """Every update of a run that is carried on as printed comes out again."""
        again = run_as_printed(self.own)
        for update, other in zip(self.trace.updates, again, strict=True):
            if update != other:
                raise CheckFailed(f"update {update.step} is taken as {update}, but it is {other}")

    def _sampled(self, numbers: LayerNumbers) -> None:
        """Entries of every array are what their own steps come to, and the arrays of every update follow from those before."""
        for name in numbers.sampled():
            self._agree(name, float(numbers[name]), float(numbers.step_by_step(name)))
        if len(self._batches) > 1:
            return
        for before, after in pairwise(self.trace.updates):
            own = numbers_after(self.trace.derivation.numbered(after.step), before)
            for name in self._few(tuple(handed_on(self.trace.graph))):
                self._agree(f"{name}#{after.step}", after.values[name], float(own[name + AFTER]))

    @staticmethod
    def _few(names: Sequence[str]) -> Sequence[str]:
        return random.Random(len(names)).sample(names, min(len(names), SAMPLED))

    def _updated(self, step: int) -> None:
        """Every parameter after an update, and what the optimizer keeps of it, is what its step comes to."""
        graph, update, numbers = self.trace.graph, self.trace.updates[step], self._updating(step - 1)
        after = left(numbers)
        for name in (*graph.parameters, *(name for name in after if name not in graph.trained)):
            self._near(f"{name}#{step}", update.values[name], after[name] if name in after else numbers[name])

    def _updating(self, step: int) -> Numbers:
        """The numbers of the update that comes after so many, of its batch."""
        chain = self._batches[step % len(self._batches)].numbered(step + 1)
        if chain is self._batches[0] and len(self._batches) == 1:
            return self._after(step)
        return self._fold(chain, self._parameters(step))

    @cached_property
    def _batches(self) -> list[Chain]:
        return chains(self.trace.derivation)

    @staticmethod
    def _agree(name: str, number: float, true: float) -> None:
        if not abs(number - true) <= CLOSE * (1 + abs(true)):
            raise CheckFailed(f"{name} is taken as {number!r}, but it is {true!r}")

    @staticmethod
    def _near(name: str, number: float, true: Bounded) -> None:
        """A number that was computed another way in doubles is as near as two calculations can be that are off by so much each."""
        if not abs(number - true.number) <= WAYS * true.off:
            raise CheckFailed(f"{name} is taken as {number!r}, but it is {true.number!r}, give or take {true.off!r}")

    def value(self, name: str, more: int = 0) -> None:
        """The printed value is the true one rounded to its digits."""
        if (name, more) in self._checked:
            return
        self._checked.add((name, more))
        text = self.trace.text(name, more)
        if "#" in name and not self.trace.carried:
            self._printed_in_run(name, text)
        elif isinstance(self.own.floats, LayerNumbers):
            if not printed_as(text, self.own.floats.step_by_step(name)):
                raise CheckFailed(f"{name} is printed as {text}, but it is {self.own.floats.step_by_step(name)!r}")
        elif text != self.own.text(name, more):
            raise CheckFailed(f"{name} is printed as {text}, but it is {self.own.number(name)!r}")

    def _printed_in_run(self, name: str, text: str) -> None:
        """A number of the run is what is printed, give or take what doubles have lost on the way to it."""
        true, cell = self._trained(name), printed(text)
        off = WAYS * true.off + self._lost(int(name.partition("#")[2]))
        if not cell.low - off <= true.number <= cell.high + off:
            raise CheckFailed(f"{name} is printed as {text}, but it is {true.number!r}, give or take {off!r}")

    def _lost(self, step: int) -> float:
        """What doubles have lost of the parameters, one rounding an update."""
        if step not in self._largest:
            values = self.trace.updates[step].values
            self._largest[step] = largest(values) if isinstance(values, Members) else max(map(abs, values.values()))
        return DOUBLE * (step + 1) * max(1.0, self._largest[step])

    @cached_property
    def _largest(self) -> dict[int, float]:
        """The size of the largest parameter or output of each update."""
        return {}

    @cached_property
    def _checked(self) -> set[tuple[str, int]]:
        return set()

    def true(self, name: str) -> Any:
        """A number as the lines of the document are judged by it."""
        if "#" in name:
            return self._trained(name).number
        if isinstance(self.own.floats, LayerNumbers):
            return self._by_steps(self.own.floats, name)
        if self.trace.carried:
            return self.own.number(name)
        exact = self.own.exact(name)
        return exact if exact is not None else self.own.closer[name]

    def trained(self, name: str) -> tuple[Any, Any]:
        """A number of the training run, as far as doubles tell: between these two."""
        found = self._trained(name)
        return found.number - WAYS * found.off, found.number + WAYS * found.off

    def _by_steps(self, numbers: LayerNumbers, name: str) -> Any:
        """A number of a large network as its own step gives it, also each of those that a sum over thousands of rows adds up."""
        if name not in self._stepped:
            self._stepped[name] = numbers.step_by_step(name)
        return self._stepped[name]

    @cached_property
    def _stepped(self) -> dict[str, Any]:
        return {}

    def _trained(self, name: str) -> Bounded:
        """A number of the training run, folded anew at the parameters of its update, and how far it may be off."""
        base, _, step = name.partition("#")
        update = self.trace.updates[int(step)]
        if base == "fall":
            before, after = self._trained(f"loss#{int(step) - 1}"), self._trained(f"loss#{step}")
            return before - after
        if base == "foretold":
            return _doubles(update.rate) * self._trained(f"norm#{int(step) - 1}") ** 2
        if base.startswith("moved "):
            parameter = base.removeprefix("moved ")
            return _doubles(update.values[parameter]) - _doubles(self.trace.updates[0].values[parameter])
        if comes_of_update(self.trace.graph, base) and int(step):
            return _bounded(self._updating(int(step) - 1)[base + AFTER * (not base.startswith("D"))])
        numbers = self._after(int(step))
        if base == "norm":
            return self._norm(numbers)
        return _bounded(numbers[self.trace.graph.root if base == "loss" else base])

    def _norm(self, numbers: Numbers) -> Bounded:
        """The length of the gradient by all that is trained, also where its square is no double."""
        graph = self.trace.graph
        if isinstance(numbers, LayerNumbers) and len(graph.trained) == len(graph.parameters):
            families = [family.name for family in graph.parameter_families]
            return _bounded(length([numbers.adjoints[name] for name in families]))
        slopes = [_bounded(numbers[self.trace.derivation.name_of(name)]) for name in graph.trained]
        scale = self._scale(slopes)
        squares = sum(((slope / scale) ** 2 for slope in slopes), _doubles(0.0))
        return scale * _bounded(DOUBLES.functions[SQRT.name](squares))

    @staticmethod
    def _scale(slopes: Sequence[Bounded]) -> Bounded:
        """A power of two, by which nothing is lost, that makes the squares of the slopes doubles."""
        most = max((abs(float(slope)) for slope in slopes), default=0.0)
        return Bounded(math.ldexp(1.0, math.frexp(most)[1]) if most > LONG else 1.0, 0.0, DOUBLE)

    def _after(self, step: int) -> Numbers:
        if step not in self._folded:
            update = self.trace.updates[step]
            if isinstance(update.values, Members) and self.trace.in_arrays:
                self._folded[step] = numbers_after(self.trace.derivation, update)
            else:
                self._folded[step] = self._fold(self.trace.derivation, self._parameters(step))
        return self._folded[step]

    def _fold(self, chain: Chain, parameters: Mapping[str, Bounded]) -> Numbers:
        """The numbers of one update in doubles; where these saturate, with fifty digits, held to no more than doubles can be."""
        moved = put_in(chain.graph, parameters)
        numbers = Numbers(chain, DOUBLES, moved)
        fill_in(numbers)
        try:
            for name in (chain.root, *map(chain.name_of, self.trace.graph.trained)):
                numbers[name]
        except InputError:
            return Numbers(chain, bounded(precise(), DOUBLE), moved)
        return numbers

    def _parameters(self, step: int) -> dict[str, Bounded]:
        values, graph = self.trace.updates[step].values, self.trace.graph
        return {name: _doubles(number) for name, number in kept_of(graph, values).items()} | {
            name: _doubles(values[name]) for name in graph.parameters
        }

    @cached_property
    def _folded(self) -> dict[int, Numbers]:
        return {}


def _doubles(number: float) -> Bounded:
    """A double as it is, off by its own last digit."""
    return Bounded(number, DOUBLE * abs(number), DOUBLE)


def _bounded(number: Any) -> Bounded:
    """A number that knows how far it may be off; of arrays, as far as sums of a few thousand terms are."""
    return number if isinstance(number, Bounded) else Bounded(number, ARRAYS_OFF * (1 + abs(number)), DOUBLE)


def printed_as(text: str, true: Any) -> bool:
    """Whether a text is a number of a large network, rounded to the text's digits."""
    cell = printed(text)
    slack = 1e-9 * (cell.high - cell.low) + ARRAYS_OFF * (1 + abs(float(text)))
    return bool(cell.low - slack <= true <= cell.high + slack)
