"""The rules of whole families as equations of arrays: a derivation and a family go in; what the family is, or what the root feels of it,
comes out, under index letters or gathered into products of matrices.

Nothing is derived here: the family's formula and its links are read. Σ_k w_jk a_k is W a, Σ_i w_ij δ_i is Wᵀ δ, δ_j a_k is δ aᵀ, and what
stands side by side under the same letters is multiplied entry by entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from derivegen.calculus.chain import Derivation
from derivegen.calculus.inverse import Inverse, rule
from derivegen.calculus.joined import is_joined
from derivegen.calculus.links import Link, role_of
from derivegen.calculus.matrix import function_of
from derivegen.formula.tree import (
    Array,
    BigSum,
    Call,
    Formula,
    Hadamard,
    Indexed,
    Negative,
    Product,
    Quantity,
    Sum,
    Transpose,
    total,
    transform,
)
from derivegen.network.family import Family
from derivegen.network.names import derivative
from derivegen.network.tables.activations import formula_of
from derivegen.network.tables.losses import LOSSES
from derivegen.records import dataclass, replace


class Entries(NamedTuple):
    """A formula of arrays, and the letters that its rows and columns go by."""

    formula: Formula
    letters: tuple[str, ...]

    def along(self, *letters: str) -> Formula:
        """The formula with its rows and columns in this order."""
        return self.formula if self.letters == letters else Transpose(self.formula)


@dataclass(frozen=True)
class Equations:
    """The equations of the loss, or of the row in hand."""

    chain: Derivation

    # under index letters

    def definition(self, family: Family) -> Formula:
        """What each member of a family is."""
        assert family.formula is not None
        return self._named(family.formula)

    def felt(self, family: Family) -> Formula:
        """What the root feels of each member of a family: what has been found of the families computed from it, times the links; of a sum
        whose output belongs to the loss in short, a − t."""
        graph, joint = self.chain.graph, self._joint
        if joint is not None and family is graph.stack[-1].z:
            letters = tuple(axis.letter for axis in family.axes)
            ends = {"a": Indexed(graph.output.name, letters), "t": Indexed(graph.target.name, letters)}
            return self._named(formula_of(joint, ends))
        return self._named(
            total(*(term for inverse, child in self._inverses(family) for term in self._through(inverse, child)))
        )

    @property
    def _joint(self) -> str | None:
        loss = self.chain.graph.network.loss
        return LOSSES[loss.name].joint if loss is not None and is_joined(self.chain.graph) else None

    def link(self, child: Family, parent: Family) -> Formula:
        """∂child/∂parent of two members, under the child's letters; of a coupled or curved child by its name."""
        found = next(inverse.link for inverse, each in self._inverses(parent) if each is child)
        assert found.factor is not None
        return self._named(found.factor)

    def _inverses(self, family: Family) -> Iterator[tuple[Inverse, Family]]:
        """The links of a family, with the local derivatives of curved and coupled families by name; rows are no letters here, since one is
        in hand."""
        for link in self.chain.links[family.name]:
            child = self.chain.graph.families[link.child]
            if child.is_coupled and link.when == "own":
                continue  # both forms are entries of one Jacobian
            inverse = self.chain.inverse(link)
            free = tuple(each for each in inverse.free if each.letter not in self._examples)
            yield replace(inverse, link=self._by_name(link, child), free=free, unequal=None), child

    def _by_name(self, link: Link, child: Family) -> Link:
        if child.is_coupled:
            own = tuple(axis.letter for axis in child.axes)
            local = derivative(self.name(child.name), self.name(link.leaf.base))
            return replace(link, factor=Indexed(local, (*own, *link.leaf.letters)))
        if child.kind == "activation" and not child.is_identity:
            return replace(link, factor=Call(function_of(child), (link.leaf,), 1))
        return link

    def _through(self, inverse: Inverse, child: Family) -> tuple[Formula, ...]:
        by = self.chain.graph.families[inverse.link.leaf.base]
        if child is not self.chain.root_family:
            return rule(inverse, child, self.chain.name_of(child.name), role_of(child, by) == "weight")
        return (Indexed(self.chain.name_of(by.name), tuple(axis.letter for axis in by.axes)),)

    def _named(self, tree: Formula) -> Formula:
        """The formula with its arrays called as on the page: those of the row in hand, δ for what is felt of a weighted sum."""

        return transform(tree, lambda part: self._leaf(part) if isinstance(part, Indexed) else None)

    def _leaf(self, leaf: Indexed) -> Formula:
        letters = tuple(letter for letter in leaf.letters if letter not in self._examples)
        name = self.name(leaf.base)
        return Indexed(name, letters) if letters else Quantity(name)

    @cached_property
    def _examples(self) -> frozenset[str]:
        axes = (axis for family in self.chain.graph.families.values() for axis in family.axes)
        return frozenset(axis.letter for axis in axes if axis.counts == "example")

    def name(self, base: str) -> str:
        """What an array is called on the page, by the name of its family or adjoint."""
        return self._names.get(base, base)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        at, found = "" if self.chain.row is None else f"@{self.chain.row}", {}
        for family in self.chain.graph.families.values():
            of_rows = any(axis.counts == "example" for axis in family.axes)
            found[family.name] = family.name + at if of_rows else family.name
            if family.kind == "pre-activation":
                found[self.chain.name_of(family.name)] = f"delta[{family.layer}]{at}"
            elif of_rows:
                found[self.chain.name_of(family.name)] = self.chain.name_of(family.name + at)
        return found

    # gathered

    def value(self, family: Family) -> Formula:
        """What the array of a family is: W a + b."""
        return gathered(self.definition(family), self._own(family))

    def adjoint(self, family: Family) -> Formula:
        """What the root feels of the array of a family: δ aᵀ of weights, where there are any, what comes from above times the slopes of a
        weighted sum."""
        found = self._gathered(family)
        above = [child for _, child in self._inverses(family) if child.kind == "activation"]
        put_in = {Array(self.name(self.chain.name_of(child.name))): self._gathered(child) for child in above}
        found = transform(found, lambda part: put_in.get(part) if isinstance(part, Array) else None)
        complete = family.mask is None or all(map(all, family.mask))
        return found if complete else Hadamard((Array(f"mask[{family.layer}]"), found))

    def _gathered(self, family: Family) -> Formula:
        return gathered(self.felt(family), self._own(family))

    def _own(self, family: Family) -> tuple[str, ...]:
        return tuple(axis.letter for axis in family.axes if axis.counts != "example")


