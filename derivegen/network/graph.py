"""The sympy expression graph of families: a Network goes in, what depends on what and by which expression comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from derivegen.errors import InputError
from derivegen.formula.tree import Formula, Number, Quantity, walk
from derivegen.network.family import PARAMETERS, Axis, Family, Index, Kind
from derivegen.network.givens import givens_of, left_open, path_of
from derivegen.network.instance import instance
from derivegen.network.layer import Layer, layers_of
from derivegen.network.layers import dense, formulas, indexed, loss
from derivegen.network.names import Name, parse
from derivegen.network.network import Drawing, Figure, Network, Part
from derivegen.network.order import Block, schedule
from derivegen.network.walks import reached
from derivegen.records import dataclass, field, replace

if TYPE_CHECKING:
    from sympy import Expr

MOST_LOCATED = 50_000
"""Names whose places are kept: those of a small network are asked for again and again."""


@dataclass(frozen=True, slots=True)
class Member:
    """One quantity: its name, family and indices, and the formula that defines it from others (None for what is given)."""

    name: str
    family: Family
    indices: tuple[Index, ...]
    formula: Formula | None

    @property
    def expr(self) -> Expr:
        """The sympy expression in its parents' symbols; of a given quantity, its own symbol."""
        from derivegen.formula.symbolic import symbol, to_sympy

        return symbol(self.name) if self.formula is None else to_sympy(self.formula)


