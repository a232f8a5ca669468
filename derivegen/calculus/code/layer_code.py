"""The layer form as code: a derivation and names of wanted results go in; one numpy function that computes them from arrays comes out.

Every family is one array with an axis for each of its indices, every adjoint another; what is printed is the formula of the family, or
what the chain rule gives for it under its index letters. Where a loss and its output layer belong together their joined forms stand
in, so that nothing is divided by an activation that has run into 0 or 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.code.formulas import FormulaCode
from derivegen.calculus.code.lines import Line, bare, in_place, let_go
from derivegen.calculus.code.pieces import Piece, Products
from derivegen.calculus.joined import whole_formula, whole_slope
from derivegen.errors import Symbolic
from derivegen.network.family import Family
from derivegen.network.walks import reached
from derivegen.on_use import numpy
from derivegen.records import dataclass, field


@dataclass
class LayerCode:
    """Writes the code of one derivation, line by line, as results are asked for; `watched`, also how near anything comes to a kink, in
    `margins`."""

    derivation: Derivation
    watched: bool = False
    lines: list[Line] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)
    _arguments: dict[str, str] = field(default_factory=dict)

    @cached_property
    def products(self) -> Products:
        """What puts arrays together."""
        axes = (axis for family in self.derivation.graph.families.values() for axis in family.axes)
        return Products({axis.letter: int(axis.size) for axis in axes if axis.counts == "example"})

    @cached_property
    def formulas(self) -> FormulaCode:
        """What prints formulas."""
        return FormulaCode(self.variable, self.products)

    # what is computed

    def variable(self, name: str) -> str:
        """The variable that holds a family ("a[2]", "loss") or an adjoint ("dloss/dw[1]"); what it needs is written first."""
        if name not in self._known:
            family = self._adjoints.get(name)
            if family is not None:
                self._known[name] = self._assigned(f"d_{_identifier(family.name)}", self._backward(family), family)
            else:
                self._known[name] = self._forward(self.derivation.graph.families[name])
        return self._known[name]

    @cached_property
    def _adjoints(self) -> Mapping[str, Family]:
        """The families by the names of their adjoints."""
        return {self.derivation.name_of(family.name): family for family in self.derivation.graph.families.values()}

    def prepare(self, results: Sequence[str]) -> None:
        """Write what the results need family after family, forwards and back, so that no recursion gets deep; and each result as soon
        as what it is made of is there, so that arrays are not kept for longer than they are needed."""
        inner = [f for f in self.derivation.graph.families.values() if f.formula is not None and f.kind != "loss"]
        for name in [*(family.name for family in inner), *results]:
            if name not in self._adjoints:
                self.variable(name)
        back = [self._adjoints[name] for name in results if name in self._adjoints]
        given: dict[str, list[Family]] = {}
        for each in back:
            for family in self._from(each) if each.formula is None else ():
                given.setdefault(family.name, []).append(each)
        needed = self._needed(back)
        for family in reversed(inner):
            wanted = [family, *given.get(family.name, ())] if family.name in needed else []
            for each in wanted:
                self.variable(self.derivation.name_of(each.name))

    def _needed(self, wanted: Iterable[Family]) -> set[str]:
        """The names of the families whose adjoints are wanted or are on the way back to those."""
        families = self.derivation.graph.families
        return reached((each.name for each in wanted), lambda name: (each.name for each in self._from(families[name])))

    def _from(self, family: Family) -> Iterator[Family]:
        """The families whose adjoints an adjoint is made of."""
        derivation = self.derivation
        if whole_slope(derivation, family) is None:
            children = (derivation.graph.families[link.child] for link in derivation.links[family.name])
            yield from (child for child in children if child is not derivation.root_family)

    @property
    def arguments(self) -> Mapping[str, str]:
        """The families that have to be given, by name, with their variables."""
        return self._arguments

    def _assigned(self, variable: str, piece: Piece, family: Family) -> str:
        """A line for the piece, its axes as those of the family."""
        from derivegen.formula.arithmetic.arrays import INTO

        if self.watched:
            self._watch()
        letters = tuple(axis.letter for axis in family.axes)
        code = piece.along(letters)
        if set(piece.letters) != set(letters):
            code = f"broadcast_to({code}, ({''.join(f'{axis.size}, ' for axis in family.axes)}))"
        elif len(piece.operations) > 1 and letters and piece.letters == letters:
            self.lines += in_place(variable, piece.operations)
            return variable
        called_with = re.fullmatch(r"(\w+)\((\w+)\)", code)
        if called_with and called_with[1] in self.formulas.functions:
            function, argument = called_with.groups()
            taking = f"{variable} = {function}({argument}, {argument})"
            self.lines.append(Line(f"{variable} = {code}", True, argument if function in INTO else "", taking))
            return variable
        self.lines.append(Line(f"{variable} = {bare(code)}", fresh=bare(code) != code))
        return variable

    def _watch(self) -> None:
        """A line for each comparison that was printed since, while what it compares is there."""
        for apart in list(self.formulas.seams)[len(self.margins) :]:
            self.margins.append(f"margin_{len(self.margins) + 1}")
            self.lines.append(Line(f"{self.margins[-1]} = least({apart})"))

    def _forward(self, family: Family) -> str:
        variable, formula = _identifier(family.name), whole_formula(self.derivation.graph, family)
        if formula is None:
            self._arguments[family.name] = variable
            return variable
        return self._assigned(variable, self.formulas.piece(formula), family)

    def _backward(self, family: Family) -> Piece:
        joined = whole_slope(self.derivation, family)
        if joined is None and not self.derivation.links[family.name]:
            return Piece("0.0")
        try:
            piece = self.formulas.piece(self.derivation.rule(family) if joined is None else joined)
        except ValueError as unknown:
            raise Symbolic(str(unknown)) from unknown
        if family.mask is None:
            return piece
        letters = tuple(axis.letter for axis in family.axes)
        return Piece(f"{piece.along(letters)} * mask_{_identifier(family.name)}", letters)


@dataclass(frozen=True)
class LayerFunction:
    """A compiled function: arrays by family in `arguments`' order go into `computed`, `results` come out. `source` is what was compiled."""

    arguments: tuple[str, ...]
    results: tuple[str, ...]
    source: str
    computed: Callable[..., tuple[Any, ...]]

    def __call__(self, arrays: Mapping[str, Any]) -> tuple[Any, ...]:
        """The results, each an array whose axes are those of its family; what has no number is not finite, without a warning."""
        with numpy.errstate(all="ignore"):
            return self.computed(*[arrays[name] for name in self.arguments])