def gathered(tree: Formula, own: tuple[str, ...]) -> Formula:
    """A formula under index letters as one of arrays whose rows, and columns, go by `own`."""
    match tree:
        case Sum(terms):
            return Sum(tuple(gathered(term, own) for term in terms))
        case Negative(body):
            return Negative(gathered(body, own))
    summed, factors = _factors(tree)
    arrays = [_entries(factor) for factor in factors]
    for letter in summed:
        arrays = _contracted(arrays, letter)
    return _side_by_side(arrays, own)


def _factors(tree: Formula) -> tuple[list[str], list[Formula]]:
    """The letters a product is summed over, and its factors."""
    match tree:
        case BigSum(body, Quantity(letter)):
            letters, factors = _factors(body)
            return [letter, *letters], factors
        case Product(factors):
            return [], list(factors)
    return [], [tree]


def _entries(factor: Formula) -> Entries:
    match factor:
        case Indexed(base):
            return Entries(Array(base), factor.letters)
        case Call(function, (Indexed(base) as leaf,), primes):
            return Entries(Call(function, (Array(base),), primes), leaf.letters)
        case Quantity(name):
            return Entries(Array(name), ())
    raise TypeError(f"no array for {type(factor).__name__}")


def _contracted(arrays: Sequence[Entries], letter: str) -> list[Entries]:
    """The two arrays that share a letter as their product over it, the matrix first."""
    one, other = sorted((each for each in arrays if letter in each.letters), key=lambda each: -len(each.letters))
    rest = tuple(each for each in one.letters if each != letter)
    left = one.along(*rest, letter)
    columns = tuple(each for each in other.letters if each != letter)
    both = Entries(Product((left, other.along(letter, *columns)), dotted=False), (*rest, *columns))
    return [both, *(each for each in arrays if each is not one and each is not other)]


def _side_by_side(arrays: Sequence[Entries], own: tuple[str, ...]) -> Formula:
    """Arrays of the same letters multiplied entry by entry; two vectors of different letters as column times row."""
    if len(arrays) == 1:
        return arrays[0].along(*own) if arrays[0].letters else arrays[0].formula
    if {each.letters for each in arrays} == {own}:
        return Hadamard(tuple(each.formula for each in arrays))
    column, row = sorted(arrays, key=lambda each: own.index(each.letters[0]))
    return Product((column.formula, Transpose(row.formula)), dotted=False)
