"""A family: many quantities of one kind under index letters, defined by one formula. And its members, made when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product as cartesian
from math import prod
from typing import Literal

from derivegen.formula.tree import (
    ONE,
    ZERO,
    BigSum,
    Formula,
    Indexed,
    Negative,
    Number,
    Product,
    Quantity,
    Ratio,
    Sum,
    transform,
)
from derivegen.network.tables.losses import UNKNOWN

Kind = Literal["input", "target", "weight", "bias", "threshold", "pre-activation", "activation", "loss", "node"]
PARAMETERS: tuple[Kind, ...] = ("weight", "bias", "threshold")

Slopes = tuple[tuple[Indexed, Formula, str], ...]
Index = int | str
"""A number, or the letter itself where the range is symbolic."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An index letter, how far it runs (1 … size; a letter if symbolic), and what it counts."""

    letter: str
    size: int | str
    counts: Literal["unit", "example"] = "unit"

    def range(self) -> tuple[Index, ...]:
        """The values of the index; of a symbolic range, the letter alone."""
        return tuple(range(1, self.size + 1)) if isinstance(self.size, int) else (self.letter,)

    def holds(self, index: Index) -> bool:
        """Whether the index is one of the range, or the letter that stands for any of them."""
        return index == self.letter or (
            isinstance(index, int) and isinstance(self.size, int) and 1 <= index <= self.size
        )


@dataclass(frozen=True, slots=True)
class Family:
    """`name` is the canonical name without the member's own indices ("w[1]"); `formula` is None for what is given; `slopes` are taught
    forms of its derivative by a member it is computed from: (member, the tree, condition "own" or "cross" for coupled ones);
    `stem` is what its members are called where that is not the name; `rule` the entry of a table that the formula is, `parameters` the
    numbers of that entry by name, `letter` what an unknown function is to be called."""

    name: str
    kind: Kind
    axes: tuple[Axis, ...] = ()
    formula: Formula | None = None
    layer: int = 0
    rule: str = "given"
    slopes: Slopes = ()
    mask: tuple[tuple[bool, ...], ...] | None = None
    stem: str = ""
    parameters: tuple[tuple[str, Formula], ...] = ()
    letter: str | None = None
    _pattern: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = "".join("@%s" if axis.counts == "example" else "[%s]" for axis in self.axes)
        object.__setattr__(self, "_pattern", (self.stem or self.name) + places)

    def member(self, indices: tuple[Index, ...]) -> str:
        """The canonical name of one member; the example index stands behind an @."""
        return self._pattern % indices

    def exists(self, indices: tuple[Index, ...]) -> bool:
        """False where a mask says that this weight is not there."""
        if self.mask is None:
            return True
        j, k = indices[:2]
        return isinstance(j, str) or isinstance(k, str) or self.mask[j - 1][k - 1]

    @property
    def is_identity(self) -> bool:
        """Whether each member is another quantity over again: a linear layer's a is its z."""
        return self.rule != "formula" and isinstance(self.formula, Indexed)

    @property
    def is_coupled(self) -> bool:
        """Whether a member depends on several members of one family in a form that is taught, as those of a softmax do."""
        return any(when == "cross" for _, _, when in self.slopes)

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of the function but its name."""
        return self.rule in UNKNOWN

    @property
    def function(self) -> tuple[object, ...]:
        """What two families have in common whose members are the same function of others."""
        stated = self.formula if self.rule == "formula" else None
        return (
            self.rule,
            self.parameters,
            stated and transform(stated, lambda part: ONE if type(part) is Indexed else None),
        )

    @property
    def per_example(self) -> int:
        """How many members there are of each example."""
        if self.mask is not None:
            return sum(map(sum, self.mask))
        return prod(axis.size for axis in self.axes if axis.counts == "unit" and isinstance(axis.size, int))

    def place(self, units: tuple[Index, ...]) -> int:
        """The place, counted from 1, of the unit indices among those of all members of an example. Raises ValueError of an index letter."""
        j, *k = map(int, units)
        if not k:
            return j
        if self.mask is not None:
            return sum(map(sum, self.mask[: j - 1])) + sum(self.mask[j - 1][: k[0]])
        return (j - 1) * int(self.axes[1].size) + k[0]

    def members(self) -> Iterator[tuple[Index, ...]]:
        """The indices of every member there is, the last index running fastest."""
        return (indices for indices in cartesian(*(axis.range() for axis in self.axes)) if self.exists(indices))


Families = Mapping[str, Family]


def instance(tree: Formula, binding: Mapping[str, Index], families: Families) -> Formula | None:
    """The tree with index letters replaced by numbers and finite sums written out; None where nothing is left (masked weights)."""
    if type(tree) is Indexed:  # by far the most frequent; a match would try its patterns first
        family = families[tree.base]
        indices = tuple([binding.get(letter, letter) for letter in tree.letters])
        return Quantity(family.member(indices)) if family.exists(indices) else None
    match tree:
        case Number() | Quantity():
            return tree
        case BigSum(body, Quantity(letter), low, Number(size)):
            terms = (instance(body, {**binding, letter: i}, families) for i in range(1, int(size) + 1))
            return summed(tuple(terms))
        case BigSum(body, index, low, high):
            inner = instance(body, binding, families)
            return None if inner is None else BigSum(inner, index, low, high)
        case Sum(terms):
            return summed(tuple(instance(term, binding, families) for term in terms))
        case Negative(body):
            inner = instance(body, binding, families)
            return None if inner is None else Negative(inner)
        case Product(factors, dotted):
            parts = [instance(factor, binding, families) for factor in factors]
            return None if None in parts else Product(tuple(p for p in parts if p is not None), dotted)
        case Ratio(top, bottom):
            upper, lower = instance(top, binding, families), instance(bottom, binding, families)
            return None if upper is None or lower is None else Ratio(upper, lower)
    return transform(tree, lambda part: (instance(part, binding, families) or ZERO) if _has_rule(part) else None)


_WITH_RULES = (Indexed, BigSum, Sum, Product, Ratio, Negative)


def _has_rule(part: Formula) -> bool:
    return isinstance(part, _WITH_RULES)


def summed(terms: tuple[Formula | None, ...]) -> Formula | None:
    """The sum of what is there, nested sums opened; None if nothing is."""
    flat: list[Formula] = []
    for term in terms:
        if isinstance(term, Sum):
            flat.extend(term.terms)
        elif term is not None:
            flat.append(term)
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else Sum(tuple(flat))


def over(letter: str, size: int | str, body: Formula) -> Formula:
    """The sum of `body` over an index; of a single value, the body itself with the letter still in it."""
    return BigSum(body, Quantity(letter), ONE, Number(str(size)) if isinstance(size, int) else Quantity(size))
