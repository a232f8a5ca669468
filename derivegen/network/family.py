"""A family: many quantities of one kind under index letters, defined by one formula, or by several equations each with its own domain. And
its members, made when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from itertools import product as cartesian
from math import prod
from typing import Literal

from derivegen.formula.places import Affine, Range, affine, box, inside, runs
from derivegen.formula.tree import ONE, BigSum, Formula, Indexed, Number, Quantity, transform
from derivegen.network.network import Counts
from derivegen.network.tables.losses import UNKNOWN
from derivegen.records import dataclass, field, replace

Kind = Literal[
    "input", "target", "weight", "bias", "threshold", "pre-activation", "activation", "loss", "node", "constant"
]
PARAMETERS: tuple[Kind, ...] = ("weight", "bias", "threshold")

Slopes = tuple[tuple[Indexed, Formula, str], ...]
Index = int | str
"""A number, or the letter itself where the range is symbolic."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An index letter, how many values it has (from `low` on; a letter if symbolic), and what it counts."""

    letter: str
    size: int | str
    counts: Counts = "unit"
    low: int = 1

    def range(self) -> tuple[Index, ...]:
        """The values of the index; of a symbolic range, the letter alone."""
        return tuple(range(self.low, self.low + self.size)) if isinstance(self.size, int) else (self.letter,)

    def holds(self, index: Index) -> bool:
        """Whether the index is one of the range, or the letter that stands for any of them."""
        return index == self.letter or (
            isinstance(index, int) and isinstance(self.size, int) and 0 <= index - self.low < self.size
        )

    @property
    def whole(self) -> Range:
        """The letter with all its values; the last of a symbolic range is its letter."""
        high = Affine((), self.low + self.size - 1) if isinstance(self.size, int) else affine(self.size)
        return Range(self.letter, Affine((), self.low), high)


@dataclass(frozen=True, slots=True)
class Equation:
    """What the members at `places` are, for all values of the letters of `domain`: a formula, or None of what is given; `slopes` are
    taught forms of its derivative, as those of a family."""

    places: tuple[str | Affine, ...]
    domain: tuple[Range, ...]
    formula: Formula | None = None
    rule: str = "given"
    slopes: Slopes = ()

    def at(self, indices: tuple[Index, ...]) -> dict[str, int] | None:
        """The values of its letters at a member; None of a member that it says nothing of."""
        bound: dict[str, int] = {}
        for place, index in zip(self.places, indices, strict=True):
            if isinstance(index, str):
                return None
            if isinstance(place, str):
                bound[place] = index
            elif place.shift != index:
                return None
        return bound if inside(self.domain, bound) else None

    def members(self) -> Iterator[tuple[int, ...]]:
        """The indices of the members it speaks of, the last letter of the domain running fastest."""
        letters = tuple(each.letter for each in self.domain)
        if self.places == letters and not any(end.terms for each in self.domain for end in (each.low, each.high)):
            yield from cartesian(*(each.values({}) for each in self.domain))
            return
        for bound in runs(self.domain, {}):
            yield tuple(bound[place] if isinstance(place, str) else place.shift for place in self.places)

    @property
    def corners(self) -> tuple[tuple[int, int], ...] | None:
        """The first and the last index along each axis, where every choice between is a member."""
        letters = [place for place in self.places if isinstance(place, str)]
        if len({*letters}) < len(letters) or any(end.terms for each in self.domain for end in (each.low, each.high)):
            return None
        ends = self.box
        return tuple(ends[each] if isinstance(each, str) else (each.shift, each.shift) for each in self.places)

    @property
    def box(self) -> dict[str, tuple[int, int]]:
        """The least and the greatest value of each of its letters."""
        return box(self.domain)