@dataclass(frozen=True)
class Graph:
    """Families by name, each after those it is computed from; `root` is what is differentiated ("loss", or the output of `[graph]`);
    `givens` are the numbers the file states, by canonical name."""

    network: Network
    families: Mapping[str, Family]
    root: str
    givens: Mapping[str, Figure]
    _members: dict[str, Member] = field(default_factory=dict, repr=False, compare=False)

    def __getitem__(self, name: str) -> Member:
        """The member of that name. Raises InputError naming the nearest if there is none."""
        member = self._members.get(name)
        if member is None:
            found = self.locate(name)
            if found is None:
                raise InputError(self.unknown(name))
            member = self.member(*found)
            if member.formula is not None:  # what is given is made anew as fast as it is found
                self._members[name] = member
        return member

    def member(self, family: Family, indices: tuple[Index, ...]) -> Member:
        """One member of a family."""
        own, binding = family.defined(indices)
        formula = None if own is None else instance(own, binding, self.families) or Number("0")
        return Member(family.member(indices), family, indices, formula)

    def locate(self, name: str) -> tuple[Family, tuple[Index, ...]] | None:
        """Family and indices of a quantity's name; a single row's @1 may be written. None if there is no such quantity."""
        located = self._located
        if name in located:
            return located[name]
        found = self._locate(name)
        if len(located) < MOST_LOCATED:
            located[name] = found
        return found

    @cached_property
    def _located(self) -> dict[str, tuple[Family, tuple[Index, ...]] | None]:
        return {}

    def _locate(self, name: str) -> tuple[Family, tuple[Index, ...]] | None:
        parts = parse(name)
        if parts is None or parts.primed or parts.step is not None:
            return None
        if parts.base in self.families and not parts.indices and parts.row is None:
            plain = self.families[parts.base]
            return (plain, ()) if not plain.axes else None
        row = None if parts.row == "1" and self.network.single else parts.row
        base, by_shape = parts.base, self._by_shape
        for cut in range(len(parts.indices) + 1):
            if cut:
                base = f"{base}[{parts.indices[cut - 1]}]"
            family = by_shape.get((base, len(parts.indices) - cut, row is not None))
            if family is not None:
                indices: tuple[Index, ...] = parts.indices[cut:]
                if row is not None:
                    indices += (int(row) if row.isdigit() else row,)
                return (family, indices) if self._inside(family, indices) else None
        return None

    @cached_property
    def _by_shape(self) -> Mapping[tuple[str, int, bool], Family]:
        def shape(family: Family) -> tuple[str, int, bool]:
            examples = sum(axis.counts == "example" for axis in family.axes)
            return family.stem or family.name, len(family.axes) - examples, examples > 0

        return {shape(family): family for family in self.families.values()}

    @staticmethod
    def _inside(family: Family, indices: tuple[Index, ...]) -> bool:
        return all(map(Axis.holds, family.axes, indices)) and family.exists(indices)

    def unknown(self, name: str) -> str:
        """The sentence for a name that is no quantity of this network."""
        from difflib import get_close_matches

        ranges = self.ranges(name)
        if ranges:
            return f"there is no quantity {name!r} in this network; there is {ranges}"
        known = [member for family in self.families.values() for member in family.names(64)]
        near = get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"nearest: {', '.join(near)}" if near else f"there are: {', '.join(known[:12])}, …"
        return f"there is no quantity {name!r} in this network; {hint}"

    def ranges(self, name: str) -> str:
        """A family with index letters and how far they run, of a name that begins like its members: U[j,i], j = 1…2, i = 1…2; "" of any
        other."""
        word, layer = re.split(r"\W", name, maxsplit=1)[0], re.search(r"\d+", name)
        named = (word, f"{word}[{layer[0]}]") if layer is not None else (word,)
        family = next((found for each in named if (found := self.families.get(each)) is not None), None)
        return "" if family is None or not family.equations or not family.axes else family.ranges

    def names(self, *kinds: str) -> Iterator[str]:
        """The names of every member of the families of those kinds (of all, if none is named), in the order of the graph; a given start of
        what is computed is an input."""
        for family, indices in self.forwards():
            if not kinds or self._kind_of(family, indices) in kinds:
                yield family.member(indices)

    @staticmethod
    def _kind_of(family: Family, indices: tuple[Index, ...]) -> Kind:
        return "input" if family.kind == "node" and family.defined(indices)[0] is None else family.kind

    def members(self) -> Iterator[Member]:
        """Every member with its formula, in the order of the graph; not kept, since a large network has a great many."""
        return (self.member(family, indices) for family, indices in self.forwards())

    def forwards(self) -> Iterator[tuple[Family, tuple[Index, ...]]]:
        """Every member, each after those it is computed from: family by family, those that are computed from one another step by step."""
        for block in self.blocks:
            yield from block.members(self.families)

    def backwards(self) -> Iterator[tuple[Family, tuple[Index, ...]]]:
        """Every member, each after those that are computed from it."""
        for block in reversed(self.blocks):
            yield from block.members(self.families, backwards=True)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The families in the order in which they are computed, those that are computed step by step together."""
        return schedule(self.families)

    def above(self, name: str) -> tuple[str, ...]:
        """What hangs on a quantity, directly or not, in the order of the graph."""
        return tuple(sorted(reached(self.users(name), self.users), key=self.places.__getitem__))

    def users(self, name: str) -> tuple[str, ...]:
        """What is computed from a quantity directly."""
        return self._users.get(name, ())

    @cached_property
    def _users(self) -> Mapping[str, tuple[str, ...]]:
        """By quantity, those in whose formula it stands."""
        users: dict[str, dict[str, None]] = {}
        for member in self.members():
            for part in walk(member.formula) if member.formula is not None else ():
                if isinstance(part, Quantity):
                    users.setdefault(part.name, {})[member.name] = None
        return {name: tuple(found) for name, found in users.items()}

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each quantity stands in the order of the graph."""
        return {name: place for place, name in enumerate(self.names())}

    @cached_property
    def size(self) -> int:
        """How many quantities there are; of a symbolic number of rows, one row's."""
        return sum(
            prod(axis.size for axis in family.axes if isinstance(axis.size, int)) for family in self.families.values()
        )

    # what it is made of

    @property
    def layered(self) -> bool:
        """Whether it is computed layer by layer; else it is a graph of one's own."""
        return self.network.graph is None

    @cached_property
    def lettered(self) -> bool:
        """Whether it is a graph of one's own whose names have indices."""
        return any(family.equations for family in self.families.values())

    @cached_property
    def indexed(self) -> bool:
        """Whether its families have index letters, so that arrays hold their members."""
        return any(family.axes or family.equations for family in self.families.values())

    @property
    def parts(self) -> tuple[Part, ...]:
        """What equations with index letters come in: a graph of one's own or a layer is one; of other networks none."""
        return () if self.network.graph is None else self.network.graph.parts

    @cached_property
    def stack(self) -> tuple[Layer, ...]:
        """The layers as their families, from the input side to the output side; of a graph of one's own none."""
        return layers_of(self.families)

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len(self.stack)

    def layer(self, number: int) -> Layer:
        """A layer by its number; the first that computes is 1."""
        return self.stack[number - 1]

    @property
    def output(self) -> Family:
        """What the network computes: the activations of the last layer; of a graph of one's own its output."""
        return self.stack[-1].a if self.stack else self.families[self.root]

    @property
    def target(self) -> Family:
        """What the outputs are held to."""
        return next(family for family in self.families.values() if family.kind == "target")

    @property
    def row_losses(self) -> Family:
        """The loss of each row."""
        return next(self.families[name] for name in (loss.ROWS, loss.OWN_ROWS) if name in self.families)

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """How many values enter, and how many units each layer has."""
        return tuple([layer.fan_in for layer in self.stack[:1]] + [layer.units for layer in self.stack])

    @property
    def n_inputs(self) -> int:
        """How many values enter the first layer; of a graph of one's own, which has none, 0."""
        return self.widths[0] if self.widths else 0

    @property
    def n_outputs(self) -> int:
        """How many outputs there are of an example."""
        return self.widths[-1] if self.widths else 1

    @cached_property
    def is_known(self) -> bool:
        """Whether the number of examples and every function are known, so that all numbers follow from what is given."""
        return isinstance(self.network.rows, int) and not any(each.is_unknown for each in self.families.values())

    def letters(self, unknown: bool = False) -> frozenset[str]:
        """What the activations would be called if nothing were known of them, or those of which nothing is known are."""
        return frozenset(layer.a.letter or "f" for layer in self.stack if layer.a.is_unknown or not unknown)

    def outputs(self, row: Index | None = None) -> list[str]:
        """The names of the outputs of a row, or of the only one."""
        at = () if row is None else (row,)
        axes = self.output.axes[: len(self.output.axes) - len(at)]
        return [self.output.member((*units, *at)) for units in product(*(axis.range() for axis in axes))]

    @cached_property
    def outputs_by_row(self) -> list[list[str]]:
        """The names of the outputs, a list for each row; none of a symbolic number of rows."""
        rows = self.network.rows
        if rows == 1:
            return [self.outputs()]
        return [self.outputs(row) for row in range(1, rows + 1)] if isinstance(rows, int) else []

    def beside(self, name: str, family: Family) -> str:
        """The member of another family that has the indices of this one: the a of a z, the target of an output. Raises InputError."""
        found = self.locate(name)
        if found is None:
            raise InputError(self.unknown(name))
        return family.member(found[1])

    def kind_of(self, name: str) -> Kind | None:
        """The kind of a quantity or of a whole array, of an updated one too; None of any other name."""
        found = self.locate(name)
        parts = parse(name) if found is None else None
        if found is not None or parts is None:
            return None if found is None else found[0].kind
        found = self.locate(str(replace(parts, primed=False, step=None))) if parts.primed or parts.step else None
        family = self.families.get(str(Name(parts.base, parts.indices))) if found is None else found[0]
        return None if family is None else family.kind

    def row_of(self, name: str) -> Index | None:
        """The row a quantity belongs to; None of what belongs to all, or to the only one."""
        found = self.locate(name)
        if found is None:
            return None
        rows = (index for axis, index in zip(found[0].axes, found[1], strict=True) if axis.counts == "example")
        return next(rows, None)

    @cached_property
    def symbolic(self) -> frozenset[str]:
        """The families of layers of which no member has a number."""
        return left_open(self.network, self.families) if self.layered else frozenset()

    @property
    def has_rate(self) -> bool:
        """Whether there is a learning rate to speak of; in a graph of one's own only if it is trained."""
        return self.layered or "rate" in self.givens

    def is_parameter(self, name: str) -> bool:
        """Whether an update can change the quantity."""
        found = self.locate(name)
        return found is not None and found[0].is_parameter

    @cached_property
    def drawings(self) -> Mapping[str, Drawing]:
        """How drawn numbers came about, by the family's name, in the order in which they were drawn."""
        drawn = self.network.drawings
        paths = {path_of(each): each.name for each in self.families.values() if drawn and each.formula is None}
        return {paths[drawing.path]: drawing for drawing in drawn}

    @cached_property
    def parameter_families(self) -> tuple[Family, ...]:
        """The families of all weights, biases and thresholds."""
        return tuple(family for family in self.families.values() if family.is_parameter)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of all weights, biases and thresholds (of a `[graph]`, its parameters), layer by layer."""
        return tuple(self.names(*PARAMETERS))

    @property
    def sought(self) -> tuple[str, ...]:
        """What the network asks to be differentiated by: its parameters; of a graph of one's own what it names."""
        return self.parameters if self.network.graph is None else self.network.graph.wrt

    @cached_property
    def trained(self) -> tuple[str, ...]:
        """The parameters an update changes: all but the frozen ones."""
        training = self.network.training
        if training.trained is not None:
            return tuple(name for name in self.parameters if _listed(name, training.trained))
        return tuple(name for name in self.parameters if not _listed(name, training.frozen))


