"""The numbers of a document: a trace goes in, each number it may print is folded anew; CheckFailed at the first that is not true."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from derivegen.calculus.chain import Derivation as Chain
from derivegen.calculus.chain import derive
from derivegen.calculus.evaluate import Numbers, Trace
from derivegen.calculus.evaluator import outputs_of
from derivegen.calculus.interval import printed
from derivegen.calculus.layer_numbers import SAMPLED, LayerNumbers, numbers_after
from derivegen.calculus.training import batches
from derivegen.errors import CheckFailed
from derivegen.formula.value import FLOAT
from derivegen.network.family import PARAMETERS
from derivegen.network.graph import build

MOST_FOLDED = 20_000
"""Updates times quantities; of a longer training run only the printed lines are folded anew."""
CLOSE = 1e-9


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
            self._agree(name, float(number), float(self.own.floats[name]))
        updates = self.trace.updates
        weight = len(self.trace.graph.parameters) + len(self.trace.graph.families)
        for step in range(len(updates)) if len(updates) * weight <= MOST_FOLDED else ():
            for name in ("loss", "norm", *(n for row in outputs_of(self.trace.graph) for n in row)):
                self._agree(f"{name}#{step}", self.trace.number(f"{name}#{step}"), self._trained(f"{name}#{step}"))
            if step:
                self._updated(step)

    def _sampled(self, numbers: LayerNumbers) -> None:
        """Entries of every array are what their own steps come to, and the arrays of every update follow from those before."""
        for name in numbers.sampled():
            self._agree(name, float(numbers[name]), float(numbers.step_by_step(name)))
        if len(self._batches) > 1:
            return
        for before, after in pairwise(self.trace.updates):
            slopes = self._after(before.step).gradients
            for name in self._few(self.trace.graph.trained):
                self._agree(
                    f"{name}#{after.step}", after.values[name], before.values[name] - before.rate * slopes[name]
                )

    @staticmethod
    def _few(names: Sequence[str]) -> Sequence[str]:
        return random.Random(len(names)).sample(names, min(len(names), SAMPLED))

    def _updated(self, step: int) -> None:
        """Every parameter after an update is the one before less rate times derivative."""
        graph, update, before = self.trace.graph, self.trace.updates[step], self.trace.updates[step - 1]
        batch = self._batches[(step - 1) % len(self._batches)]
        numbers = (
            self._after(step - 1) if len(self._batches) == 1 else Numbers(batch, FLOAT, self._parameters(step - 1))
        )
        for name in graph.parameters:
            change = before.rate * float(numbers[batch.name_of(name)]) if name in graph.trained else 0.0
            self._agree(f"{name}#{step}", update.values[name], before.values[name] - change)

    @cached_property
    def _batches(self) -> list[Chain]:
        return [derive(build(batch)) for batch in batches(self.trace.graph)]

    @staticmethod
    def _agree(name: str, number: float, true: float) -> None:
        if not abs(number - true) <= CLOSE * (1 + abs(true)):
            raise CheckFailed(f"{name} is taken as {number!r}, but it is {true!r}")

    def value(self, name: str) -> None:
        """The printed value is the true one rounded to its digits, and the number behind it the true one."""
        if name in self._checked:
            return
        self._checked.add(name)
        text, true = self.trace.text(name), self.true(name)
        exact = self.own.exact(name)
        right = text == self.trace.rounding.text(exact) if exact is not None else printed_as(text, true)
        if not right:
            raise CheckFailed(f"{name} is printed as {text}, but it is {float(true)!r}")
        self._agree(name, self.trace.number(name), float(true))

    @cached_property
    def _checked(self) -> set[str]:
        return set()

    def true(self, name: str) -> Any:
        if "#" in name:
            return self._trained(name)
        if isinstance(self.own.floats, LayerNumbers):
            return self.own.floats.step_by_step(name)
        return self.own.number(name) if self.trace.rounding.carry == "rounded" else self.own.precise[name]

    def _trained(self, name: str) -> float:
        """A number of the training run, folded anew at the parameters of its update."""
        base, _, step = name.partition("#")
        update = self.trace.updates[int(step)]
        if base in ("fall", "foretold"):
            before = self.trace.updates[int(step) - 1]
            return before.loss - update.loss if base == "fall" else before.rate * before.gradient_norm**2
        if base.startswith("moved "):
            parameter = base.removeprefix("moved ")
            return update.values[parameter] - self.trace.updates[0].values[parameter]
        numbers = self._after(int(step))
        if base == "norm":
            return math.sqrt(self._squares(numbers))
        return float(numbers[self.trace.graph.root if base == "loss" else base])

    def _squares(self, numbers: Numbers) -> float:
        """The sum of the squares of the derivatives by all that is trained."""
        graph = self.trace.graph
        if isinstance(numbers, LayerNumbers) and len(graph.trained) == len(graph.parameters):
            families = [family.name for family in graph.families.values() if family.kind in PARAMETERS]
            return sum(float((numbers.adjoints[name] ** 2).sum()) for name in families)
        return sum(float(numbers[self.trace.derivation.name_of(name)]) ** 2 for name in graph.trained)

    def _after(self, step: int) -> Numbers:
        if step not in self._folded:
            self._folded[step] = numbers_after(self.trace.derivation, self.trace.updates[step])
        return self._folded[step]

    def _parameters(self, step: int) -> dict[str, float]:
        values = self.trace.updates[step].values
        return {name: values[name] for name in self.trace.graph.parameters}

    @cached_property
    def _folded(self) -> dict[int, Numbers]:
        return {}


def printed_as(text: str, true: Any) -> bool:
    """Whether a text is a number rounded to the text's digits (a tie may go either way)."""
    cell = printed(text)
    slack = 1e-9 * (cell.high - cell.low) + 1e-14 * abs(float(text))
    return bool(cell.low - slack <= true <= cell.high + slack)