@dataclass(frozen=True, slots=True)
class Family:
    """`name` is the canonical name without the member's own indices ("w[1]"); `formula` is None for what is given; `slopes` are taught
    forms of its derivative by a member it is computed from: (member, the tree, condition "own" or "cross" for coupled ones);
    `stem` is what its members are called where that is not the name; `rule` the entry of a table that the formula is, `parameters` the
    numbers of that entry by name, `letter` what an unknown function is to be called.

    A family of a graph of one's own has `equations`; `formula` is then that of the last of them that has one, and `outside` says that a
    read beyond its ranges is 0. `looked_up` are the whole numbers of a family that stand in places of others."""

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
    equations: tuple[Equation, ...] = ()
    looked_up: Mapping[tuple[int, ...], int] | None = field(default=None, repr=False, compare=False)
    outside: bool = False
    _pattern: str = field(init=False, repr=False, compare=False)
    _boxes: tuple[tuple[tuple[int, int], ...], ...] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_boxes", self._boxes_of())
        places = "".join("@%s" if axis.counts == "example" else "[%s]" for axis in self.axes)
        object.__setattr__(self, "_pattern", (self.stem or self.name) + places)

    def _boxes_of(self) -> tuple[tuple[tuple[int, int], ...], ...] | None:
        """For each equation the first and last index along each axis; None where some equation speaks of what is no such box."""
        boxes = [each.corners for each in self.equations]
        return None if not boxes or None in boxes else tuple(each for each in boxes if each is not None)

    @property
    def is_parameter(self) -> bool:
        """Whether its members are what training changes."""
        return self.kind in PARAMETERS

    def member(self, indices: tuple[Index, ...]) -> str:
        """The canonical name of one member; the example index stands behind an @."""
        return self._pattern % indices

    def exists(self, indices: tuple[Index, ...]) -> bool:
        """False where a mask says that this weight is not there, or no equation speaks of the member."""
        if self._boxes is not None:  # asked of every number of a large array
            return any(_holds(box, indices) for box in self._boxes)
        if self.mask is None:
            return not self.equations or self.equation(indices) is not None
        j, k = indices[:2]
        return isinstance(j, str) or isinstance(k, str) or self.mask[j - 1][k - 1]

    def equation(self, indices: tuple[Index, ...]) -> tuple[Equation, dict[str, int]] | None:
        """The equation of a member, and the values of its letters there."""
        boxes = self._boxes or (None,) * len(self.equations)
        for equation, corners in zip(self.equations, boxes, strict=True):
            if corners is not None and not _holds(corners, indices):
                continue
            bound = equation.at(indices)
            if bound is not None:
                return equation, bound
        return None

    def defined(self, indices: tuple[Index, ...]) -> tuple[Formula | None, dict[str, Index]]:
        """The formula of a member (None of what is given) and what its letters are there."""
        if self.equations:
            found = self.equation(indices)
            return (found[0].formula, {**found[1]}) if found is not None else (None, {})
        return self.formula, dict(zip((axis.letter for axis in self.axes), indices, strict=True))

    @property
    def parts(self) -> tuple[Equation, ...]:
        """Its equations; of a family with one formula, that one."""
        if self.equations:
            return self.equations
        own = tuple(axis.letter for axis in self.axes)
        return (Equation(own, tuple(axis.whole for axis in self.axes), self.formula, self.rule, self.slopes),)

    @property
    def ways(self) -> tuple[Equation, ...]:
        """Its equations as far as their members are written otherwise: those at the same letters, each for some of their values, count as
        one for all of them."""
        own = tuple(axis.letter for axis in self.axes)
        alike = [each for each in self.equations if each.places == own]
        if len(alike) < 2:
            return self.equations
        whole = replace(alike[0], domain=tuple(axis.whole for axis in self.axes))
        return (whole, *(each for each in self.equations if each.places != own))

    @property
    def ranges(self) -> str:
        """Its letters and how far they run: U[j,i], j = 1…2, i = 1…2."""
        runs_ = (f"{each.letter} = {each.low}…{each.low + int(each.size) - 1}" for each in self.axes)
        own = f"{self.name}[{','.join(each.letter for each in self.axes)}]" if self.axes else self.name
        return ", ".join((own, *runs_))

    @property
    def is_given(self) -> bool:
        """Whether every member is given."""
        return self.formula is None

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
        return prod(axis.size for axis in self.axes if axis.counts != "example" and isinstance(axis.size, int))

    def entry(self, indices: tuple[Index, ...]) -> tuple[int, ...]:
        """Where a member stands in an array of all of them, counted from 0."""
        return tuple([int(index) - axis.low for axis, index in zip(self.axes, indices, strict=True)])

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
        if self.equations:
            found = [indices for equation in self.equations for indices in equation.members()]
            return iter(found if len(self.equations) == 1 else sorted(found))
        return (indices for indices in cartesian(*(axis.range() for axis in self.axes)) if self.exists(indices))

    def names(self, most: int | None = None) -> Iterator[str]:
        """The names of its members, or of so many of the first."""
        return map(self.member, islice(self.members(), most))


Families = Mapping[str, Family]


def _holds(corners: tuple[tuple[int, int], ...], indices: tuple[Index, ...]) -> bool:
    """Whether indices, none of them a letter, lie between corners."""
    for (low, high), index in zip(corners, indices, strict=True):  # noqa: SIM110 - half the time of a generator
        if isinstance(index, str) or not low <= index <= high:
            return False
    return True


def over(letter: str, size: int | str, body: Formula) -> Formula:
    """The sum of `body` over an index; of a single value, the body itself with the letter still in it."""
    return BigSum(body, Quantity(letter), ONE, Number(str(size)) if isinstance(size, int) else Quantity(size))
