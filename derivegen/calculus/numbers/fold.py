"""The numbers of a network: graph, derivation and an arithmetic in; the value of any quantity, by name, out.

One fold over the steps serves every arithmetic (floats, fractions, fifty digits).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cached_property, reduce
from itertools import chain
from operator import add
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.joined import SATURATED, is_joined, is_soft, joined_loss, joined_slope, sunk_share
from derivegen.calculus.numbers import sides
from derivegen.calculus.numbers.in_order import as_given, in_turn
from derivegen.calculus.numbers.later import asked_after
from derivegen.calculus.numbers.outside import outside
from derivegen.calculus.numbers.over_links import over_links
from derivegen.calculus.numbers.roots import delta_name, row_derivation
from derivegen.calculus.numbers.sides import Decided
from derivegen.calculus.terms import shared_out
from derivegen.errors import InputError, Symbolic
from derivegen.formula.arithmetic.value import EXACT, FLOAT, Arithmetic, Irrational, is_long, precise, program
from derivegen.formula.tree import Bracket, Formula, Quantity, product
from derivegen.network.family import Family, Index
from derivegen.network.graph import Graph
from derivegen.network.names import derivative, is_delta, parse_derivative

DEEP = 40
"""From this many quantities within one another on, they are filled in in order: each takes some ten calls."""
WIDE = 1000
"""Digits with which a number is found that doubles lose: e^2000 beside 1."""
DIGITS_OF_E = 0.4343
"""Decimal digits of e."""


class Numbers(Decided):
    """The values of all quantities in one arithmetic, computed when asked for and kept.

    `overrides` replace values (for difference quotients); `keep` is applied to every computed value (for carried rounding); `lines` are
    formulas by which single values are computed instead (those that a document shows them by).
    """

    def __init__(
        self,
        derivation: Derivation,
        arithmetic: Arithmetic = FLOAT,
        overrides: Mapping[str, Any] | None = None,
        keep: Callable[[Any], Any] | None = None,
        lines: Mapping[str, Formula] | None = None,
    ) -> None:
        self.derivation, self.graph, self.arithmetic = derivation, derivation.graph, arithmetic
        self._keep, self._overrides, self._lines = keep, dict(overrides or {}), lines or {}
        self._values: dict[str, Any] = dict(self._overrides)
        self._rows: dict[str, Numbers] = {}
        self._later: dict[int, Numbers] = {}
        self._depth = 0
        self._symbolic = frozenset[str]() if overrides else self.graph.symbolic

    def __getitem__(self, name: str) -> Any:
        """The value. Raises Symbolic, Irrational (exact arithmetic only), InputError (outside a domain, overflow)."""
        try:
            found = self._values[name]
        except KeyError:
            found = self._found(name)
        if isinstance(found, Exception):
            raise found.with_traceback(None)  # which would grow with each time it is asked for
        return found

    def _found(self, name: str) -> Any:
        """The value, or why there is none, kept."""
        self._depth += 1
        if self._depth == DEEP:
            self._in_order(name)
        try:
            found = self._values[name] = self._safe(name)
        finally:
            self._depth -= 1
        return found

    def moved(
        self, to: Mapping[str, Any], above: Collection[str], lines: Mapping[str, Formula] | None = None
    ) -> Numbers:
        """These numbers with some quantities put elsewhere, and with lines of their own; of the graph's others all are kept but those
        `above`, which hang on them."""
        overrides = {**self._overrides, **to}
        found = Numbers(self.derivation, self.arithmetic, overrides, self._keep, lines or self._lines)
        found._values = self._values | found._overrides
        for name in (self._values.keys() - self.graph.places.keys()).union(above).difference(overrides):
            found._values.pop(name, None)
        return found

    def _alike(self, arithmetic: Arithmetic, put_in: Mapping[str, Any]) -> Numbers:
        return Numbers(self.derivation, arithmetic, put_in)

    def _in_order(self, name: str) -> None:
        """Fill in everything from the inputs on, so that the recursion of a long graph never gets deep. On the derivatives by what is given
        no other hangs: those are found when they are asked for."""
        self.fill(self.derivation.values_in_order)
        if self.graph.locate(name) is None:
            self.fill(self.derivation.slopes_in_order)

    def fill(self, names: Sequence[str]) -> Numbers:
        """Fill in these names, all forward or all backward, each after those it follows from; what is not simple is found by itself."""
        values, ready, lines, givens = self._values, self.derivation.ready, self._lines, self.graph.givens
        forward = not names or self.graph.locate(names[0]) is not None
        simply = type(self) is Numbers and (forward or self._deeper is None)
        for name in names:
            if name in values:
                continue
            if simply and name in givens:
                found = as_given(givens[name], self.arithmetic)
            else:
                known = (program(lines[name]) if name in lines else ready(name)) if simply else None
                found = in_turn(known, values, self.arithmetic, self._keep) if known is not None else None
            if found is None:
                self._found(name)
            else:
                values[name] = found
        return self

    def _safe(self, name: str) -> Any:
        try:
            found = self._compute(name)
        except (Symbolic, Irrational, InputError) as reason:
            return reason
        except ZeroDivisionError:
            return self._saved(name, "a division by zero")
        except ValueError:
            return self._saved(name, "a logarithm or root of a number that has none")
        except OverflowError:
            return self._saved(name, "a number too large to compute with")
        if type(found) is Fraction and is_long(found):
            return Irrational(name)
        if not isinstance(found, float):
            return found
        if not math.isfinite(found):
            return self._saved(name, "a number too large to compute with")
        return found + 0.0  # −0.0 would be printed with its sign

    def _saved(self, name: str, what: str) -> Any:
        """The double nearest to a number that doubles lose on the way, as ln(1 + e^800) or ln(1 − σ(40)); the sentence about what there is
        not where there is none."""
        if self._widely is not None:
            with suppress(Symbolic, Irrational, InputError, ArithmeticError, ValueError):
                found = float(self._widely[name])
                if math.isfinite(found):
                    return found + 0.0
        return InputError(outside(self.graph, self._values, name, what))

    @property
    def given(self) -> Mapping[str, Any]:
        """What is put in, in place of the graph's own."""
        return self._overrides

    @cached_property
    def _deeper(self) -> Numbers | None:
        """The same numbers with the digits that a saturated output's distance from 0 and 1 takes, for the derivatives that hang on it."""
        own, graph = self.arithmetic.digits, self.graph
        if (
            own is None
            or self._keep is not None
            or type(self) is not Numbers
            or type(self.derivation) is not Derivation
        ):
            return None
        if not is_joined(graph) or not isinstance(graph.network.rows, int):
            return None
        try:
            needed = min(WIDE, 51 + int(DIGITS_OF_E * self._spread)) if self._saturated(graph.outputs_by_row) else 0
        except (Symbolic, InputError):
            return None
        return Numbers(self.derivation, precise(needed), self._overrides) if needed > own else None

    @property
    def deepest(self) -> Numbers:
        """These numbers, with more digits where a saturated output takes them."""
        return self if self._deeper is None else self._deeper

    @property
    def _spread(self) -> float:
        """How far the z of the outputs lie from 0, or of softmax from one another, at most."""
        spreads = []
        for outputs in self.graph.outputs_by_row:
            many = [float(self[self.graph.beside(a, self.graph.stack[-1].z)]) for a in outputs]
            spreads.append(max(many) - min(many) if is_soft(self.graph) else max(map(abs, many)))
        return max(spreads)

    @cached_property
    def _widely(self) -> Numbers | None:
        """The same numbers with so many digits that next to nothing is lost; of doubles alone that are neither rounded nor mistaken."""
        if self.arithmetic is not FLOAT or self._keep is not None or type(self) is not Numbers:
            return None
        return Numbers(self.derivation, precise(WIDE), self._overrides)

    def _compute(self, name: str) -> Any:
        given = self.graph.givens.get(name)
        if given is not None:
            return self.arithmetic.number(given)
        if name in self._lines:
            return self._kept(self._value(self._lines[name]))
        if "#" in name:
            return asked_after(self, name, self._later, Numbers)
        found = self.graph.locate(name)
        if found is not None:
            family, indices = found
            if family.formula is None or family.name in self._symbolic:
                raise Symbolic(name)
            return self._kept(self._value(self.formula(family.member(indices))))
        return self._kept(self._derived(name))

    def formula(self, name: str) -> Formula | None:
        """What a forward quantity is computed by: its formula, or of a loss at saturated outputs the joined one; of a softmax far below 0
        one in differences of z."""
        member = self.graph[name]
        if self.arithmetic is FLOAT and member.family.is_coupled:
            return sunk_share(self.graph, name, self.__getitem__) or member.formula
        joined = self._joined(name, member.family, member.indices) if member.family.kind == "loss" else None
        return member.formula if joined is None else joined

    def _joined(self, name: str, family: Family, indices: tuple[Index, ...]) -> Formula | None:
        """The formula in z of a loss, or of its derivative by an output's z, where a saturated output has lost the digits it needs."""
        if not self._joins or family.layer != self.graph.depth or family.kind not in ("loss", "pre-activation"):
            return None
        row = self.graph.row_of(name)
        if not self._saturated(self.graph.outputs_by_row if row is None else [self.graph.outputs(row)]):
            return None
        return joined_loss(self.graph, family, indices) if family.kind == "loss" else joined_slope(self.graph, name)

    @cached_property
    def _joins(self) -> bool:
        """Whether loss and outputs are worked out together where an output is saturated."""
        if self.arithmetic is EXACT or type(self.derivation) is not Derivation:
            return False
        return is_joined(self.graph) and isinstance(self.graph.network.rows, int)

    def _saturated(self, rows: Sequence[Sequence[str]]) -> bool:
        """Whether an output of these rows is too near to 0 or 1."""
        names = [name for outputs in rows for name in outputs]
        if self._overrides and any(name in self._overrides for name in names):
            return False  # an output that was put in has no z
        return any(map(_near_an_end, map(self.__getitem__, names)))

    def _kept(self, number: Any) -> Any:
        return number if self._keep is None else self._keep(number)

    def _derived(self, name: str) -> Any:
        if self._deeper is not None:
            found = self._deeper[name]
            return float(found) if self.arithmetic is FLOAT else found
        if "*" in name:  # what flows back over one edge: upstream times local
            upstream, local = name.split("*")
            return self[upstream] * self._local(local)
        pair = parse_derivative(name)
        if pair is not None and pair[0].startswith("loss@"):
            return self._row(pair[0])._folded(name)
        if pair is not None and pair[0] not in ("loss", self.graph.root):
            factor = self.derivation.local(*pair)
            if factor is not None:
                return self._value(factor.reading)
            if self.graph.locate(pair[0]) is not None and self.graph.locate(pair[1]) is not None:
                return over_links(self, *pair)
        if is_delta(name):
            return self[delta_name(self.graph, name)]
        if name in ("rate", self.graph.network.rows) or (pair is not None and pair[0] == "C"):
            raise Symbolic(name)
        return self._folded(name)

    def _folded(self, name: str) -> Any:
        """The value of a step. Where rounded values are carried on, that of all examples comes from the single ones, as it is written."""
        rows = self._of_rows(name) if self._keep is not None else None
        if rows is not None:
            return rows
        joined = self._joined_slope(name)
        if joined is not None:
            return joined
        reading = self.derivation.reading(name)
        if type(reading) is Quantity and reading.name == name:  # the slope of a loss nothing is known about
            raise Symbolic(name)
        return self._value(reading)

    def _joined_slope(self, name: str) -> Any:
        """The derivative by an output's z where a saturated output has lost its digits; None elsewhere."""
        found = self.derivation.by_of(name) if self._joins else None
        if found is None or found[0].kind != "pre-activation":
            return None
        formula = self._joined(found[0].member(found[1]), *found)
        whole = self.derivation.root_family.formula
        if formula is None or whole is None:
            return None
        for share in shared_out(whole)[0]:
            formula = product(share, Bracket(formula))
        return self._value(formula)

    def _of_rows(self, name: str) -> Any:
        """The derivative of the whole loss by a parameter as the sum or mean of those of the examples; None for any other."""
        pair, network = parse_derivative(name), self.graph.network
        found = self.graph.locate(pair[1]) if pair is not None and pair[0] == "loss" else None
        if pair is None or found is None or not found[0].is_parameter:
            return None
        if not isinstance(network.rows, int) or network.rows == 1 or network.loss is None:
            return None
        each = [self[derivative(f"loss@{row}", pair[1])] for row in range(1, network.rows + 1)]
        share = network.rows if network.loss.reduction == "mean" else 1
        return reduce(add, each) * self.arithmetic.number(Fraction(1, share))

    def _local(self, name: str) -> Any:
        """A derivative over one edge, which is not the whole one where there are other ways from the one end to the other."""
        pair = parse_derivative(name)
        factor = self.derivation.local(*pair) if pair is not None else None
        if factor is None:
            raise Symbolic(name)
        return self._value(factor.reading)

    def _row(self, root: str) -> Numbers:
        """The same numbers with the row's own loss as root, made once; shares every forward value."""
        if root not in self._rows:
            other = Numbers(row_derivation(self.derivation, root), self.arithmetic, keep=self._keep, lines=self._lines)
            other._values, other._rows, other._of_all = self._values, self._rows, self
            self._rows[root] = other
        return self._rows[root]

    def _value(self, formula: Any) -> Any:
        ready = program(formula)
        if ready.has_sum:
            raise Symbolic("a sum over a symbolic number of rows")
        if ready.functions:
            for function in ready.functions.difference(self.arithmetic.functions):
                raise Symbolic(f"the unknown function {function}")
        if ready.conditions and self.decides and any(sides.near(self, when) for when in ready.conditions):
            ready = program(sides.chosen(self, formula))
        try:
            return ready.number(self.__getitem__, self.arithmetic)
        except Irrational:  # of what decides, maybe: the branch itself is a fraction often, as a ReLU's slope
            if not ready.conditions or self.arithmetic is not EXACT:
                raise
        return program(sides.chosen(self, formula)).number(self.__getitem__, self.arithmetic)

    def of(self, formula: Formula) -> Any:
        """The number of a formula. Raises what asking for a value raises, ZeroDivisionError, ValueError, OverflowError."""
        return self._value(formula)

    def forward(self) -> Iterator[tuple[str, Any]]:
        """Every forward quantity that has a number, in the order of the graph."""
        known = (each for each in self.graph.forwards() if each[0].name not in self._symbolic)
        yield from self._existing(family.member(indices) for family, indices in known)

    def backward(self) -> Iterator[tuple[str, Any]]:
        """Every derivative of the root that has a number, from the root backwards."""
        yield from self._existing(self.derivation.targets())

    @property
    def values(self) -> Mapping[str, float]:
        """Every forward quantity that has a number, by name."""
        return {name: float(number) for name, number in self.forward()}

    @property
    def gradients(self) -> Mapping[str, float]:
        """∂root/∂quantity, keyed by the quantity."""
        cut = len(self.derivation.name_of(""))
        found = chain(self.backward(), self._by_data())
        return {name[cut:]: float(number) for name, number in found}

    def _by_data(self) -> Iterator[tuple[str, Any]]:
        """The derivatives by the targets that have a number: ln a(1 − a) has none where a unit is saturated, though the loss has."""
        for name in self.derivation.by_data():
            with suppress(Symbolic, Irrational, InputError):
                yield name, self[name]

    def _existing(self, names: Iterator[str]) -> Iterator[tuple[str, Any]]:
        for name in names:
            try:
                yield name, self[name]
            except (Symbolic, Irrational):
                continue
            except InputError:
                if not lost(self.graph, name):
                    raise


def _near_an_end(a: Any) -> bool:
    """Whether an output, or one of many, is too near to 0 or 1."""
    near = (a < SATURATED) | (a > 1 - SATURATED)
    return bool(near.any()) if hasattr(near, "any") else bool(near)


def lost(graph: Graph, name: str) -> bool:
    """Whether a quantity is the slope of a loss by an output that the joined form does without: 1/(1 − σ(800)) = 1 + e^800 is no double."""
    pair = parse_derivative(name)
    found = graph.locate(pair[1]) if pair is not None and is_joined(graph) else None
    return found is not None and found[0] is graph.output
