"""What answers are held to: a derivation, its notation, the rounding of the sheet and what it asks go in; right numbers, what honest work
reaches and what somebody with values of their own comes to are found here once and kept.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.lettered import arrays_of
from derivegen.calculus.matrix import Arrays
from derivegen.calculus.numbers.evaluate import DOUBTFUL, Trace
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.errors import InputError
from derivegen.exercise.reveal import MOST_ACCEPTED
from derivegen.formula.tree import Formula
from derivegen.marking.judge.asked import Asked, handed_in
from derivegen.marking.judge.equalities import Equalities
from derivegen.marking.judge.no_number import NO_NUMBER
from derivegen.marking.judge.otherwise import Otherwise, Way
from derivegen.mistakes.mistaken import Right
from derivegen.network.graph import Graph, build
from derivegen.network.names import Moment, derivative, is_delta, parse_derivative, parse_kept
from derivegen.notation.choose import choose
from derivegen.notation.notation import Notation
from derivegen.notation.typed_names import Names
from derivegen.records import dataclass, field, replace
from derivegen.rounding.interval import Interval
from derivegen.rounding.reach import Reaching, both_ways, own_name
from derivegen.rounding.reached import Reached

MOST_KEPT = 64
"""Sets of somebody's own values for which what follows is kept."""
SHORT = 6
"""Decimals up to which a number that is one of them is known exactly."""
MOST_COMPARED = 5000
"""Quantities among which one of some value is looked for."""

Own = Mapping[str, Interval]
"""Values somebody has, by own name, each anywhere in what its digits leave open."""


