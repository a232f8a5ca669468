"""The numbers of a large network: a derivation goes in; every value and every derivative, computed array by array, comes out
under its canonical name, as `Numbers` gives those of a small one."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from math import prod
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.code.array_code import array_function
from derivegen.calculus.code.update import moved, started
from derivegen.calculus.numbers.evaluate import Numbers, Update, row_derivation
from derivegen.calculus.numbers.large import in_arrays
from derivegen.calculus.numbers.later import AFTER, kept_of
from derivegen.calculus.numbers.layer_arrays import given_arrays
from derivegen.calculus.numbers.one_row import OneRow, is_differentiated
from derivegen.calculus.numbers.outside import outside
from derivegen.calculus.numbers.row_steps import RowSteps
from derivegen.calculus.numbers.sides import put_in
from derivegen.calculus.numbers.unit_sums import over_units
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import program
from derivegen.formula.tree import Formula, Number, transform
from derivegen.network.family import Family, Index
from derivegen.network.members import Members
from derivegen.network.names import Moment, parse, parse_derivative, parse_kept
from derivegen.network.rule import RATE, SQUARES
from derivegen.on_use import numpy
from derivegen.records import replace

SAMPLED = 4
"""Entries of each array that are held to their own steps; the gradient as a whole is compared with difference quotients."""


def numbers_at(derivation: Derivation, given: Mapping[str, Any], kept: Mapping[str, Any] | None = None) -> Numbers:
    """The numbers with arrays of one's own for some families that are given, and for what the optimizer keeps."""
    graph = derivation.graph
    if in_arrays(graph):
        return LayerNumbers(derivation, given, kept=kept)
    members = Members(graph, given, kept or {})
    return Numbers(derivation, overrides=put_in(graph, members) | (kept_of(graph, members) if kept else {}))


def numbers_after(derivation: Derivation, update: Update) -> Numbers:
    """The numbers at the parameters of an update."""
    graph, values = derivation.graph, update.values
    if isinstance(values, Members):
        own = {name: values.arrays[name] for name in values.arrays if graph.families[name].is_parameter}
        return numbers_at(derivation, own, values.kept)
    return Numbers(
        derivation, overrides=put_in(graph, {name: values[name] for name in graph.parameters}) | kept_of(graph, values)
    )


