"""The numbers of a document: a graph, its derivation, a rounding and a training run in; value and text of any quantity, by name, out.

Floats and exact fractions stand side by side, fifty digits where neither is enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers import sides
from derivegen.calculus.numbers.fold import Numbers, lost
from derivegen.calculus.numbers.large import LARGE, in_arrays
from derivegen.calculus.numbers.roots import delta_name, row_derivation
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.errors import InputError, Symbolic
from derivegen.formula.arithmetic.value import CALCULATOR, EXACT, Irrational, holds, precise, program
from derivegen.formula.tree import Cases, Compare, Formula
from derivegen.network.graph import Graph
from derivegen.network.network import Figure
from derivegen.records import dataclass, field, replace

__all__ = [
    "Numbers",
    "Symbolic",
    "Trace",
    "Update",
    "delta_name",
    "in_run",
    "lost",
    "row_derivation",
    "settled",
]

if TYPE_CHECKING:
    from derivegen.calculus.run import Run

DOUBTFUL = 1e-12
"""Below this a number computed with fifty digits may be what cancellation left of a zero; a hundred digits tell."""
LOST = 1e-9
"""How much of a number doubles may lose before a program with doubles is no reading."""
UNSEEN = 1e-60
"""What fifty digits may have taken for nothing: a zero of theirs may be as large as that."""
VANISHED = 1e-20
"""What is left of a zero shrinks to less than this part when the digits are doubled; a number stays."""


class Update(NamedTuple):
    """The state after `step` updates (0: as given): the root, the outputs a row each, the length of the gradient by the trained
    parameters, and the numbers of outputs and parameters by name."""

    step: int
    loss: float
    outputs: tuple[tuple[float, ...], ...]
    gradient_norm: float
    rate: float
    values: Mapping[str, float]


def settled(number: Any, closer: Callable[[], Any]) -> Any:
    """A number computed with fifty digits, or 0 if it is what these have left of one; `closer` computes it with twice as many."""
    if isinstance(number, float) or abs(number) >= DOUBTFUL:
        return number
    again = closer()
    return again if abs(again) > VANISHED * (abs(number) or UNSEEN) else number * 0


@dataclass(frozen=True)
class Trace:
    """Every number a document may print: `number(name)` in double precision, `exact(name)` as a fraction where it is one.

    With `rounding.carry == "rounded"` each printed value is carried on as printed: the numbers are those of somebody with a calculator who
    writes down each number of the document and goes on with that. `lines` are the lines of the document, by which such numbers are found,
    `unrounded` the training run with all its digits.
    """

    graph: Graph
    derivation: Derivation
    rounding: Rounding
    updates: tuple[Update, ...] = ()
    lines: Mapping[str, Formula] = field(default_factory=dict, compare=False)
    unrounded: tuple[Update, ...] = field(default=(), compare=False)

    @property
    def carried(self) -> bool:
        """Whether each printed value is carried on as printed."""
        return self.rounding.carry == "rounded"

    @cached_property
    def exactly(self) -> Trace:
        """The same with all digits carried on, as scripts want it."""
        if not self.carried:
            return self
        rounding = replace(self.rounding, carry="exact")
        return replace(self, rounding=rounding, updates=self.unrounded or self.updates, lines={}, unrounded=())

    @cached_property
    def floats(self) -> Numbers:
        """The numbers in double precision; of those that are carried on as printed, the fractions they are."""
        if self.carried:
            return Numbers(self.derivation, CALCULATOR, self.as_given, self.rounding.fraction, lines=self.lines)
        if self.in_arrays:
            from derivegen.calculus.numbers.layer_numbers import LayerNumbers

            return LayerNumbers(self.derivation)
        return Numbers(self.derivation)

    @cached_property
    def as_given(self) -> Mapping[str, Fraction]:
        """What is given, as it is printed."""
        return {name: self.printed_given(name, given) for name, given in self.graph.givens.items()}

    def printed_given(self, name: str, given: Figure) -> Fraction:
        """A given number as it is printed; a setting of the optimizer in full, since 0.999 is not 1.0."""
        return Fraction(self.rounding.given_text(given)) if self._is_set(name) else self.rounding.fraction(given)

    def _is_set(self, name: str) -> bool:
        return name in self.graph.network.training.rule.settings

    @cached_property
    def in_arrays(self) -> bool:
        """Whether the numbers are computed array by array: doubles are all there is of them, no fractions and no fifty digits."""
        return not self.carried and in_arrays(self.graph)

    @cached_property
    def fractions(self) -> Numbers:
        """The numbers that are fractions."""
        return self.floats if self.carried else Numbers(self.derivation, EXACT)

    @cached_property
    def precise(self) -> Numbers:
        """The numbers at fifty digits; of a large network, in doubles."""
        return self.floats if self.in_arrays else Numbers(self.derivation, precise())

    @cached_property
    def closer(self) -> Numbers:
        """The numbers at a hundred digits, which tell a zero from a very small number."""
        return Numbers(self.derivation, precise(100))

    def number(self, name: str) -> float:
        """The value in double precision; loss#7, w[1][2][3]#7, norm#7 are those after seven updates. Raises Symbolic if there is none."""
        try:
            found = float(self.known_number(name))
        except OverflowError:
            found = math.inf
        return found if math.isfinite(found) else float(self.floats[name])  # which says what is too large

    def known_number(self, name: str) -> Any:
        """The value as well as it is known: as a fraction, else with fifty digits; of a large network and of a training run, in doubles."""
        if name not in self._known:
            self._known[name] = self._in_run(name) if "#" in name else self._folded(name)
        return self._known[name]

    def looked_up(self) -> tuple[tuple[str, Any], ...]:
        """What has been asked for so far, outside the run, and the number it was given: name and number."""
        return tuple((name, number) for name, number in self._known.items() if "#" not in name)

    def _folded(self, name: str) -> Any:
        exact = self.exact(name)
        return settled(self.precise[name], lambda: self.closer[name]) if exact is None else exact

    @cached_property
    def _known(self) -> dict[str, Any]:
        return {}

    def exact(self, name: str) -> Fraction | None:
        """The value as a fraction, or None if it is not one (or not known)."""
        if "#" in name or (self.in_arrays and name not in self.graph.givens):
            return None
        try:
            return Fraction(self.fractions[name])
        except (Symbolic, Irrational):
            return None

    def known(self, name: str) -> bool:
        """Whether the quantity has a number."""
        if "#" in name:
            return int(name.partition("#")[2]) < len(self.updates)
        try:
            self.floats[name]
        except Symbolic:
            return False
        except InputError:
            if lost(self.graph, name):
                return False
            raise
        return True

    def holds(self, condition: Compare) -> bool:
        """Whether a comparison is true of these numbers, whatever rounding has left of them. Raises Symbolic."""
        return sides.true(self.floats, condition)

    def missed(self, formula: Formula) -> bool:
        """Whether doubles are beside a kink that these numbers stand on, and decide otherwise."""
        doubles = self.exactly.floats
        on_it = (when for when in program(formula).conditions if sides.equal(self.floats, when))
        return any(not holds(replace(when, relation="="), doubles.of) for when in on_it)

    def branch(self, cases: Cases) -> Formula:
        """The branch that holds for these numbers. Raises Symbolic where what decides has none."""
        return sides.branch(self.floats, cases)

    def text(self, name: str, more: int = 0) -> str:
        """The value as it is printed, with so many digits more than usual. It is rounded from a fraction or from fifty digits: a half is a
        half wherever it stands, and a(1 − a) of a saturated unit has few right digits in doubles."""
        number = self.known_number(name)
        return self.rounding.given_text(number) if self._is_set(name) else self.rounding.text(number, more)

    def shown_exactly(self, name: str, more: int = 0) -> bool:
        """Whether the printed text is the value itself, with nothing rounded on the way to it."""
        exact = self.exactly.exact(name)
        return exact is not None and Fraction(self.text(name, more)) == exact

    def _in_run(self, name: str) -> Any:
        """A number of the training run: at its start that of the document; later in doubles, unless these leave its digits in doubt."""
        if self.carried:
            return self._run.double(name, _as_decimal)
        return self._run.known_number(name, self._run.double(name))

    @cached_property
    def _run(self) -> Run:
        from derivegen.calculus.run import Run

        return Run(self)

    @cached_property
    def values(self) -> Mapping[str, float]:
        """Every forward quantity that has a number, with all digits carried on; of a small network the double nearest to it."""
        if self.carried:
            return self.exactly.values
        found = self.floats.values
        if self.in_arrays or len(found) >= LARGE:
            return found
        return {name: self.number(name) for name in found}

    @cached_property
    def gradients(self) -> Mapping[str, float]:
        """∂root/∂quantity, keyed by the quantity, as `values`."""
        if self.carried:
            return self.exactly.gradients
        found = self.floats.gradients
        if self.in_arrays or len(found) >= LARGE:
            return found
        for numbers in (self.fractions, self.precise):
            numbers.fill(self.derivation.values_in_order).fill(tuple(map(self.derivation.name_of, found)))
        return {name: self.number(self.derivation.name_of(name)) for name in found}

    @cached_property
    def doubles_suffice(self) -> bool:
        """Whether a program with doubles comes to these numbers: not where large ones cancel."""
        if self.carried:
            return self.exactly.doubles_suffice
        pairs = ((float(self.floats[name]), number) for name, number in self.values.items())
        doubles = self.floats.gradients
        slopes = ((doubles[name], number) for name, number in self.gradients.items())
        return all(abs(one - other) <= LOST * (1 + abs(other)) for one, other in (*pairs, *slopes))

    @cached_property
    def complete(self) -> bool:
        """Whether everything has a number: the root, and all that is given, which a root that is a constant does not ask for."""
        if self.graph.root not in self.graph.families or not self.known(self.graph.root):
            return False
        given = [family for family in self.graph.families.values() if family.formula is None]
        return all(self.known(first) for family in given for first in family.names(1))


def in_run(updates: tuple[Update, ...], name: str, read: Callable[[float], Any] = float) -> Any:
    """A number of the training run. `fall#s` is how far update s lowered the loss, `foretold#s` the first-order estimate of it,
    `moved w[1][2][3]#s` how far a parameter has come since the start."""
    base, _, step = name.partition("#")
    now = updates[int(step)]
    if base == "loss":
        return read(now.loss)
    if base == "norm":
        return read(now.gradient_norm)
    before = updates[int(step) - 1]
    if base == "fall":
        return read(before.loss) - read(now.loss)
    if base == "foretold":
        return read(before.rate) * read(before.gradient_norm) ** 2
    if base.startswith("moved "):
        parameter = base.removeprefix("moved ")
        return read(now.values[parameter]) - read(updates[0].values[parameter])
    return read(now.values[base])


def _as_decimal(number: float) -> Fraction:
    """The short decimal that a double stands for."""
    return Fraction(repr(number))