def _listed(name: str, beginnings: tuple[str, ...]) -> bool:
    """Whether the name, or a beginning of it that ends at an index, is in the list."""
    return any(name == start or (name.startswith(start) and not name[len(start)].isalnum()) for start in beginnings)


def build(network: Network) -> Graph:
    """The graph of a network."""
    if network.graph is not None:
        return _formula_graph(network)
    examples = () if network.rows == 1 else (Axis("r", network.rows, "example"),)
    x = Family("x", "input", (Axis("k", network.n_inputs), *examples))
    t = Family("t", "target", (Axis("j", network.n_outputs), *examples))
    found = [x, t]
    below = x
    for number, layer in enumerate(network.layers, 1):
        made = dense.families(number, layer, below, examples)
        found += made
        below = made[-1]
    found += loss.families(network, below, t) if network.loss is not None else []
    return Graph(network, {family.name: family for family in found}, "loss", givens_of(network))


def _formula_graph(network: Network) -> Graph:
    spec = network.graph
    assert spec is not None
    found = indexed.families(spec) if spec.parts else formulas.families(spec)
    numbers = {**spec.inputs, **spec.constants, **spec.parameters}
    givens: dict[str, Figure] = {name: number for name, number in numbers.items() if number is not None}
    if network.training.learning_rate is not None:
        givens["rate"] = network.training.learning_rate
    givens |= network.training.rule.settings
    return Graph(network, {family.name: family for family in found}, spec.output, givens)