@dataclass(frozen=True)
class Task:
    """What is marked against; `rounding` is that of the sheet (None where nobody has said anything of digits), `asked` its answers."""

    derivation: Derivation
    notation: Notation
    rounding: Rounding | None = None
    asked: tuple[Asked, ...] = ()
    like: Task | None = field(default=None, repr=False, compare=False)
    """That of the same network with other numbers: what hangs on no number is found in it, once for all."""
    layouts: dict[object, object] = field(default_factory=dict, repr=False, compare=False)
    """What the judge of working keeps from page to page."""
    _names: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    _symbols: dict[str, Formula | None] = field(default_factory=dict, repr=False, compare=False)
    _numbers: dict[str, float | None] = field(default_factory=dict, repr=False, compare=False)
    _reaching: dict[tuple[Rounding, frozenset[tuple[str, Interval]]], Reaching] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def graph(self) -> Graph:
        """The graph of the network."""
        return self.derivation.graph

    @cached_property
    def right(self) -> Right:
        """The right derivation, ready for mistakes."""
        return Right(self.derivation) if self.like is None else self.like.right.of(self.derivation)

    @cached_property
    def arrays(self) -> Arrays:
        """The arrays of the network."""
        return arrays_of(self.derivation)

    @cached_property
    def both(self) -> tuple[Rounding, ...]:
        """The two things the digits of the sheet can mean; none where it says nothing."""
        if self.rounding is None:
            return ()
        return both_ways(self.rounding.significant or self.rounding.digits)

    def own(self, name: str) -> str:
        """The one name under which a value is kept."""
        if name not in self._names:
            self._names[name] = own_name(self.derivation, name)
        return self._names[name]

    def symbol(self, own: str) -> Formula | None:
        """What a quantity is called on paper: a linear unit's z and a are one symbol, and so one answer. None of what has none."""
        if own not in self._symbols:
            try:
                self._symbols[own] = self.notation.symbol(own)
            except (InputError, KeyError, ValueError, IndexError):
                self._symbols[own] = None
        return self._symbols[own]

    def sign(self, name: str) -> int:
        """−1 of a δ that the notation has with the other sign."""
        return self.notation.entry.delta_sign if is_delta(name) else 1

    def worked(self, own: str) -> str:
        """The name of a quantity as the steps have it: w' for w#1."""
        base, _, step = own.partition("#")
        changed = base in self.graph.trained or parse_kept(base) is not None
        return f"{base}'" if step == "1" and changed else own

    def given(self, own: str) -> bool:
        """Whether the quantity is stated by the network."""
        return own in self.graph.givens

    def number(self, own: str) -> float | None:
        """The right number of a quantity; None where it has none."""
        if own not in self._numbers:
            self._numbers[own] = self._number(own)
        return self._numbers[own]

    def _number(self, own: str) -> float | None:
        if "#" in own and "rate" not in self.graph.givens:
            return None  # nothing is updated
        in_batches = "#" in own and self.graph.network.training.batch_size is not None
        try:
            found = self.reaching().point(own) if in_batches else float(self.right.numbers[own])
            if 0 < abs(found) < DOUBTFUL and "#" not in own:
                found = self._closely.number(own)
        except NO_NUMBER:
            return None
        return found if math.isfinite(found) else None

    @cached_property
    def _closely(self) -> Trace:
        """The numbers at more digits: a 0 is not what doubles have left of it."""
        return Trace(self.graph, self.derivation, Rounding())

    @cached_property
    def _otherwise(self) -> Otherwise:
        return Otherwise(self.derivation)

    def by_convention(self, own: str) -> Iterator[Way]:
        """What a quantity is with other conventions at the kinks, where that is something else."""
        return (way for way in self._otherwise.of(self.worked(own)) if way.number != self.number(own))

    @cached_property
    def weights_only(self) -> Task | None:
        """The same with an update of the weights alone, as many texts have it; None where that is no other."""
        graph, training = self.graph, self.graph.network.training
        offsets = set(graph.names("bias", "threshold"))
        if not graph.layered or training.learning_rate is None or not offsets & set(graph.trained):
            return None
        network = replace(graph.network, training=replace(training, frozen=(*training.frozen, "b", "theta")))
        like = None if self.like is None else self.like.weights_only
        if like is not None:
            return Task(like.derivation.on(network, graph.givens), like.notation, like=like)
        derivation = derive(build(network))
        return Task(derivation, choose(derivation.graph, derivation.graph.network.notation))

    def with_weights_only(self, own: str) -> float | None:
        """What a quantity after an update is where biases are left as they are; None where that is nothing else."""
        if "#" not in own or self.weights_only is None or self.graph.kind_of(own) in ("bias", "threshold"):
            return None
        found = self.weights_only.number(own)
        return None if found is None or found == self.number(own) else found

    def reaching(self, rounding: Rounding | None = None, values: Own | None = None) -> Reaching:
        """What is reached with a rounding and values of one's own; without a rounding its points alone are of use."""
        key = rounding or Rounding(9), frozenset((values or {}).items())
        if key not in self._reaching:
            if len(self._reaching) >= MOST_KEPT:
                for old in [kept for kept in self._reaching if kept[1]]:
                    del self._reaching[old]
            self._reaching[key] = Reaching(self.derivation, key[0], values)
        return self._reaching[key]

    def reached(self, own: str, rounding: Rounding, values: Own | None = None) -> Reached | None:
        """The hull of a quantity; None where there is none."""
        try:
            return self.reaching(rounding, values)[own]
        except NO_NUMBER:
            return None

    def accepted(self, own: str) -> tuple[str, ...]:
        """The printed values of a quantity that the scheme of the sheet accepts."""
        hull, number = self.reached(own, self.rounding or Rounding()), self.number(own)
        texts = hull.texts(self.rounding or Rounding(), MOST_ACCEPTED) if hull is not None else ()
        return texts or (() if number is None else ((self.rounding or Rounding()).text(number),))

    def point(self, own: str, values: Own) -> float | None:
        """The number of a quantity for somebody with values of their own; None where there is none."""
        try:
            return self.reaching(None, values).point(own)
        except NO_NUMBER:
            return None

    @cached_property
    def equalities(self) -> Equalities:
        """What tells whether formulas are equal."""
        return Equalities(self.derivation)

    @cached_property
    def differences(self) -> tuple[float, ...]:
        """By how much each output is off its target."""
        graph = self.graph
        if not graph.layered or graph.network.rows != 1:
            return ()
        pairs = ((self.number(a), self.number(graph.beside(a, graph.target))) for a in graph.outputs_by_row[0])
        return tuple(a - t for a, t in pairs if a is not None and t is not None)

    @cached_property
    def names(self) -> Names:
        """How names are found."""
        return Names(self.graph, self.notation)

    @cached_property
    def by_name(self) -> Mapping[str, Asked]:
        """What is asked, by the name it is handed in under."""
        return {handed_in(asked.name): asked for asked in self.asked}

    @cached_property
    def by_label(self) -> Mapping[str, Asked]:
        """The same by the label of the question."""
        return {asked.label: asked for asked in self.asked}

    @cached_property
    def numbers_asked(self) -> frozenset[str]:
        """The quantities, by own name, whose numbers are asked for."""
        return frozenset(self.own(asked.quantity) for asked in self.asked if asked.form == "number")

    def slope_at(self, function: str, low: float, high: float) -> str | None:
        """The slope of the unit with this activation whose z lies between the two; None if there is none, or several."""
        found = [
            derivative(layer.a.member(own[1]), z)
            for z in self.near(low, high)
            if (own := self.graph.locate(z)) is not None and own[0].kind == "pre-activation"
            for layer in self.graph.stack
            if layer.z is own[0] and layer.a.rule == function
        ]
        return found[0] if len(found) == 1 else None

    def order(self, own: str) -> tuple[int, int, int]:
        """Where a quantity stands in the order of working."""
        base, _, step = own.partition("#")
        pair = parse_derivative(base)
        if base not in self._places and pair is not None and pair[0].startswith("loss@"):
            row = pair[0].removeprefix("loss")
            base = next((of for end in (row, "") if (of := derivative("loss", pair[1] + end)) in self._places), base)
        if step and parse_kept(base) is not None:  # what an update keeps is worked out in it, before what it adds
            base, step = f"{base}'", str(int(step) - 1)
        return int(step or 0), *self._places.get(base, (1, -1))

    @cached_property
    def _places(self) -> Mapping[str, tuple[int, int]]:
        """Stage and place of quantities; local derivatives, which are not listed, come before all other derivatives."""
        forward: Iterator[str] = self.graph.names()
        found = {name: (0, place) for place, name in enumerate(forward)}
        derived = chain(self.derivation.targets(), self.derivation.by_data())
        backward = {self.own(name): (1, place) for place, name in enumerate(derived)}
        changes = {f"D{name}": (3, place) for place, name in enumerate(self.graph.parameters)}
        lines = self.graph.network.training.rule.lines
        moments = {
            str(Moment(base, name, primed=True)): (2, place)
            for place, (base, _) in enumerate(lines)
            for name in self.graph.trained
        }
        return {**found, **backward, **moments, **changes}

    def exact(self, value: float) -> bool:
        """Whether a literal of that size stands for a number that is known exactly: one the network states, or one that is a short
        decimal as it is computed."""
        return abs(value) in self._exact

    @cached_property
    def _exact(self) -> frozenset[float]:
        givens = [abs(float(number)) for number in self.graph.givens.values()]
        return frozenset((*givens, *self._short(tuple(self.graph.names())), 0.5, 0.25, 0.01, 0.001))

    def _short(self, names: Sequence[str]) -> Iterator[float]:
        for name in names[:1000]:
            number = self.number(name)
            if number is not None and round(number, SHORT) == round(number, 12):
                yield abs(round(number, SHORT))

    def near(self, low: float, high: float) -> Iterator[str]:
        """The quantities whose numbers lie between the two."""
        start = bisect_left(self._sorted, (low, ""))
        for number, name in self._sorted[start:]:
            if number > high:
                return
            yield name

    @cached_property
    def _sorted(self) -> list[tuple[float, str]]:
        names = [*self.graph.names(), *map(self.own, self.derivation.targets())][:MOST_COMPARED]
        return sorted((number, name) for name in names if (number := self.number(name)) is not None)
