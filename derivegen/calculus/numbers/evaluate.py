"""The numbers of a network: graph, derivation and an arithmetic in; the value of any quantity, by name, out.

One fold over the steps serves every arithmetic (floats, fractions, fifty digits). `Trace` keeps floats and exact fractions side by side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, reduce
from itertools import chain
from operator import add
from typing import TYPE_CHECKING, Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.joined import SATURATED, is_joined, is_soft, joined_loss, joined_slope
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.calculus.terms import shared_out
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import CALCULATOR, EXACT, FLOAT, Arithmetic, Irrational, called, precise, value
from derivegen.formula.tree import BigSum, Bracket, Call, Formula, Quantity, product, walk
from derivegen.network.family import PARAMETERS, Family, Index
from derivegen.network.graph import Graph
from derivegen.network.names import derivative, is_delta, parse, parse_derivative

if TYPE_CHECKING:
    from derivegen.calculus.run import Run

DEEP = 40
"""From this many quantities within one another on, they are filled in in order: each takes some ten calls."""


MOST_BITS = 8192
"""Longer fractions count as having no short form: nobody prints them, and squares of squares would fill the memory."""


FRACTIONS_UP_TO = 1000
"""Quantities; of a larger network the doubles are as good and much faster."""
LARGE = 2000
"""Quantities. Below, folding the steps one by one takes less than a tenth of a second, and gives fractions and fifty digits as well."""
WIDE = 1000
"""Digits with which a number is found that doubles lose: e^2000 beside 1."""
DIGITS_OF_E = 0.4343
"""Decimal digits of e."""
DOUBTFUL = 1e-12
"""Below this a number computed with fifty digits may be what cancellation left of a zero; a hundred digits tell."""
LOST = 1e-9
"""How much of a number doubles may lose before a program with doubles is no reading."""
UNSEEN = 1e-60
"""What fifty digits may have taken for nothing: a zero of theirs may be as large as that."""
VANISHED = 1e-20
"""What is left of a zero shrinks to less than this part when the digits are doubled; a number stays."""


class Symbolic(LookupError):
    """The quantity has no number: something it depends on was left symbolic."""


class Numbers:
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
        self._keep, self._overrides = keep, dict(overrides or {})
        self._lines = lines or {}
        self._values: dict[str, Any] = dict(self._overrides)
        self._rows: dict[str, Numbers] = {}
        self._depth = 0

    def __getitem__(self, name: str) -> Any:
        """The value. Raises Symbolic, Irrational (exact arithmetic only), InputError (outside a domain, overflow)."""
        if name not in self._values:
            self._depth += 1
            if self._depth == DEEP:
                self._in_order(name)
            try:
                self._values[name] = self._safe(name)
            finally:
                self._depth -= 1
        found = self._values[name]
        if isinstance(found, Exception):
            raise found
        return found

    def moved(self, to: Mapping[str, Any], above: Collection[str]) -> Numbers:
        """These numbers with some quantities put elsewhere; of the graph's others all are kept but those `above`, which hang on them."""
        found = Numbers(self.derivation, self.arithmetic, {**self._overrides, **to}, self._keep, self._lines)
        kept = (self._values.keys() & self.graph.places.keys()).difference(above)
        found._values = {name: self._values[name] for name in kept} | found._overrides
        return found

    def _in_order(self, name: str) -> None:
        """Fill in everything from the inputs on, so that the recursion of a long graph never gets deep."""
        derived = self.graph.locate(name) is None
        for each in chain(self.graph.names(), self.derivation.targets() if derived else ()):
            with suppress(Symbolic, Irrational, InputError):
                self[each]

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
        if isinstance(found, Fraction) and found.denominator.bit_length() + found.numerator.bit_length() > MOST_BITS:
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
        return InputError(self._outside(name, what))

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
        found = self.graph.locate(name)
        if found is not None:
            family, indices = found
            if family.formula is None:
                raise Symbolic(name)
            return self._kept(self._value(self.formula(family.member(indices))))
        return self._kept(self._derived(name))

    def formula(self, name: str) -> Formula | None:
        """What a forward quantity is computed by: its formula, or of a loss at saturated outputs the joined one."""
        member = self.graph[name]
        joined = self._joined(name, member.family, member.indices) if member.family.kind == "loss" else None
        return member.formula if joined is None else joined

    def _joined(self, name: str, family: Family, indices: tuple[Index, ...]) -> Formula | None:
        """The formula in z of a loss, or of its derivative by an output's z, where a saturated output has lost the digits it needs."""
        if family.layer != self.graph.depth or family.kind not in ("loss", "pre-activation"):
            return None
        if self.arithmetic is EXACT or type(self.derivation) is not Derivation:
            return None
        if not is_joined(self.graph) or not isinstance(self.graph.network.rows, int):
            return None
        row = self.graph.row_of(name)
        if not self._saturated(self.graph.outputs_by_row if row is None else [self.graph.outputs(row)]):
            return None
        return joined_loss(self.graph, family, indices) if family.kind == "loss" else joined_slope(self.graph, name)

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
                return self._through(*pair)
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
        reading = self.derivation[name].reading
        if reading == Quantity(name):  # the slope of a loss nothing is known about
            raise Symbolic(name)
        return self._value(reading)

    def _joined_slope(self, name: str) -> Any:
        """The derivative by an output's z where a saturated output has lost its digits; None elsewhere."""
        found = self.derivation.by_of(name) if type(self.derivation) is Derivation and is_joined(self.graph) else None
        if found is None or found[0].kind != "pre-activation":
            return None
        formula = self._joined(found[0].member(found[1]), *found)
        whole = self.derivation.root_family.formula
        if formula is None or whole is None:
            return None
        for share in shared_out(whole)[0]:
            formula = product(share, Bracket(formula))
        return self._value(formula)

    def _through(self, of: str, by: str) -> Any:
        """A derivative over several links, added up over every way from the one to the other: of each quantity between them by everything
        it is computed from directly, times what that feels of `by`."""
        felt: dict[str, Any] = {by: self.arithmetic.number(Fraction(1))}
        for name in self._between(of, by):
            found = self.arithmetic.number(Fraction(0))
            for parent in self._parents(name):
                local = self.derivation.local(name, parent) if parent in felt else None
                if local is not None:
                    found = found + self._value(local.reading) * felt[parent]
            felt[name] = self._kept(found)
        return felt[of]

    def _between(self, of: str, by: str) -> Iterator[str]:
        """What a quantity is computed from and is not known to be `by`, each after its own operands, itself last."""
        done = {by}
        stack = [(of, iter(self._parents(of)))]
        while stack:
            name, rest = stack[-1]
            parent = next(rest, None)
            if parent is None:
                stack.pop()
                yield name
            elif parent not in done:
                done.add(parent)
                stack.append((parent, iter(self._parents(parent))))

    def _parents(self, name: str) -> list[str]:
        """The quantities of the graph that stand in a quantity's formula."""
        formula = self.graph[name].formula
        leaves = dict.fromkeys(part.name for part in walk(formula) if isinstance(part, Quantity)) if formula else {}
        return [leaf for leaf in leaves if self.graph.locate(leaf) is not None]

    def _of_rows(self, name: str) -> Any:
        """The derivative of the whole loss by a parameter as the sum or mean of those of the examples; None for any other."""
        pair, network = parse_derivative(name), self.graph.network
        found = self.graph.locate(pair[1]) if pair is not None and pair[0] == "loss" else None
        if pair is None or found is None or found[0].kind not in PARAMETERS:
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
            other._values, other._rows = self._values, self._rows
            self._rows[root] = other
        return self._rows[root]

    def _value(self, formula: Any) -> Any:
        if isinstance(formula, Quantity) and formula.name.startswith("dloss"):
            return self[formula.name]
        for part in walk(formula):
            if isinstance(part, BigSum):
                raise Symbolic("a sum over a symbolic number of rows")
            if isinstance(part, Call) and called(part) not in self.arithmetic.functions:
                raise Symbolic(f"the unknown function {part.function}")
        return value(formula, self.__getitem__, self.arithmetic)

    def _outside(self, name: str, what: str) -> str:
        parts = parse(name)
        where = (
            f"layer {parts.indices[0]}"
            if parts and len(parts.indices) > 1
            else "the loss"
            if "loss" in name
            else "the graph"
        )
        operands = self._operands(name)
        return f"{name} ({where}) cannot be computed: it needs {what}; here {operands}. Choose smaller weights or other data"

    def _operands(self, name: str) -> str:
        found = self.graph.locate(name)
        formula = self.graph[name].formula if found is not None else None
        leaves = dict.fromkeys(p.name for p in walk(formula) if isinstance(p, Quantity)) if formula is not None else {}
        known = [
            f"{leaf} = {float(v):.6g}"
            for leaf in leaves
            if isinstance(v := self._values.get(leaf), int | float | Fraction)
        ]
        return ", ".join(known[:6]) or "its operands are out of range"

    def forward(self) -> Iterator[tuple[str, Any]]:
        """Every forward quantity that has a number, in the order of the graph."""
        yield from self._existing(self.graph.names())

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