def layer_function(
    derivation: Derivation,
    results: Sequence[str],
    functions: Mapping[str, Callable[..., Any]] | None = None,
    watched: bool = False,
) -> LayerFunction:
    """The function that computes families and adjoints of a network of layers by name, with functions of real arrays or others of the same
    names; `watched`, one more result says how near anything comes to a kink. Raises Symbolic where there is no number."""
    from derivegen.formula.arithmetic.arrays import ARRAYS, WHOLE

    if not isinstance(derivation.graph.network.rows, int):
        raise Symbolic("a symbolic number of rows")
    code = LayerCode(derivation, watched)
    code.prepare(results)
    variables = [code.variable(name) for name in results]
    if watched:
        variables.append(f"min({', '.join(code.margins)}, inf)" if code.margins else "inf")
    returned = Line(f"return ({''.join(f'{variable}, ' for variable in variables)})")
    lines = let_go([*code.lines, returned])
    source = "\n    ".join((f"def computed({', '.join(code.arguments.values())}):", *lines)) + "\n"
    known = {**ARRAYS.functions, **WHOLE, **(functions or {})}
    namespace: dict[str, Any] = (
        {name: known[name] for name in code.formulas.functions} | _numpy_functions() | _constants(code)
    )
    exec(compile(source, "<layer form>", "exec"), namespace)
    return LayerFunction(tuple(code.arguments), tuple(results), source, namespace["computed"])


def _numpy_functions() -> dict[str, Any]:
    return {
        "broadcast_to": numpy.broadcast_to,
        "where": numpy.where,
        "subtract": numpy.subtract,
        "nan": numpy.nan,
        "inf": numpy.inf,
        "least": lambda apart: numpy.abs(apart).min(),
    }


def _constants(code: LayerCode) -> dict[str, Any]:
    """The masks of layers without some of their weights, and the ones that sums over examples are products with."""
    families = code.derivation.graph.families.values()
    masks = {f"mask_{_identifier(f.name)}": numpy.array(f.mask, float) for f in families if f.mask is not None}
    return masks | {f"ones_{size}": numpy.ones(size) for size in code.products.ones}


def _identifier(name: str) -> str:
    """w[1] → w_1."""
    return name.replace("[", "_").replace("]", "").replace(" ", "_")
