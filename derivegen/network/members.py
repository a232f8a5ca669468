"""Arrays by family go in; a mapping by canonical name comes out, w[1][2][3] ↦ the entry of w[1] in row 2 and column 3, with no name made
before somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from math import prod
from typing import Any

from derivegen.network.family import Family
from derivegen.network.graph import Graph
from derivegen.network.names import parse_kept
from derivegen.on_use import numpy
from derivegen.records import dataclass, field, replace

SHOWN = 12
"""Numbers that are listed where somebody looks at all of them."""


def first_of(numbers: Mapping[str, float]) -> str:
    """The first of many numbers, as Python shows a mapping."""
    few = ", ".join(f"{name!r}: {numbers[name]!r}" for name in islice(numbers, SHOWN))
    return f"{{{few}{', …' if len(numbers) > SHOWN else ''}}}"


@dataclass(frozen=True, repr=False)
class Members(Mapping[str, float]):
    """The numbers of every member of some families; `arrays` have one axis for each index, a family without indices is a number. `kept`
    are the arrays of what an optimizer keeps for families of parameters, m[w[1]]: they answer when asked, and are not listed."""

    graph: Graph
    arrays: Mapping[str, Any]
    kept: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        """The number. Raises KeyError if the name is none of a member."""
        kept = parse_kept(name)
        found = self.graph.locate(name if kept is None else kept.of)
        arrays = self.arrays if kept is None else self.kept
        own = "" if found is None else found[0].name if kept is None else str(replace(kept, of=found[0].name))
        if found is None or own not in arrays:
            raise KeyError(name)
        return float(arrays[own][found[0].entry(found[1])]) + 0.0  # no −0.0

    def __iter__(self) -> Iterator[str]:
        for name in self.arrays:
            family = self.graph.families[name]
            yield from family.names()

    def __len__(self) -> int:
        return sum(self._count(self.graph.families[name]) for name in self.arrays)

    def __repr__(self) -> str:
        return first_of(self)

    @staticmethod
    def _count(family: Family) -> int:
        if family.equations:
            return sum(1 for _ in family.members())
        rows = prod(axis.size for axis in family.axes if axis.counts == "example" and isinstance(axis.size, int))
        return family.per_example * rows


def largest(members: Members) -> float:
    """The size of the largest number."""
    return max(float(numpy.abs(array).max(initial=0.0)) for array in members.arrays.values())