def in_arrays(graph: Graph) -> bool:
    """Whether the numbers of a graph are computed array by array: it is large, of layers, and every number is given."""
    if not graph.layered or graph.network.loss is None or graph.size < LARGE or not graph.is_known:
        return False
    return all(graph.stated(family) for family in graph.families.values() if family.formula is None)


def row_derivation(derivation: Derivation, root: str) -> Derivation:
    """The derivation of a row's own loss by its name, loss@2."""
    row = root.removeprefix("loss@")
    return derivation.of_row(int(row) if row.isdigit() else row)


def delta_name(graph: Graph, name: str) -> str:
    """delta[l][j] is dloss/dz[l][j]; with a row, of that row's own loss."""
    parts = parse(name)
    assert parts is not None
    z = str(replace(parts, base="z", row=None))
    return derivative("loss" if parts.row is None or graph.network.rows == 1 else f"loss@{parts.row}", z)


@dataclass(frozen=True, slots=True)
class Update:
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

    @property
    def as_given(self) -> Mapping[str, Fraction]:
        """What is given, as it is printed."""
        return {name: self.rounding.fraction(given) for name, given in self.graph.givens.items()}

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

    def text(self, name: str, more: int = 0) -> str:
        """The value as it is printed, with so many digits more than usual. It is rounded from a fraction or from fifty digits: a half is a
        half wherever it stands, and a(1 − a) of a saturated unit has few right digits in doubles."""
        return self.rounding.text(self.known_number(name), more)

    def shown_exactly(self, name: str, more: int = 0) -> bool:
        """Whether the printed text is the value itself, with nothing rounded on the way to it."""
        exact = self.exactly.exact(name)
        return exact is not None and Fraction(self.text(name, more)) == exact

    def _in_run(self, name: str) -> Any:
        """A number of the training run: at its start that of the document; later in doubles, unless these leave its digits in doubt."""
        if self.carried:
            return in_run(self.updates, name, _as_decimal)
        return self._run.known_number(name, in_run(self.updates, name))

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
        if self.in_arrays or len(found) > FRACTIONS_UP_TO:
            return found
        return {name: self.number(name) for name in found}

    @cached_property
    def gradients(self) -> Mapping[str, float]:
        """∂root/∂quantity, keyed by the quantity, as `values`."""
        if self.carried:
            return self.exactly.gradients
        found = self.floats.gradients
        if self.in_arrays or len(found) > FRACTIONS_UP_TO:
            return found
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
        firsts = [(family, next(family.members(), None)) for family in given]
        return all(first is None or self.known(family.member(first)) for family, first in firsts)


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
