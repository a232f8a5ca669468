"""The sympy expression graph of families: a Network goes in, what depends on what and by which expression comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

from derivegen.errors import InputError
from derivegen.formula.tree import Call, Formula, Indexed, Number, Product, Quantity, Ratio
from derivegen.network import layers
from derivegen.network.family import PARAMETERS, Axis, Family, Index, Slopes, instance, over
from derivegen.network.givens import Givens
from derivegen.network.names import parse
from derivegen.network.network import Figure, LossChoice, Network
from derivegen.network.tables.activations import decimal, formula_of
from derivegen.network.tables.losses import LOSSES

if TYPE_CHECKING:
    from sympy import Expr

__all__ = ["Graph", "Member", "build", "layers"]


MOST_NAMED = 5000
"""Given numbers whose names are all made at once."""


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
        if family.formula is None:
            return Member(family.member(indices), family, indices, None)
        binding = dict(zip((axis.letter for axis in family.axes), indices, strict=True))
        formula = instance(family.formula, binding, self.families) or Number("0")
        return Member(family.member(indices), family, indices, formula)

    def locate(self, name: str) -> tuple[Family, tuple[Index, ...]] | None:
        """Family and indices of a quantity's name; a single row's @1 may be written. None if there is no such quantity."""
        parts = parse(name)
        if parts is None or parts.primed or parts.step is not None:
            return None
        if parts.base in self.families and not parts.indices and parts.row is None:
            plain = self.families[parts.base]
            return (plain, ()) if not plain.axes else None
        row = None if parts.row == "1" and self.network.rows == 1 else parts.row
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
        for axis, index in zip(family.axes, indices, strict=True):
            if not axis.holds(index):
                return False
        return family.exists(indices)

    def unknown(self, name: str) -> str:
        """The sentence for a name that is no quantity of this network."""
        from difflib import get_close_matches

        known = [member for family in self.families.values() for member in self._few(family)]
        near = get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"nearest: {', '.join(near)}" if near else f"there are: {', '.join(known[:12])}, …"
        return f"there is no quantity {name!r} in this network; {hint}"

    @staticmethod
    def _few(family: Family) -> Iterator[str]:
        for _, indices in zip(range(64), family.members(), strict=False):
            yield family.member(indices)

    def names(self, *kinds: str) -> Iterator[str]:
        """The names of every member of the families of those kinds (of all, if none is named), in the order of the graph."""
        for family in self.families.values():
            if not kinds or family.kind in kinds:
                yield from map(family.member, family.members())

    def members(self) -> Iterator[Member]:
        """Every member with its formula, in the order of the graph; not kept, since a large network has a great many."""
        return (self.member(family, indices) for family in self.families.values() for indices in family.members())

    @cached_property
    def size(self) -> int:
        """How many quantities there are; of a symbolic number of rows, one row's."""
        return sum(
            prod(axis.size for axis in family.axes if isinstance(axis.size, int)) for family in self.families.values()
        )

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of all weights, biases and thresholds (of a `[graph]`, its parameters), layer by layer."""
        return tuple(self.names(*PARAMETERS))

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
    from derivegen.network.layers import dense

    for number, layer in enumerate(network.layers, 1):
        made = dense.families(number, layer, below, examples)
        found += made
        below = made[-1]
    found += _loss_families(network, below, t)
    return Graph(network, {family.name: family for family in found}, "loss", _givens(network))


def _formula_graph(network: Network) -> Graph:
    from derivegen.network.layers import formulas

    spec = network.graph
    assert spec is not None
    found = formulas.families(spec)
    numbers = {**spec.inputs, **spec.parameters}
    givens: dict[str, Figure] = {name: number for name, number in numbers.items() if number is not None}
    if network.training.learning_rate is not None:
        givens["rate"] = network.training.learning_rate
    return Graph(network, {family.name: family for family in found}, spec.output, givens)


def _loss_families(network: Network, output: Family, target: Family) -> list[Family]:
    """The loss, and beside it each row's own loss and each output's term (members loss@r, loss[j]@r)."""
    choice = network.loss
    if choice is None:
        return []
    letters = tuple(axis.letter for axis in output.axes)
    a, t = Indexed(output.name, letters), Indexed(target.name, letters)
    term, slopes = _term(choice, a, t), _slopes(choice, a, t)
    shares: list[int | str] = [network.n_outputs] if _per_output(choice) and network.n_outputs > 1 else []
    row_loss = _shared(shares, over("j", network.n_outputs, term))
    layer = output.layer
    found = []
    if network.n_outputs > 1:
        found.append(Family("loss terms", "loss", output.axes, term, layer, _rule(choice), slopes, stem="loss"))
    if network.rows == 1:
        return [*found, Family("loss", "loss", (), row_loss, layer, _rule(choice), slopes)]
    rows = output.axes[-1]
    found.append(Family("loss rows", "loss", (rows,), row_loss, layer, _rule(choice), slopes, stem="loss"))
    shares = ([rows.size] if choice.reduction == "mean" else []) + shares
    whole = over(rows.letter, rows.size, over("j", network.n_outputs, term))
    return [*found, Family("loss", "loss", (), _shared(shares, whole), layer, _rule(choice), slopes)]


def _shared(shares: list[int | str], body: Formula) -> Formula:
    """The body with 1/n in front for each share."""
    return Product((*map(_ratio, shares), body), dotted=False) if shares else body


def _per_output(choice: LossChoice) -> bool:
    return choice.formula is None and LOSSES[choice.name].per_output


def _ratio(n: int | str) -> Formula:
    return Ratio(Number("1"), Number(str(n)) if isinstance(n, int) else Quantity(n))


def _rule(choice: LossChoice) -> str:
    return "formula" if choice.formula else choice.name


def _letters(choice: LossChoice, a: Formula, t: Formula) -> dict[str, Formula]:
    """What stands for the letters of the table's formulas."""
    names = {"a": a, "t": t}
    if choice.formula is None:
        parameters = LOSSES[choice.name].parameters
        names |= {key: decimal(choice.parameters.get(key, value)) for key, value in parameters.items()}
    return names


def _term(choice: LossChoice, a: Formula, t: Formula) -> Formula:
    """One output's term of the loss."""
    if choice.name == "abstract":
        return Call("C", (a, t))
    return formula_of(choice.formula or LOSSES[choice.name].term, _letters(choice, a, t))


def _slopes(choice: LossChoice, a: Indexed, t: Formula) -> Slopes:
    """The taught slope of the term; a user's own formula has none, unless it is a constant."""
    from derivegen.network.layers.dense import no_slope

    if choice.name == "abstract":
        return ()
    if choice.formula is not None:
        return no_slope(_term(choice, a, t), a)
    return ((a, formula_of(LOSSES[choice.name].slope, _letters(choice, a, t)), "each"),)


def _givens(network: Network) -> Mapping[str, Figure]:
    """The numbers of the file by canonical name; of a small network at once, since each is asked for many times."""
    found = Givens(network)
    count = sum(map(len, (*(network.inputs or ()), *(row for layer in network.layers for row in layer.weights or ()))))
    return found if count > MOST_NAMED else dict(found)