class LayerNumbers(Numbers):
    """The numbers of a graph that is `in_arrays`; `given` are arrays of one's own for some families that are given, `rate` a learning rate
    of one's own. With arrays for all of them the graph need not have numbers itself."""

    def __init__(
        self,
        derivation: Derivation,
        given: Mapping[str, Any] | None = None,
        rate: float | None = None,
        kept: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(derivation, overrides=None if rate is None else {RATE.name: rate})
        self._whole, self._symbolic = derivation, frozenset()
        self._given = {**given_arrays(derivation.graph, besides=given or {}), **(given or {})}
        self._of_updates = Members(derivation.graph, {}, kept or {})

    @property
    def decides(self) -> bool:
        """Arrays are compared as they are."""
        return False

    @property
    def given(self) -> Mapping[str, float]:
        """What these numbers are computed from, by name."""
        given = Members(self.graph, self._given)
        computed = {*self.graph.names("node")} if self.graph.lettered else set()
        return {**{name: given[name] for name in given if name not in computed}, **self._overrides}

    @cached_property
    def arrays(self) -> Mapping[str, Any]:
        """The values of every family, by its name."""
        computed = [family.name for family in self.graph.families.values() if family.formula is not None]
        return {**self._given, **self._run(computed, computed)}

    @cached_property
    def adjoints(self) -> Mapping[str, Any]:
        """The derivatives of the loss by every family that it depends on, by the family's name."""
        names = [family.name for family in self.graph.families.values() if is_differentiated(self._whole, family)]
        return self._run(names, [self._whole.name_of(name) for name in names])

    def _run(self, names: list[str], results: list[str]) -> dict[str, Any]:
        compiled, key = self._whole.compiled, tuple(results)
        if key not in compiled:
            compiled[key] = array_function(self._whole, results)
        with numpy.errstate(all="ignore"):  # what is not finite is said by name
            found = dict(zip(names, compiled[key](self._given), strict=True))
        for (name, array), result in zip(found.items(), results, strict=True):
            if not numpy.isfinite(array).all():
                raise InputError(self._not_finite(name, array, result != name))
        return found

    def _not_finite(self, family: str, array: Any, derived: bool) -> str:
        """The sentence about the first entry that is not finite."""
        first = numpy.argwhere(~numpy.isfinite(array))[0]
        own = self.graph.families[family]
        member = own.member(tuple(int(place) + axis.low for place, axis in zip(first, own.axes, strict=True)))
        name = self._whole.name_of(member) if derived else member
        what = "a number too large to compute with, or a logarithm or root that does not exist"
        return outside(self.graph, self._values, name, what)

    @property
    def values(self) -> Mapping[str, float]:
        """Every forward quantity by name."""
        return Members(self.graph, self.arrays)

    @property
    def gradients(self) -> Mapping[str, float]:
        """The derivatives of the loss by every quantity, keyed by the quantity."""
        return Members(self.graph, self.adjoints)

    def __getitem__(self, name: str) -> Any:
        """The value, straight from its array if it has one, whose entries are known to be finite."""
        found = self._entry(name) if name not in self._values else None
        return super().__getitem__(name) if found is None else found

    def fill(self, names: Sequence[str]) -> Numbers:
        """Whatever is asked for stands in an array."""
        return self

    def sampled(self) -> Iterator[str]:
        """The names of some values and derivatives of every family, those that are held to their own steps."""
        for family in self.graph.families.values():
            ends = [(axis.low, axis.low + int(axis.size) - 1) for axis in family.axes]
            draw = random.Random(family.name)
            many = min(prod(high - low + 1 for low, high in ends), SAMPLED)
            drawn = [tuple(draw.randint(low, high) for low, high in ends) for _ in range(many)]
            for indices in filter(family.exists, dict.fromkeys(drawn)):
                name = family.member(indices)
                if family.formula is not None and ends:
                    yield name
                if family.name in self.adjoints:
                    yield self._whole.name_of(name)

    def step_by_step(self, name: str) -> Any:
        """The value as its own step gives it, from the values that stand in the step: what an array's entry is held to."""
        found = self._row_steps.number(name) if self.derivation is self._whole else None
        return self._compute(name) if found is None else found

    def over_rows(self, formula: Formula) -> Number | None:
        """What a formula of the FIRST row's quantities comes to when it is summed over all rows; None of what has to be worked out term by
        term."""
        found = self._row_steps.summed(formula)
        return None if found is None else Number(repr(found))

    @cached_property
    def _row_steps(self) -> RowSteps:
        return RowSteps(self, lambda: self._joins and self._saturated(self.graph.outputs_by_row))

    def forward(self) -> Iterator[tuple[str, Any]]:
        """Every value, straight from the arrays."""
        for family, indices in self.graph.forwards():
            yield family.member(indices), _at(self.arrays, (family, indices))

    def _entry(self, name: str) -> float | None:
        """The entry of an array; None of what is in none."""
        pair = parse_derivative(name)
        if pair is None and parse_kept(name) is not None:
            return self._of_updates[name] if self._of_updates.kept and not name.endswith(AFTER) else None
        if pair is None:
            found = self.graph.locate(name)
            return None if found is None else _at(self.arrays, found)
        if pair[0] == self.graph.root:
            found = self.graph.locate(pair[1])
            return _at(self.adjoints, found) if found is not None and found[0].name in self.adjoints else None
        if pair[0].startswith("loss@"):
            return self._entry_of_row(*pair)
        return None

    def _entry_of_row(self, root: str, by: str) -> float | None:
        """The derivative of a row's own loss: by what belongs to that row alone the share 1/m of a mean taken out again."""
        row = root.removeprefix("loss@")
        found = self.graph.locate(by if "@" in by else f"{by}@{row}")
        if found is None:
            return self._parameter_of_row(row, by)
        if self.graph.lettered:
            return self._finite_at(self._one_row.by(row), found)
        if found[0].name not in self.adjoints or not found[0].axes or str(found[1][-1]) != row:
            return None
        return _at(self.adjoints, found) * self.rows_in_mean

    def _parameter_of_row(self, row: str, by: str) -> float | None:
        """The derivative of a row's own loss by a parameter; None of what is none, or has no number."""
        found = self.graph.locate(by)
        if found is None or not found[0].is_parameter:
            return None
        return self._finite_at(self._one_row.by(row), found)

    @staticmethod
    def _finite_at(held: Mapping[str, Any], found: tuple[Family, tuple[Index, ...]]) -> float | None:
        entry = _at(held, found) if found[0].name in held else None
        return entry if entry is not None and math.isfinite(entry) else None

    @cached_property
    def _one_row(self) -> OneRow:
        return OneRow(self._whole, self._given)

    def array(self, name: str) -> Any:
        """A whole array under its name, w[1], z[2]@3, dloss/dw[1], delta[2]@3, w[1]'; None of one that is not kept whole."""
        pair, plain = parse_derivative(name), parse(name)
        if plain is not None and plain.base == "delta":
            return self._deltas(str(replace(plain, base="z", row=None)), plain.row)
        if plain is not None and plain.primed:
            return self._updated(name.removesuffix("'"))
        if pair is not None and pair[0].startswith("loss@"):
            return self._one_row.by(pair[0].removeprefix("loss@")).get(pair[1])
        if pair is not None:
            return self._column(self.adjoints, pair[1]) if pair[0] == self.graph.root else None
        return self._column(self.arrays, name)

    def _value(self, formula: Any) -> Any:
        summed = program(formula).has_sum and not self.graph.lettered
        return super()._value(transform(formula, lambda part: over_units(part, self.array)) if summed else formula)

    def _column(self, held: Mapping[str, Any], name: str) -> Any:
        """The array of a family, or of one row of it."""
        base, at, row = name.partition("@")
        found = held.get(base)
        if found is None or not at or self.graph.network.rows == 1:
            return found
        return found[..., int(row) - 1] if row.isdigit() else None

    def _deltas(self, z: str, row: str | None) -> Any:
        """δ of a layer: dloss/dz; of one row that of its own loss."""
        found = self.adjoints.get(z)
        if found is None or row is None or self.graph.network.rows == 1:
            return found
        return found[..., int(row) - 1] * self.rows_in_mean if row.isdigit() else None

    def _updated(self, name: str) -> Any:
        """A family of parameters after one update, if all of it is trained."""
        rate = self._overrides.get(RATE.name, self.graph.givens.get(RATE.name))
        if name not in self.adjoints or rate is None or name not in self._trained:
            return None
        rule, own, count = self.graph.network.training.rule, self.arrays[name], self._whole.turn
        if rule.uses(SQUARES):
            return None
        starts = started(rule, float(rate))
        kept = tuple(
            self._of_updates.kept.get(str(Moment(base, name)), numpy.full(numpy.shape(own), start))
            for base, start in zip(rule.kept, starts, strict=True)
        )
        return own + moved(rule, arrays=True)(own, self.adjoints[name], float(rate), count, kept, 0.0)[0]

    @cached_property
    def _trained(self) -> frozenset[str]:
        """The families of which every parameter is trained."""
        graph = self.graph
        families = graph.parameter_families
        if len(graph.trained) == len(graph.parameters):
            return frozenset(family.name for family in families)
        trained = frozenset(graph.trained)
        return frozenset(f.name for f in families if all(f.member(indices) in trained for indices in f.members()))

    @property
    def rows_in_mean(self) -> int:
        """What the share 1/m of a mean is taken out with; 1 for a sum."""
        network = self.graph.network
        mean = network.loss is not None and network.loss.reduction == "mean"
        return int(network.rows) if mean else 1

    def _row(self, root: str) -> Numbers:
        assert self.arrays and self.adjoints  # computed once, for every row
        other = copy(self)
        other.derivation = row_derivation(self._whole, root)
        return other


def _at(held: Mapping[str, Any], found: tuple[Family, tuple[Index, ...]]) -> float:
    family, indices = found
    return float(numpy.asarray(held[family.name])[family.entry(indices)]) + 0.0  # −0.0 would be printed with its sign
